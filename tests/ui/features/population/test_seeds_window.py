"""The window of many starts, filled with what the engine tells: pictures, filter, orders, keys, words."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.views.many.seeds import Starts
from tests.helpers.windows import standing
from tests.relulab.population.designs import design
from ui.features.population.loss_curves import RIGHT
from ui.features.population.seeds_window import SeedsWindow
from ui.widgets.palette import DARK, LIGHT

COUNT = 8


@pytest.fixture(scope="module")
def heard():
    """What is told of starts that end in different ways."""
    sweep = Sweep.of(design(), {"training.learning_rate": [0.1, 40.0]}, COUNT // 2)
    lines = []
    Asked(sweep).train(None, lines.append)
    return sweep.spec, lines


@pytest.fixture
def seeds(qtbot):
    with standing(qtbot, lambda parent: SeedsWindow(parent, LIGHT), 1366, 768) as window:
        yield window


@pytest.fixture
def filled(seeds, heard):
    spec, lines = heard
    seeds.begin(Starts(spec, COUNT))
    for told in lines:
        seeds.take(told)
    seeds.refresh()
    return seeds


def pixels(widget):
    return widget.grab().toImage()


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_fits_a_small_screen(filled):
    """Whatever it says: 1024 pixels are enough."""
    filled.headline_rest.setText("11 got stuck, 10 learned, 9 were still learning, 8 diverged, 7 died.")
    filled.starts.born_dead = 0.0  # the longest of its forecasts
    filled.how.setText(f"{filled.starts.how} {filled.starts.forecast(End.DEAD)[1]}")
    for busy in (False, True):
        filled.show_busy(busy)
        assert filled.minimumSizeHint().width() <= 1024


def test_when_all_have_ended_title_scale_and_captions_agree(filled):
    counts = filled.starts.counts
    assert counts.total == COUNT
    assert len({end for end in End if counts[end]}) > 1
    assert (
        filled.headline.text()
        == f"{counts[counts.subject]} of {COUNT} {'died;' if counts.subject is End.DEAD else 'learned;'}"
    )
    assert "95 % interval" in filled.conclusion_rest.text()
    assert filled.grid.accessibleName() == str(filled.starts.summary)
    for end, button in filled.chips.buttons.items():
        assert button.text().endswith(f"  {counts[end]}")


def test_it_fills_while_they_learn(seeds, heard):
    spec, lines = heard
    seeds.begin(Starts(spec, COUNT))
    empty = pixels(seeds.grid)
    pictures = [empty]
    for told in lines[: len(lines) // 2]:
        seeds.take(told)
        if isinstance(told, Standing) and told.step > 0:
            break
    seeds.refresh()
    pictures.append(pixels(seeds.grid))
    assert pictures[0] != pictures[1]
    assert "%" not in seeds.conclusion.text(), "early counts say nothing of all starts"


def test_a_chip_shows_its_end_alone_and_speaks_of_it(qtbot, filled):
    counts = filled.starts.counts
    for end in (one for one in filled.chips.buttons if filled.chips.buttons[one].isVisible()):
        press(qtbot, filled.chips.buttons[end])
        assert len(filled.grid.order) == counts[end]
        assert filled.headline.text().startswith(f"{counts[end]} of {COUNT} ")
        assert filled.chips.value is end
    press(qtbot, filled.chips.buttons[filled.chips.value])
    assert len(filled.grid.order) == COUNT


def test_orders(filled):
    for order in ("loss", "end", "seed"):
        filled.order.setValue(order)
        filled.order.edited.emit(order)
        assert filled.grid.order == tuple(filled.starts.in_order(order))


def test_the_keys_walk_and_the_strip_speaks(qtbot, filled):
    filled.grid.setFocus()
    qtbot.keyClick(filled.grid, Qt.Key.Key_Home)
    qtbot.keyClick(filled.grid, Qt.Key.Key_Right)
    assert filled.grid.current == 1
    assert filled.strip.text().startswith("Seed 1:")
    assert filled.grid.accessibleDescription() == filled.strip.text()
    with qtbot.waitSignal(filled.openWanted) as opened:
        qtbot.keyClick(filled.grid, Qt.Key.Key_Return)
    assert opened.args == [1]
    qtbot.keyClick(filled.grid, Qt.Key.Key_End)
    assert filled.grid.current == COUNT - 1


def test_a_click_opens_the_run_under_it_and_nothing_between_the_pictures(qtbot, filled):
    clicked = []
    filled.openWanted.connect(clicked.append)
    for run in (0, 5):
        place = filled.grid.cells()[filled.grid.order.index(run)].center().toPoint()
        qtbot.mouseClick(filled.grid, Qt.MouseButton.LeftButton, pos=place)
    corner = QPoint(filled.grid.width() - 1, filled.grid.height() - 1)
    qtbot.mouseClick(filled.grid, Qt.MouseButton.LeftButton, pos=corner)
    assert clicked == [0, 5]


def test_what_could_not_be_trained_says_why_and_opens_nothing(qtbot, seeds):
    seeds.begin(Starts(design(), 1))
    seeds.take(Standing(0, end=End.FAILED.value, reason="There is no such file.", is_over=True))
    seeds.refresh()
    assert seeds.problem.text() == "There is no such file."
    assert seeds.chips.buttons[End.FAILED].isVisible()
    clicked = []
    seeds.openWanted.connect(clicked.append)
    qtbot.mouseClick(seeds.grid, Qt.MouseButton.LeftButton, pos=seeds.grid.cells()[0].center().toPoint())
    assert clicked == []


@pytest.mark.parametrize("count", [1, 2, 5, 20, 100, 200])
@pytest.mark.parametrize("size", [(1366, 688), (1920, 1000), (700, 420)])
def test_all_pictures_have_room(seeds, count, size):
    seeds.begin(Starts(design(), count))
    seeds.resize(*size)
    seeds.grid.grab()
    cells = seeds.grid.cells()
    assert len(cells) == count
    assert max(cell.right() for cell in cells) <= seeds.grid.width()
    if count <= 100 and size != (700, 420):
        assert max(cell.bottom() for cell in cells) <= seeds.grid.height()
        assert cells[0].width() >= 36
    assert all(one.intersected(other).isEmpty() for one, other in pairwise(cells))


def test_both_themes_are_drawn(filled):
    light = pixels(filled)
    filled.set_theme(DARK)
    assert pixels(filled) != light


def test_every_run_that_is_known_has_a_sign_in_the_dot_plot(filled):
    places = filled.losses.places()
    assert set(places) == {
        run for run in range(COUNT) if filled.starts.final_loss(run) == filled.starts.final_loss(run)
    }
    shown = list(places.values())
    assert all(one.intersected(other).isEmpty() for one in shown for other in shown if one is not other)


def test_the_name_of_a_line_lies_over_no_curve(filled):
    """The one of guessing stands where the fewest curves are, and is left out where there are some everywhere."""
    curves, starts = filled.curves, filled.starts
    steps, guessing = np.linspace(0, starts.runs[0].total_steps, 61), starts.scene.guessing

    def name_with(*losses):
        for number, run in enumerate(starts.runs.values()):
            starts.runs[run.run] = replace(run, moments=steps, losses=losses[number % len(losses)])
        curves.show_starts(starts)
        curves.grab()
        return curves.guessing_at

    far = np.full(61, guessing / 1000)
    late = np.where(np.arange(61) > 30, guessing * 1.05, far)
    right = name_with(far)
    assert right is not None
    assert right.right() == pytest.approx(curves.width() - RIGHT, abs=6)
    left = name_with(far, late, np.where(np.arange(61) > 30, guessing / 1.05, far))
    assert left is not None
    assert left.right() < curves.width() / 2
    around = [guessing * (1 + part) for part in (-0.5, -0.3, -0.15, -0.05, 0.05, 0.15, 0.3, 0.5)]
    assert name_with(far, *(np.full(61, loss) for loss in around)) is None
