"""The window of maps: what cannot be is said before training, cells are read, opened and exported."""

import csv

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.views.many.map import MEASURES
from tests.helpers.labs import SECONDS_30
from tests.helpers.windows import standing
from tests.relulab.population.designs import design
from ui.features.population import map_window, saving
from ui.features.population.map_window import MapWindow
from ui.widgets.palette import DARK, LIGHT

RATE, UNITS = "training.learning_rate", "hidden.units"


@pytest.fixture(scope="module")
def trained():
    """A map with cells that end in different ways, and a column that cannot be built."""
    sweep = Sweep.of(design(steps=60), {RATE: [0.01, 0.1, 50.0], UNITS: [4, 8, -1]}, 2, "fresh")
    lines = []
    Asked(sweep, is_map=True).train(None, lines.append)
    return sweep, lines


@pytest.fixture
def window(qtbot):
    with standing(qtbot, lambda parent: MapWindow(parent, LIGHT), 1366, 768) as window:
        window.set_spec(design())
        yield window


@pytest.fixture
def filled(window, trained):
    sweep, lines = trained
    window.begin(sweep)
    for told in lines:
        window.take(told)
    window.refresh()
    window.show_busy(False)
    return window


def item_of(window, cell):
    return window.map.item(window.map.rowCount() - 1 - cell[1], cell[0])


def click(qtbot, window, cell):
    qtbot.mouseClick(window.map.viewport(), Qt.MouseButton.LeftButton, pos=window.map.place_of(cell))


def row_heading(table, row):
    """What stands beside a row."""
    return table.model().headerData(row, Qt.Orientation.Vertical)


def test_the_window_is_there_before_it_is_worked_out_what_a_map_amounts_to(qtbot, window):
    controls = window.controls
    controls.amount.setText("")
    controls.train.setEnabled(False)
    window.set_spec(design())
    assert (controls.amount.text(), controls.problem.text()) == ("", ""), "another turn of the loop works it out"
    assert not controls.train.isEnabled()
    qtbot.waitUntil(controls.train.isEnabled)
    assert "networks" in controls.amount.text()


def test_cells_say_and_colour_their_shares(filled):
    values = filled.view.values(MEASURES["dead"])
    for cell in ((0, 0), (1, 1), (2, 0)):
        assert item_of(filled, cell).text().endswith(MEASURES["dead"].write(float(values[cell])))
    same, other = item_of(filled, (0, 0)).background().color(), item_of(filled, (2, 0)).background().color()
    assert (same == other) == (values[0, 0] == values[2, 0])
    assert "networks died" in filled.headline.text()
    assert item_of(filled, filled.view.your_cell or (0, 0)).text().startswith("● ") == (
        filled.view.your_cell is not None
    )
    filled.measure.setValue("accuracy")
    filled.measure.edited.emit("accuracy")
    assert "accuracy" in filled.headline.text()
    assert item_of(filled, (0, 1)).text() != ""


def test_pointing_reads_and_a_click_opens(qtbot, filled):
    with qtbot.waitSignal(filled.openWanted) as opened:
        click(qtbot, filled, (1, 1))
    assert opened.args == [filled.view.runs_of((1, 1))[0]]
    assert filled.strip.text().startswith("Learning rate 0.1, units in each layer 8: ")
    assert filled.map.accessibleDescription() == filled.strip.text()
    second = filled.cell_starts.cells()[1].center().toPoint()
    with qtbot.waitSignal(filled.openWanted) as opened:
        qtbot.mouseClick(filled.cell_starts, Qt.MouseButton.LeftButton, pos=second)
    assert opened.args == [filled.view.runs_of((1, 1))[1]]


def test_the_keys_walk_over_cells(qtbot, filled):
    filled.map.setCurrentCell(2, 0)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(filled.map, key)
    assert filled.map.current == (0, 1)
    with qtbot.waitSignal(filled.openWanted):
        qtbot.keyClick(filled.map, Qt.Key.Key_Return)


