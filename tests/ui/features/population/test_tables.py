"""Tables in the window: intervals and starts are drawn in every row, signs are read and opened, a cure is tried."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.training.state import State
from relulab.views.many.ends import ENDS
from relulab.views.many.map import MEASURES
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for
from tests.relulab.population.designs import design
from ui.features.population.map_window import MapWindow
from ui.features.population.table_columns import STARTS_AT, TRY_AT
from ui.widgets.palette import DARK, LIGHT

CURES = ["none", "gelu", "prelu"]
THROUGH = list(MEASURES).index("through")


def fill(window, spec=None):
    """Of the design no start comes through, of the cures 3 and 18 of 20."""
    sweep = Sweep.of(spec or design(seed=5), {"cure": CURES}, 20)
    window.measure.setValue("through")
    window.begin(sweep)
    for run in range(60):
        found = run % 20 < (0, 3, 18)[run // 20]
        end = (End.LEARNED if found else End.DEAD).value
        window.take(Standing(run, seed=run % 20, end=end, loss=0.2, test_accuracy=0.97 if found else 0.5))
    window.refresh()
    window.show_busy(False)
    return window


@pytest.fixture
def window(qtbot):
    parent = QWidget()
    parent.resize(1366, 768)
    window = MapWindow(parent, LIGHT)
    with qtbot.waitExposed(window):
        window.show()
    yield fill(window)
    window.close()
    parent.deleteLater()


def row_of(table, name):
    heads = [table.model().headerData(row, Qt.Orientation.Vertical) for row in range(table.rowCount())]
    return heads.index(name)


def area_of(table, row, column):
    return QRectF(table.visualRect(table.model().index(row, column)))


def colours_in(table, area):
    """The colours of the viewport in an area."""
    picture = table.viewport().grab(area.toRect()).toImage()
    return {
        picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())
    }  # fmt: skip


def sign_of_run(table, row, column, run):
    places = table.pictures.places(area_of(table, row, column), table.view, table._cell(row, column))
    return next(place.center().toPoint() for mark, place in places if mark.run == run)


def test_every_row_draws_its_interval_and_its_starts(window):
    table = window.map
    learned, dead = ENDS[End.LEARNED].light, ENDS[End.DEAD].light
    for name, colour in (("PReLU", learned), ("GELU", dead)):
        drawn = colours_in(table, area_of(table, row_of(table, name), THROUGH))
        assert colour in drawn, name
        assert (dead if colour == learned else learned) not in drawn
    assert dead in colours_in(table, area_of(table, row_of(table, "None: as it is"), STARTS_AT))
    assert table.item(row_of(table, "PReLU"), STARTS_AT).text() == "18 came through, 2 a layer dead"
    assert not window.side.isVisible(), "the rows need the room"
    assert window.legend.isVisible()


def test_the_row_that_is_spoken_of_keeps_its_ground(window):
    table = window.map
    row = row_of(table, "GELU")
    table.setCurrentCell(row, STARTS_AT)
    assert LIGHT.background in colours_in(table, area_of(table, row, STARTS_AT).adjusted(6, 6, -6, -6))
    assert table.palette().highlight().color().name() not in colours_in(table, area_of(table, row, STARTS_AT))


def test_a_sign_is_read_and_opens_its_start(qtbot, window):
    table, run = window.map, 2 * 20 + 19
    row = row_of(table, "PReLU")
    at = sign_of_run(table, row, STARTS_AT, run)
    qtbot.mouseMove(table.viewport(), at)
    qtbot.waitUntil(lambda: "seed 19: dead; test accuracy 50 %" in window.strip.text(), timeout=SECONDS_30)
    with qtbot.waitSignal(window.openWanted) as opened:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert opened.args == [run]
    aside = area_of(table, row, THROUGH).center().toPoint()
    qtbot.mouseMove(table.viewport(), aside)
    qtbot.waitUntil(lambda: "Of the same 20 starts, 18 came through here alone" in window.strip.text())
    with qtbot.waitSignal(window.openWanted) as opened:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=aside)
    assert opened.args == [40], "elsewhere the first of the row"


def test_the_head_of_a_column_decides_what_is_shown(qtbot, window):
    header = window.map.horizontalHeader()
    accuracy = list(MEASURES).index("accuracy")
    at = QPoint(header.sectionViewportPosition(accuracy) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert window.measure.value() == "accuracy"
    assert "median test accuracy" in window.headline.text()


@pytest.mark.parametrize("width", [1000, 1366, 1900])
def test_what_decides_and_the_button_are_in_view_at_every_width(qtbot, window, width):
    window.resize(width, 760)
    table = window.map
    qtbot.waitUntil(lambda: table.width() > width - 60, timeout=SECONDS_30)
    for column in (THROUGH, STARTS_AT, TRY_AT):
        area = area_of(table, row_of(table, "GELU"), column)
        assert 0 <= area.left() < area.right() <= table.viewport().width() + 1
    assert table.pictures.mark_at(QPointF(-5, -5), QRectF(0, 0, 300, 30), table.view, (1, 0)) == -1


def test_a_map_has_no_parts_of_a_table(window):
    window.begin(Sweep.of(design(), {"training.learning_rate": [0.1, 1.0], "hidden.units": [4, 8]}, 2, "fresh"))
    assert window.side.isVisible()
    assert not window.legend.isVisible()
    assert window.map.findChildren(QPushButton) == [] or not any(
        button.isVisible() for button in window.map.findChildren(QPushButton)
    )


def test_rows_are_drawn_in_both_themes(window):
    light = window.map.grab().toImage()
    window.set_theme(DARK)
    assert window.map.grab().toImage() != light
    assert ENDS[End.LEARNED].dark in colours_in(
        window.map, area_of(window.map, row_of(window.map, "PReLU"), THROUGH)
    )  # fmt: skip


def test_a_cure_is_tried_as_a_run_of_its_own(qtbot):
    with open_lab(qtbot, moons(steps=5)) as lab:
        wait_for(qtbot, lab, State.READY)
        table = fill(lab.maps.show_map(), lab.run_controller.design).map
        assert table.cellWidget(row_of(table, "None: as it is"), TRY_AT) is None
        qtbot.mouseClick(table.cellWidget(row_of(table, "GELU"), TRY_AT), Qt.MouseButton.LeftButton)
        wait_for(qtbot, lab, State.FINISHED)
        spec = lab.run_controller.built
        assert {layer.activation.name for layer in spec.model.layers} == {"gelu"}
        assert spec.training.seed == moons().training.seed
