"""Writes readers.json: realistic data files, and their contents as read by pandas, NumPy and Pillow.

    pip install numpy pandas pillow scikit-learn && python make_readers.py

Each case has its files (zlib, base64), the call with which tealight reads them, and the oracle's result: shape, numbers (f32),
labels and class names, or the columns of a table. A case with "error" must fail with an error that contains these words.
"""

import base64
import gzip
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import PIL
import sklearn
from PIL import Image, ImageOps
from sklearn.datasets import load_digits, load_iris
from sklearn.preprocessing import LabelEncoder

cases = []
rng = np.random.default_rng(16)
digits = load_digits()
X, Y = digits.data[:24].astype("uint8") * 15, digits.target[:24]
iris = load_iris()
pixels = [f"pixel{i}" for i in range(64)]
words = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])


def text(data):
    data = data if isinstance(data, bytes) else data.encode()
    return base64.b64encode(zlib.compress(data, 9)).decode()


def numbers(array):
    return text(np.ascontiguousarray(array, dtype="<f4").tobytes())


def case(name, what, call, files, oracle, x=None, labels=None, names=None, **more):
    expected = {}
    if x is not None:
        expected = {"shape": list(np.shape(x)), "x": numbers(x)}
        if labels is not None:
            expected["labels"] = [int(label) for label in labels]
            expected["names"] = [str(name) for name in names]
    files = {file: text(data) for file, data in files.items()}
    cases.append({"name": name, "what": what, "call": call, "files": files, "oracle": oracle, **expected, **more})


# ---------------------------------------------------------------- CSV into a dataset
def csv(name, what, data, shape, label=None, drop=(), read={}, numeric=True, options=None, encode=False, **more):
    """Adds a CSV case read with pandas: `label` is the label column, and `drop` lists id columns."""
    data = data if isinstance(data, bytes) else data.encode()
    frame = pd.read_csv(io.BytesIO(data), **read)
    x = frame.drop(columns=[*drop, *([label] if label is not None else [])]).to_numpy("float64").reshape(-1, *shape)
    labels = names = None
    if label is not None:
        y = frame[label]
        if encode:
            encoder = LabelEncoder()
            labels, names = encoder.fit_transform(y.astype(str)), encoder.classes_
        else:
            labels = y.astype(int)
            names = range(labels.max() + 1)
    call = {"kind": "csv", "shape": list(shape), **(options or {})}
    case(name, what, call, {name: data}, f"pandas {pd.__version__}", x, labels, names, **more)


def frame(values=X, columns=pixels, **first):
    table = pd.DataFrame(values, columns=columns)
    for place, (column, data) in enumerate(first.items()):
        table.insert(place, column, data)
    return table


def last(column, data, **more):
    table = frame(**more)
    table[column] = data
    return table


to = lambda table, **how: table.to_csv(**{"index": False, **how})
csv("kaggle_train.csv", "label first, as on Kaggle", to(frame(label=Y)), (8, 8), "label")
csv("kaggle_test.csv", "pixels alone", to(frame()), (8, 8))
csv("openml.csv", "`class` last, as from OpenML", to(last("class", Y)), (8, 8), "class")
csv("kannada_test.csv", "`id` first, no label, as Kannada-MNIST", to(frame(id=range(24))), (8, 8), drop=["id"])
csv("kannada_train.csv", "`id` first and `label` last", to(last("label", Y, id=range(24))), (8, 8), "label", drop=["id"])
csv("devanagari.csv", "labels in words, last", to(last("character", words[Y])), (8, 8), "character", encode=True)
csv("devanagari_index.csv", "labels in words, last; pandas's index", last("character", words[Y]).to_csv(), (8, 8), "character",
    drop=["Unnamed: 0"], encode=True)
csv("kind.csv", "the only column that is not numbered", to(last("kind", words[Y])), (8, 8), "kind", encode=True)
csv("columns_1x1.csv", "columns 1x1, 1x2, …", to(frame(columns=[f"{i//8+1}x{i%8+1}" for i in range(64)], label=Y)), (8, 8), "label")
csv("no_header_first.csv", "no header, label first", to(frame(label=Y), header=False), (8, 8), 0, read={"header": None})
csv("no_header_last.csv", "no header, label last", to(last("class", Y), header=False), (8, 8), 64, read={"header": None})
csv("array.csv", "an array as pandas writes it, label last", to(pd.DataFrame(np.hstack([X, Y[:, None]]))), (8, 8), "64")
csv("semicolons.csv", "semicolons and decimal commas", to(last("class", Y, values=X / 8), sep=";", decimal=","), (8, 8), "class",
    read={"sep": ";", "decimal": ","})