def test_over_one_setting_it_is_a_table_of_all_that_is_measured(qtbot, window):
    sweep = Sweep.of(design(steps=60), {"cure": ["none", "smaller_rate", "gelu"]}, 5)
    window.begin(sweep)
    Asked(sweep, is_map=True).train(None, window.take)
    window.refresh()
    assert (window.map.rowCount(), window.map.columnCount()) >= (3, len(MEASURES))
    heads = [row_heading(window.map, row) for row in range(window.map.rowCount())]
    assert {head for head in heads if head} == {"None: as it is", "Smaller rate", "GELU"}
    assert window.map.item(0, 0).text().startswith("● ")
    through, row = list(MEASURES).index("through"), heads.index("GELU")
    share = window.view.share((2, 0), MEASURES["through"])
    assert window.map.item(row, through).text() == f"{share.found} of 5\n{share.limits}"
    assert window.map.item(row, len(MEASURES)).text().endswith("%")
    assert window.map.item(row, len(MEASURES) + 1).text() == "+0"
    assert {run.seed for run in window.view.runs.values()} == set(range(5)), "the same starts in every row"


def test_cures_stand_in_groups_whose_names_are_no_cells(qtbot, window):
    sweep = Sweep.of(design(), {"cure": ["none", "gelu", "smaller_rate", "elu", "prelu"]}, 20)
    window.measure.setValue("through")
    window.begin(sweep)
    for run in range(len(sweep)):
        rescued = run % 20 < (0, 3, 20, 10, 16)[run // 20]
        window.take(Standing(run, end=(End.LEARNED if rescued else End.DEAD).value, test_accuracy=0.5 + rescued / 2))
        if run == len(sweep) - 2:
            window.refresh()
            assert window.map.rowCount() == 5, "in their own order until all is known"
    window.refresh()
    heads = [row_heading(window.map, row) for row in range(window.map.rowCount())]
    assert heads == ["None: as it is", "", "Smaller rate", "PReLU", "", "ELU", "", "GELU"]
    names = [window.map.item(row, 0).text() for row, head in enumerate(heads) if not head]
    assert names == [
        "Most starts come through",
        "Cannot be told with so many starts",
        "Most starts do not come through",
    ]
    window.map.setCurrentCell(1, 0)
    assert window.map.current is None
    assert [window.map.horizontalHeader().visualIndex(len(MEASURES) + extra) for extra in (0, 1)] == [2, 3]
    assert all(window.map.rowHeight(row) >= 2 * window.map.fontMetrics().height() for row in range(8)), "two lines"
    with qtbot.waitSignal(window.openWanted) as opened:
        click(qtbot, window, (4, 0))
    assert opened.args == [80]
    window.measure.setValue("accuracy")
    window.refresh()
    assert window.map.rowCount() == 5, "nothing is counted"
    window.begin(Sweep.of(design(), {RATE: "log:0.01:1:16", UNITS: [4]}))
    header = window.map.horizontalHeader()
    assert [header.visualIndex(column) for column in range(16)] == list(range(16)), "a map has its own order"


def test_a_table_of_a_regression_has_no_empty_columns(window):
    regression = design(steps=20, loss="mse", data={"dataset": "sine"})
    sweep = Sweep.of(regression, {UNITS: [4, -1]}, 2)
    window.begin(sweep)
    Asked(sweep, is_map=True).train(None, window.take)
    window.refresh()
    hidden = {key for column, key in enumerate(MEASURES) if window.map.isColumnHidden(column)}
    assert hidden == {"accuracy", "train_accuracy", "spread", "line", "steps"}
    other = Sweep.of(design(steps=20), {UNITS: [4, 8]}, 2)
    window.begin(other)
    Asked(other, is_map=True).train(None, window.take)
    window.refresh()
    hidden = {key for column, key in enumerate(MEASURES) if window.map.isColumnHidden(column)}
    assert hidden == {"line"}, "straight pieces are fitted to curves alone"


@pytest.fixture
def halved(window):
    """A map whose lower rates learn and whose higher ones die."""
    window.begin(Sweep.of(design(), {RATE: "log:0.01:1:5", UNITS: [4, 8, 16]}, 2, "fresh"))
    for run in range(30):
        window.take(Standing(run, end=(End.DEAD if run >= 18 else End.LEARNED).value, loss=0.1, test_accuracy=0.9))
    window.measure.setValue("dead")
    window.refresh()
    return window.map


def test_a_line_divides_where_half_die(halved):
    between = (halved.place_of((2, 1)) + halved.place_of((3, 1))) / 2
    picture = halved.viewport().grab().toImage()
    drawn = {picture.pixelColor(between.x() + near, between.y() - 20).name() for near in range(-3, 4)}
    assert LIGHT.foreground in drawn
    halved.view.runs.pop(0)
    halved.show_map(halved.view, halved.measure)
    picture = halved.viewport().grab().toImage()
    drawn = {picture.pixelColor(between.x() + near, between.y() - 20).name() for near in range(-3, 4)}
    assert LIGHT.foreground not in drawn, "no line before all of it is known"


def test_the_cell_that_is_spoken_of_keeps_its_colour(halved):
    cell = (4, 0)
    halved.setCurrentCell(halved.rowCount() - 1 - cell[1], cell[0])
    item = halved.item(halved.rowCount() - 1 - cell[1], cell[0])
    area = halved.visualRect(halved.indexFromItem(item))
    picture = halved.viewport().grab().toImage()
    assert picture.pixelColor(area.left() + 12, area.top() + 8) == item.background().color()
    assert picture.pixelColor(area.left(), area.center().y()).name() == LIGHT.foreground, "a frame"


def test_choices_are_called_as_in_the_catalogue(window):
    window.begin(Sweep.of(design(), {"hidden.activation": ["relu", "leaky_relu"], "hidden.initialization": ["zeros"]}))
    heads = [window.map.model().headerData(column, Qt.Orientation.Horizontal) for column in range(2)]
    assert heads == ["ReLU", "Leaky ReLU"]
    assert row_heading(window.map, 0) == "Zeros"
    assert str(window.view.where((1, 0))) == "activation leaky ReLU, first weights zeros"


def test_what_cannot_be_built_says_why_and_opens_nothing(qtbot, filled):
    opened = []
    filled.openWanted.connect(opened.append)
    click(qtbot, filled, (0, 2))
    assert item_of(filled, (0, 2)).text() == "–"
    assert "cannot be built" in filled.strip.text()
    assert opened == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("log:0:10:5", "no 0"),
        ("lin:0:1", "three numbers"),
        ("", "no values"),
        ("-1, -2", "greater than"),
        ("log:0.001:10:100000", "at most 4,000"),
        ("log:0.001:10:1000000000", "memory"),
    ],
)
def test_ranges_that_cannot_be_are_said_before_training(qtbot, window, values, words):
    window.controls.across_values.setText(values)
    window.controls.check()
    assert words in window.controls.problem.text()
    assert not window.controls.train.isEnabled()
    window.controls.across_values.setText("0.1, 1")
    window.controls.check()
    assert window.controls.problem.text() == ""
    assert window.controls.train.isEnabled()


