"""Makes photos of handwritten digits from MNIST's test digits: `python make_photos.py MNIST_FOLDER OUT`. Needs numpy and pillow.

Writes one folder per class. The digits vary in size, pen, color, position and slight rotation, on paper with shadows and grain.
Some photos are rotated by EXIF, some are light on dark or transparent, and they are JPEG and PNG files. The test
`photos_of_digits_are_recognized` in tests/library/image_loader.rs reads them.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

source, out = Path(sys.argv[1]), Path(sys.argv[2])
images = np.frombuffer(gzip.open(source / "t10k-images-idx3-ubyte.gz").read(), np.uint8, offset=16).reshape(-1, 28, 28)
labels = np.frombuffer(gzip.open(source / "t10k-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
rng = np.random.default_rng(7)

for index in range(200):
    digit = Image.fromarray(images[index])
    size = int(rng.choice([60, 120, 300, 640, 1000]))
    # The digit as a mask of random size, drawn with a random pen.
    side = int(size * rng.uniform(0.35, 0.75))
    mask = digit.resize((side, side), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(side / 60))
    mask = mask.rotate(rng.uniform(-8, 8), resample=Image.Resampling.BICUBIC)
    mask = mask.point(lambda v: 255 if v > 110 else 0)
    pen = rng.choice(["thin", "pen", "marker"])
    reach = max(3, side // 40 * 2 + 1)
    if pen == "thin" and side > 100:
        mask = mask.filter(ImageFilter.MinFilter(min(reach, 5)))
    if pen == "marker":
        mask = mask.filter(ImageFilter.MaxFilter(reach))
    mask = np.asarray(mask.filter(ImageFilter.GaussianBlur(0.8)), float) / 255
    # The paper: its color, a shadow across it, and its grain.
    height, width = size, int(size * rng.choice([0.75, 1, 1.33]))
    down, across = np.mgrid[0:height, 0:width] / size
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 - rng.uniform(0, 0.5) * (0.5 + 0.5 * np.tanh(3 * (np.cos(angle) * (down - 0.5) + np.sin(angle) * (across - 0.5))))
    paper = np.array(rng.choice([[250, 250, 248], [235, 225, 200], [215, 225, 235]]), float)
    ink = np.array(rng.choice([[20, 20, 25], [30, 50, 150], [150, 30, 40], [90, 90, 95]]), float)
    page = np.ones((height, width, 1)) * paper
    top, left = int(rng.uniform(0.08, 0.92) * (height - side)), int(rng.uniform(0.08, 0.92) * max(width - side, 1))
    space = page[top : top + side, left : left + side]
    cover = mask[: space.shape[0], : space.shape[1], None]
    kind = rng.choice(["photo", "photo", "photo", "dark", "drawing"])
    folder = out / str(labels[index])
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "drawing":
        rgba = np.zeros((height, width, 4), np.uint8)
        rgba[..., :3] = ink
        rgba[top : top + side, left : left + side, 3] = (cover[..., 0] * 255)[: space.shape[0], : space.shape[1]]
        Image.fromarray(rgba).save(folder / f"{index:03}.png")
        continue
    space[:] = space * (1 - cover) + ink * cover
    if kind == "dark":
        page = 255 - page
        Image.fromarray(page.clip(0, 255).astype("u1")).save(folder / f"{index:03}.png")
        continue
    page = page * light[..., None] + rng.normal(0, rng.uniform(0, 6), page.shape)
    photo = Image.fromarray(page.clip(0, 255).astype("u1"))
    exif = Image.Exif()
    if rng.uniform() < 0.3:
        # The camera was held sideways: the pixels are rotated, and EXIF says how to rotate them back.
        photo, exif[274] = (photo.rotate(90, expand=True), 6) if rng.uniform() < 0.5 else (photo.rotate(-90, expand=True), 8)
    photo.save(folder / f"{index:03}.jpg", quality=int(rng.integers(60, 95)), exif=exif)
