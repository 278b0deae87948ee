"""The IDX format of the MNIST files: a magic number, the sizes, then one byte per value.

Source: http://yann.lecun.com/exdb/mnist/ ("File formats for the MNIST database").
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from relulab.errors import DataCorruptError, DataMissingError

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
                content = file.read(CONTENT_AT_MOST + 1)
            else:
                file.seek(0)
                with gzip.GzipFile(fileobj=file) as archive:
                    content = archive.read(CONTENT_AT_MOST + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataCorruptError(f"{path} is a damaged archive ({error}). Download or copy it again.") from None
    except OSError as error:
        raise DataMissingError(f"{path} cannot be read ({error.strerror or error}).") from None
    if len(content) > CONTENT_AT_MOST:
        raise DataCorruptError(f"{path} is far larger than any file of this data set.")
    return content


def parse_idx(content: bytes, name: str) -> NDArray[np.uint8]:
    """The array in ``content``, in its own shape, read-only. ``name`` is for the message of DataCorruptError."""
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UNSIGNED_BYTE or not 1 <= content[3] <= 4:
        raise DataCorruptError(f"{name} is not a file of the MNIST format (IDX): its first bytes are wrong.")
    dimensions = content[3]
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise DataCorruptError(f"{name} is cut off: it ends after {len(content)} bytes.")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    expected = start + math.prod(shape)
    if len(content) != expected:
        what = "is cut off" if len(content) < expected else "is longer than it says"
        raise DataCorruptError(
            f"{name} {what}: it announces {expected:,} bytes and has {len(content):,}. Download or copy it again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
