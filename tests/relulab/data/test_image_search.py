"""Image files are recognised by what they hold, in every layout in which people have them."""

import gzip
import io
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from relulab.data.dataset import Source
from relulab.data.idx_sets import FASHION_MNIST, KMNIST, MNIST, SHAPES, idx_content, parse_idx
from relulab.data.image_files import import_files, load_images
from relulab.data.image_search import FILES_AT_MOST, Search
from relulab.errors import DataCorruptError, DataMissingError

SETS = {"mnist": MNIST, "fashion_mnist": FASHION_MNIST, "kmnist": KMNIST}
Arrays = dict[str, np.ndarray]


@pytest.fixture(scope="session")
def contents(real_mnist: Path) -> dict[str, Arrays]:
    """The real MNIST, and stand-ins for the other two that are like them in size, balance and brightness."""
    made: dict[str, Arrays] = {
        "mnist": {name: parse_idx(gzip.decompress((real_mnist / f"{name}.gz").read_bytes()), name) for name in SHAPES}
    }
    for name, images in (("fashion_mnist", FASHION_MNIST), ("kmnist", KMNIST)):
        grey = round(255 * images.mean_pixel)
        made[name] = {
            part: np.full(shape, grey, np.uint8) if len(shape) == 3 else (np.arange(shape[0]) % 10).astype(np.uint8)
            for part, shape in SHAPES.items()
        }
    return made


def packed(array: np.ndarray) -> bytes:
    return gzip.compress(idx_content(array), 1)


