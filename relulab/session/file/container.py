"""The container of a session: a zip of parts and a manifest that lists each with its size and SHA-256.

Anything can be in a file that somebody else made. So what the zip declares is checked before a part is
unpacked, every part is checked against the manifest, names must be ones that a session has, and nothing is
ever written to the disk or unpickled. docs/session-format.md describes the format.
"""

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO, NamedTuple

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.edition import __version__
from relulab.errors import SessionError
from relulab.session.file.arrays import Pieces
from relulab.session.file.document import from_json, to_json
from relulab.session.file.migrations import Readers, own_learning_rates
from relulab.session.limits import (
    DIRECTORY_BYTES,
    FILE_BYTES,
    MANIFEST_BYTES,
    PARTS,
    allowance,
    check_part_size,
    check_total,
)

FORMAT = "relulab-session"
VERSION = 2
MANIFEST = "manifest.json"

Migration = Callable[[Readers], None]
MIGRATIONS: dict[int, Migration] = {1: own_learning_rates}  # MIGRATIONS[n]: from the parts of version n to n + 1

_RUN = r"runs/[0-9a-f]{8}"
_TRIAL = rf"{_RUN}/trials/[0-9]{{2}}"
NAMES = re.compile(
    rf"session\.json|{_RUN}/run\.json"
    rf"|{_RUN}/(steps|probes|evaluations|traces|moments|picture|sample)/[a-z_0-9]{{1,40}}\.npy"
    rf"|{_TRIAL}/(run\.json|(steps|evaluations|sample)/[a-z_]{{1,40}}\.npy)"
    rf"|{_RUN}/checkpoints/[0-9]{{12}}/(checkpoint\.json|(weights|training)\.safetensors)"
    rf"|{_RUN}/weights\.safetensors"
    r"|pictures/[0-9]{4}\.png|maps/[0-9]{4}\.json",
    re.ASCII,
)
PIECE = 2**19  # bytes that are written at once: the window waits for whoever holds Python's lock
_STORED = (".safetensors", ".png")  # these would hardly get smaller
_LEVEL = 1  # of compression: half the size of an archive at a tenth of the time of the best
_END = struct.Struct("<4s4H2LH")  # the record that ends every zip
_ZIP64 = b"PK\x06\x07"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OverflowError, RuntimeError, ValueError
)  # fmt: skip


class _Listed(NamedTuple):
    size: int
    sha256: str


def write_container(
    file: BinaryIO, parts: Callable[[], Iterable[tuple[str, Pieces]]], *, compress: bool = True
) -> None:
    """Write all parts, which are made one by one, and the manifest. ``file`` is empty and open for writing.

    ``parts`` is called a second time where they compress so well that the file would look like a trap.
    Raises SessionError where the session is larger than the limits.
    """
    total = _write(file, parts(), compress=compress)
    if total > allowance(file.tell()):
        file.seek(0)
        file.truncate()
        _write(file, parts(), compress=False)


def _write(file: BinaryIO, parts: Iterable[tuple[str, Pieces]], *, compress: bool) -> int:
    """Write the zip and return how many bytes it will unpack to."""
    listed: list[dict[str, Any]] = []
    total = 0
    with zipfile.ZipFile(file, "w", allowZip64=False, compresslevel=_LEVEL) as archive:
        for name, pieces in parts:
            assert NAMES.fullmatch(name), name
            size = sum(map(len, pieces))
            check_part_size(name, size)
            total += size
            check_total(total, total)
            sha256 = _add(archive, name, pieces, compress and not name.endswith(_STORED))
            listed.append({"name": name, "size": size, "sha256": sha256})
        if len(listed) >= PARTS:
            raise SessionError(f"it has more than {PARTS:,} parts. Remove some runs or checkpoints.")
        saved = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {"format": FORMAT, "version": VERSION, "application": __version__, "saved": saved, "parts": listed}
        data = to_json(manifest)
        _add(archive, MANIFEST, (data,), compress)
    return total + len(data)


def _add(archive: zipfile.ZipFile, name: str, pieces: Pieces, compress: bool) -> str:
    """Write a part, in pieces and with no date, so that the same session gives the same bytes. Returns its SHA-256."""
    archive.compression = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED  # of what is opened by its name
    digest = hashlib.sha256()
    with archive.open(name, "w") as stream:
        for piece in pieces:
            for start in range(0, len(piece), PIECE):
                data = piece[start : start + PIECE]
                digest.update(data)
                stream.write(data)
    return digest.hexdigest()


class Container:
    """The parts of an open session file. Each part is read, checked and given out once; ``progress`` counts them.

    Raises SessionError, here and in ``take``, for anything that is not as a session has it.
    """

    def __init__(self, file: BinaryIO, progress: Progress = ignore) -> None:
        self._readers = _open(file)
        self._parts = len(self._readers)
        self._progress = progress

    def __contains__(self, name: str) -> bool:
        return name in self._readers

    def take(self, name: str) -> bytes:
        """The part ``name``."""
        reader = self._readers.pop(name, None)
        if reader is None:
            raise SessionError(f"its part {name} is missing.")
        self._progress(self._parts - len(self._readers), self._parts, "Reading the session")
        return reader()

    def finish(self) -> None:
        """Everything has been read: whatever is left does not belong in there."""
        if self._readers:
            raise SessionError(f"it has a part that belongs to nothing: {next(iter(self._readers))}.")


