"""Find the parts of an MNIST-like set by what files hold, whatever they are called and however they are packed.

Looked into: folders, zip and tar archives (compressed or not), gzip, IDX, npy and npz. Of each array only the header
is read to see whether it can be a part; a part that is chosen is read and checked whole.
"""

import ast
import gzip
import io
import lzma
import os
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from relulab.data.idx_sets import CONTENT_AT_MOST, GZIP_MAGIC, SHAPES, SIDE, IdxSet, parse_idx, shape_in_header, unfit
from relulab.errors import DataCorruptError
from relulab.untrusted import read_at_most

DEPTH = 4  # folders below the one that was named
FILES_AT_MOST = 2_000  # that are looked at, and members of an archive
HEADER = 4096  # bytes: longer than any header of the three formats
NPY_MAGIC = b"\x93NUMPY"
WHOLE_NUMBERS = re.compile(r"[<>|=]?[iu][1248]")  # as npy files call them
DAMAGE = (
    OSError, EOFError, ValueError, KeyError, RuntimeError, struct.error, zlib.error, lzma.LZMAError, tarfile.TarError,
    zipfile.BadZipFile,
)  # fmt: skip

Opener = Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """An array in a file, or ``inside`` an archive; ``name`` is which part of a set it can be, empty for none.

    ``place``: its folders and archive, outermost first. ``shape`` is what its header says.
    """

    name: str
    path: Path
    inside: str
    place: tuple[str, ...]
    shape: tuple[int, ...]
    open: Opener

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.inside} in {self.path}" if self.inside else str(self.path)

    def array(self) -> NDArray[np.uint8]:
        """The values, in the shape of SHAPES. Raises DataCorruptError."""
        return self.bytes().reshape(SHAPES[self.name])

    def bytes(self) -> NDArray[np.uint8]:
        """The values, from 0 to 255, as they are. Raises DataCorruptError."""
        values = self.values()
        if values.size and not 0 <= values.min() <= values.max() <= 255:
            raise DataCorruptError(f"{self.where} holds values outside of 0 to 255.")
        return np.ascontiguousarray(values, np.uint8)

    def values(self) -> NDArray[np.integer]:
        """Whole numbers, as they are. Raises DataCorruptError."""
        try:
            with self.open() as stream:
                content = read_at_most(stream, CONTENT_AT_MOST)
            return _npy(content) if content.startswith(NPY_MAGIC) else parse_idx(content, self.where)
        except DAMAGE as error:
            raise DataCorruptError(f"{self.where} is damaged ({error}). Download or copy it again.") from None


class Checked(NamedTuple):
    """An array that is the part of a set that it should be, and where it was found."""

    where: str
    array: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What was found below some folders: ``parts`` of sets like MNIST, ``problems``: files that should be data and are
    not, and all ``arrays`` of whole numbers.
    """

    parts: tuple[Part, ...]
    problems: tuple[str, ...]
    arrays: tuple[Part, ...] = ()

    @classmethod
    def below(cls, roots: Iterable[Path]) -> "Search":
        """Look into files, and folders with what lies below them."""
        looked = _Looked()
        for root in roots:
            for path in _files(root):
                looked.into(path)
        found = tuple(looked.arrays)
        return cls(tuple(part for part in found if part.name), tuple(looked.problems), found)

    def parts_of(self, images: IdxSet) -> dict[str, Checked]:
        """The four parts of ``images`` from the innermost place that holds them all; empty where there is none.

        Raises DataCorruptError where there are four parts that could be the set, and one is not.
        """
        wrong: DataCorruptError | None = None
        for together in self._places():
            try:
                return {name: _first_right(images, name, together) for name in SHAPES}
            except DataCorruptError as error:
                wrong = wrong or error
        if wrong:
            raise wrong
        return {}

    def _places(self) -> Iterator[list[Part]]:
        """The parts of every place that holds all four, innermost first."""
        places = {part.place[:depth] for part in self.parts for depth in range(1, len(part.place) + 1)}
        for place in sorted(places, key=lambda place: (-len(place), place)):
            together = [part for part in self.parts if part.place[: len(place)] == place]
            if {part.name for part in together} == SHAPES.keys():
                yield together


@dataclass(slots=True)
class _Looked:
    arrays: list[Part] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def into(self, path: Path) -> None:
        """Take what ``path`` holds: itself, or the members of an archive."""
        try:
            if zipfile.is_zipfile(path):
                self._into_zip(path)
            elif _is_tar(path):
                self._into_tar(path)
            else:
                self._take(path, "", path.parts[:-1], partial(_plain, path))
        except DAMAGE as error:
            self.problems.append(f"{path} cannot be read ({error}).")

    def _into_zip(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()[:FILES_AT_MOST]
        for member in members:
            if member.filename and not member.is_dir():
                self._member(path, member.filename, partial(_ZipMember, path, member.filename))

    def _into_tar(self, path: Path) -> None:
        with tarfile.open(path) as archive:
            for number, member in enumerate(archive):
                if number < FILES_AT_MOST and member.isfile() and member.size <= CONTENT_AT_MOST:
                    self._member(path, member.name, partial(_tar_member, path, member.name))

    def _member(self, path: Path, inside: str, opener: Opener) -> None:
        folders = inside.replace("\\", "/").split("/")
        self._take(path, inside, (*path.parts, *folders[:-1]), opener)

    def _take(self, path: Path, inside: str, place: tuple[str, ...], opener: Opener) -> None:
        """Look at the header of one file; an array is kept, and what only has the name of a part is told."""
        opened = partial(_unpacked, opener)
        file_name, where = Path(inside).name or path.name, f"{inside} in {path}" if inside else str(path)
        try:
            with opened() as stream:
                head = stream.read(HEADER)
        except DAMAGE as error:
            if _is_named_as_a_part(file_name):
                self.problems.append(f"{where} is a damaged archive ({error}).")
            return
        shape = _npy_shape(head) if head.startswith(NPY_MAGIC) else shape_in_header(head)
        if shape:  # a single number is no array of anything
            self.arrays.append(Part(_part_of(shape), path, inside, place, shape, opened))
        elif _is_named_as_a_part(file_name):
            self.problems.append(f"{where} {unfit(head)}")


def _is_tar(path: Path) -> bool:
    try:
        return tarfile.is_tarfile(path)
    except DAMAGE:  # packed, and cut off
        return False


def _plain(path: Path) -> IO[bytes]:
    return path.open("rb")


class _ZipMember(io.BufferedReader):
    """One member of a zip archive, which is closed with it."""

    def __init__(self, path: Path, name: str) -> None:
        self._archive = zipfile.ZipFile(path)
        super().__init__(self._archive.open(name))  # type: ignore[arg-type]  # ZipExtFile reads as a raw stream does

    def close(self) -> None:
        super().close()
        self._archive.close()


def _tar_member(path: Path, name: str) -> IO[bytes]:
    with tarfile.open(path) as archive:
        member = archive.extractfile(name)
        return io.BytesIO(read_at_most(member, CONTENT_AT_MOST) if member else b"")


def _unpacked(opener: Opener) -> IO[bytes]:
    """What ``opener`` opens, decompressed where it is gzip."""
    with opener() as stream:
        packed = stream.read(2) == GZIP_MAGIC
    if packed:
        return cast(IO[bytes], _Gzip(opener()))  # it reads bytes as any file does
    return opener()


class _Gzip(gzip.GzipFile):
    """A gzip stream that closes what it reads from."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(fileobj=stream)
        self._below = stream

    def close(self) -> None:
        super().close()
        self._below.close()


