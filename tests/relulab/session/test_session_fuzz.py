"""Files mutated at random: each is refused with a SessionError, or is a session that can be saved again.

500 inputs in every run of the tests (200 of mutated files, 150 each of mutated parts and of mutated JSON behind
a manifest that fits); forty times as many with ``-m slow``.
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relulab.errors import SessionError
from relulab.session.file.files import load_session, save_session
from tests.helpers.packing import pack, unpack, write

SLOW = 40
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.sampled_from(
        ["NaN", "Infinity", "0123abcd", "../x", 2**63, -1, 10**12, 1e308, 0, ""]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def check(data: bytes) -> None:
    """Whatever the bytes are: a sentence for the user, or a session."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), data)
        try:
            session = load_session(path)
        except SessionError:
            return
        save_session(session, path)
        load_session(path)


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """``data`` with up to four bytes changed, pieces cut out, doubled, moved or put in."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 4, 8, 22, 46, 200, 5000])))
        piece = data[start:end]
        new = draw(
            st.one_of(
                st.just(b""),
                st.just(piece * 2),
                st.binary(min_size=len(piece), max_size=len(piece)) if len(piece) <= 8 else st.just(piece[::-1]),
                st.sampled_from([b"\0" * len(piece), b"\xff" * len(piece), b"\xff\xff\xff\x7f", b"PK\x03\x04"]),
            )
        )
        data = data[:start] + new + data[end:]
    return data


def mutate_json(draw: Callable[[Any], Any], value: Any) -> Any:
    """One place of a JSON value replaced, removed or added."""
    if isinstance(value, dict | list) and value and draw(st.integers(0, 4)):
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        place = draw(st.sampled_from(places))
        copy = value.copy()
        match draw(st.integers(0, 9)):
            case 0:
                del copy[place]
            case 1 if isinstance(copy, dict):
                copy[draw(st.text(max_size=5))] = draw(json_values)
            case _:
                copy[place] = mutate_json(draw, copy[place])
        return copy
    return draw(json_values)


def fuzz(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(max_examples=examples, deadline=None, suppress_health_check=CHECKS, derandomize=examples < 1000)


def mutate_file(small_bytes: bytes, draw: Callable[[Any], Any]) -> bytes:
    return draw(mutated(small_bytes))


def mutate_part(one_run_bytes: bytes, draw: Callable[[Any], Any]) -> bytes:
    parts = unpack(one_run_bytes)
    name = draw(st.sampled_from(sorted(parts)))
    return pack(parts | {name: draw(mutated(parts[name]))})


def mutate_document(one_run_bytes: bytes, draw: Callable[[Any], Any]) -> bytes:
    parts = unpack(one_run_bytes)
    name = draw(st.sampled_from(sorted(name for name in parts if name.endswith(".json"))))
    changed = mutate_json(draw, json.loads(parts[name]))
    return pack(parts | {name: json.dumps(changed).encode()})


@fuzz(200)
@given(st.data())
def test_mutated_files(small_bytes, data):
    check(mutate_file(small_bytes, data.draw))


@fuzz(150)
@given(st.data())
def test_mutated_parts(one_run_bytes, data):
    check(mutate_part(one_run_bytes, data.draw))


@fuzz(150)
@given(st.data())
def test_mutated_documents(one_run_bytes, data):
    check(mutate_document(one_run_bytes, data.draw))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mutate", [mutate_file, mutate_part, mutate_document])
def test_many_more(mutate, small_bytes, one_run_bytes):
    @fuzz(SLOW * 500 // 3)
    @given(st.data())
    def run(data):
        check(mutate(small_bytes if mutate is mutate_file else one_run_bytes, data.draw))

    run()