def _open(file: BinaryIO) -> Readers:
    size = file.seek(0, 2)
    _check_end(file, size)
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    except _BROKEN as error:
        raise SessionError(f"it is damaged ({error}).") from None
    entries = {info.filename: info for info in infos}
    if len(entries) != len(infos):
        raise SessionError("it has two parts of one name.")
    check_total(sum(info.file_size for info in infos), size)
    if sum(info.compress_size for info in infos) > size or any(not _is_plain(info, size) for info in infos):
        raise SessionError("it is packed in a way that no session is.")
    listed = _manifest(archive, entries)
    return _migrated(listed.version, {name: _reader(archive, entries[name], part) for name, part in listed.parts})


def _check_end(file: BinaryIO, size: int) -> None:
    """The zip's last record: no second table of contents, no comment, nothing before or after the zip."""
    if size > FILE_BYTES:
        raise SessionError(f"it is larger than {FILE_BYTES:,} bytes.")
    tail_size = _END.size + 20  # and the place of the pointer to the record for huge zips
    file.seek(max(0, size - tail_size))
    tail = file.read(tail_size)
    if len(tail) < tail_size:
        raise SessionError("it is not a session of ReLU Lab, or it was cut off.")
    end = _END.unpack(tail[-_END.size :])
    signature, disk, first_disk, here, entries, directory, offset, comment = end
    if signature != b"PK\x05\x06":
        raise SessionError("it is not a session of ReLU Lab, or it was cut off.")
    if (disk, first_disk, comment) != (0, 0, 0) or here != entries or tail.startswith(_ZIP64):
        raise SessionError("it is packed in a way that no session is.")
    if entries > PARTS or directory > DIRECTORY_BYTES:
        raise SessionError(f"it has more than the {PARTS:,} parts that are allowed.")
    if offset + directory + _END.size != size:
        raise SessionError("it was cut off, or something was added to it.")


def _is_plain(info: zipfile.ZipInfo, size: int) -> bool:
    """Within the ``size`` of the file, and neither encrypted nor compressed in a way that sessions do not use."""
    lies_inside = 0 <= info.header_offset <= size - info.compress_size
    return lies_inside and not info.flag_bits & 0x1 and info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _Manifest(NamedTuple):
    version: int
    parts: list[tuple[str, _Listed]]


def _manifest(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> _Manifest:
    """Read the manifest and check that it and the zip list the same parts, and that all names are allowed."""
    if MANIFEST not in entries:
        raise SessionError("it is not a session of ReLU Lab: it has no manifest.")
    manifest = from_json(_unpack(archive, entries[MANIFEST], MANIFEST_BYTES), MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SessionError("it is not a session of ReLU Lab.")
    version = manifest.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise SessionError("its manifest names no version.")
    if version > VERSION:
        made_by = str(manifest.get("application"))[:20]
        raise SessionError(
            f"a newer ReLU Lab made it: {made_by} (format {version}; this one knows {VERSION}). Update ReLU Lab."
        )
    parts = [_listed(entry) for entry in _list(manifest.get("parts"))]
    names = [name for name, _ in parts]
    for name in (*names, *(name for name in entries if name != MANIFEST)):
        if not NAMES.fullmatch(name):
            raise SessionError(f"it has a part with a name that no session has: {name[:100]!r}.")
    if len(set(names)) != len(names):
        raise SessionError("its manifest lists a part twice.")
    if missing := sorted(set(names) - entries.keys()):
        raise SessionError(f"its part {missing[0]} is missing.")
    if surplus := sorted(entries.keys() - set(names) - {MANIFEST}):
        raise SessionError(f"it has a part that its manifest does not list: {surplus[0]}.")
    for name, part in parts:
        check_part_size(name, part.size)
        if entries[name].file_size != part.size:
            raise SessionError(f"its part {name} has another size than the manifest says.")
    return _Manifest(version, parts)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise SessionError("its manifest lists no parts.")
    return value


def _listed(entry: Any) -> tuple[str, _Listed]:
    match entry:
        case {"name": str(name), "size": int(size), "sha256": str(sha256)} if len(entry) == 3:
            return name, _Listed(size, sha256)
    raise SessionError("its manifest is not as a session has it.")


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, part: _Listed) -> Callable[[], bytes]:
    def read() -> bytes:
        data = _unpack(archive, info, part.size)
        if hashlib.sha256(data).hexdigest() != part.sha256:
            raise SessionError(f"its part {info.filename} is damaged. Use a copy or an earlier version of the file.")
        return data

    return read


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Read at most ``limit`` bytes, whatever the compressed data would give."""
    if info.file_size > limit:
        raise SessionError(f"its part {info.filename} is larger than allowed.")
    try:
        with archive.open(info) as stream:
            data = stream.read(info.file_size)
    except _BROKEN as error:
        raise SessionError(f"its part {info.filename} is damaged ({error}).") from None
    if len(data) != info.file_size:
        raise SessionError(f"its part {info.filename} was cut off.")
    return data


def _migrated(version: int, readers: Readers) -> Readers:
    while version < VERSION:
        MIGRATIONS[version](readers)
        version += 1
    return readers
