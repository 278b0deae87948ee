"""The reader of tables: what it shows of a file and asks, how a choice changes what follows, what it hands on."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from relulab.data.tables.choices import Choices
from relulab.data.tables.columns import Role, Type
from relulab.data.tables.types import CHOSEN
from relulab.data.tables.understanding import understanding_of
from relulab.views.table import readings
from tests.helpers.design_helpers import choose, click
from tests.helpers.labs import SECONDS_30, moons, open_lab
from ui.features.design.reader import TableDialog
from ui.features.design.reader.columns_painter import TYPE
from ui.platform.settings import Settings
from ui.widgets.palette import DARK, LIGHT

HOUSES = "rooms,area,price\n" + "".join(f"{n % 6 + 1},{50 + 1.5 * n},{100_000 + 1500.5 * n}\n" for n in range(60))
RUNS = "km;kg;class\n" + "".join(f"{n % 3 + 1}.{(125, 250, 375)[n % 3]};{n % 7};{'ab'[n % 2]}\n" for n in range(24))
STRAY = "x;m;kind\n" + "".join(f"{n}.5;{'n. v.' if n == 16 else f'{n % 7}.5'};{'ab'[n % 2]}\n" for n in range(40))
GAPS = "id;w;ward;y\n" + "".join(
    f"{1000 + 7 * n};{'' if n % 9 == 0 else f'{n},5'};{'ABC'[n % 3]};{n % 2}\n" for n in range(60)
)


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    return window


@pytest.fixture
def dialog(qtbot, window):
    dialog = TableDialog(window, LIGHT)
    dialog.open()
    yield dialog
    if isValid(dialog):  # it was not used or left
        dialog.close()


@pytest.fixture
def read(qtbot, dialog, tmp_path):
    """Have a text read as a file."""

    def read(content: str, name: str = "table.csv", choices: Choices | None = None) -> TableDialog:
        path = tmp_path / name
        path.write_text(content, "utf-8")
        dialog.show_table(str(path), choices)
        wait(qtbot, dialog)
        return dialog

    return read


def wide(stem: str, columns: int, rows: int) -> str:
    """A label and many columns whose names count up."""
    head = ",".join(["label", *(f"{stem}{n}" for n in range(columns))])
    return "\n".join(
        [head, *(",".join([str(n % 10), *(str(n * k % 256) for k in range(columns))]) for n in range(rows))]
    )


def wait(qtbot, dialog: TableDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.reader.busy and dialog.reading is not None, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: dialog.reading.choices == dialog.choices, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: dialog.is_shown, timeout=SECONDS_30)


def line_of(dialog: TableDialog, name: str) -> str:
    """What the list says of a column."""
    model = dialog.columns.list.columns
    return next(
        str(model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole))
        for row, line in enumerate(model.lines)
        if getattr(line, "name", "") == name
    )


def facts(dialog: TableDialog) -> str:
    labels = dialog.learned.findChildren(QWidget)
    return " | ".join(label.accessibleName() for label in labels if ": " in label.accessibleName())


def row_of(dialog: TableDialog, name: str) -> int:
    return [getattr(line, "name", "") for line in dialog.columns.list.columns.lines].index(name)


def test_a_clear_table_is_shown_and_used(qtbot, read):
    dialog = read(HOUSES, "Häuser.csv")
    assert "Häuser.csv" in dialog.windowTitle()
    assert dialog.footer.words.text() == "✓ Everything was clear. The file itself is never changed."
    assert dialog.file.choices["separator"].control.value() == "comma"
    assert [choice.sign.text() for choice in dialog.file.choices.values()] == ["✓"] * 6
    assert line_of(dialog, "area").startswith("area, number, 50 … 138.5, missing: none, learn from")
    assert line_of(dialog, "price").endswith("predict, because: its name says so")
    assert dialog.learned.sentence.text() == "From rooms and area the network learns price."
    assert "always guessing the mean is off by about 26,000" in facts(dialog)
    with qtbot.waitSignal(dialog.used) as used:
        click(qtbot, dialog.footer.use_button)
    (parameters,) = used.args
    assert (parameters["target"], parameters["task"], parameters["separator"]) == ("price", "regression", "comma")
    assert Path(parameters["path"]).name == "Häuser.csv"


def test_every_choice_stands_there_with_its_reason(read):
    dialog = read(GAPS)
    for line in readings(dialog.reading.table):
        choice = dialog.file.choices[line.key]
        assert choice.reason.text() == str(line.why)
        assert choice.sign.text() in "✓≈?"
        assert choice.control.accessibleName()
        assert str(line.why) in choice.control.accessibleDescription()


def test_a_question_stands_above_and_its_answer_frees_the_button(qtbot, read):
    dialog = read(RUNS)
    assert not dialog.footer.use_button.isEnabled()
    assert dialog.questions.isVisible()
    assert dialog.file.choices["numbers"].sign.text() == "?"
    assert "when the question is answered" in dialog.learned.picture.hint.text()
    (decimals, thousands) = dialog.questions.answers
    assert (decimals.text(), thousands.text()) == ("1.125 is 1.125", "1.125 is 1,125")
    click(qtbot, thousands)
    wait(qtbot, dialog)
    assert dialog.questions.isHidden()
    assert "1125 … 3375" in line_of(dialog, "km")
    assert dialog.footer.use_button.isEnabled()
    with qtbot.waitSignal(dialog.used) as used:
        click(qtbot, dialog.footer.use_button)
    assert used.args[0]["numbers"] == "1.234,5"


def test_a_stray_word_is_named_with_its_line_and_can_be_a_gap(qtbot, read):
    dialog = read(STRAY)
    assert "'n. v.' in line 18" in dialog.questions.accessibleName()
    shown = dialog.file.raw.lines.accessibleDescription()
    assert "18: 16.5;n. v.;a asked" in shown
    click(qtbot, dialog.questions.answers[0])
    wait(qtbot, dialog)
    assert dialog.choices.missing == "n. v."
    assert "missing: 1 (2.5 %)" in line_of(dialog, "m")
    assert dialog.learned.gaps.isVisible()


def test_a_choice_changes_the_lines_and_columns_and_can_be_taken_back(qtbot, read):
    dialog = read("a;b;c\n" + "".join(f"{n},5;{n % 3},25;{n % 2}\n" for n in range(20)))
    assert "0.5 … 19.5" in line_of(dialog, "a")
    choose(qtbot, dialog.file.choices["separator"].control, "comma")
    wait(qtbot, dialog)
    assert [column.name for column in dialog.reading.table.columns] != ["a", "b", "c"] or dialog.reading.problem
    choose(qtbot, dialog.file.choices["separator"].control, "auto")
    wait(qtbot, dialog)
    assert "0.5 … 19.5" in line_of(dialog, "a")
    assert dialog.choices == Choices()


def test_roles_are_given_by_the_list_the_keys_and_the_question(qtbot, read):
    dialog = read(GAPS)
    assert "identifier" in line_of(dialog, "id")
    dialog.columns.list.menu_of(row_of(dialog, "id")).actions()[0].trigger()  # learn from
    wait(qtbot, dialog)
    assert "learn from" in line_of(dialog, "id")
    dialog.columns.list.setFocus()
    dialog.columns.list.setCurrentIndex(dialog.columns.list.columns.index(row_of(dialog, "id")))
    qtbot.keyClick(dialog.columns.list, Qt.Key.Key_O)
    wait(qtbot, dialog)
    assert dialog.choices == Choices(ignore="id")
    choose(qtbot, dialog.learned.target, "2")
    wait(qtbot, dialog)
    assert dialog.choices.target == "w"
    assert "learn from" in line_of(dialog, "y")
    assert dialog.learned.number.isChecked()
    assert dialog.learned.unit.isVisible()
    dialog.learned.unit.setFocus()
    qtbot.keyClicks(dialog.learned.unit, "kg")
    qtbot.keyClick(dialog.learned.unit, Qt.Key.Key_Tab)
    wait(qtbot, dialog)
    assert " kg" in facts(dialog)


def test_the_classes_of_images_are_drawn_as_their_means(qtbot, read):
    dialog = read(wide("pixel", 49, 60))
    picture = dialog.learned.picture
    assert picture.kind.value() == "means"
    assert picture.means.isVisible()
    assert picture.means.accessibleDescription() == ", ".join("0123456789")
    for name, mean in zip(picture.means.means.names, picture.means.means.pictures, strict=True):
        rows = [n for n in range(60) if n % 10 == int(name)]
        naive = [sum(n * k % 256 for n in rows) / len(rows) for k in range(49)]
        assert mean.reshape(-1).tolist() == pytest.approx(naive)
    choose(qtbot, picture.kind, "scatter")
    assert picture.plot.isVisible()
    dialog = read(HOUSES, "other.csv")
    assert picture.kind.isHidden()
    assert picture.plot.isVisible()
    read(wide("pixel", 49, 60), "again.csv")
    assert picture.means.isVisible()


def test_an_open_reader_follows_the_theme(qtbot, tmp_path):
    path = tmp_path / "pixels.csv"
    path.write_text(wide("pixel", 49, 60), "utf-8")
    with open_lab(qtbot, moons(), Settings(theme="light")) as lab:
        lab.documents.open(str(path))
        dialog = lab.window.findChild(TableDialog)
        wait(qtbot, dialog)
        picture = dialog.learned.picture.means

        def corner():
            return picture.grab().toImage().pixelColor(2, 2).name()

        assert corner() == LIGHT.background
        lab.theme.choose("dark")
        assert corner() == DARK.background
        assert dialog.columns.list.painter.colours == DARK
        assert dialog.file.raw.grab().toImage().pixelColor(4, 4).lightness() < 90
        dialog.reject()


def test_reasons_stand_when_a_table_in_use_is_looked_at_again(qtbot, read, dialog):
    whys = {key: choice.reason.text() for key, choice in read(GAPS).file.choices.items()}
    with qtbot.waitSignal(dialog.used) as used:
        dialog._use()
    choices = Choices.of(used.args[0])
    assert choices != Choices()
    again = TableDialog(dialog.parentWidget(), LIGHT)
    again.open()
    again.show_table(used.args[0]["path"], choices)
    wait(qtbot, again)
    assert {key: choice.reason.text() for key, choice in again.file.choices.items()} == whys
    assert "its name says so" in line_of(again, "id")
    choose(qtbot, again.learned.target, "2")
    wait(qtbot, again)
    assert "because: chosen" in line_of(again, "w")
    assert {key: choice.reason.text() for key, choice in again.file.choices.items()} == whys
    again.reject()


def test_types_are_given_by_the_list_and_the_keys_and_taken_back(qtbot, read):
    dialog = read(HOUSES)
    columns = dialog.columns.list
    menu = columns.type_menu_of(row_of(dialog, "rooms"))
    assert [action.isEnabled() for action in menu.actions() if not action.isSeparator()] == [True] * 5
    next(action for action in menu.actions() if action.data() is Type.CLASS).trigger()
    wait(qtbot, dialog)
    assert dialog.choices == Choices(types="rooms=class")
    assert "rooms, classes · 6" in line_of(dialog, "rooms")
    assert "6 columns of 0 and 1 made of rooms" in facts(dialog)
    columns.setFocus()
    columns.setCurrentIndex(columns.columns.index(row_of(dialog, "area")))
    qtbot.keyClick(columns, Qt.Key.Key_T)
    wait(qtbot, dialog)
    assert "area, text" in line_of(dialog, "area")
    assert "leave out" in line_of(dialog, "area")
    for name in ("rooms", "area"):
        columns.type_menu_of(row_of(dialog, name)).actions()[-1].trigger()
        wait(qtbot, dialog)
    assert dialog.choices == Choices()
    assert "0.5" not in line_of(dialog, "rooms")


def test_a_click_on_a_type_opens_its_list(qtbot, read):
    dialog = read(HOUSES)
    columns = dialog.columns.list
    area = columns._area(columns.columns.index(row_of(dialog, "area")), TYPE)
    qtbot.mouseClick(columns.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
    (menu,) = [menu for menu in columns.findChildren(QMenu) if menu.isVisible()]
    assert {action.data() for action in menu.actions()} >= set(CHOSEN.values())
    menu.close()


def test_what_a_column_cannot_be_is_not_offered(qtbot, read):
    dialog = read(
        "x,word,c\n" + "".join(f"{n}.5,{'abcdefgh'[n % 8] * (1 + n // 8)},{'ab'[n % 2]}\n" for n in range(60))
    )
    columns = dialog.columns.list
    offered = {
        name: {action.data() for action in columns.type_menu_of(row_of(dialog, name)).actions() if action.isEnabled()}
        for name in ("x", "word")
    }
    assert Type.NUMBER in offered["x"]
    assert Type.NUMBER not in offered["word"]
    columns.setCurrentIndex(columns.columns.index(row_of(dialog, "word")))
    qtbot.keyClick(columns, Qt.Key.Key_N)
    assert dialog.choices == Choices()


def test_what_is_no_table_is_said_with_its_lines_and_can_be_mended(qtbot, read):
    dialog = read("mass\n1.5\n2.5\n3.5\n")
    assert "one column only" in dialog.problem.text()
    assert not dialog.footer.use_button.isEnabled()
    assert "2: 1.5" in dialog.file.raw.lines.accessibleDescription()
    assert not dialog.learned.isEnabled()
    dialog = read("a/b/c\n1/2/3\n")
    assert dialog.problem.text()
    dialog = read(HOUSES)
    assert not dialog.problem.text()
    assert dialog.footer.use_button.isEnabled()


def test_nothing_is_inherited_from_the_last_file(read):
    read(RUNS, choices=Choices(numbers="1.234,5", target="kg"))
    dialog = read(HOUSES, "other.csv")
    assert dialog.choices == Choices()
    assert dialog.footer.use_button.isEnabled()


def test_cancel_leaves_everything_as_it_is(qtbot, read):
    dialog = read(HOUSES)
    with qtbot.assertNotEmitted(dialog.used):
        click(qtbot, dialog.footer.cancel_button)
    assert not dialog.isVisible()


def test_a_large_file_is_shown_from_some_rows_first_and_used_when_read(qtbot, dialog, tmp_path, monkeypatch):
    monkeypatch.setattr("ui.features.design.reader.reading.AT_ONCE", 1000)
    gate, threads = threading.Event(), set()

    def noted(letters, choices, name, progress, *, complete=True):
        threads.add(threading.current_thread())
        while complete and not gate.wait(0.01):
            progress(43, 100, "Reading the table")
        return understanding_of(letters, choices, name, progress, complete=complete)

    monkeypatch.setattr("relulab.data.tables.file.understanding_of", noted)
    path = tmp_path / "long.csv"
    path.write_text(wide("pixel", 49, 3000), "utf-8")
    dialog.show_table(str(path))
    qtbot.waitUntil(lambda: dialog.reading is not None, timeout=SECONDS_30)
    assert not dialog.reading.is_complete
    assert dialog.footer.use_button.text() == "Use when read"
    qtbot.waitUntil(lambda: dialog.progress.bar.isVisible() and dialog.progress.bar.value() == 43, timeout=SECONDS_30)
    model = dialog.columns.list.columns
    assert [str(model.data(model.index(row))) for row in range(2)][1] == "pixel0 … pixel48, 49 numbers"
    with qtbot.waitSignal(dialog.used, timeout=SECONDS_30):
        click(qtbot, dialog.footer.use_button)
        assert not dialog.footer.use_button.isEnabled()
        gate.set()
    assert threading.main_thread() not in threads


def test_the_reading_of_a_large_file_is_stopped_and_goes_on(qtbot, dialog, tmp_path, monkeypatch):
    monkeypatch.setattr("ui.features.design.reader.reading.AT_ONCE", 1000)
    gate = threading.Event()

    def held(letters, choices, name, progress, *, complete=True):
        while complete and not gate.wait(0.01):
            progress(1, 2, "Reading the table")
        return understanding_of(letters, choices, name, progress, complete=complete)

    monkeypatch.setattr("relulab.data.tables.file.understanding_of", held)
    path = tmp_path / "long.csv"
    path.write_text("x,y\n" + "".join(f"{n}.5,{n % 2}\n" for n in range(3000)), "utf-8")
    dialog.show_table(str(path))
    qtbot.waitUntil(lambda: dialog.reading is not None, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: dialog.progress.stop_button.isVisible(), timeout=SECONDS_30)
    click(qtbot, dialog.progress.stop_button)
    assert not dialog.reader.busy
    assert not dialog.footer.use_button.isEnabled()
    assert "read on" in dialog.footer.words.text()
    gate.set()
    click(qtbot, dialog.progress.again_button)
    wait(qtbot, dialog)
    assert dialog.footer.use_button.isEnabled()


def test_many_columns_are_searched_and_shown_one_by_one(qtbot, read):
    dialog = read(wide("p", 60, 30))
    model = dialog.columns.list.columns
    assert model.rowCount() == 2
    click(qtbot, dialog.columns.one_by_one)
    assert model.rowCount() == 61
    dialog.columns.search.setText("p5")
    assert {line.name for line in model.lines} == {"p5", *(f"p5{n}" for n in range(10))}
    dialog.columns.search.clear()
    click(qtbot, dialog.columns.one_by_one)
    dialog.columns.list.roleWanted.emit(1, Role.IGNORE)  # the whole run
    wait(qtbot, dialog)
    assert "no column is left to learn from" in dialog.problem.text()


def test_the_picture_follows_its_two_lists_and_shows_the_gaps(qtbot, read):
    picture = read(GAPS).learned.picture
    assert picture.plot.scatter.names == ("0", "1") or picture.plot.scatter.names == ("1", "0")
    assert picture.kind.isVisible()
    choose(qtbot, picture.kind, "gaps")
    assert picture.gaps.isVisible()
    assert picture.gaps.accessibleDescription() == "w: 7"
    choose(qtbot, picture.kind, "scatter")
    picture = read(HOUSES).learned.picture
    assert (picture.plot.scatter.x_title, picture.plot.scatter.y_title) == ("area", "price")
    assert picture.kind.isHidden()
    choose(qtbot, picture.across, "1")
    assert picture.plot.scatter.x_title == "rooms"


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_it_fits_into_a_small_window_and_says_nothing_as_html(qtbot, read, colours):
    dialog = read(
        "<b>a</b>,<img src=x>,kind\n" + "".join(f"{n},{n * 2}.5,{'<i>x' if n % 2 else 'y&z'}\n" for n in range(30))
    )
    dialog.set_theme(colours)
    assert dialog.minimumSizeHint().width() <= 1290
    assert dialog.minimumSizeHint().height() <= 692
    assert dialog.learned.sentence.textFormat() == Qt.TextFormat.PlainText
    assert "<img src=x>" in dialog.learned.sentence.text()
    assert not dialog.grab().isNull()


def test_the_keys_are_where_something_is_to_be_decided(qtbot, read):
    dialog = read(HOUSES)
    assert dialog.focusWidget() is dialog.learned.target
    dialog = read(RUNS, "other.csv")
    assert dialog.focusWidget() is dialog.questions.answers[0]
    qtbot.keyClick(dialog.questions.answers[0], Qt.Key.Key_Space)
    wait(qtbot, dialog)
    assert dialog.questions.isHidden()
    with qtbot.waitSignal(dialog.used):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
