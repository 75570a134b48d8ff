"""Writes tables.json: pandas's summaries of tables with missing values, text and many kinds of numbers.

    pip install pandas==3.1.1 && python make_tables.py
"""

import io
import json
import pathlib

import numpy as np
import pandas

random = np.random.default_rng(12)
missing = ["", "NA", "NaN", "null", "N/A", "<NA>"]


def column(kind, rows):
    values = {
        "bytes": lambda: random.integers(0, 256, rows).astype(str),
        "constant": lambda: np.full(rows, "7"),
        "whole": lambda: random.integers(-1000, 100_000, rows).astype(str),
        "decimals": lambda: np.char.mod("%.4f", random.normal(size=rows) * 10),
        "tiny": lambda: np.char.mod("%.6e", random.normal(size=rows) * 1e-6),
        "late": lambda: np.where(np.arange(rows) < rows - 1, "3", "2.5"),
        "text": lambda: random.choice(["red", "green", "007", "1.0", "blue sky"], rows),
    }[kind.removesuffix("_holes").removesuffix("_quoted")]().astype(object)
    if kind.endswith("_holes"):
        holes = random.random(rows) < 0.3
        values[holes] = random.choice(missing, holes.sum())
    if kind.endswith("_quoted"):
        values = np.array([f'"{value}, and\n""more"""' if value == "red" else value for value in values], dtype=object)
    return values


def case(rows, *kinds):
    columns = [column(kind, rows) for kind in kinds]
    lines = [",".join(f"{kind}_{index}" for index, kind in enumerate(kinds))]
    lines += [",".join(values) for values in zip(*columns)]
    text = "\n".join(lines) + "\n"
    table = pandas.read_csv(io.StringIO(text))
    listed = lambda values: [None if value != value else float(value) for value in values]
    counts = {name: table[name].value_counts() for name in table}
    return {
        "text": text,
        "shape": list(table.shape),
        "kinds": {name: str(table[name].dtype) for name in table},
        "nulls": {name: int(count) for name, count in table.isnull().sum().items()},
        "describe": {name: listed(column) for name, column in table.describe(include="number").items()},
        "counts": {
            name: [[value if isinstance(value, str) else float(value), int(count)] for value, count in counted.items()]
            for name, counted in counts.items()
        },
    }


cases = [
    case(50, "bytes", "bytes_holes", "constant", "whole", "whole_holes", "decimals", "decimals_holes", "tiny", "late"),
    case(40, "text", "bytes", "text_holes", "text_quoted", "decimals"),
    case(1, "whole", "decimals", "text"),
    case(2, "whole_holes", "bytes"),
    case(33, "bytes_holes"),
]
path = pathlib.Path(__file__).with_name("tables.json")
path.write_text(json.dumps({"pandas": pandas.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes")
