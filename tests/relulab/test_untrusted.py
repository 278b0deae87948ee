"""What comes from a stranger is bounded before it is used: files that are none, JSON that would fill the memory."""

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.untrusted import (
    JSON_DEPTH,
    JSON_FIELDS,
    JSON_LIST,
    JSON_NUMBER,
    JSON_TEXT,
    SPARE_BYTES,
    check_json,
    open_plain,
    read_plain,
)


def test_a_plain_file_is_read_up_to_its_limit(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_plain(path, 5) == b"12345"
    with open_plain(path) as file:
        assert file.read(2) == b"12"
    with pytest.raises(OSError, match="larger than the 0 MiB"):
        read_plain(path, 4)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_r11_nothing_but_a_plain_file_is_opened(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero"), Path("/dev/null")):
        with pytest.raises(OSError, match="it is not a file but"):
            open_plain(path)
    with pytest.raises(FileNotFoundError):
        open_plain(tmp_path / "nothing")


GOOD = [
    b"",
    b"{}",
    b"[]",
    b"1",
    b'"a"',
    b"nothing of the kind",
    b"]]]}}}",
    b"\xff\xfe",
    b'"',
    b'"\\',
    b'{"a": [1, "]"]}',
]


@pytest.mark.parametrize("data", GOOD)
def test_what_is_small_passes_whatever_it_is(data):
    check_json(data)


TOO_LARGE: dict[str, tuple[bytes, str]] = {
    "levels": (b"[" * (JSON_DEPTH + 1), "levels deep"),
    "levels of tables": (b'{"a":' * (JSON_DEPTH + 1), "levels deep"),
    "fields": (json.dumps({f"a{n}": n for n in range(JSON_FIELDS + 1)}).encode(), "fields"),
    "values": (b"[" + b"0," * JSON_LIST + b"0]", "values"),
    "values behind a list": (b"[[1,2],[3],{}," + b"0," * JSON_LIST + b"0]", "values"),
    "a text": (b'"' + b"x" * (JSON_TEXT + 1) + b'"', "bytes"),
    "a text that does not end": (b'"' + b"x" * (JSON_TEXT + 2), "bytes"),
    "a text of escapes": (b'"' + b'\\"' * JSON_TEXT, "bytes"),
    "a number": (b"1" * (JSON_NUMBER + 1), "digits"),
    "empty tables": (b"[" + b"{}," * 500_000 + b"{}]", "memory"),
    "empty texts": (b"[" + b'"",' * 800_000 + b'""]', "memory"),
    "wide letters": (b"[" + 5 * (b'"' + b"x" * 3_900_000 + "\U0001f642".encode() + b'",') + b"0]", "memory"),
}


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_r4_what_would_take_too_much_is_refused_and_takes_nothing(kind):
    data, says = TOO_LARGE[kind]
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=says):
            check_json(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < JSON_TEXT + 2**20  # one text at a time


def test_what_passes_takes_no_more_than_was_counted():
    """Lists, tables and texts near the limit, read by the parser of the standard library."""
    texts = [f"{number:05}" for number in range(250_000)]
    for value in ([{}] * 120_000, [[[]]] * 60_000, texts, [0.123456789] * 900_000, [{"a": 1, "b": 2}] * 50_000):
        data = json.dumps(value).encode()
        try:
            check_json(data)
        except ValueError:
            continue
        tracemalloc.start()
        json.loads(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2 * len(data) + SPARE_BYTES  # the parser first makes text of the bytes


def test_brackets_and_commas_in_texts_do_not_count():
    check_json(json.dumps({"notes": '[{,]}\\"' * 100_000}).encode())


@pytest.mark.parametrize(
    "text", ['{"model": {"layers": [' + "{}," * 500_000 + "{}]}}", '{"training": {"steps": 1' + "0" * 400 + "}}"]
)
def test_r4_a_design_is_bounded_as_a_session_is(text):
    with pytest.raises(SpecError) as error:
        ExperimentSpec.from_json(text)
    assert len(str(error.value)) < 300


def test_r4_the_layers_of_a_design_are_counted_before_they_are_read():
    with pytest.raises(SpecError, match=r"model.layers: at most 1,000 are allowed, not 1,001"):
        ExperimentSpec.parse({"model": {"layers": ["nothing"] * 1001}})
    assert len(ExperimentSpec.parse({"model": {"layers": ["dense"] * 1000}}).model.layers) == 1000
