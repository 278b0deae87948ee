"""The command line, called in this process: the same code as in a process of its own, without the start."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from relulab.cli.main import app

Call = Callable[..., Result]


@pytest.fixture
def call() -> Call:
    """``call("show", "digits-mlp")``. An exception that is not explained fails the test."""

    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="relulab")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a space and accents in its name."""
    path = tmp_path / "Mes réseaux à moi"
    path.mkdir()
    return path


@pytest.fixture
def read_strict() -> Callable[[Path], Any]:
    """Read JSON that has none of the constants which strict JSON lacks."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    def read(path: Path) -> Any:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)

    return read
