"""What an export is made of, and how files of it get written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import numpy as np

from relulab.data.dataset import Dataset
from relulab.edition import is_packaged
from relulab.errors import ReluLabError, SessionError
from relulab.experiment import ExperimentSpec
from relulab.session.atomic import replacing
from relulab.session.history import RunHistory

if TYPE_CHECKING:
    from relulab.model.network import Network


class MissingExtraError(ReluLabError):
    """A package that only this export needs is not installed."""

    def __init__(self, what: str, extra: str, error: ImportError) -> None:
        super().__init__(f"A package that {what} takes is not installed ({error}). {how_to_get(extra)}")


def how_to_get(extra: str) -> str:
    """What to do for the packages of an extra. Nothing can be added to the packaged program."""
    command = f"pip install relulab[{extra}]"
    if is_packaged():
        return f"The packaged program cannot take it in; a ReLU Lab in Python can: {command}"
    return f"Install it with: {command}"


@dataclass(frozen=True, slots=True, eq=False)
class ExportInput:
    """The experiment with its data; a network and a history where the format asks for them."""

    spec: ExperimentSpec
    dataset: Dataset
    network: Network | None = None
    history: RunHistory | None = None

    def needed_network(self) -> Network:
        """The network of an export that asked for one, in eval mode on the CPU."""
        assert self.network is not None, "the format asks for a network"
        return self.network.cpu().eval()

    def needed_history(self) -> RunHistory:
        """The history of an export that asked for one."""
        assert self.history is not None, "the format asks for a history"
        return self.history


FORMULA = ("=", "+", "-", "@")  # what begins with one of these is computed by spreadsheets


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file, making its folder. Raises SessionError."""
    make_folder(path.parent)
    with replacing(path) as file:
        file.write(content)


def write_table(path: Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV table in UTF-8; a number that does not exist (NaN) is an empty cell. Raises SessionError.

    A text that a spreadsheet would compute gets an apostrophe in front, which makes it a text there, too.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_cell(name) for name in names])
    writer.writerows([_cell(value) for value in row] for row in rows)
    write_bytes(path, text.getvalue().encode("utf-8", "replace"))


def make_folder(path: Path) -> None:
    """Make a folder that files are written to. Raises SessionError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SessionError(f"The folder {path} cannot be made: {error.strerror or error}.") from None


def _cell(value: Any) -> Any:
    """Float32 with the digits that it has, not those of its float64."""
    if isinstance(value, np.float32):
        return "" if np.isnan(value) else str(value)
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else repr(float(value))
    return _text(value) if isinstance(value, str) else value


def _text(words: str) -> str:
    """Neither computed nor, at a carriage return that Python leaves unquoted, the beginning of another row."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{words}" if _first_seen(words) in FORMULA and not _is_number(words) else words


def _first_seen(text: str) -> str:
    """The first letter that is no blank and no mark; of a wide one its narrow form, which East Asian versions take."""
    seen = (letter for letter in text if letter.isprintable() and not letter.isspace())
    return normalize("NFKC", next(seen, ""))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
