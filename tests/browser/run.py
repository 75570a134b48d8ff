"""Runs the tests of JupyterLab in a real browser. Screenshots are written to target/browser.

    python3 tests/browser/run.py [test_lessons.py …]

The first run creates a Python environment in target, which needs the network. The browser is the system's Chromium, or
the one named by TEALIGHT_BROWSER.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / "target/browser-tests"


def browser():
    """Returns the path of the browser."""
    configured = os.environ.get("TEALIGHT_BROWSER")
    found = shutil.which(configured) if configured else shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        missing = f"{configured} was not found" if configured else "Chromium was not found"
        raise SystemExit(
            f"{missing}; the tests need it. On Debian: sudo apt install chromium. "
            "If it has another name: TEALIGHT_BROWSER=/path/to/chromium"
        )
    return found


def python():
    """Returns the interpreter of a Python environment with the browser driver. Creates it the first time."""
    requirements = (HERE / "requirements.txt").read_text()
    stamp = ENVIRONMENT / "made-from"
    if not stamp.exists() or stamp.read_text() != requirements:
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        pip = [ENVIRONMENT / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", HERE / "requirements.txt"], check=True)
        stamp.write_text(requirements)
    return ENVIRONMENT / "bin/python"


def main():
    environment = os.environ | {"TEALIGHT_BROWSER": browser()}
    subprocess.run([ROOT / "target/release/tealight", "setup"], check=True)
    tests = [Path(name).stem for name in sys.argv[1:]] or sorted(file.stem for file in HERE.glob("test_*.py"))
    done = subprocess.run([python(), "-m", "unittest", "--verbose", *tests], cwd=HERE, env=environment)
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
