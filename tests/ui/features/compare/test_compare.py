"""Runs side by side in the real window: ticked ones, and matched designs that are trained in step."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt

from relulab.training.state import State
from relulab.views.compare_pairs import MATCHED
from tests.helpers.labs import MINUTES_3, SECONDS_30, moons, open_lab, press, wait_for
from tests.ui.shell.test_screen_reader import lasting_faults
from ui.features.compare.places import places_of
from ui.widgets.palette import DARK


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(steps=30)) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def finished(qtbot, lab, count):
    """Train, and wait until so many runs have come to their ends."""
    press(qtbot, lab.control_bar.train_button)
    qtbot.waitUntil(
        lambda: len(lab.runs.records) == count and all(one.state is State.FINISHED for one in lab.runs.records),
        timeout=MINUTES_3,
    )


def side_by_side(qtbot, lab, count):
    """Wait until so many runs are drawn side by side."""
    sheet = lab.compare.sheet
    qtbot.waitUntil(lambda: sheet.view is not None and len(sheet.view.runs) == count, timeout=SECONDS_30)
    return sheet


def test_matched_designs_learn_in_step_and_stand_side_by_side(qtbot, lab):
    lab.window.commands["compare-circle"].trigger()
    specs = MATCHED["circle"].specs()
    qtbot.waitUntil(lambda: lab.run_controller.built == specs[-1], timeout=SECONDS_30)
    wait_for(qtbot, lab, State.READY)
    assert lab.compare.isVisible()
    finished(qtbot, lab, 2)
    sheet = side_by_side(qtbot, lab, 2)
    qtbot.waitUntil(lambda: sheet.view.differing is not None, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: all(each.step == 500 for each in sheet.view.outputs), timeout=SECONDS_30)
    assert [run.label for run in sheet.view.runs] == ["Identity (none)", "ReLU"]
    assert lab.compare.headline.text() == "One change: activation of the hidden layers."
    assert lab.runs.records[0].test_accuracy < 0.6 < lab.runs.records[1].test_accuracy, "a line, and a closed curve"
    assert 0.3 < sheet.view.differing_shares[0] < 0.7
    assert lab.store.current.info.spec == specs[-1]

    middle = sheet.places.pictures[0].center().toPoint() + QPoint(1, 1)
    qtbot.mouseMove(sheet, middle)
    np.testing.assert_allclose(sheet.point, [np.mean(ends) for ends in sheet.view.ranges], atol=0.05)
    assert "sure" in sheet.words()
    before = sheet.point
    qtbot.keyClick(sheet, Qt.Key.Key_Right)
    assert sheet.point[0] > before[0]
    qtbot.mouseMove(sheet, sheet.places.losses.center().toPoint())
    assert sheet.point is None
    assert 0 < sheet.step < 500
    light = sheet.grab().toImage()
    lab.compare.set_theme(DARK)
    assert sheet.grab().toImage() != light

    press(qtbot, lab.compare.in_step)
    qtbot.waitUntil(lambda: lab.run_controller.built == specs[-1] and lab.status.step == 0, timeout=SECONDS_30)
    wait_for(qtbot, lab, State.READY)
    finished(qtbot, lab, 4)


def test_without_a_choice_the_two_newest_runs_are_compared(qtbot, lab):
    panel = lab.compare
    lab.window.commands["compare"].trigger()
    qtbot.waitUntil(panel.isVisible, timeout=SECONDS_30)
    assert panel.is_empty
    assert "Tick two to six runs" in panel.empty.text()
    finished(qtbot, lab, 1)
    lab.run_controller.load(moons(steps=30, learning_rate=0.5))
    wait_for(qtbot, lab, State.READY)
    finished(qtbot, lab, 2)
    lab.window.commands["compare"].trigger()
    sheet = side_by_side(qtbot, lab, 2)
    assert {run.history for run in sheet.view.runs} == set(lab.store.runs)
    assert panel.headline.text() == "One change: learning rate."
    assert [kind.key for kind in panel.figure_kinds()] == ["compare"]
    assert "A and B differ on" in panel.accessibleDescription()
    assert not lasting_faults(qtbot, panel)

    qtbot.waitUntil(lambda: sheet.view.differing is not None, timeout=SECONDS_30)
    rest, third = sheet.grab().toImage(), sheet.places.pictures[2]
    qtbot.mouseMove(sheet, third.center().toPoint() + QPoint(1, 1))
    assert sheet.point is not None
    below = QRect(int(third.left()), int(third.bottom()) + 4, int(third.width()), 34)
    assert rest.copy(below) != sheet.grab().toImage().copy(below), "what both say stands in place of the shares"

    lab.run_controller.load(moons(steps=30, learning_rate=0.2))
    wait_for(qtbot, lab, State.READY)
    finished(qtbot, lab, 3)
    lab.run_list.compareWanted.emit((lab.runs.records[2].key,))
    assert lab.runs.overlays.chosen == {record.key for record in lab.runs.records}
    side_by_side(qtbot, lab, 3)


def test_another_design_is_trained_alone(qtbot, lab):
    lab.window.commands["compare-circle"].trigger()
    qtbot.waitUntil(lambda: lab.run_controller.built == MATCHED["circle"].specs()[-1], timeout=SECONDS_30)
    wait_for(qtbot, lab, State.READY)
    lab.run_controller.load(moons(steps=20))
    qtbot.waitUntil(lambda: lab.run_controller.built == moons(steps=20), timeout=SECONDS_30)
    wait_for(qtbot, lab, State.READY)
    finished(qtbot, lab, 1)
    assert len(lab.store.runs) == 1


@pytest.mark.parametrize("cells", range(1, 8))
@pytest.mark.parametrize(("width", "height"), [(420, 300), (690, 480), (1040, 560), (1600, 900)])
def test_nothing_lies_over_anything(width, height, cells):
    places = places_of(width, height, cells)
    parts = [*places.pictures, places.losses, places.below]
    for part in parts:
        assert part.width() > 30
        assert part.left() >= 0
        assert part.right() <= width + 1
        assert part.bottom() <= height + 1
    for number, part in enumerate(parts):
        assert not any(part.adjusted(1, 1, -1, -1).intersects(other) for other in parts[:number])


def test_on_a_low_sheet_pictures_and_losses_stay_whole():
    """Among large letters there is room for nothing else."""
    low = places_of(660.0, 140.0, 3)
    assert low.below.height() == 0
    for area in (*low.pictures, low.losses):
        assert area.height() >= 75
        assert area.bottom() < 140
    assert low.losses.left() > low.pictures[-1].right()
    assert low.losses.right() <= 660
    assert places_of(1000.0, 600.0, 3).below.height() > 0


def test_a_sheet_in_twice_the_size_has_the_same_places(qtbot, qapp, lab):
    sheet = lab.compare.sheet
    sheet.resize(800, 400)
    plain = sheet.places
    lab.text_size.choose(200)
    sheet.resize(1600, 800)
    for area, twice in zip(plain.pictures, sheet.places.pictures, strict=True):
        assert abs(area.width() - twice.width()) <= 2
