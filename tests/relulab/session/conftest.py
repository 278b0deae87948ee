"""Session files that many tests take apart; made once."""

import dataclasses

import pytest

from relulab.session.file.files import save_session
from relulab.session.session import Session
from tests.helpers.sessions import rich_session, small_session


@pytest.fixture(scope="session")
def rich() -> Session:
    return rich_session()


@pytest.fixture(scope="session")
def small() -> Session:
    return small_session()


@pytest.fixture(scope="session")
def rich_bytes(rich, tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("rich") / "rich.relulab"
    save_session(rich, path)
    return path.read_bytes()


@pytest.fixture(scope="session")
def one_run_bytes(rich, tmp_path_factory) -> bytes:
    """One run that has a bit of everything, and the pictures."""
    path = tmp_path_factory.mktemp("one") / "one.relulab"
    save_session(dataclasses.replace(rich, runs=rich.runs[:1]), path)
    return path.read_bytes()


@pytest.fixture(scope="session")
def small_bytes(small, tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("small") / "small.relulab"
    save_session(small, path)
    return path.read_bytes()
