"""What comes from a stranger is looked at before it is used: plain files only, and JSON that fits into memory.

A few bytes can stand for a lot: ``{}`` takes two letters in a file and 64 bytes in memory. So the text is counted
through before anything is made of it. docs/session-format.md states the maxima.
"""

import errno
import os
import re
import stat
from io import BufferedReader
from pathlib import Path
from typing import Protocol

MIB = 2**20
AT_ONCE = MIB  # bytes that are read
EXPERIMENT_BYTES = 10 * MIB  # an experiment of its own, as a file; most have some thousand bytes
WEIGHTS_BYTES = 2048 * MIB

JSON_DEPTH = 32  # lists and tables within each other
JSON_LIST = 1_000_000  # values in one list
JSON_FIELDS = 256  # of one table
JSON_TEXT = 4_000_000  # bytes of one text
JSON_NUMBER = 100  # characters of one number
SPARE_BYTES = 24 * MIB  # beyond its own size, so much may what it says take in memory

# A text (cut off at the end of the data, too), a bracket, or all that is between: numbers, commas, blanks.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]|[^\[\]{}"]+', re.DOTALL)
_LONG_NUMBER = re.compile(rb"[^\s,:]{%d}" % (JSON_NUMBER + 1))
_TEXT, _TABLE, _NUMBER = 56, 184, 40  # bytes of Python's objects (64-bit), with the place that holds them
_QUOTE, _CLOSING = b'"'[0], b"]}"
_OPENING = {b"["[0]: (JSON_LIST, "a list in it has more than {:,} values"),
            b"{"[0]: (JSON_FIELDS, "a table in it has more than {:,} fields")}  # fmt: skip


class Readable(Protocol):
    """A file, a member of an archive."""

    def read(self, size: int, /) -> bytes: ...


def exists(path: Path) -> bool:
    """Whether anything lies at a path, whatever path it is: too long, of odd letters, of a folder that is closed."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_plain(path: Path) -> bool:
    """Whether a file lies there, as ``exists`` asks for anything."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def open_plain(path: Path) -> BufferedReader:
    """Open a file for reading. Raises OSError, also for a folder, a pipe or a device, and waits for none of them."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError:  # a zero byte, letters that this system cannot write
        raise OSError(errno.EINVAL, "this system has no such paths", str(path)) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a file but a folder, a pipe or a device", str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_plain(path: Path, limit: int) -> bytes:
    """All of a file of at most ``limit`` bytes. Raises OSError, also where it is longer."""
    with open_plain(path) as file:
        data = read_at_most(file, limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"it is larger than the {limit // MIB:,} MiB that are allowed", str(path))
    return data


def read_at_most(file: Readable, limit: int) -> bytes:
    """What is left of a file, up to ``limit`` bytes. Asked for them at once, Python takes memory for all of them."""
    parts, left = [], limit
    while left and (part := file.read(min(left, AT_ONCE))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def check_json(data: bytes) -> None:
    """Raises ValueError for JSON of which a list, a table, a text, a number or the whole would be too large.

    Whether it is JSON at all is for the parser to say. Takes no memory.
    """
    left = len(data) + SPARE_BYTES
    most, words = JSON_LIST, ""
    around: list[tuple[int, int, str]] = []  # the commas in each list and table around, and how many there may be
    commas = 0
    for token in _TOKEN.finditer(data):
        start, end = token.span()
        first = data[start]
        if first in _CLOSING:
            if around:
                commas, most, words = around.pop()
        elif first in _OPENING:
            around.append((commas, most, words))
            commas, (most, words) = 0, _OPENING[first]
            left -= _TABLE
            if len(around) > JSON_DEPTH:
                raise ValueError(f"it is nested more than {JSON_DEPTH} levels deep")
        elif first == _QUOTE:
            left -= _TEXT + (end - start) * (1 if data[start:end].isascii() else 4)  # Python's widest letters
            if end - start - 2 > JSON_TEXT:
                raise ValueError(f"a text in it has more than {JSON_TEXT:,} bytes")
        else:
            more = data.count(b",", start, end)
            commas += more
            left -= more * _NUMBER
            if commas >= most:
                raise ValueError(words.format(most))
            if end - start > JSON_NUMBER and _LONG_NUMBER.search(data, start, end):
                raise ValueError(f"a number in it has more than {JSON_NUMBER} digits")
        if left < 0:
            raise ValueError("it would take far more memory than it has letters")
