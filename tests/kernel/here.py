"""Where things are: the clone, and the kernel specs that its `tealight setup` has written."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LESSONS = str(ROOT / "notebooks")

os.environ["JUPYTER_DATA_DIR"] = os.environ["JUPYTER_PATH"] = str(ROOT / ".tealight/jupyter")
