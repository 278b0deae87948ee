"""A film from the window: where it is asked for, what the dialog says, the process, its progress, and how it ends."""

import pytest
from PIL import Image, ImageSequence
from PySide6.QtWidgets import QFileDialog

from relulab.report.film.scenes import SCENES
from relulab.training.state import State
from relulab.views.film import FILMED, FilmForm, scene_names
from tests.helpers.labs import MINUTES_3, SECONDS_30, moons, open_lab, press, train, wait_for
from ui.features.export.film_dialog import FilmDialog, FilmOrder
from ui.platform.settings import Settings
from ui.widgets.banner import ERROR, SUCCESS
from ui.widgets.picture_menu import Wish

SMALL = FilmForm(1.0, 3, 600)


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


@pytest.fixture
def paused(qtbot, lab):
    train(qtbot, lab)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    return lab


def dialog_of(lab) -> FilmDialog:
    return lab.window.findChildren(FilmDialog)[-1]


def test_what_is_offered_can_be_filmed():
    assert set(FILMED) == set(SCENES)


def test_every_panel_with_figures_films_what_it_shows(qtbot, paused):
    def names_of(panel):
        return [name for name in (*scene_names(panel.figures), *panel.films) if name in FILMED]

    def filled():
        return [panel for panel in paused.panels.values() if names_of(panel) and not panel.is_empty]

    qtbot.waitUntil(lambda: len(filled()) >= 5, timeout=SECONDS_30)  # one panel is drawn after the other
    filmed = 0
    for panel in paused.panels.values():
        names = names_of(panel)
        panel.export_menu.aboutToShow.emit()
        film = panel.export_menu.by_wish[Wish.FILM]
        assert film.isEnabled() == (bool(names) and not panel.is_empty)
        if film.isEnabled():
            film.trigger()
            assert dialog_of(paused).what.value() == names[0]
            dialog_of(paused).reject()
            filmed += 1
    assert filmed >= 5


def test_nothing_can_be_filmed_before_the_training_and_the_button_says_why(qtbot, lab):
    button = lab.timeline_bar.buttons["film"]
    assert not button.isEnabled()
    assert "press Train first" in button.toolTip()
    train(qtbot, lab)
    qtbot.waitUntil(button.isEnabled, timeout=SECONDS_30)
    assert "kept moments" in button.toolTip()
    lab.polling.shown.leave_empty(True)  # another experiment, which could not start
    assert not button.isEnabled()


def test_a_film_is_made_while_training_goes_on(qtbot, lab, tmp_path, monkeypatch):
    train(qtbot, lab)
    qtbot.waitUntil(lab.timeline_bar.buttons["film"].isEnabled, timeout=SECONDS_30)
    path = tmp_path / "mon réseau"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    lab.timeline_bar.buttons["film"].click()
    dialog = dialog_of(lab)
    dialog.seconds.setValue(1.0)
    dialog.rate.setValue(3)
    assert "moments that were kept, from step 0 to step" in dialog.amount.text()
    told = []
    with qtbot.waitSignal(lab.filming.filmer.written, timeout=MINUTES_3):
        press(qtbot, dialog.save_button)
        qtbot.waitUntil(lambda: lab.filming.filmer.busy, timeout=MINUTES_3)
        progress = lab.filming._progress
        assert progress.isVisible()
        assert not progress.isModal()
        progress_changed = progress.setValue
        monkeypatch.setattr(progress, "setValue", lambda done: (told.append(done), progress_changed(done)))
        step = lab.trainer.status.step
        qtbot.waitUntil(lambda: lab.trainer.status.step > step, timeout=MINUTES_3)
    assert told == [1, 2, 3]
    assert lab.window.banner.level == SUCCESS
    assert lab.filming._progress is None
    with Image.open(path.with_suffix(".gif")) as film:
        assert len(list(ImageSequence.Iterator(film))) == 3


def test_cancel_ends_it_at_once_and_what_goes_wrong_with_another_is_said(qtbot, paused, tmp_path):
    run, filmer = paused.store.current, paused.filming.filmer
    long = FilmForm(100.0, 30, 1800)
    for started in (False, True):
        paused.filming.write(run, FilmOrder("network", long, ".gif"), str(tmp_path / "long.gif"))
        if started:
            qtbot.waitUntil(lambda: filmer._process.busy, timeout=MINUTES_3)
        paused.filming._progress.canceled.emit()
        assert not filmer.busy
        assert not filmer._process.busy
        assert paused.filming._progress is None
    assert not paused.window.banner.message
    with qtbot.waitSignal(filmer.failed, timeout=MINUTES_3) as failed:
        paused.filming.write(run, FilmOrder("output", SMALL, ".gif"), str(tmp_path / "film.avi"))
    assert "The film could not be written" in failed.args[0]
    assert "ends in .gif, .mp4, .webm" in failed.args[0]
    assert paused.window.banner.level == ERROR
    assert paused.filming._progress is None
    assert not list(tmp_path.iterdir())


def test_nothing_trained_and_a_single_moment_are_said(qtbot, lab):
    panel = lab.panels["network"]
    panel.exportWanted.emit(panel, Wish.FILM)
    assert "press Train first" in lab.window.banner.message
    order = FilmOrder("network", SMALL, ".gif")
    dialog = FilmDialog("Run", (0,), order)
    qtbot.addWidget(dialog)
    assert "a film needs two" in dialog.problem.text()
    assert not dialog.save_button.isEnabled()


def test_a_missing_package_is_said_in_the_dialog(qtbot, monkeypatch):
    monkeypatch.setattr("relulab.report.film.encoders.find_spec", lambda _name: None)
    dialog = FilmDialog("Run", (0, 1, 2), FilmOrder("network", SMALL, ".mp4"))
    qtbot.addWidget(dialog)
    assert "pip install relulab[film]" in dialog.problem.text()
    dialog.kind.setValue(".gif")
    dialog.check()
    assert not dialog.problem.text()
    dialog.width_choice.setValue("600")
    assert dialog.order() == FilmOrder("network", FilmForm(1.0, 3, 600), ".gif")


def test_a_film_is_of_the_unit_and_the_input_that_are_looked_at(qtbot, paused, monkeypatch):
    paused.inspector_controller.show_unit(0, 3)
    paused.one_input.source.sample.setValue(5)
    ordered = []
    monkeypatch.setattr(paused.filming, "_ask_place", lambda _run, _name, order: ordered.append(order))
    for what, words in (("unit", "unit 4"), ("one-input", "sample 5")):
        paused.filming.ask(what)
        assert words in dialog_of(paused).amount.text()
        dialog_of(paused)._tell()
        assert (ordered[-1].what, ordered[-1].subject.unit, ordered[-1].subject.sample) == (what, (0, 3), 4)
