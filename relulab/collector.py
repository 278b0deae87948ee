"""Python's collector, put aside where many objects are made at once that all stay, or are gone in a moment."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_off() -> Iterator[None]:
    """Let the collector rest. It belongs to the whole process, and is left as it was."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def collect_newest() -> None:
    """Collect what was made a moment ago and is not needed any more, while the collector rests."""
    gc.collect(0)