csv("tabs.tsv", "tabs", to(frame(label=Y), sep="\t"), (8, 8), "label", read={"sep": "\t"})
csv("excel.csv", "BOM, CRLF, blank lines", b"\xef\xbb\xbf" + to(frame(label=Y), lineterminator="\r\n").encode() + b"\r\n\r\n", (8, 8), "label")
csv("quoted.csv", "every field quoted", to(frame(label=Y), quoting=1), (8, 8), "label")
csv("floats.csv", "labels 5.0, pixels from 0 to 1", to(frame(values=X / 255, label=Y.astype(float))), (8, 8), "label")
csv("from_one.csv", "classes from 1 on", to(frame(label=Y + 1)), (8, 8), "label")
csv("truth.csv", "True and False", to(last("label", Y > 4)), (8, 8), "label", encode=True)
flowers = pd.DataFrame(iris.data, columns=["sepal_length", "sepal_width", "petal_length", "petal_width"])
flowers["species"] = [f"Iris-{iris.target_names[t]}" for t in iris.target]
some = flowers.iloc[::5]
csv("iris.csv", "species in words, last", to(some), (4,), "species", encode=True)
csv("iris_no_header.csv", "the same without a header", to(some, header=False), (4,), 4, read={"header": None}, encode=True)
csv("iris_id.csv", "`Id` first, `Species` last", to(some.rename(columns=str.title).assign(Id=range(30))[["Id", *[c.title() for c in some]]]),
    (4,), "Species", drop=["Id"], encode=True)
csv("minus.csv", "classes −1 and 1, named", to(last("label", np.where(Y > 4, 1, -1))), (8, 8), "label", encode=True,
    options={"class_names": ["-1", "1"]})
wine = '"fixed acidity";"volatile acidity";"quality"\n7.4;0.7;5\n7.8;0.88;5\n11.2;0.28;6\n'
csv("wine_label.csv", "the label is given by name", wine, (2,), "quality", read={"sep": ";"}, options={"label": "quality"})


def refused(name, what, data, call, oracle, error):
    case(name, what, call, {name: data}, oracle, error=error)


refused("wine.csv", "no name says which column is the label", wine, {"kind": "csv", "shape": [2]}, "two readings",
        ["fixed acidity", "quality", "Csv::new().label(\"quality\")"])
refused("minus_unnamed.csv", "classes −1 and 1", to(last("label", np.where(Y > 4, 1, -1))), {"kind": "csv", "shape": [8, 8]},
        "a class cannot be −1", ["got \"-1\"", "class_names([\"-1\", \"1\"])"])
refused("utf16.csv", "UTF-16, as Excel's \"Unicode text\"", to(frame(label=Y)).encode("utf-16"), {"kind": "csv", "shape": [8, 8]},
        "pandas refuses it without encoding=", ["UTF-16", "Save it as UTF-8"])
refused("latin1.csv", "names of classes in Latin-1", "a,b,label\n1,2,Käse\n3,4,Brot\n".encode("latin-1"),
        {"kind": "csv", "shape": [2]}, "pandas refuses it without encoding=", ["not UTF-8"])
refused("missing.csv", "a pixel is missing", to(frame(label=Y)).replace(",0,", ",,", 1), {"kind": "csv", "shape": [8, 8]}, "NaN in pandas",
        ["line 2", "expected a number, got \"\"", "missing"])
refused("missing_label.csv", "a label is missing", "a,b,label\n1,2,x\n3,4,\n", {"kind": "csv", "shape": [2]}, "NaN in pandas",
        ["line 3, column 3 (label)", "missing"])


# ---------------------------------------------------------------- CSV as a table
def table(name, what, data, read={}):
    data = data if isinstance(data, bytes) else data.encode()
    frame = pd.read_csv(io.BytesIO(data), **read)
    columns = []
    for column in frame:
        values = frame[column]
        if values.dtype.kind in "iuf":
            columns.append([column, "numbers", [None if pd.isna(v) else float(v) for v in values]])
        else:
            columns.append([column, "text", ["" if pd.isna(v) else str(v) for v in values]])
    case(name, what, {"kind": "table"}, {name: data}, f"pandas {pd.__version__}", columns=columns)


