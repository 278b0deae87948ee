"""The run as a film: the player walks along the timeline, every panel follows, and the user is always first."""

import pytest
from PySide6.QtCore import QPoint, Qt

from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from ui.features.timeline.playing import RUN_SECONDS, Film
from ui.platform.settings import Settings

STOPS = (0, 1, 2, 4, 8, 16, 32, 64, 100)


@pytest.fixture
def lab(qtbot):
    """A short run that has come to its end, and a player whose clock stands still until it is moved."""
    with open_lab(qtbot, moons(steps=12), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.FINISHED)
        qtbot.waitUntil(lambda: len(lab.timeline_bar.slider.steps) > 6, timeout=SECONDS_30)
        lab.time = 0.0
        lab.player._clock = lambda: lab.time
        yield lab


def button(lab, key):
    return lab.timeline_bar.buttons[key]


def seen(lab):
    """The step that every visible panel has drawn; None where one has not."""
    if not lab.timeline_controller.is_settled or lab.polling.is_behind or not lab.polling.drawn():
        return None
    return lab.polling.shown.history.picture.step


def asked_now(lab):
    """What the film asks for; "over" where there is none."""
    return "over" if lab.player.film is None else lab.player.film.asked


def direction(lab):
    """Where the film goes; 0 where there is none."""
    return 0 if lab.player.film is None else lab.player.film.direction


def watch(qtbot, lab, seconds):
    """Let the film run for so many seconds of its clock, seeing each of its moments. The steps that were seen."""
    steps, stops = [], len(lab.player.film.stops)
    for _ in range(stops):
        if lab.player.film is None:
            break
        asked = lab.player.film.asked
        step = lab.timeline_bar.moments.present if asked is None else asked
        qtbot.waitUntil(lambda step=step: seen(lab) == step, timeout=SECONDS_30)
        steps.append(step)
        lab.time += seconds / (stops - 1)
        qtbot.waitUntil(lambda asked=asked: asked_now(lab) != asked, timeout=SECONDS_30)
    return steps


def test_a_film_takes_ten_seconds_whatever_the_number_of_moments():
    film = Film.beginning(STOPS, 8, 1)
    assert (film.asked, film.over) == (0, False)
    dues = []
    for _ in range(80):
        film.move(RUN_SECONDS / 80)
        dues.append(film.due)
    assert sorted(set(dues[:-1]), key=dues.index) == [*STOPS[:-1], None]
    film.asked = film.due
    assert film.over


def test_backwards_and_from_the_middle():
    film = Film.beginning(STOPS, 4, -1)
    assert film.asked == 8
    film.move(RUN_SECONDS / 4)
    assert film.due == 2
    film.move(RUN_SECONDS)
    assert film.due == 0
    assert Film.beginning(STOPS, 0, -1).asked is None, "from the end where there is nothing before"


def test_every_panel_sees_every_moment_forwards(qtbot, lab):
    steps = lab.timeline_bar.slider.steps
    press(qtbot, button(lab, "play"))
    assert watch(qtbot, lab, RUN_SECONDS) == list(steps)
    assert lab.player.film is None, "it stops at the end"
    assert lab.polling.shown.live


def test_backwards_at_four_times_the_speed(qtbot, lab):
    steps = lab.timeline_bar.slider.steps
    lab.player.speed.setValue("4")
    press(qtbot, button(lab, "play-back"))
    assert watch(qtbot, lab, RUN_SECONDS / 4) == list(reversed(steps))
    assert lab.player.film is None
    assert lab.polling.shown.step == 0, "it stays at the start"


def test_moments_are_passed_over_where_panels_are_slow(qtbot, lab):
    steps = lab.timeline_bar.slider.steps
    press(qtbot, button(lab, "play"))
    lab.time = 0.6 * RUN_SECONDS
    due = steps[round(0.6 * (len(steps) - 1))]
    qtbot.waitUntil(lambda: seen(lab) == due, timeout=SECONDS_30)
    assert lab.player.film.asked == due


