"""A small run of ``dev.py fuzz`` and ``dev.py kills``; what they found in long runs is in docs/reliability.md."""

import os
import random
import signal
import time

import pytest

from benchmarks import fuzz, kills
from relulab.errors import SpecError


@pytest.mark.parametrize("kind", ["sessions", "designs", "settings", "tables", "images"])
def test_fuzzed_inputs_are_read_or_refused(kind, own_folders):
    counts, found = fuzz.fuzz(kind, 60, seed=1)
    assert not found
    assert counts.total() == 60


@pytest.mark.parametrize("kind", ["designs", "settings", "tables", "images"])
def test_an_input_can_be_made_again(kind):
    _, make, _ = fuzz.FORMATS[kind]
    one, other = (make(random.Random(f"{kind} 0 7")) for _ in range(2))
    assert one == other
    assert one != make(random.Random(f"{kind} 0 8"))


@pytest.mark.parametrize("error", [RuntimeError("x"), RecursionError(), MemoryError()])
def test_what_is_no_answer_is_found(monkeypatch, error):
    def fail(path):
        raise error

    monkeypatch.setitem(fuzz.FORMATS, "designs", (".json", fuzz.make_design, fail))
    counts, found = fuzz.fuzz("designs", 2, seed=0)
    assert counts["found"] == 2
    assert type(error).__name__ in found[0]


def test_memory_is_limited(monkeypatch):
    monkeypatch.setattr(fuzz, "MEMORY", 0)
    held = []

    def take(path):
        held.append(bytearray(10_000_000))
        raise SpecError("refused")

    monkeypatch.setitem(fuzz.FORMATS, "designs", (".json", lambda dice: b"{}", take))
    _, found = fuzz.fuzz("designs", 1, seed=0)
    assert "MiB" in found[0]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no such alarm")
@pytest.mark.parametrize("pause", [0.0, 0.1], ids=["computing", "hanging"])
def test_time_is_limited(monkeypatch, pause):
    monkeypatch.setattr(fuzz, "SECONDS", 1)
    monkeypatch.setattr(fuzz, "WAITING", 2)

    def wait(path):
        while True:
            time.sleep(pause)

    monkeypatch.setitem(fuzz.FORMATS, "designs", (".json", lambda dice: b"{}", wait))
    _, found = fuzz.fuzz("designs", 1, seed=0)
    assert "took" in found[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.parametrize("kind", ["copies", "results", "windows"])
def test_kills_lose_nothing(kind):
    seen = kills.KINDS[kind](3, random.Random(0))
    assert seen.total() >= 1