@pytest.mark.parametrize("values", ["fast", "-1", "nan"])
def test_a_problem_names_the_setting_and_not_its_path(window, values):
    window.controls.across_values.setText(values)
    window.controls.check()
    assert window.controls.problem.text().startswith("Learning rate: ")


def test_the_same_setting_twice_is_no_map(window):
    window.controls.up.setValue(RATE)
    window.controls.up.edited.emit(RATE)
    assert "two different settings" in window.controls.problem.text()
    window.controls.up.setValue("")
    window.controls.up.edited.emit("")
    assert window.controls.problem.text() == ""
    assert window.controls.check().cells == 9


def test_numbers_and_picture_are_saved(qtbot, filled, tmp_path, monkeypatch):
    for button, name in ((filled.numbers, "map.csv"), (filled.picture, "map.png")):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, path=path: (str(path), ""))
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: filled.strip.text().startswith("Saved "), timeout=SECONDS_30)
        filled.strip.setText("")
        assert path.stat().st_size > 100
    with (tmp_path / "map.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(filled.view.runs)
    assert {row["status"] for row in rows} >= {"failed"}


def read_parquet(path):
    from pyarrow import parquet

    return parquet.read_table(path).to_pylist()


@pytest.mark.parametrize(("typed", "kind"), [("map.parquet", "CSV (*.csv)"), ("map", "PARQUET (*.parquet)")])
def test_numbers_are_saved_as_parquet_by_name_or_by_kind(qtbot, filled, tmp_path, monkeypatch, typed, kind):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / typed), kind))
    qtbot.mouseClick(filled.numbers, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: filled.strip.text().startswith("Saved "), timeout=SECONDS_30)
    rows = read_parquet(tmp_path / "map.parquet")
    assert tuple(rows[0]) == filled.view.table().columns
    assert [row["seed"] for row in rows] == [run.seed for _, run in sorted(filled.view.runs.items())]


