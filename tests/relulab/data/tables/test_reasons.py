"""A table in use has its choices written down; what the file itself says of them stands as the reason all the same."""

from pathlib import Path

import pytest

from relulab.data.table import CSV
from relulab.data.table_reading import settled
from relulab.data.tables import file
from relulab.data.tables.choices import Choices
from relulab.data.tables.file import understand
from relulab.data.tables.kept import Kept
from relulab.data.tables.reasons import freed, with_reasons
from relulab.data.tables.understanding import Understanding
from tests.relulab.data.tables.test_forty import FORTY

ASKED = ("4", "6", "8", "10", "14", "17", "19", "22", "25", "32", "35a", "38a", "40b")
CLEAR = [key for key in FORTY if key not in ASKED]
IDS = "id;w;ward;y\n" + "".join(f"{1000 + 7 * n};{n},5;{'ABC'[n % 3]};{n % 2}\n" for n in range(60))


def whys(table: Understanding) -> list[object]:
    guesses = (table.separator, table.numbers, table.header, table.encoding, table.target, table.task)
    return [
        *((str(guess.why), guess.sure) for guess in guesses),
        *((one.name, one.role, str(one.why), one.sure) for one in table.columns),
    ]


@pytest.fixture
def restarted(monkeypatch):
    """Forget what was read, as another start of the program does."""
    return lambda: monkeypatch.setattr(file, "UNDERSTOOD", Kept(3))


def written(tmp_path: Path, content: str | bytes) -> str:
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def reopened(path: str, parameters) -> Understanding:
    choices = Choices.of(parameters)
    return with_reasons(understand(path, choices), understand(path, freed(choices)))


@pytest.mark.parametrize("key", [*CLEAR, "identifiers"])
def test_what_is_written_down_keeps_its_reasons(tmp_path, restarted, key):
    path = written(tmp_path, IDS if key == "identifiers" else FORTY[key][0])
    before = understand(path, Choices())
    assert not before.questions
    parameters = settled(CSV.complete({"path": path}))
    restarted()
    assert Choices.of(parameters) != Choices(), "they are written down"
    assert whys(reopened(path, parameters)) == whys(before)


def test_what_somebody_chose_stays_chosen(tmp_path, restarted):
    path = written(tmp_path, IDS)
    parameters = settled(CSV.complete({"path": path, "target": "w", "ignore": "ward"}))
    restarted()
    table = reopened(path, parameters)
    assert str(table.target.why) == "chosen"
    assert str(table.separator.why) != "chosen"
    columns = {one.name: one for one in table.columns}
    assert str(columns["ward"].why) == "left out by choice"
    assert str(columns["id"].why) == "its name says so, and nothing comes twice"


def test_an_answer_to_a_question_has_no_other_reason(tmp_path, restarted):
    path = written(tmp_path, FORTY["10"][0])
    assert understand(path, Choices()).questions
    parameters = settled(CSV.complete({"path": path, "numbers": "1.234,5"}))
    restarted()
    assert str(reopened(path, parameters).numbers.why) == "chosen"