table("titanic.csv", "missing values, quotes with commas", 'PassengerId,Survived,Name,Sex,Age,Cabin,Fare\n'
      '1,0,"Braund, Mr. Owen",male,22,,7.25\n2,1,"Cumings, Mrs. John ""Flo""",female,38,C85,71.2833\n3,0,"Moran, Mr.",male,NA,,8.46\n')
table("wine_table.csv", "semicolons, quoted names", wine, {"sep": ";"})
table("german.csv", "semicolons, decimal commas, umlauts", "Name;Größe;Ort\nEmmy;1,62;Erlangen\nJosé;1,8;\"Köln; Mitte\"\n", {"sep": ";", "decimal": ","})


# ---------------------------------------------------------------- IDX
def idx(array, code, form):
    array = np.asarray(array, dtype=form)
    return bytes([0, 0, code, array.ndim]) + b"".join(struct.pack(">I", n) for n in array.shape) + array.tobytes()


ten = [str(d) for d in range(10)]
signed = rng.integers(-100, 100, (3, 2, 3))
for name, code, form, values in [
    ("u8", 8, ">u1", X[:4].reshape(4, 8, 8)),
    ("i8", 9, ">i1", signed),
    ("i16", 11, ">i2", signed * 300),
    ("i32", 12, ">i4", signed * 70_000),
    ("f32", 13, ">f4", signed / 7),
    ("f64", 14, ">f8", signed / 7),
    ("u8_2d", 8, ">u1", X[:4]),
    ("f32_4d", 13, ">f4", rng.normal(size=(2, 3, 4, 3))),
]:
    # The labels have a different type in each case.
    label_code, label_form = {"u8": (8, ">u1"), "i8": (9, ">i1"), "i16": (11, ">i2"), "f64": (14, ">f8")}.get(name, (12, ">i4"))
    files = {"images": idx(values, code, form), "labels": idx(Y[: len(values)], label_code, label_form)}
    case(f"idx_{name}", f"IDX, {form[1:]} images in {np.ndim(values)} dimensions, {label_form[1:]} labels", {"kind": "idx"}, files,
         f"NumPy {np.__version__}", values, Y[: len(values)], ten)
files = {"images": gzip.compress(idx(X[:4].reshape(4, 8, 8), 8, ">u1"), mtime=0), "labels": gzip.compress(idx(Y[:4], 8, ">u1"), mtime=0)}
case("idx_gz", "IDX, gzipped", {"kind": "idx"}, files, f"NumPy {np.__version__}", X[:4].reshape(4, 8, 8), Y[:4], ten)


# ---------------------------------------------------------------- NumPy
def npy(array, version=(1, 0), fortran=False):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asfortranarray(array) if fortran else np.ascontiguousarray(array), version=version)
    return file.getvalue()


base = rng.integers(0, 100, (3, 2, 4))
for name, array, how in [
    ("u1", base.astype("u1"), {}), ("i1", (base - 50).astype("i1"), {}), ("u2", base.astype("<u2"), {}),
    ("i2_big", (base - 50).astype(">i2"), {}), ("u4", base.astype("<u4"), {}), ("i4", (base - 50).astype("<i4"), {}),
    ("i8", (base - 50).astype("<i8"), {}), ("u8_big", base.astype(">u8"), {}), ("f2", (base / 8).astype("<f2"), {}),
    ("f4_fortran", (base / 7).astype("<f4"), {"fortran": True}), ("f8_big_v2", (base / 7).astype(">f8"), {"version": (2, 0)}),
    ("f8_v3", (base / 7).astype("<f8"), {"version": (3, 0)}), ("bool", base > 50, {}), ("i8_fortran_big", base.astype(">i8"), {"fortran": True}),
]:
    y = np.array([1, 0, 1]).astype(["<i8", "u1", ">i4", "<u2"][len(cases) % 4])
    case(f"npy_{name}", f".npy, dtype {array.dtype.str}{', Fortran order' if how.get('fortran') else ''}"
         f"{', version %d' % how['version'][0] if 'version' in how else ''}; labels {y.dtype.str}",
         {"kind": "npy"}, {"x.npy": npy(array, **how), "y.npy": npy(y)}, f"NumPy {np.__version__}", array, y, ["0", "1"])