def test_without_its_package_parquet_is_not_offered(qtbot, filled, tmp_path, monkeypatch):
    monkeypatch.setattr(saving, "find_spec", lambda _name: None)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "map.parquet"), ""))
    qtbot.mouseClick(filled.numbers, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: filled.strip.text().startswith("Saved "), timeout=SECONDS_30)
    assert (tmp_path / "map.parquet.csv").is_file()


def test_a_folder_that_is_none_is_told(qtbot, filled, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder", "utf-8")
    path = tmp_path / "file" / "map.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    qtbot.mouseClick(filled.numbers, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "cannot be made" in filled.strip.text(), timeout=SECONDS_30)


def test_both_themes_are_drawn(filled):
    light = filled.grab().toImage()
    filled.set_theme(DARK)
    assert filled.grab().toImage() != light


def test_the_memory_and_the_time_that_a_map_takes_are_said_before_it_is_trained(qtbot, window):
    amount = window.controls.amount
    qtbot.waitUntil(lambda: amount.text().endswith("of one processor core"), timeout=SECONDS_30)
    assert "= 216 networks, about " in amount.text()
    assert "of memory and some seconds of one" in amount.text()
    window.controls.starts.setValue(40)
    qtbot.waitUntil(lambda: "and a minute or two of one" in amount.text(), timeout=SECONDS_30)
    window.controls.across_values.setText("nonsense:")
    window.controls.check()
    assert amount.text() == ""


def test_of_a_map_whose_time_nobody_knows_only_the_memory_is_said(qtbot, window, monkeypatch):
    monkeypatch.setattr(Asked, "seconds", 0.0)
    window.controls.check()
    qtbot.waitUntil(lambda: window.controls.amount.text().endswith(" of memory"), timeout=SECONDS_30)


def test_while_it_trains_it_says_how_long_that_will_take(window, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(map_window, "monotonic", lambda: now[0])
    window.begin(Sweep.of(design(), {RATE: [0.1, 1.0], UNITS: [4, 8]}, 2, "fresh"))
    for run in range(2):
        window.take(Standing(run, end=End.LEARNED.value))
    now[0] += 5.0
    window.refresh()
    assert window.headline.text().endswith("2 of 8 networks. About 15 s left.")
    window.show_busy(False)
    window.refresh()
    assert window.headline.text().endswith("2 of 8 networks.")


def test_cells_whose_starts_got_stuck_carry_a_sign_where_death_is_shown(window):
    window.begin(Sweep.of(design(), {RATE: [0.1, 1.0], UNITS: [4, 8]}, 2, "fresh"))
    for run in range(8):
        window.take(Standing(run, end=(End.STUCK if run < 2 else End.LEARNED).value, test_accuracy=0.9))
    window.measure.setValue("dead")
    window.refresh()

    def inks(cell):
        area = window.map.visualRect(window.map.indexFromItem(item_of(window, cell)))
        picture = window.map.viewport().grab(area.adjusted(area.width() - 20, 2, -2, 22 - area.height())).toImage()
        return {
            picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())
        }  # fmt: skip

    assert len(inks((0, 0))) > 1
    assert len(inks((1, 1))) == 1, "nothing but the ground"
    assert window.cell_legend.isVisible()
    window.measure.setValue("stuck")
    window.refresh()
    assert len(inks((0, 0))) == 1
    assert not window.cell_legend.isVisible()


def test_without_a_map_the_window_says_what_comes(window, trained):
    window.resize(1280, 700)
    assert "The map comes here" in window.empty.text()
    assert window.empty.isVisible()
    assert not window.map.isVisible()
    assert not window.side.isVisible()
    assert window.strip.text() == "", "there is no cell to point at"
    window.begin(trained[0])
    assert window.map.isVisible()
    assert not window.empty.isVisible()
    assert "Point at a cell" in window.strip.text()
    window.clear()
    assert window.empty.isVisible()
    assert window.strip.text() == ""
