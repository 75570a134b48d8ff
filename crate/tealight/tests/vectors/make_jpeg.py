"""Writes jpeg.json: small JPEG files, and their pixels as Pillow reads them.

    pip install pillow numpy && python make_jpeg.py
"""

import io
import json
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

rng = np.random.default_rng(3)
down, across = np.mgrid[0:13, 0:18]
gray = (127 + 80 * np.sin(across / 3) * np.cos(down / 4) + rng.uniform(-9, 9, (13, 18))).astype("uint8")
color = np.stack([gray, 255 - gray, (gray // 2 + 40)], axis=-1)

cases = []
for image, options in [
    (gray, {}),
    (color, {"subsampling": 0}),
    (color, {"progressive": True, "subsampling": 0}),
]:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=90, **options)
    pixels = np.asarray(Image.open(io.BytesIO(file.getvalue())))
    cases.append({"file": list(file.getvalue()), "shape": list(pixels.shape), "pixels": pixels.ravel().tolist()})

path = Path(__file__).with_name("jpeg.json")
path.write_text(json.dumps({"pillow": PIL.__version__, "cases": cases}, separators=(",", ":")) + "\n")
