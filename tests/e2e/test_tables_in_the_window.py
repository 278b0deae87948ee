"""Tables as people have them, picked in the real window: what is right is shown or asked, and what is learned is right.

The files of the project's collection lie beside the checkout on its machines; three of the same kinds are made here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Dataset
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from tests.helpers.paths import ROOT
from ui.features.design.controller import DesignController
from ui.features.design.reader import TableDialog
from ui.platform.settings import Settings

CASES = ROOT.parent / "shared" / "cases"


@dataclass(frozen=True)
class Right:
    """What has to be shown of a file. ``columns``: words in the line of each; ``said``: words anywhere in the reader.

    ``samples``: the first values of columns as the network gets them, before scaling. ``asked``: words of the question
    that stands there first, and which answer is given.
    """

    rows: int
    choices: Mapping[str, str]
    columns: Mapping[str, str]
    said: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    samples: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    asked: tuple[str, int] = ("", 0)


GIVEN: Mapping[str, Right] = {
    "01a_thousands_tab.csv": Right(
        12, {"separator": "tab", "numbers": "1,234.5", "header": "yes"},
        {"price": "150,000 … 188,500, missing: none, predict", "area": "learn from"},
        ("1,020 goes on where the plain numbers stop",),
        samples={"price": (150_000, 153_500), "area": (900, 940, 980, 1020)},
    ),
    "02a_pandas_default_header.csv": Right(
        12, {"separator": "comma", "numbers": "1234.5", "header": "yes"},
        {"0": "learn from", "1": "learn from", "2": "classes · 2"}, ("count up and come nowhere below",), ("0", "1"),
    ),
    "03a_german_date_decimal_comma.csv": Right(
        12, {"separator": "semicolon", "numbers": "1234,5", "header": "yes"},
        {"Datum": "date", "x": "learn from", "Regen": "predict"}, ("Left out: Datum",), ("0", "1"),
        samples={"x": (0.19, 0.13)},
    ),
    "03b_time_with_dots.csv": Right(
        12, {"separator": "semicolon", "numbers": "1234,5", "header": "yes"},
        {"Date": "date", "Time": "time", "CO": "1 … 3.1", "RH": "40 … 49.2"},
        ("14–15: empty", "empty columns without a name are left out: 5, 6", "Left out: Date and Time"),
        samples={"CO": (1.0, 1.1), "RH": (40.0, 41.1)},
    ),
    "04_house_prices.csv": Right(
        600, {"separator": "comma", "numbers": "1234.5", "header": "yes"},
        {"price": "187,962 … 1,003,812, missing: none, predict"},
        ("always guessing the mean is off by about 159,000",),
        samples={"price": (685_259, 521_338)},
    ),
    "12_sep_line.csv": Right(
        12, {"separator": "semicolon", "numbers": "1234.5", "header": "yes"},
        {"x": "learn from", "y": "learn from", "label": "predict"}, ("1: names the separator",), ("0", "1"),
    ),
    "13_title_lines.csv": Right(
        12, {"separator": "comma", "numbers": "1234.5", "header": "yes"},
        {"x": "learn from", "y": "learn from", "label": "predict"}, ("1–2: a title above the table",), ("0", "1"),
    ),
}  # fmt: skip
OWN: Mapping[str, tuple[bytes, Right]] = {
    "preise.csv": (
        "".join(
            ["sep=;\n", "Wohnung;Fläche;Preis\n"]
            + [f"W{n:03};{40 + n},5;{f'{(n + 1) * 125_000:,}'.replace(',', '.')}\n" for n in range(20)]
        ).encode("cp1252"),
        Right(
            20, {"separator": "semicolon", "numbers": "1.234,5", "header": "yes"},
            {"Fläche": "40.5 … 59.5", "Preis": "125,000 … 2,500,000, missing: none, predict"},
            ("1: names the separator", "Left out: Wohnung"),
            samples={"Fläche": (40.5, 41.5), "Preis": (125_000, 250_000)},
        ),
    ),
    "sensor.txt": (
        ("# lab 7, Monday\n# run temperature state\n" + "".join(
            f"{n + 1} {20 + n % 5}.{n % 10} {'on' if n % 3 else 'off'}\n" for n in range(24)) + "\n").encode(),
        Right(
            24, {"separator": "blanks", "numbers": "1234.5", "header": "yes"},
            {"run": "identifier", "temperature": "learn from", "state": "classes · 2"},
            ("in the last comment", "Left out: run"), ("off", "on"),
            samples={"temperature": (20.0, 21.1)},
        ),
    ),
    "stray.csv": (
        ("mass;width;kind\n" + "".join(
            f"{n % 4},25;{'n. v.' if n == 16 else f'{n % 7},5'};{('oak', 'elm')[n % 2]}\n" for n in range(30)
        )).encode(),
        Right(
            30, {"separator": "semicolon", "numbers": "1234,5", "header": "yes"},
            {"width": "missing: 1 (3.3 %)", "kind": "classes · 2"}, ("in 1 row of 30",), ("elm", "oak"),
            samples={"mass": (0.25, 1.25)}, asked=("'n. v.' in line 18", 0),
        ),
    ),
}  # fmt: skip


def said_in(dialog: TableDialog) -> str:
    """All words of the reader: reasons, lines of the file, facts, the sentence at the bottom."""
    reasons = [choice.reason.text() for choice in dialog.file.choices.values()]
    facts = [label.accessibleName() for label in dialog.learned.findChildren(QWidget)]
    return " | ".join([*reasons, *facts, dialog.file.raw.lines.accessibleDescription(), dialog.footer.words.text()])


def lines_in(dialog: TableDialog) -> dict[str, str]:
    """What the list says of each column."""
    model = dialog.columns.list.columns
    rows = range(model.rowCount())
    said = [str(model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole)) for row in rows]
    return {line.name: words for line, words in zip(model.lines, said, strict=True)}


def settle(qtbot, dialog: TableDialog) -> None:
    qtbot.waitUntil(
        lambda: not dialog.reader.busy and dialog.is_shown and dialog.reading.choices == dialog.choices,
        timeout=SECONDS_30,
    )


def check(qtbot, lab, path: Path, right: Right) -> None:
    """Pick the file, look at the reader, answer what is asked, use the table, and see what the network gets."""
    (controller,) = [one for one in lab.controllers if isinstance(one, DesignController)]
    controller.tables.open(str(path))
    dialog = controller.tables.dialog
    settle(qtbot, dialog)
    words, answer = right.asked
    assert words in dialog.questions.accessibleName()
    assert dialog.questions.isVisible() == bool(words) != dialog.footer.use_button.isEnabled()
    if words:
        press(qtbot, dialog.questions.answers[answer])
        settle(qtbot, dialog)
    shown = {name: dialog.file.choices[name].control.value() for name in right.choices}
    assert shown == dict(right.choices)
    lines = lines_in(dialog)
    for name, told in right.columns.items():
        assert told in lines[name], lines[name]
    for told in right.said:
        assert told in said_in(dialog), said_in(dialog)
    assert dialog.reading.table.rows == right.rows
    press(qtbot, dialog.footer.use_button)
    assert lab.design.problem is None
    qtbot.waitUntil(lambda: of_table(lab, path), timeout=SECONDS_30)
    wait_for(qtbot, lab, State.READY)
    dataset = lab.store.current.info.dataset
    assert dataset.description.class_names == right.classes
    assert dataset.description.available == right.rows
    assert dataset.scales_targets == (not right.classes), "numbers are standardized, classes are not"
    assert_samples(dataset, right)


def of_table(lab, path: Path) -> bool:
    data = lab.store.current.info.spec.data.dataset
    return lab.status.state is State.READY and data.parameters.get("path") == str(path)


def assert_samples(dataset: Dataset, right: Right) -> None:
    """The values of a column are among the samples, in its own unit."""
    parts = [part for part in (dataset.train, dataset.validation, dataset.test) if len(part)]
    inputs = np.concatenate([dataset.original(part.inputs) for part in parts])
    for name, values in right.samples.items():
        if name in dataset.description.feature_names:
            found = inputs[:, dataset.description.feature_names.index(name)]
        else:
            assert name == dataset.description.target_name
            found = np.concatenate([dataset.original_targets(part.targets) for part in parts])[:, 0]
        for value in values:
            assert np.isclose(found, value, rtol=1e-5).any(), f"{name}: {value} is not among {found[:5]}"


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


@pytest.mark.skipif(not CASES.is_dir(), reason="the collection of tables is not beside the checkout")
def test_every_table_of_the_collection_is_read_right_in_the_window(qtbot, lab):
    assert {path.name for path in CASES.glob("*.csv")} == set(GIVEN)
    for name, right in GIVEN.items():
        check(qtbot, lab, CASES / name, right)


def test_three_tables_of_the_same_kinds_are_read_right_in_the_window(qtbot, lab, tmp_path):
    for name, (content, right) in OWN.items():
        (tmp_path / name).write_bytes(content)
        check(qtbot, lab, tmp_path / name, right)


def test_a_dropped_table_opens_the_reader_and_one_step_of_undo_takes_it_back(qtbot, lab, tmp_path):
    content, _right = OWN["preise.csv"]
    path = tmp_path / "preise.csv"
    path.write_bytes(content)
    before = lab.design.value()
    lab.window.fileDropped.emit(str(path))
    (controller,) = [one for one in lab.controllers if isinstance(one, DesignController)]
    settle(qtbot, controller.tables.dialog)
    press(qtbot, controller.tables.dialog.footer.use_button)
    assert lab.design.value().training.loss == "mse"
    lab.design.undo_stack.undo()
    assert lab.design.value() == before


def test_a_changed_file_is_said_and_read_again_for_the_run(qtbot, lab, tmp_path):
    content, right = OWN["sensor.txt"]
    path = tmp_path / "sensor.txt"
    path.write_bytes(content)
    check(qtbot, lab, path, right)
    first, spec = lab.store.current, lab.design.value()
    path.write_bytes(content.rstrip() + b"\n25 21.5 on\n26 22.5 off\n")
    qtbot.waitUntil(lambda: lab.design.data.table.changed.isVisible(), timeout=SECONDS_30)
    press(qtbot, lab.design.data.table.again_button)
    qtbot.waitUntil(lambda: lab.store.current is not first and of_table(lab, path), timeout=SECONDS_30)
    assert lab.design.value() == spec
    assert lab.store.current.info.dataset.description.available == right.rows + 2
    assert not lab.design.data.table.changed.isVisible()


def test_a_changed_file_that_no_longer_fits_opens_the_reader_with_its_question(qtbot, lab, tmp_path):
    content, right = OWN["stray.csv"]
    path = tmp_path / "stray.csv"
    path.write_bytes(content)
    check(qtbot, lab, path, right)
    path.write_bytes(content + b"2,25;lost;oak\n")
    qtbot.waitUntil(lambda: lab.design.data.table.changed.isVisible(), timeout=SECONDS_30)
    press(qtbot, lab.design.data.table.again_button)
    (controller,) = [one for one in lab.controllers if isinstance(one, DesignController)]
    qtbot.waitUntil(lambda: controller.tables.dialog is not None, timeout=SECONDS_30)
    dialog = controller.tables.dialog
    settle(qtbot, dialog)
    assert dialog.choices.missing == "n. v.", "what was chosen is kept"
    assert "'lost' in line 32" in dialog.questions.accessibleName()
    press(qtbot, dialog.footer.cancel_button)
