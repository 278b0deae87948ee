"""Every test of the window must leave nothing behind."""

import pytest


@pytest.fixture(autouse=True)
def _clean(no_leaks: None) -> None:
    """Threads, timers and windows are checked after each test."""
