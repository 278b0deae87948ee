"""Nothing of Dask goes on when the tests of it are over: its thread would run beside every other test."""

import threading
from collections.abc import Iterator

import pytest


def _loops() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "IO loop"]


@pytest.fixture(autouse=True, scope="module")
def _loops_end() -> Iterator[None]:
    before = _loops()
    yield
    left = [thread for thread in _loops() if thread not in before]
    assert not left, f"threads left behind: {left}"


@pytest.fixture(autouse=True)
def _loops_end_with_each_test(request: pytest.FixtureRequest) -> Iterator[None]:
    if "address" in request.fixturenames:
        request.getfixturevalue("address")  # its own stay until the end of the module
    before = _loops()
    yield
    left = [thread for thread in _loops() if thread not in before]
    assert not left, f"threads left behind: {left}"
