"""Maps, tables and starts that are kept: with the session, in its file, and in its reports, with words for all."""

from datetime import date

import pytest

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.report.content.blocks import Picture
from relulab.report.content.compose import compose
from relulab.session.file.files import load_session
from relulab.training.state import State
from relulab.views.many.kept import map_words, seeds_words
from relulab.views.many.map import MEASURES, MapView
from relulab.views.many.seeds import Starts
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, save_as, wait_for
from tests.relulab.population.designs import design

RATE, UNITS = "training.learning_rate", "hidden.units"


def end_all(view, count):
    """The first half of the runs has learned, the others are dead."""
    for run in range(count):
        end = End.LEARNED if run < count // 2 else End.DEAD
        view.take(Standing(run, seed=run, end=end.value, loss=0.1, test_accuracy=0.98 if run < count // 2 else 0.5))
    return view


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(steps=5)) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def test_a_map_is_kept_saved_and_reported(qtbot, lab, tmp_path):
    dialog = lab.maps.show_map()
    assert not dialog.keep.isEnabled()
    dialog.begin(Sweep.of(design(), {RATE: [0.1, 1.0], UNITS: [4, 8]}, 2, "fresh"))
    end_all(dialog.view, 8)
    dialog.refresh()
    dialog.show_busy(False)
    press(qtbot, dialog.keep)
    assert not dialog.keep.isEnabled(), "once is enough"
    (picture,) = lab.session_controller.model.head.pictures
    assert picture.note == map_words(dialog.view, MEASURES[dialog.measure.value()])
    assert lab.window.isWindowModified()
    path = tmp_path / "kept.relulab"
    save_as(qtbot, lab, path)
    session = load_session(path)
    assert session.pictures == (picture,)
    (section,) = [part for part in compose(session, date(2026, 1, 1)).sections if part.title == "Pinned pictures"]
    (block,) = section.blocks
    assert isinstance(block, Picture)
    assert "4 of 8 networks died" in block.alternative
    dialog.measure.setValue("accuracy")
    dialog.measure.edited.emit("accuracy")
    qtbot.waitUntil(dialog.keep.isEnabled, timeout=SECONDS_30)


def test_words_of_a_map_have_its_numbers():
    view = end_all(MapView(Sweep.of(design(), {RATE: [0.1, 1.0], UNITS: [4, 8]}, 2, "fresh")), 8)
    words = map_words(view, MEASURES["dead"])
    assert "Units in each layer 4: 0 of 2, 2 of 2 (at Learning rate 0.1 and 1)." in words
    assert "Units in each layer 8: 0 of 2, 2 of 2." in words


def test_words_of_a_table_have_its_rows():
    view = end_all(MapView(Sweep.of(design(), {"hidden.activation": ["relu", "tanh"]}, 5)), 10)
    words = map_words(view, MEASURES["dead"])
    assert "ReLU: share dead 0 of 5, share right at 90 %, none dead 5 of 5, median test accuracy 98 %" in words
    assert "Tanh: share dead 5 of 5" in words


def test_words_of_starts_have_the_counts():
    starts = end_all(Starts(design(), 10), 10)
    words = seeds_words(starts)
    assert words.startswith("5 of 10 ")
    assert "95 % interval" in words
