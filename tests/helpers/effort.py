"""How much work something is: seconds of a processor, which a busy machine hardly changes, and not of a clock."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time, thread_time

import pytest


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail where what this thread does in the block takes a processor for longer than that.

    Garbage is not collected meanwhile: how long that takes depends on what all tests before have left.
    """
    gc.disable()
    try:
        began = thread_time()
        yield
        took = thread_time() - began
    finally:
        gc.enable()
    assert took < seconds, f"it took a processor {took:.2f} s"


def count_effort(monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    """What ``module`` times is from now on what this process does, and not what others do meanwhile."""
    monkeypatch.setattr(module, "perf_counter", process_time)
