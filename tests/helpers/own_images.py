"""Small sets of images as people have them, in every layout: IDX, npy and npz, packed or not."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from relulab.data.idx_sets import idx_content

COUNT, TESTED, SIDE, CLASSES = 96, 24, 8, 3
Arrays = dict[str, np.ndarray]


def arrays(side=SIDE, classes=CLASSES, first=1):
    """Training and test images, each class of a brightness of its own, and labels from ``first`` on."""
    made: Arrays = {}
    for part, count in (("train", COUNT), ("test", TESTED)):
        labels = (np.arange(count) * 7 % classes).astype(np.uint8)
        noise = np.random.default_rng(count).integers(0, 20, (count, side, side))
        made[f"{part}-images"] = (60 * labels[:, None, None] + noise).astype(np.uint8)
        made[f"{part}-labels"] = labels + np.uint8(first)
    return made


def saved(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def idx(made):
    return {f"{name.replace('test', 't10k')}-idx{array.ndim}-ubyte": idx_content(array) for name, array in made.items()}


def written(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def npz(path, made):
    np.savez_compressed(path, **made)
    return path


def beside(folder, made):
    """Four packed IDX files, of which one is chosen, among other things."""
    written(folder, {f"{name}.gz": gzip.compress(content) for name, content in idx(made).items()})
    (folder / "notes.txt").write_text("mine", "utf-8")
    npz(folder / "other.npz", arrays(side=6))
    return folder / "train-images-idx3-ubyte.gz"


LAYOUTS: dict[str, Callable[[Path, Arrays], Path]] = {
    "an npz": lambda folder, made: npz(folder / "mine.npz", made),
    "an npz with the names of Keras": lambda folder, made: npz(
        folder / "mine.npz",
        dict(zip(("x_train", "y_train", "x_test", "y_test"), made.values(), strict=True)),
    ),
    "a folder of IDX files": lambda folder, made: written(folder, idx(made)),
    "one packed IDX file among others": beside,
    "a folder with a folder for each file": lambda folder, made: written(
        folder, {f"{name}/{name}": content for name, content in idx(made).items()}
    ),
    "a zip of IDX files, one folder deeper": lambda folder, made: zipped(
        folder / "Set 1.ZIP", {f"set/{name}": content for name, content in idx(made).items()}
    ),
    "a tar.gz of npy files": lambda folder, made: tarred(
        folder / "set.tar.gz", {f"set/{name}.npy": saved(array) for name, array in made.items()}
    ),
    "a folder with an archive": lambda folder, made: zipped(folder / "set.zip", idx(made)).parent,
    "rows of pixels": lambda folder, made: npz(
        folder / "mine.npz",
        {name: array.reshape(len(array), -1) if array.ndim == 3 else array[:, None] for name, array in made.items()},
    ),
    "wide whole numbers": lambda folder, made: npz(
        folder / "mine.npz", {name: array.astype(np.int64) for name, array in made.items()}
    ),
    "names that say nothing": lambda folder, made: npz(
        folder / "mine.npz", dict(zip("abcd", made.values(), strict=True))
    ),
}