def zipped(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def tarred(files: dict[str, bytes]) -> bytes:
    packed_files = io.BytesIO()
    with tarfile.open(fileobj=packed_files, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed_files.getvalue()


def written(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def saved(array: np.ndarray, save: Callable[..., None] = np.save) -> bytes:
    file = io.BytesIO()
    save(file, array)
    return file.getvalue()


LAYOUTS: dict[str, Callable[[Path, Arrays], None]] = {
    "archive.zip with one folder for each file": lambda folder, arrays: zipped(
        folder / "archive.zip", {f"{name}/{name}": idx_content(array) for name, array in arrays.items()}
    ),
    "a zip of packed files, one folder deeper": lambda folder, arrays: zipped(
        folder / "DATA.ZIP", {f"set/raw/{name}.gz": packed(array) for name, array in arrays.items()}
    ),
    "tar.gz": lambda folder, arrays: written(
        folder,
        {"set.tar.gz": gzip.compress(tarred({f"./{name}": idx_content(array) for name, array in arrays.items()}), 1)},
    ),
    "tar of packed files": lambda folder, arrays: written(
        folder, {"set.tar": tarred({f"{name}.gz": packed(array) for name, array in arrays.items()})}
    ),
    "one folder deeper": lambda folder, arrays: written(
        folder, {f"downloads/my set/{name}.gz": packed(array) for name, array in arrays.items()}
    ),
    "one folder each": lambda folder, arrays: written(
        folder, {f"{name}/{name}": idx_content(array) for name, array in arrays.items()}
    ),
    "second downloads": lambda folder, arrays: written(
        folder, {f"{name} (1).gz": packed(array) for name, array in arrays.items()}
    ),
    "capitals, unpacked by hand": lambda folder, arrays: written(
        folder, {f"{name.upper()}.IDX": idx_content(array) for name, array in arrays.items()}
    ),
    "no names at all": lambda folder, arrays: written(
        folder, {f"file {number}": packed(array) for number, array in enumerate(arrays.values())}
    ),
    "an npz of the four arrays": lambda folder, arrays: np.savez(
        folder / "set.npz",
        **dict(zip(("x_train", "y_train", "x_test", "y_test"), arrays.values(), strict=True)),  # type: ignore[arg-type]
    ),
    "an npz for each array": lambda folder, arrays: written(
        folder, {f"{name}.npz": saved(array, np.savez) for name, array in arrays.items()}
    ),
    "flat rows and wide labels": lambda folder, arrays: written(
        folder,
        {
            f"{name}.npy": saved(array.reshape(len(array), -1) if array.ndim == 3 else array.astype(np.int64))
            for name, array in arrays.items()
        },
    ),
}


SHORT = ("archive.zip with one folder for each file", "no names at all")  # of the real set, which takes its time
CASES = [
    pytest.param(name, layout, marks=pytest.mark.slow if name == "mnist" and layout not in SHORT else ())
    for name in SETS
    for layout in LAYOUTS
]


@pytest.mark.parametrize(("name", "layout"), CASES)
def test_every_layout_is_read(name: str, layout: str, contents: dict[str, Arrays], tmp_path: Path) -> None:
    folder = tmp_path / "Mes données é"
    folder.mkdir()
    LAYOUTS[layout](folder, contents[name])
    pool = load_images(name, Source(folder))
    assert np.array_equal(pool.train.inputs[:, 0], contents[name]["train-images-idx3-ubyte"])
    assert np.array_equal(pool.train.targets, contents[name]["train-labels-idx1-ubyte"])
    assert pool.test is not None
    assert np.array_equal(pool.test.inputs[:, 0], contents[name]["t10k-images-idx3-ubyte"])
    assert np.array_equal(pool.test.targets, contents[name]["t10k-labels-idx1-ubyte"])


def test_of_three_sets_side_by_side_the_right_one_is_taken(contents: dict[str, Arrays], tmp_path: Path) -> None:
    for name in SETS:
        LAYOUTS["tar of packed files"](tmp_path, contents[name])
        (tmp_path / name).mkdir()
        (tmp_path / "set.tar").rename(tmp_path / name / "set.tar")
    for name in SETS:
        pool = load_images(name, Source(tmp_path))
        assert np.array_equal(pool.train.inputs[:, 0], contents[name]["train-images-idx3-ubyte"])


def test_a_part_of_another_set_is_refused(contents: dict[str, Arrays], tmp_path: Path) -> None:
    """Test images are checked as training images are: Fashion-MNIST's are not KMNIST's."""
    mixed = contents["kmnist"] | {"t10k-images-idx3-ubyte": contents["fashion_mnist"]["t10k-images-idx3-ubyte"]}
    LAYOUTS["one folder deeper"](tmp_path, mixed)
    with pytest.raises(DataCorruptError, match=r"t10k-images.*does not hold the images of KMNIST"):
        load_images("kmnist", Source(tmp_path))


def test_importing_an_archive_keeps_what_it_holds(contents: dict[str, Arrays], tmp_path: Path) -> None:
    LAYOUTS["archive.zip with one folder for each file"](tmp_path, contents["kmnist"])
    import_files("kmnist", [tmp_path / "archive.zip"])
    shutil.rmtree(tmp_path / "archive.zip", ignore_errors=True)
    pool = load_images("kmnist", Source())
    assert np.array_equal(pool.train.inputs[:, 0], contents["kmnist"]["train-images-idx3-ubyte"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><title>Please log in</title>", r"web page \(HTML\)"),
        (b"", "is empty"),
        (b"\x1f\x8b\x08\x00 cut", "damaged archive"),
        (b"\0\0\x08\x03\0\0", "is cut off: it ends after 6 bytes. Download or copy it again"),
        (b"PNG and the like", "first bytes are wrong. Download or copy it again"),
    ],
    ids=["login page", "empty", "cut", "unpacked and cut", "something else"],
)
def test_what_is_no_data_is_called_what_it_is(
    content: bytes, said: str, contents: dict[str, Arrays], tmp_path: Path
) -> None:
    LAYOUTS["second downloads"](tmp_path, contents["kmnist"])
    (tmp_path / "train-images-idx3-ubyte (1).gz").write_bytes(content)
    with pytest.raises(DataMissingError, match=said):
        load_images("kmnist", Source(tmp_path))


def test_a_bomb_a_pipe_and_a_crowd_are_passed_over(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train-images-idx3-ubyte", bytes(50_000_000))
    for number in range(FILES_AT_MOST + 10):
        (tmp_path / f"{number:05}.txt").write_text("no data")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "a pipe")
    assert Search.below([tmp_path]).parts == ()
