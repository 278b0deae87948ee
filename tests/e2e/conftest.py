"""Every run in the real window must leave nothing behind."""

import pytest

from tests.helpers.asking import asked_in_a_lab


@pytest.fixture(autouse=True)
def _clean(no_leaks: None) -> None:
    """Threads, timers and windows are checked after each test."""


@pytest.fixture
def asking(qtbot):
    """Somebody who asks what many networks answer."""
    with asked_in_a_lab(qtbot) as asking:
        yield asking
