"""The run list by itself: what it shows of each run, and what it asks for."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit

from relulab.session.results import Results
from relulab.training.state import State
from relulab.views.colours import contrast
from relulab.views.runs import RunRow
from ui.features.runs import RunsPanel
from ui.widgets.elided import fitting
from ui.widgets.palette import DARK, LIGHT

SIZE = (360, 620)


def results(**changes):
    plain = Results(
        loss=0.25, loss_step=300, accuracy=0.9, test_loss=0.3, test_accuracy=0.88, dead=0.125, steps=400, seconds=1.5
    )
    return replace(plain, **changes)


def row(number, **changes):
    plain = RunRow(
        key=f"key{number}",
        name=f"Run {number}",
        colour=number,
        state=State.FINISHED,
        seed=str(number),
        differences=(f"learning rate 0.{number + 1} instead of 0.1",),
        results=results(loss=0.1 * (number + 1), accuracy=0.9 - 0.1 * number, dead=0.1 * number),
        number=number,
        reference=number == 0,
        beside="" if number == 0 else "Run 0",
    )
    return replace(plain, **changes)


@pytest.fixture
def panel(qtbot):
    panel = RunsPanel()
    qtbot.addWidget(panel)
    panel.resize(*SIZE)
    panel.show()
    panel.activateWindow()
    qtbot.waitActive(panel)
    return panel


@pytest.fixture
def asked(panel):
    """What the panel asked for, in order."""
    log = []
    for name in (
        "showWanted", "renamed", "notesWritten", "overlaid", "hidden", "deleteWanted", "compareWanted",
        "duplicateWanted", "referenceChosen", "bandsChosen",
    ):  # fmt: skip
        getattr(panel, name).connect(lambda *values, name=name: log.append((name, *values)))
    return log


def names(panel):
    return [shown.name for shown in panel.model.rows]


def place(panel, key):
    return panel.list.visualRect(panel.model.index_of(key))


def click(qtbot, panel, key, at=None, modifier=Qt.KeyboardModifier.NoModifier):
    area = place(panel, key)
    spot = area.center() if at is None else at(area)
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, modifier, spot)


def box(panel):
    return lambda area: panel.list.delegate.box_rect(area).center()


def act(panel, text):
    """Choose an entry of the menu of the selected runs."""
    menu = panel.menu_for(panel.selected)
    found = {action.text(): action for action in menu.actions()}
    assert found[text].isEnabled(), text
    found[text].trigger()
    menu.deleteLater()


def test_an_empty_list_says_how_to_get_runs(panel):
    panel.show_rows([])
    assert panel.is_empty
    assert "Press Train" in panel.empty.text()
    panel.show_rows([row(0)])
    assert not panel.is_empty


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", [3, 2, 1, 0]),
        ("oldest", [0, 1, 2, 3]),
        ("name", [1, 0, 2, 3]),
        ("loss", [0, 2, 3, 1]),
        ("accuracy", [3, 2, 0, 1]),
        ("test", [2, 0, 1, 3]),
        ("dead", [0, 1, 2, 3]),
        ("state", [3, 0, 1, 2]),
    ],
)
def test_runs_are_sorted_and_unknown_figures_come_last(panel, order, expected):
    nan = math.nan
    rows = [
        row(0, name="b", results=results(loss=0.1, accuracy=0.5, test_accuracy=0.7, dead=0.0)),
        row(1, name="A", results=results(loss=nan, accuracy=nan, test_accuracy=nan, test_loss=0.2, dead=0.1)),
        row(2, name="c", results=results(loss=0.2, accuracy=0.6, test_accuracy=0.8, dead=nan)),
        row(3, name="d", results=results(loss=0.3, accuracy=0.7, test_accuracy=nan, test_loss=nan, dead=nan)),
    ]  # fmt: skip
    rows[3] = replace(rows[3], state=State.RUNNING)
    panel.show_rows(rows)
    panel.order.setValue(order)
    panel.order.edited.emit(order)
    assert [shown.number for shown in panel.model.rows] == expected


def test_a_row_says_everything_that_is_known(panel):
    panel.show_rows(
        [
            row(0),
            row(1, notes="too slow", started="2025-01-02T03:04:05+00:00"),
            row(2, results=results(accuracy=math.nan, test_accuracy=math.nan)),
        ]
    )
    one, two = panel.model.index_of("key1"), panel.model.index_of("key2")
    text = one.data(Qt.ItemDataRole.AccessibleTextRole)
    for part in (
        "Run 1",
        "finished, step 400",
        "learning rate 0.2 instead of 0.1 in Run 0",
        "seed 1",
        "best loss 0.2, best accuracy 80 %",
        "test accuracy 88 %",
        "dead 10 %",
    ):
        assert part in text
    tip = one.data(Qt.ItemDataRole.ToolTipRole)
    for part in ("1.5 s of training", "begun 2025-01-0", "at step 300", "test loss 0.3", "too slow"):
        assert part in tip
    assert "test loss 0.3" in two.data(Qt.ItemDataRole.AccessibleTextRole), "a regression has a test loss alone"
    assert "begun" not in str(row(0, started="on a Monday").details), "a file can say anything"
    assert "reference" in panel.model.index_of("key0").data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_click_shows_a_run_and_a_click_into_its_box_draws_it_together(qtbot, panel, asked):
    panel.show_rows([row(0), row(1, overlaid=True)])
    click(qtbot, panel, "key0")
    assert asked == [("showWanted", "key0")]
    asked.clear()
    click(qtbot, panel, "key0", box(panel))
    click(qtbot, panel, "key1", box(panel))
    assert asked == [("overlaid", ("key0",), True), ("overlaid", ("key1",), False)]
    assert [chosen.key for chosen in panel.selected] == ["key0"], "a box is for itself"


def test_a_click_with_control_selects_and_shows_nothing(qtbot, panel, asked):
    panel.show_rows([row(0), row(1), row(2)])
    click(qtbot, panel, "key0")
    asked.clear()
    click(qtbot, panel, "key2", modifier=Qt.KeyboardModifier.ControlModifier)
    assert [chosen.key for chosen in panel.selected] == ["key2", "key0"]
    assert not asked


def test_the_keys(qtbot, panel, asked):
    panel.show_rows([row(0), row(1)])
    panel.list.setFocus()
    panel.choose("key1")
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert asked == [("showWanted", "key1"), ("overlaid", ("key1",), True), ("deleteWanted", ("key0",))]


def test_f2_renames_in_place(qtbot, panel, asked):
    panel.show_rows([row(0), row(1)])
    panel.list.setFocus()
    panel.choose("key1")
    qtbot.keyClick(panel.list, Qt.Key.Key_F2)
    editor = panel.list.findChild(QLineEdit)
    assert editor.text() == "Run 1"
    editor.setText("Mine")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [("renamed", "key1", "Mine")], "Enter ends the editing and does nothing else"
    assert names(panel) == ["Run 1", "Run 0"], "the name follows when it was changed"


def test_the_menu_of_one_run(panel, asked):
    panel.show_rows([row(0), row(1, overlaid=True), row(2)])
    panel.choose("key1")
    for text in (
        "Show in all panels", "Compare the others with it", "Do not draw together", "Train this design again",
        "… with a new seed", "Hide", "Delete",
    ):  # fmt: skip
        act(panel, text)
    assert asked == [
        ("showWanted", "key1"),
        ("referenceChosen", "key1"),
        ("overlaid", ("key1",), False),
        ("duplicateWanted", "key1", False),
        ("duplicateWanted", "key1", True),
        ("hidden", ("key1",), True),
        ("deleteWanted", ("key1",)),
    ]


def test_t16_the_reference_can_be_given_up(panel, asked):
    panel.show_rows([row(0), row(1)])
    assert panel.footer.text().startswith("Compared with Run 0")
    panel.choose("key0")
    act(panel, "Compare each run with its nearest again")
    assert asked == [("referenceChosen", "")]
    panel.show_rows([row(0, reference=False), row(1)])
    assert panel.footer.text().startswith("Each compared with the earlier run that it differs least from")


def test_the_menu_of_several_runs_acts_on_all(panel, asked):
    panel.show_rows([row(0, hidden=True), row(1), row(2)])
    panel.list.selectAll()
    act(panel, "Draw together")
    act(panel, "Hide")
    act(panel, "Compare side by side with the ticked runs")
    both = ("key2", "key1")
    assert asked == [("overlaid", both, True), ("hidden", both, True), ("compareWanted", both)]


def test_the_run_in_training_cannot_be_deleted_and_the_menu_says_why(panel, asked):
    panel.show_rows([row(0), row(1, state=State.RUNNING, live=True)])
    panel.choose("key1")
    menu = panel.menu_for(panel.selected)
    (delete,) = [action for action in menu.actions() if action.text().startswith("Delete")]
    assert not delete.isEnabled()
    assert "stop it first" in delete.text() + delete.toolTip()
    panel.list.selectAll()
    act(panel, "Delete")
    assert asked == [("deleteWanted", ("key0",))]
    menu.deleteLater()


def test_hidden_runs_are_shown_on_demand(qtbot, panel):
    panel.show_rows([row(0), row(1)])
    assert not panel.show_hidden.isVisible()
    panel.show_rows([row(0), row(1, hidden=True)])
    assert names(panel) == ["Run 0"]
    assert panel.show_hidden.text() == "Hidden (1)"
    panel.show_hidden.click()
    assert names(panel) == ["Run 1", "Run 0"]


def test_the_box_for_all_draws_every_run_that_is_not_hidden_together(panel, asked):
    state = Qt.CheckState
    rows = [row(0), row(1), row(2, hidden=True)]
    for marks, expected in (((0, 0), state.Unchecked), ((1, 0), state.PartiallyChecked), ((1, 1), state.Checked)):
        panel.show_rows([replace(rows[i], overlaid=bool(mark)) for i, mark in enumerate(marks)] + rows[2:])
        assert panel.all_together.checkState() == expected
    panel.all_together.click()
    panel.show_rows(rows)
    panel.all_together.click()
    panel.bands.click()
    assert asked == [
        ("overlaid", ("key0", "key1"), False),
        ("overlaid", ("key0", "key1"), True),
        ("bandsChosen", True),
    ]


def test_notes_are_those_of_the_current_run(panel, asked):
    panel.show_rows([row(0, notes="first"), row(1)])
    assert not panel.notes.isVisible()
    panel.choose("key0")
    assert panel.notes.text.toPlainText() == "first"
    assert panel.notes.title.text() == "Notes on Run 0"
    panel.notes.text.setPlainText("second thoughts")
    panel.choose("key1")
    assert panel.notes.text.toPlainText() == ""
    assert asked == [("notesWritten", "key0", "second thoughts")]


def test_typing_notes_is_not_disturbed_by_a_live_list(qtbot, panel, asked):
    panel.show_rows([row(0)])
    panel.choose("key0")
    panel.notesWritten.connect(lambda key, text: panel.show_rows([row(0, notes=text)]))
    for step, letter in enumerate("ab\ncd"):
        qtbot.keyClicks(panel.notes.text, letter) if letter != "\n" else qtbot.keyClick(
            panel.notes.text, Qt.Key.Key_Return
        )
        panel.show_rows([replace(panel.model.rows[0], results=results(steps=step))])
    assert panel.notes.text.toPlainText() == "ab\ncd"
    assert panel.notes.text.textCursor().atEnd()


def test_only_rows_that_changed_are_drawn_again_and_the_selection_stays(panel):
    changed = []
    panel.show_rows([row(0), row(1), row(2)])
    panel.choose("key1")
    panel.model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    panel.show_rows([row(0), row(1, results=results(steps=500)), row(2)])
    assert changed == [(1, 1)]
    panel.show_rows([row(0), row(1, results=results(steps=500)), row(2)])
    assert changed == [(1, 1)]
    panel.show_rows([row(0), row(1), row(2), row(3)])
    assert panel.current.key == "key1"
    assert [chosen.key for chosen in panel.selected] == ["key1"]
    panel.show_rows([row(0), row(2), row(3)])
    assert "key1" not in [chosen.key for chosen in panel.selected]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_line_of_a_run_is_seen_in_its_row_selected_or_not(panel, colours):
    palette = QApplication.palette()
    panel.list.setPalette(QPalette(QColor(colours.background)))
    panel.set_theme(colours)
    panel.show_rows([row(0), row(1, shown=True)])
    panel.choose("key1")
    picture = panel.list.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()

    def colours_in(area):
        return {
            picture.pixelColor(QPoint(round(x * ratio), round(y * ratio))).name()
            for x in range(area.left(), area.right())
            for y in range(area.top(), area.bottom())
        }

    for key, number in (("key0", 0), ("key1", 1)):
        area, line = place(panel, key), colours.run_line(number).colour
        assert line in colours_in(area), key
        ground = picture.pixelColor(QPoint(round((area.right() - 3) * ratio), round((area.bottom() - 3) * ratio)))
        assert contrast(line, ground.name()) > 2.3, "it stands out from the row"
    assert colours.accent in colours_in(place(panel, "key1").adjusted(0, 0, -SIZE[0] + 24, 0)), (
        "the bar of the shown run"
    )
    assert QApplication.palette() == palette


@pytest.mark.parametrize("count", [1, 8, 20])
def test_the_list_fits_a_narrow_column(panel, count):
    panel.show_rows([row(i, name=f"A rather long name of an experiment #{i}") for i in range(count)])
    panel.choose("key0")
    assert panel.width() == SIZE[0]
    assert panel.list.horizontalScrollBar().maximum() == 0
    assert panel.list.height() > 300


@pytest.mark.parametrize("width", [230, 300, 560])
def test_a_row_says_less_before_it_is_cut(panel, monkeypatch, width):
    """A long name keeps its room as long as the state can be said without the step."""
    written = []
    monkeypatch.setattr("ui.features.runs.list.fitting", lambda *given: written.append(fitting(*given)) or written[-1])
    several = ("learning rate 0.2 instead of 0.1", "ReLU instead of sigmoid", "64 units instead of 8")
    long_name = "Übungslauf, größere Rate: çà et là"
    panel.show_rows([row(1, differences=several, beside="Run 0", name=long_name)])
    panel.list.resize(width, 200)
    panel.list.grab()
    name, difference, figures = written[-3:]
    assert (name == long_name) == (width == 560)
    assert difference == {230: "3 differences", 300: "3 differences from Run 0"}.get(width, difference)
    assert "…" not in difference
    assert "…" not in figures
    assert "best accuracy 80 %" in figures
    assert ("dead" in figures) == (width == 560)
