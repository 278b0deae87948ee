"""From the bytes of a file to its text: what it is by its first bytes, and in which encoding it was written."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Progress
from relulab.data.tables.guesses import Guess, Sure
from relulab.errors import DataError, DataMissingError
from relulab.text import text

BYTES_AT_MOST: Final = 200 * 2**20
AT_ONCE: Final = 2**22  # bytes between two looks at whether to stop
ZEROS_MANY, ZEROS_FEW = 0.3, 0.05  # share of zero bytes at one and at the other places of UTF-16
# Measured on 47 tables in 20 languages: 45 right, where all encodings that are known give 34.
CANDIDATES: Final = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "iso8859-2", "koi8-r", "mac_roman",
    "cp932", "euc-jp", "gb18030", "big5", "cp949",
)  # fmt: skip
NOTHING: Final = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"  # blanks, ends of lines and marks
SAVE_AS = "Save it as CSV in the program that made it."
KINDS: Final = (  # first bytes, what it is, what to do
    (b"PK\x03\x04", "an Excel workbook or a zip archive", f"{SAVE_AS} An archive has to be unpacked first."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", SAVE_AS),
    (b"\x1f\x8b", "packed with gzip", "Unpack it first."),
    (b"PAR1", "a Parquet file", "Save it as CSV, in Python with pandas: read_parquet(…).to_csv(…)."),
    (b"%PDF", "a PDF document", "Look for the table itself, as CSV or Excel file, where the document came from."),
    (b"SQLite format 3", "a SQLite database", "Save one of its tables as CSV."),
    (b"\x89HDF", "an HDF5 file", "Save its table as CSV."),
    (b"\x89PNG", "a picture", "Choose a table instead."),
    (b"\xff\xd8\xff", "a picture", "Choose a table instead."),
)
HTML = re.compile(rb"\s*<(?:!doctype html|html|head|body)", re.IGNORECASE)
# From the start of a word on: a search that began inside of one as well would take the square of its length.
WORD_WITH_HIGH_BYTES = re.compile(rb"(?<![^\s,;|\"])[^\s,;|\"\x80-\xff]*[\x80-\xff][^\s,;|\"]*")
ENOUGH: Final = 200_000  # bytes of different words, from which an encoding is guessed
SEARCHED_AT_ONCE: Final = 2**20  # bytes
MARKS: Final = (  # the longer ones first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class _NoLetterError(DataError):
    """A byte that the encoding does not have."""


@dataclass(frozen=True, eq=False)
class Letters:
    """The text of a file in UTF-8, its lines ended by a line feed, and the encoding that it had."""

    data: bytes | bytearray
    encoding: Guess[str]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where each line begins, and behind the last where the next would: int64 (lines + 1,)."""
        ends = np.flatnonzero(np.frombuffer(self.data, np.uint8) == ord("\n")) + 1
        starts = np.concatenate([[0], ends])
        return starts if starts[-1] == len(self.data) else np.append(starts, len(self.data) + 1)

    def line(self, index: int) -> str:
        """Line ``index``, from 0, without its end."""
        return self.data[self.starts[index] : self.starts[index + 1] - 1].decode()

    def __len__(self) -> int:
        return len(self.starts) - 1


def read_bytes(path: Path, progress: Progress) -> bytes | bytearray:
    """All bytes of a file. Raises DataError for what is no table by its first bytes, or too large."""
    try:
        size = path.stat().st_size
        if size > BYTES_AT_MOST:
            raise DataError(
                f"{path.name} has {size / 2**20:,.0f} MB; tables up to {BYTES_AT_MOST // 2**20} MB can be read."
            )
        with path.open("rb") as file:
            progress(0, size, f"Reading {path.name}")
            start = file.read(AT_ONCE)
            _refuse_other_kinds(start, path.name)
            data = _read_on(file, start, size, path.name, progress) if len(start) == AT_ONCE else start
    except OSError as error:
        raise DataMissingError(f"{path} cannot be read ({error.strerror or error}).") from None
    if not data[:AT_ONCE].strip(NOTHING) and not data.strip(NOTHING):
        raise DataError(f"{path.name} is empty.")
    return data


def _read_on(file: BinaryIO, start: bytes, size: int, name: str, progress: Progress) -> bytearray:
    """All of a file of which ``start`` was read; a file that grows meanwhile is read to where it ended.

    It grows piece by piece: to clear or to copy all of its room at once would stop every other thread.
    """
    content = bytearray(start)
    while len(content) < size:
        progress(len(content), size, f"Reading {name}")
        piece = file.read(min(AT_ONCE, size - len(content)))
        if not piece:
            break
        content += piece
    return content


def letters_of(data: bytes | bytearray, chosen: str, name: str, progress: Progress) -> Letters:
    """The text of ``data`` in the encoding ``chosen``, or in the one that is found. Raises DataError."""
    if chosen.strip():
        return Letters(_decoded_as_chosen(data, chosen.strip(), name, progress), Guess(chosen.strip(), text("chosen")))
    for mark, encoding in MARKS:
        if data.startswith(mark):
            why = text("the mark at the start of the file")
            known_as = encoding.removesuffix("-le").removesuffix("-be")  # the mark says which
            return Letters(_decoded(data[len(mark) :], encoding, name, progress), Guess(known_as, why))
    if encoding := _wide(data):
        why = text("every other byte is zero")
        return Letters(_decoded(data, encoding, name, progress), Guess(encoding, why))
    if b"\0" in data:
        raise _no_text(name)
    try:
        plain = data.isascii()
        why = text("plain letters only") if plain else text("every letter is valid UTF-8")
        return Letters(_decoded(data, "utf-8", name, progress), Guess("utf-8", why))
    except _NoLetterError:
        return _guessed(data, name, progress)


