"""Paths of the repository, and the Jupyter data folder that `tealight setup` has written its kernel specs to."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LESSONS = str(ROOT / "notebooks")

os.environ["JUPYTER_DATA_DIR"] = os.environ["JUPYTER_PATH"] = str(ROOT / ".tealight/jupyter")
