"""Measures how long pandas takes to read the table that `tasks -- csv` writes and reads with tealight.

    pip install pandas && python3 crate/tealight/benches/peers/pandas_csv.py target/tmp/train.csv
"""

import sys
import time
from statistics import median

import pandas

seconds = []
for _ in range(7):
    start = time.perf_counter()
    table = pandas.read_csv(sys.argv[1])
    seconds.append(time.perf_counter() - start)
print(f"{median(seconds):.3f} s ({min(seconds):.3f} to {max(seconds):.3f}) for {table.shape}, pandas {pandas.__version__}")
