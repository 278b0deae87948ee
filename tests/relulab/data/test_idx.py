"""The IDX format, whole, compressed and damaged."""

import gzip

import numpy as np
import pytest

from relulab.data.idx_sets import CONTENT_AT_MOST, parse_idx, read_content
from relulab.errors import DataCorruptError, DataMissingError

ARRAY = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
HEADER = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4])  # as the format's page describes it
CONTENT = HEADER + bytes(range(24))


def test_an_array_is_read():
    assert np.array_equal(parse_idx(CONTENT, "file"), ARRAY)
    assert np.array_equal(parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]), "file"), [7, 9])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (b"\0\0", "cut off"),
        (b"<html>not found</html>", r"web page \(HTML\).*login page"),
        (b"\r\n  <!DOCTYPE HTML><title>Guests</title>", r"web page \(HTML\)"),
        (b"PNG", "first bytes"),
        (bytes([0, 0, 13]) + CONTENT[3:], "first bytes"),
        (bytes([0, 0, 8, 200]) + CONTENT[4:], "first bytes"),
        (HEADER[:10], "cut off"),
        (CONTENT[:-1], "is cut off: it announces 40 bytes and has 39"),
        (CONTENT + b"!", "longer than it says"),
        (HEADER[:4] + b"\xff" * 12 + bytes(24), "is cut off"),
    ],
)
def test_damage_is_named(content, said):
    with pytest.raises(DataCorruptError, match=f"the file.*{said}"):
        parse_idx(content, "the file")


@pytest.mark.parametrize("name", ["plain", "with space.gz", "é 数.gz"])
def test_content_is_read_compressed_or_not_whatever_the_name(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(CONTENT)
    assert read_content(path) == CONTENT
    path.write_bytes(gzip.compress(CONTENT))
    assert read_content(path) == CONTENT


def test_a_damaged_archive_is_named(tmp_path):
    archive = gzip.compress(CONTENT * 100)
    for damaged in (archive[:-20], archive[:20] + b"\0\0\0\0" + archive[24:], archive[:-6] + b"\0" + archive[-5:]):
        path = tmp_path / "file.gz"
        path.write_bytes(damaged)
        with pytest.raises(DataCorruptError, match=r"file\.gz is a damaged archive"):
            read_content(path)


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path):
    bomb = tmp_path / "bomb.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        for _ in range(CONTENT_AT_MOST // 2**24 + 1):
            file.write(bytes(2**24))
    with pytest.raises(DataCorruptError, match="far larger"):
        read_content(bomb)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataMissingError, match="cannot be read"):
        read_content(tmp_path / "absent")
