"""Objects that hold each other go in the window's thread, between two events."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from ui.platform.collector import Collector


class Held:
    """One that only a collector finds; it notes the thread that ends it."""

    def __init__(self, ended):
        self.itself, self.ended = self, ended

    def __del__(self):
        self.ended.append(threading.current_thread())


@pytest.fixture
def collector(qapp):
    parent = QObject()
    collector = Collector(parent)
    collector.begin()
    yield collector
    collector.end()
    gc.enable()


def make_many(ended, kept, count=5_000):
    """What is gone again does not count."""
    Held(ended)
    kept += [[] for _ in range(count)]


def in_a_thread(ended, kept):
    thread = threading.Thread(target=make_many, args=(ended, kept))
    thread.start()
    thread.join()
    return thread


def test_a_thread_that_makes_many_objects_ends_none_of_the_window(qtbot, collector):
    ended, kept = [], []
    in_a_thread(ended, kept)
    assert not ended
    qtbot.waitUntil(lambda: ended == [threading.main_thread()])


def test_without_it_the_thread_would_end_them(qapp):
    """Otherwise the test above could not fail."""
    gc.enable()
    ended = []
    assert in_a_thread(ended, []) == ended.pop()


def test_where_nothing_was_made_nothing_is_looked_at(collector):
    seen = []
    gc.callbacks.append(lambda phase, found: seen.append((phase, found["generation"])))
    try:
        gc.collect()
        seen.clear()
        collector.look()
        assert not seen
        kept = []
        make_many([], kept)
        collector.look()
        assert ("stop", 0) in seen
        for _ in range(12):
            make_many([], kept)
            collector.look()
        assert ("stop", 1) in seen
    finally:
        gc.callbacks.pop()


def test_at_the_end_python_collects_again(collector):
    assert not gc.isenabled()
    collector.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