def _refuse_other_kinds(start: bytes, name: str) -> None:
    for first, what, advice in KINDS:
        if start.startswith(first):
            raise DataError(f"{name} is {what}, not a table of text. {advice}")
    if HTML.match(start.removeprefix(codecs.BOM_UTF8)):
        raise DataError(
            f"{name} is a web page, not a table: perhaps the page around the table was saved, or a login page. "
            "Download the table itself."
        )


def _wide(data: bytes | bytearray) -> str:
    """UTF-16 without a mark, by its zero bytes; empty for none."""
    values = np.frombuffer(data[: AT_ONCE & ~1], np.uint8) == 0
    even, odd = values[0::2].mean(), values[1::2].mean() if len(values) > 1 else 0.0
    if odd > ZEROS_MANY and even < ZEROS_FEW:
        return "utf-16-le"
    return "utf-16-be" if even > ZEROS_MANY and odd < ZEROS_FEW else ""


def _guessed(data: bytes | bytearray, name: str, progress: Progress) -> Letters:
    """The encoding that a detector finds for the words with high bytes alone."""
    import chardet

    words = _words_with_high_bytes(data, name, progress)
    found = chardet.detect(b" ".join(words), include_encodings=CANDIDATES, compat_names=False)["encoding"] or "cp1252"
    found = {"iso8859-1": "cp1252", "iso8859-15": "cp1252"}.get(codecs.lookup(found).name, codecs.lookup(found).name)
    for encoding in dict.fromkeys((found, "cp1252", "latin-1")):
        try:
            decoded = _decoded(data, encoding, name, progress)
        except _NoLetterError:
            continue
        shown = ", ".join(word.decode(encoding) for word in words[:3])
        return Letters(decoded, Guess(encoding, text("it makes these words: {words}", words=shown[:80]), Sure.LIKELY))
    raise AssertionError("latin-1 reads every byte")


def _words_with_high_bytes(data: bytes | bytearray, name: str, progress: Progress) -> list[bytes]:
    """The different words that are not plain, as they come, until they are enough; a word may be cut between pieces."""
    words: dict[bytes, None] = {}
    found = 0
    for start in range(0, len(data), SEARCHED_AT_ONCE):
        progress(start, len(data), f"Finding the letters of {name}")
        piece = data[start : start + SEARCHED_AT_ONCE]
        if piece.isascii():
            continue
        for match in WORD_WITH_HIGH_BYTES.finditer(piece):
            found += 0 if match[0] in words else len(match[0])
            words[match[0]] = None
            if found >= ENOUGH:
                return list(words)
    return list(words)


def _decoded_as_chosen(data: bytes | bytearray, encoding: str, name: str, progress: Progress) -> bytes | bytearray:
    try:
        codecs.lookup(encoding)
        "".encode(encoding)
    except (LookupError, ValueError, TypeError):
        raise DataError(
            f"There is no encoding named '{encoding}'. Known are utf-8, utf-16, cp1252 and others."
        ) from None
    mark = next(
        (mark for mark, marked in MARKS if data.startswith(mark) and encoding.lower().startswith(marked[:5])), b""
    )
    return _decoded(data if encoding.lower() == "utf-16" else data[len(mark) :], encoding, name, progress)


def _decoded(data: bytes | bytearray, encoding: str, name: str, progress: Progress) -> bytes | bytearray:
    """``data`` in UTF-8 with line feeds. Raises DataError that names the line of a byte that cannot be."""
    is_as_wanted = encoding == "utf-8" and b"\r" not in data  # then it is only looked at
    decoder, carried = codecs.getincrementaldecoder(encoding)(), ""
    parts: list[bytes] = []
    end_line: Callable[[str], str] = lambda part: part.replace("\r\n", "\n").replace("\r", "\n")  # noqa: E731
    for start in range(0, len(data), AT_ONCE):
        progress(start, len(data), f"Reading {name}")
        piece = data[start : start + AT_ONCE]
        try:
            part = carried + decoder.decode(piece, final=start + AT_ONCE >= len(data))
        except UnicodeDecodeError as error:
            before = data[:start] if is_as_wanted else b"".join(parts)
            line = before.count(b"\n") + error.object[: error.start].count(b"\n") + 1
            raise _NoLetterError(
                f"{name}, line {line}: byte {error.object[error.start]:#04x} is no letter in {encoding}. "
                "Choose other letters (the encoding of the file)."
            ) from None
        if not is_as_wanted:
            carried = "\r" if part.endswith("\r") else ""
            parts.append(end_line(part.removesuffix("\r")).encode())
    decoded = data if is_as_wanted else b"".join(parts) + (b"\n" if carried else b"")
    if b"\0" in decoded:
        raise _no_text(name)
    return decoded


def _no_text(name: str) -> DataError:
    return DataError(f"{name} is not a text file: it holds zero bytes. Choose a table saved as CSV.")
