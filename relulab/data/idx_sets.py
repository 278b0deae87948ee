"""MNIST and the two sets made in its image: four IDX files each, and how to tell that they are the right ones.

The IDX format is a magic number, the sizes, then one byte per value. Source: http://yann.lecun.com/exdb/mnist/
("File formats for the MNIST database").
"""

import hashlib
import math
import struct
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Pool, Progress, RawSplit
from relulab.errors import DataCorruptError, DataMissingError
from relulab.untrusted import read_at_most

UNSIGNED_BYTE = 0x08
GZIP_MAGIC = b"\x1f\x8b"
CONTENT_AT_MOST = 256 * 2**20  # bytes; a small archive can claim to hold terabytes


def read_content(path: Path) -> bytes:
    """The bytes of ``path``, decompressed if they are gzip. Nothing is written.

    Raises DataCorruptError for a damaged archive and DataMissingError for a file that cannot be read.
    """
    try:
        with path.open("rb") as file:
            if file.read(2) != GZIP_MAGIC:
                file.seek(0)
                content = read_at_most(file, CONTENT_AT_MOST + 1)
            else:
                file.seek(0)
                content = _unpacked(read_at_most(file, CONTENT_AT_MOST + 1))
    except (EOFError, zlib.error) as error:
        raise DataCorruptError(f"{path} is a damaged archive ({error}). Download or copy it again.") from None
    except OSError as error:
        raise DataMissingError(f"{path} cannot be read ({error.strerror or error}).") from None
    if len(content) > CONTENT_AT_MOST:
        raise DataCorruptError(f"{path} is far larger than any file of this data set.")
    return content


def _unpacked(packed: bytes) -> bytes:
    """What gzip packed, at most one byte more than is allowed. In one piece: that takes less time than in many.

    Raises EOFError for an archive that is cut off, and zlib.error for a damaged one.
    """
    parts, left = [], CONTENT_AT_MOST + 1
    while packed and left > 0:  # an archive may have several members, and zeros behind them
        unpacking = zlib.decompressobj(wbits=31)
        parts.append(unpacking.decompress(packed, left))
        left -= len(parts[-1])
        if left > 0 and not unpacking.eof:
            raise EOFError("it ends too early")
        packed = unpacking.unused_data.lstrip(b"\0")
    return b"".join(parts)


def shape_in_header(head: bytes) -> tuple[int, ...] | None:
    """The shape of the array in a file that begins with ``head``; None where it is no IDX file of bytes."""
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] != UNSIGNED_BYTE or not 1 <= head[3] <= 4:
        return None
    start = 4 + 4 * head[3]
    return struct.unpack(f">{head[3]}I", head[4:start]) if len(head) >= start else None


def unfit(head: bytes) -> str:
    """What a file is that begins with ``head`` and is no IDX file, and what to do: the rest of a sentence."""
    start = head.lstrip()[:256].lower()
    if not head:
        return "is empty (0 bytes). Download or copy it again."
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml")):
        return (
            "is a web page (HTML), not data: perhaps a login page answered instead of the file. Open the address in a "
            "browser, log in there, and download it again."
        )
    if head in b"\0\0\x08" or (head[:3] == b"\0\0\x08" and 1 <= head[3] <= 4):
        return f"is cut off: it ends after {len(head)} bytes. Download or copy it again."
    return "is not a file of the MNIST format (IDX): its first bytes are wrong. Download or copy it again."