def test_a_moment_that_was_thinned_out_is_passed_over(qtbot, lab):
    run, steps = lab.store.current, lab.timeline_bar.slider.steps
    press(qtbot, button(lab, "play"))
    qtbot.waitUntil(lambda: seen(lab) == 0, timeout=SECONDS_30)
    run.keep_checkpoints([one for one in run.checkpoints if one.step not in steps[3:6]])
    run._weights = tuple(one for one in run.kept_weights if one.step not in steps[3:6])
    lab.timeline_controller.show_state(lab.status)  # as after each step
    for place in (3, 6):
        lab.time = place * RUN_SECONDS / (len(steps) - 1)
        lab.player.advance()
    qtbot.waitUntil(lambda: seen(lab) == steps[6], timeout=SECONDS_30)
    assert lab.player.film.asked == steps[6]


def test_a_panel_that_has_not_drawn_holds_the_film(qtbot, lab):
    press(qtbot, button(lab, "play"))
    lab.polling.stop()  # nobody draws
    lab.time = 0.5 * RUN_SECONDS
    qtbot.waitUntil(lambda: lab.timeline_controller.is_settled, timeout=SECONDS_30)
    for _ in range(3):
        lab.player.advance()
        assert lab.player.film.asked == 0
    lab.polling.start(lab.trainer)
    qtbot.waitUntil(lambda: lab.player.film.asked != 0, timeout=SECONDS_30)


def test_it_plays_while_the_run_is_trained_until_somebody_trains(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        qtbot.waitUntil(lambda: len(lab.timeline_bar.slider.steps) > 6, timeout=SECONDS_30)
        lab.time = 0.0
        lab.player._clock = lambda: lab.time
        press(qtbot, button(lab, "play"))
        stops = lab.player.film.stops
        lab.time = RUN_SECONDS / (len(stops) - 1)
        qtbot.waitUntil(lambda: lab.player.film.asked == stops[1], timeout=SECONDS_30)
        assert lab.trainer.status.state is State.RUNNING
        press(qtbot, lab.control_bar.train_button)  # a pause changes nothing about what is looked at
        wait_for(qtbot, lab, State.PAUSED)
        assert lab.player.film is not None
        press(qtbot, lab.control_bar.train_button)
        qtbot.waitUntil(lambda: lab.player.film is None, timeout=SECONDS_30)
        qtbot.waitUntil(lambda: lab.polling.shown.live, timeout=SECONDS_30)


def test_whoever_chooses_a_moment_stops_it(qtbot, lab):
    for key in ("play", "now", "earlier", "reset"):
        lab.timeline_bar.slider.setValue(3)
        press(qtbot, button(lab, "play"))
        assert button(lab, "play").defaultAction().text() == "&Pause the film"
        assert lab.timeline_controller.looked_at == lab.player.film.asked
        lab.window.commands[key].trigger()
        qtbot.waitUntil(lambda: lab.player.film is None, timeout=SECONDS_30)
        assert button(lab, "play").defaultAction().text() == "&Play the run"


def test_a_hand_on_the_slider_stops_it_where_it_is(qtbot, lab):
    slider = lab.timeline_bar.slider
    slider.setValue(3)
    step = slider.steps[3]
    press(qtbot, button(lab, "play"))
    qtbot.waitUntil(lambda: seen(lab) == step, timeout=SECONDS_30)
    at = QPoint(slider.position_of(3), 6)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at)
    assert lab.player.film is None
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at)
    assert lab.polling.shown.step == step


def test_space_on_the_slider_plays_and_pauses_and_a_pause_costs_nothing(qtbot, lab):
    slider = lab.timeline_bar.slider
    assert not lab.player._timer.isActive()
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    assert direction(lab) == 1
    assert lab.player._timer.isActive()
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    assert direction(lab) == 0
    assert not lab.player._timer.isActive()
    assert lab.status.state is State.FINISHED, "this key trains elsewhere"
    lab.window.commands["play-back"].trigger()
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    assert direction(lab) == 1, "the other direction"
    lab.close()
    assert direction(lab) == 0
    assert not lab.player._timer.isActive()