for name, array, error in [
    ("text", np.array(["cat", "dog", "cat"]), ["holds text", "return_inverse"]),
    ("objects", None, ["Python objects", "float32"]),
    ("complex", np.array([1j, 2, 3]), ["complex numbers"]),
    ("records", np.array([(1, 2.0)] * 3, dtype=[("a", "<i4"), ("b", "<f8")]), ["several fields"]),
]:
    data = npy(array) if array is not None else b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '|O', 'fortran_order': False, 'shape': (3,), }".ljust(117) + b"\n\x80"
    case(f"npy_{name}", f".npy of {name}", {"kind": "npy"}, {"x.npy": npy(base), "y.npy": data}, "no numbers", error=error)


def npz(save, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


images = X.reshape(24, 8, 8)
for name, save in [("stored", np.savez), ("deflated", np.savez_compressed)]:
    data = npz(save, x_train=images[:16], y_train=Y[:16].astype("u1"), x_test=images[16:], y_test=Y[16:].astype("u1"))
    case(f"npz_{name}", f"Keras's mnist.npz, {name}", {"kind": "mnist"}, {"mnist.npz": data}, f"NumPy {np.__version__}", images[:16], Y[:16], ten)
column = npz(np.savez, x=base.astype("u1"), y=np.array([[1], [0], [1]]))
case("npz_column", "labels as a column [n, 1], as Keras's CIFAR", {"kind": "npz"}, {"data.npz": column}, f"NumPy {np.__version__}", base, [1, 0, 1], ["0", "1"])


# ---------------------------------------------------------------- images
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(array, depth, color, extra=b"", interlaced=False):
    """Encodes samples [height, width, channels] as PNG with `depth` bits per sample. Pillow cannot write all these variants."""
    height, width, _ = array.shape

    def packed(rows):
        lines = b""
        for row in rows:
            flat = row.reshape(-1)
            if depth == 16:
                lines += b"\0" + flat.astype(">u2").tobytes()
            elif depth == 8:
                lines += b"\0" + flat.astype("u1").tobytes()
            else:
                bits = ((flat[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype("u1").reshape(-1)
                lines += b"\0" + np.packbits(bits).tobytes()
        return lines

    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)] if interlaced else [(0, 0, 1, 1)]
    data = b"".join(packed(array[r::dr, c::dc]) for r, c, dr, dc in passes if array[r::dr, c::dc].size)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


H, W = 11, 13
noise = lambda top, channels: rng.integers(0, top, (H, W, channels))
palette = rng.integers(0, 256, (16, 3)).astype("u1")
plte = chunk(b"PLTE", palette.tobytes())
trns = chunk(b"tRNS", bytes([0, 128, 255]))
oracle = f"Pillow {PIL.__version__}"


def opened(data):
    return Image.open(io.BytesIO(data))


def as_folder(name, what, file, data, tolerance=0, array=None):
    """Adds a case with one image in a class folder. Transparency is dropped."""
    image = opened(data)
    if array is None:
        gray = image.mode in ("1", "L", "LA")
        array = np.asarray(image.convert("L" if gray else "RGB"))
    case(name, what, {"kind": "folder"}, {f"thing/{file}": data}, oracle, array[None], [0], ["thing"], tolerance=tolerance)


for depth in [1, 2, 4, 8]:
    as_folder(f"png_gray{depth}", f"PNG, gray, {depth} bits", "a.png", png(noise(1 << depth, 1), depth, 0))
deep = noise(1 << 16, 1)
as_folder("png_gray16", "PNG, gray, 16 bits (the high byte)", "a.png", png(deep, 16, 0), array=(deep[..., 0] >> 8))
as_folder("png_gray_alpha", "PNG, gray and opacity", "a.png", png(noise(256, 2), 8, 4))
as_folder("png_rgb", "PNG, RGB", "a.png", png(noise(256, 3), 8, 2))
deep = noise(1 << 16, 3)
as_folder("png_rgb16", "PNG, RGB, 16 bits (the high byte)", "a.png", png(deep, 16, 2), array=(deep >> 8))
as_folder("png_rgba", "PNG, RGB and opacity", "a.png", png(noise(256, 4), 8, 6))
as_folder("png_palette", "PNG, palette of 16 colors", "a.png", png(noise(16, 1), 4, 3, plte))
as_folder("png_palette_trns", "PNG, palette, transparent colors", "a.png", png(noise(16, 1), 8, 3, plte + trns))
as_folder("png_interlaced", "PNG, interlaced", "a.png", png(noise(256, 3), 8, 2, interlaced=True))
as_folder("png_interlaced4", "PNG, gray, 4 bits, interlaced", "a.png", png(noise(16, 1), 4, 0, interlaced=True))
down, across = np.mgrid[0:24, 0:37]
gray = (127 + 80 * np.sin(across / 5) * np.cos(down / 6)).astype("u1")
color = np.stack([gray, 255 - gray, gray // 2 + 40], axis=-1)


def jpeg(array, mode=None, **how):
    file = io.BytesIO()
    Image.fromarray(array, mode).save(file, "JPEG", quality=92, **how) if mode is None else Image.fromarray(array).convert(mode).save(file, "JPEG", quality=92, **how)
    return file.getvalue()


as_folder("jpeg_gray", "JPEG, gray", "a.jpg", jpeg(gray), 3)
as_folder("jpeg_color", "JPEG, baseline, 4:4:4", "a.jpg", jpeg(color, subsampling=0), 3)
as_folder("jpeg_420", "JPEG, baseline, 4:2:0", "a.jpeg", jpeg(color, subsampling=2), 6)
as_folder("jpeg_progressive", "JPEG, progressive", "a.jpg", jpeg(color, progressive=True, subsampling=0), 3)
as_folder("jpeg_cmyk", "JPEG, CMYK", "a.jpg", jpeg(color, "CMYK"), 4)


def loaded(name, what, file, data, size, mode, tolerance=1, paper=None):
    """Adds a case for ImageLoader: rotated by EXIF, composited on paper, and resized by antialiased bilinear interpolation."""
    image = ImageOps.exif_transpose(opened(data))
    if paper is not None:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (paper, paper, paper, 255)), image)
    image = image.convert(mode).resize((size[1], size[0]), Image.Resampling.BILINEAR)
    call = {"kind": "loader", "size": list(size), "mode": "grayscale" if mode == "L" else "rgb"}
    case(name, what, call, {file: data}, oracle, np.asarray(image)[None], tolerance=tolerance)


def turned(orientation):
    exif = Image.Exif()
    exif[274] = orientation
    return jpeg(color, subsampling=0, exif=exif)


for orientation in range(2, 9):
    size = (37, 24) if orientation >= 5 else (24, 37)
    loaded(f"exif_{orientation}", f"JPEG with EXIF orientation {orientation}", "a.jpg", turned(orientation), size, "RGB", 3)
big = (127 + 100 * np.sin(np.mgrid[0:150, 0:110][1] / 7) * np.cos(np.mgrid[0:150, 0:110][0] / 9)).astype("u1")
as_png = lambda array: (lambda file: (Image.fromarray(array).save(file, "PNG"), file.getvalue())[1])(io.BytesIO())
for size in [(28, 28), (20, 13), (170, 64), (1, 1)]:
    loaded(f"resize_{size[0]}x{size[1]}", f"PNG 150 × 110 in {size[0]} × {size[1]}", "a.png", as_png(big), size, "L")
loaded("resize_rgb", "PNG, RGB, in 9 × 30", "a.png", as_png(color), (9, 30), "RGB")
loaded("rgb_as_gray", "PNG, RGB, as gray", "a.png", as_png(color), (24, 37), "L")
drawing = np.zeros((24, 37, 4), "u1")
drawing[4:20, 15:20] = [20, 30, 60, 255]
drawing[4:20, 20] = [20, 30, 60, 120]
loaded("transparent_dark", "PNG, transparent, dark ink: white paper", "a.png", as_png(drawing), (24, 37), "L", 1, 255)
light = drawing.copy()
light[..., :3] = 255 - light[..., :3]
loaded("transparent_light", "PNG, transparent, light ink: black paper", "a.png", as_png(light), (24, 37), "L", 1, 0)
for name, data, error in [
    ("webp", (lambda f: (Image.fromarray(color).save(f, "WEBP"), f.getvalue())[1])(io.BytesIO()), "WebP"),
    ("gif", (lambda f: (Image.fromarray(gray).save(f, "GIF"), f.getvalue())[1])(io.BytesIO()), "GIF"),
]:
    case(f"image_{name}", f"a {error} file called .png", {"kind": "loader", "size": [8, 8], "mode": "rgb"}, {"a.png": data}, "no format of tealight's",
         error=[f"it is a {error} file", "Save it as PNG"])

path = Path(__file__).with_name("readers.json")
versions = {"numpy": np.__version__, "pandas": pd.__version__, "pillow": PIL.__version__, "scikit-learn": sklearn.__version__}
path.write_text(json.dumps({"versions": versions, "cases": cases}, separators=(",", ":")) + "\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