def parse_idx(content: bytes, name: str) -> NDArray[np.uint8]:
    """The array in ``content``, in its own shape, read-only. ``name`` is for the message of DataCorruptError."""
    shape = shape_in_header(content)
    if shape is None:
        raise DataCorruptError(f"{name} {unfit(content)}")
    start = 4 + 4 * len(shape)
    expected = start + math.prod(shape)
    if len(content) != expected:
        what = "is cut off" if len(content) < expected else "is longer than it says"
        raise DataCorruptError(
            f"{name} {what}: it announces {expected:,} bytes and has {len(content):,}. Download or copy it again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


SIDE = 28  # pixels
KINDS = {1: "labels", 3: "images"}  # by the number of dimensions
TRAIN, TEST = 60_000, 10_000  # images
SHAPES = {
    "train-images-idx3-ubyte": (TRAIN, SIDE, SIDE),
    "train-labels-idx1-ubyte": (TRAIN,),
    "t10k-images-idx3-ubyte": (TEST, SIDE, SIDE),
    "t10k-labels-idx1-ubyte": (TEST,),
}
FILE_NAMES = {
    spelling + suffix: name
    for name in SHAPES
    for spelling in (name, name.replace("-idx", ".idx"))
    for suffix in ("", ".gz")
}
LOOK_TOLERANCE = 0.03  # the mean pixels of the three sets lie 0.06 and more apart


@dataclass(frozen=True, slots=True, kw_only=True)
class IdxSet:
    """One set of the MNIST family.

    ``torchvision_name`` is its class there, which publishes mirrors and MD5s, and the name of its folder.
    ``content_md5`` holds the MD5s of the decompressed files where they are known. ``balanced`` says that all
    classes are equally frequent; ``mean_pixel`` is that of the training images, from 0 to 1.
    """

    title: str
    torchvision_name: str
    class_names: tuple[str, ...]
    balanced: bool
    mean_pixel: float
    content_md5: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_names(self) -> Mapping[str, str]:
        """Names under which the four files are known (gzip or raw, in two spellings) and which one each is."""
        return FILE_NAMES

    def places(self, root: Path) -> tuple[Path, ...]:
        """Folders under ``root`` in which the files may lie; the first is torchvision's layout."""
        return root / self.torchvision_name / "raw", root / "raw", root / self.torchvision_name, root

    def missing(self, found: Collection[str]) -> list[str]:
        """The files that ``found`` lacks."""
        return [name for name in SHAPES if name not in found]

    def read(self, files: Mapping[str, Path], progress: Progress) -> Pool:
        """All images, uint8 (n, 1, 28, 28), and classes. Raises DataCorruptError for anything unexpected."""
        arrays = {}
        for index, name in enumerate(SHAPES):
            progress(index, len(SHAPES), f"Reading {self.title}")
            arrays[name] = parse_idx(read_content(files[name]), str(files[name]))
            self.check(name, arrays[name], str(files[name]))
        progress(len(SHAPES), len(SHAPES), f"Reading {self.title}")
        return self.pool(arrays)

    def pool(self, arrays: Mapping[str, NDArray[np.uint8]]) -> Pool:
        """The set of the four arrays by their names in SHAPES."""
        train_images, train_labels, test_images, test_labels = (arrays[name] for name in SHAPES)
        return Pool(_split(train_images, train_labels), _split(test_images, test_labels), 255.0, shuffled=True)

    def verdict(self, name: str) -> str:
        """What a part is known to be that has passed ``check``."""
        if name in self.content_md5:
            return f"{SHAPES[name][0]:,} {KINDS[len(SHAPES[name])]}, as they were published (MD5)"
        return f"{SHAPES[name][0]:,} {KINDS[len(SHAPES[name])]}, right by number, balance and brightness"

    def check(self, name: str, array: NDArray[np.uint8], where: str) -> None:
        """Raise DataCorruptError where the array from ``where`` is not the part ``name`` of this set.

        The published checksum decides where it is known; else sizes, the balance of the labels, and brightness.
        """
        if array.shape != SHAPES[name]:
            raise DataCorruptError(_wrong_shape(where, array.shape, SHAPES[name]))
        if array.ndim == 1:
            self._check_labels(array, where)
        else:
            self._check_look(array, where)
        if name in self.content_md5 and _md5(array) != self.content_md5[name]:
            raise DataCorruptError(
                f"{where} has the right size, but not the content of {self.title}'s {name}: it is damaged, or it "
                "belongs to another data set. Download or copy it again."
            )

    def _check_labels(self, labels: NDArray[np.uint8], where: str) -> None:
        counts = np.bincount(labels, minlength=10)
        if len(counts) > 10:
            raise DataCorruptError(f"{where} holds the label {len(counts) - 1}, but labels run from 0 to 9.")
        if self.balanced and counts.min() != counts.max():
            raise DataCorruptError(
                f"{where} is not {self.title}'s: there, all ten classes are equally frequent. "
                "It is damaged, or it belongs to another data set."
            )

    def _check_look(self, images: NDArray[np.uint8], where: str) -> None:
        mean = float(images.mean()) / 255.0
        if abs(mean - self.mean_pixel) > LOOK_TOLERANCE:
            raise DataCorruptError(
                f"{where} does not hold the images of {self.title}: their mean brightness is {mean:.3f} instead of "
                f"{self.mean_pixel:.3f}. It probably belongs to another data set."
            )


def _split(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> RawSplit:
    own = images if images.flags.writeable else images.copy()  # torch warns of what may not be written
    return RawSplit(own[:, None], labels.astype(np.int64))


def _wrong_shape(where: str, shape: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """Say which mistake gives such a shape."""
    if len(shape) != len(expected) and len(shape) in KINDS:
        guess = f"it holds {KINDS[len(shape)]}, not {KINDS[len(expected)]}. Were the files swapped?"
    elif shape in SHAPES.values():
        other, wanted = ("test", "training") if shape[0] == TEST else ("training", "test")
        guess = f"it holds the {shape[0]:,} {other} samples, not the {wanted} samples. Were the files swapped?"
    else:
        guess = f"it holds {'x'.join(map(str, shape))} values instead of {'x'.join(map(str, expected))}."
    return f"{where} is not what its name says: {guess}"


def idx_content(array: NDArray[np.uint8]) -> bytes:
    """``array`` as an IDX file."""
    return _header(array) + array.tobytes()


def _header(array: NDArray[np.uint8]) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, UNSIGNED_BYTE, array.ndim, *array.shape)


def _md5(array: NDArray[np.uint8]) -> str:
    """Of ``idx_content``, without a copy of it."""
    digest = hashlib.md5(_header(array), usedforsecurity=False)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


MNIST = IdxSet(
    title="MNIST",
    torchvision_name="MNIST",
    class_names=tuple("0123456789"),
    balanced=False,
    mean_pixel=0.1307,
    content_md5={
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    },
)
FASHION_MNIST = IdxSet(
    title="Fashion-MNIST",
    torchvision_name="FashionMNIST",
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    balanced=True,
    mean_pixel=0.2860,
)
KMNIST = IdxSet(
    title="KMNIST",
    torchvision_name="KMNIST",
    class_names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    balanced=True,
    mean_pixel=0.1918,
)