def _files(root: Path) -> Iterator[Path]:
    """``root``, or the files below it, in order; not more than FILES_AT_MOST, and no devices or pipes."""
    with suppress(OSError):  # what may not be looked at counts as absent
        if root.is_file():
            yield root
            return
    count = 0
    for folder, folders, names in os.walk(root):
        folders.sort()
        if len(Path(folder).relative_to(root).parts) >= DEPTH:
            folders.clear()
        for name in sorted(names):
            path = Path(folder) / name
            count += 1
            if count > FILES_AT_MOST:
                return
            with suppress(OSError):
                if path.is_file() and path.stat().st_size <= CONTENT_AT_MOST:
                    yield path


def _part_of(shape: tuple[int, ...]) -> str:
    """Which part an array of this shape can be, or empty."""
    images = {(SIDE, SIDE), (SIDE * SIDE,), (SIDE, SIDE, 1), (1, SIDE, SIDE)}
    for name, expected in SHAPES.items():
        same_count = shape[:1] == expected[:1]
        if same_count and (shape[1:] in images if len(expected) == 3 else shape[1:] in {(), (1,)}):
            return name
    return ""


def _npy_shape(head: bytes) -> tuple[int, ...] | None:
    """The shape of an npy file of whole numbers that begins with ``head``, None for any other.

    Its header is a table in Python's spelling. It is read here: NumPy's reading of it fails in many ways.
    """
    start = 10 if head[6:7] == b"\x01" else 12
    size = int.from_bytes(head[8:start], "little")
    try:
        table = ast.literal_eval(head[start : start + size].decode("latin-1").strip())
        kind, shape = str(table["descr"]), tuple(table["shape"])
    except (ValueError, SyntaxError, TypeError, KeyError, IndexError, MemoryError, RecursionError):
        return None
    if not WHOLE_NUMBERS.fullmatch(kind) or not all(type(count) is int and count >= 0 for count in shape):
        return None
    return shape


def _npy(content: bytes) -> NDArray[np.integer]:
    array: NDArray[np.integer] = np.load(io.BytesIO(content), allow_pickle=False)
    return array


def _is_named_as_a_part(file_name: str) -> bool:
    lowered = file_name.lower()
    return any(word in lowered for word in ("-idx", ".idx", "ubyte"))


def _first_right(images: IdxSet, name: str, together: list[Part]) -> Checked:
    """The first of the parts of this name that the set accepts; else DataCorruptError says why not the first."""
    wrong: DataCorruptError | None = None
    for part in together:
        if part.name == name:
            try:
                array = part.array()
                images.check(name, array, part.where)
                return Checked(part.where, array)
            except DataCorruptError as error:
                wrong = wrong or error
    assert wrong is not None, "the place holds this part"
    raise wrong
