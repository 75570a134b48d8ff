"""How long pandas takes to read a table; csv_speed.rs beside it has tealight do it, and makes the table.

    pip install pandas && python csv_speed.py /tmp/train.csv
"""

import sys
import time

import pandas

for _ in range(5):
    start = time.perf_counter()
    table = pandas.read_csv(sys.argv[1])
    print(f"{time.perf_counter() - start:.3f} s for {table.shape}")

start = time.perf_counter()
about, missing = table.describe(), table.isnull().sum().sum()
print(f"{time.perf_counter() - start:.3f} s for {about.shape[1]} columns, {missing} missing")
