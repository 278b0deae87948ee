"""CIFAR-10: small colour photographs in ten classes, from the files that torchvision downloads.

The published files are Python pickles. They are never unpickled, which could run code: ``pickletools`` lists
their opcodes, and the one long string (the pixels) and the list of labels are picked out. Each file must also
have the MD5 that torchvision publishes.
"""

import gzip
import hashlib
import pickletools
import tarfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from relulab.data.dataset import Pool, Progress, RawSplit
from relulab.data.torchvision_import import torchvision_datasets
from relulab.errors import DataCorruptError, DataMissingError

ARCHIVE = "cifar-10-python.tar.gz"
FOLDER = "cifar-10-batches-py"
BATCHES = (*(f"data_batch_{index}" for index in range(1, 6)), "test_batch")
INTEGERS = {"INT", "BININT", "BININT1", "BININT2"}  # pickle's opcodes for numbers; others count memo slots
BATCH_AT_MOST = 64 * 2**20  # bytes
CLASSES = "airplane automobile bird cat deer dog frog horse ship truck"
IMAGES_PER_BATCH, PIXELS = 10_000, 3 * 32 * 32


@dataclass(frozen=True, slots=True)
class CifarSet:
    """CIFAR-10, as one archive or as the six batch files in it."""

    title: str = "CIFAR-10"
    torchvision_name: str = "CIFAR10"
    class_names: tuple[str, ...] = tuple(CLASSES.split())

    @property
    def file_names(self) -> Mapping[str, str]:
        """The archive, or else the batch files, under their own names."""
        return {name: name for name in (ARCHIVE, *BATCHES)}

    def places(self, root: Path) -> tuple[Path, ...]:
        """Folders under ``root`` in which the files may lie; the first is where they are kept in the cache."""
        own = root / self.torchvision_name
        return own, root, root / FOLDER, own / FOLDER

    def missing(self, found: Collection[str]) -> list[str]:
        """The files that ``found`` lacks; the archive stands for all."""
        return [] if ARCHIVE in found else [name for name in BATCHES if name not in found]

    def read(self, files: Mapping[str, Path], progress: Progress) -> Pool:
        """All images, uint8 (n, 3, 32, 32), and classes. Imports torch. Raises DataCorruptError."""
        published = torchvision_datasets().CIFAR10
        checksums = dict(published.train_list + published.test_list)
        splits = []
        for index, (name, content) in enumerate(self._contents(files)):
            progress(index, len(BATCHES), f"Reading {self.title}")
            where = files.get(name, files.get(ARCHIVE, name))
            if hashlib.md5(content, usedforsecurity=False).hexdigest() != checksums[name]:
                raise DataCorruptError(f"{where}: {name} is damaged. Download or copy it again.")
            splits.append(parse_batch(content, str(where)))
        progress(len(BATCHES), len(BATCHES), f"Reading {self.title}")
        images = np.concatenate([split.inputs for split in splits[:-1]])
        labels = np.concatenate([split.targets for split in splits[:-1]])
        return Pool(RawSplit(images, labels), splits[-1], 255.0, shuffled=True)

    def _contents(self, files: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each batch, in the order of BATCHES."""
        try:
            if ARCHIVE not in files:
                yield from ((name, files[name].read_bytes()) for name in BATCHES)
                return
            with tarfile.open(files[ARCHIVE], "r:gz") as archive:
                contents = {
                    Path(member.name).name: file.read()
                    for member in archive
                    if Path(member.name).name in BATCHES
                    and member.size <= BATCH_AT_MOST
                    and (file := archive.extractfile(member))
                }
            yield from ((name, contents[name]) for name in BATCHES)
        except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, KeyError) as error:
            raise DataCorruptError(
                f"{files[ARCHIVE]} is a damaged archive ({error}). Download or copy it again."
            ) from None
        except OSError as error:
            raise DataMissingError(f"{self.title} cannot be read ({error}).") from None


def parse_batch(content: bytes, where: str) -> RawSplit:
    """Images uint8 (10000, 3, 32, 32) and classes of one batch file. Raises DataCorruptError naming ``where``."""
    pixels: bytes | None = None
    labels: list[int] = []
    last_text: object = None
    try:
        for opcode, value, _ in pickletools.genops(content):
            if opcode.name in INTEGERS and last_text == "labels" and isinstance(value, int):
                labels.append(value)
            elif isinstance(value, str):
                last_text = value
                if len(value) == IMAGES_PER_BATCH * PIXELS:
                    pixels = value.encode("latin-1")
    except (ValueError, UnicodeError) as error:
        raise DataCorruptError(f"{where} is not a CIFAR-10 batch ({error}).") from None
    if pixels is None or len(labels) != IMAGES_PER_BATCH or not 0 <= min(labels) <= max(labels) <= 9:
        raise DataCorruptError(f"{where} does not hold {IMAGES_PER_BATCH:,} images with labels from 0 to 9.")
    images = np.frombuffer(pixels, np.uint8).reshape(-1, 3, 32, 32)
    return RawSplit(images, np.array(labels, np.int64))


CIFAR10 = CifarSet()
