"""The start page: what is on it, how it is worked by mouse and keyboard, and when it goes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication

from relulab.experiment.presets import PRESETS
from relulab.training.state import State
from relulab.views.start import start_cards
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, save_as, train_some, wait_for
from ui.features.start.cards import PresetCard
from ui.platform.settings import Settings, load_settings
from ui.widgets.contents import widgets_in

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons()) as lab:
        lab.window.activateWindow()
        qtbot.waitActive(lab.window)
        wait_for(qtbot, lab, State.READY)
        lab.offer_start()
        assert lab.start.shown
        yield lab


def visible_cards(lab):
    return [card.key for card in lab.start.page.cards.values() if card.isVisibleTo(lab.start.page)]


def test_it_covers_the_bench_and_every_experiment_has_its_card(qtbot, lab):
    page = lab.start.page
    assert set(page.cards) == set(PRESETS)
    assert visible_cards(lab) == list(page.cards)
    assert page.geometry().bottomRight() == lab.window.rect().bottomRight()
    assert page.geometry().top() == lab.window.menuBar().geometry().bottom() + 1
    qtbot.waitUntil(lambda: lab.panels["loss"].visibleRegion().isEmpty(), timeout=SECONDS_30)
    lab.window.resize(1100, 760)
    qtbot.waitUntil(lambda: page.geometry().bottomRight() == lab.window.rect().bottomRight(), timeout=SECONDS_30)
    for card in page.cards.values():
        assert not card._picture.isNull()
        assert card.accessibleName() == PRESETS[card.key].question
        assert PRESETS[card.key].title in card.accessibleDescription()
        assert card.parentWidget().rect().contains(card.geometry())


def test_a_click_opens_and_trains(qtbot, lab):
    qtbot.mouseClick(lab.start.page.cards["moons-healthy"], Qt.MouseButton.LeftButton)
    assert not lab.start.shown
    assert lab.run_controller.design.name == PRESETS["moons-healthy"].title
    wait_for(qtbot, lab, State.RUNNING, State.FINISHED)


def test_with_shift_it_is_opened_only(qtbot, lab):
    card = lab.start.page.cards["moons-healthy"]
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, SHIFT)
    assert lab.run_controller.design.name == PRESETS["moons-healthy"].title
    qtbot.waitUntil(lambda: lab.run_controller.built == lab.run_controller.design, timeout=SECONDS_30)
    wait_for(qtbot, lab, State.READY)
    assert lab.trainer.status.step == 0
    lab.start.show()
    train, only = card.menu().actions()
    only.trigger()
    assert not lab.start.shown
    lab.start.show()
    train.trigger()
    wait_for(qtbot, lab, State.RUNNING, State.FINISHED)


def test_typing_searches_and_enter_opens_the_first(qtbot, lab):
    page = lab.start.page
    qtbot.keyClicks(QApplication.focusWidget(), "d")
    qtbot.keyClicks(QApplication.focusWidget(), "ying")
    assert page.search.text() == "dying"
    assert visible_cards(lab) == [card.key for card in start_cards() if card.matches("dying")]
    assert 0 < len(visible_cards(lab)) < len(page.cards)
    assert page.count.text() == f"{len(visible_cards(lab))} of {len(page.cards)}"
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert lab.start.shown
    qtbot.keyClicks(page.search, "no such thing")
    assert visible_cards(lab) == []
    page.search.setText("two moons, healthy")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert lab.run_controller.design.name == PRESETS["moons-healthy"].title


def test_escape_leaves_to_the_bench_and_the_command_brings_it_back(qtbot, lab):
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not lab.start.shown
    assert QApplication.focusWidget() is lab.control_bar.train_button
    lab.window.commands["start-page"].trigger()
    assert lab.start.shown


def test_keys_stay_inside_and_arrows_go_to_the_neighbour(qtbot, lab):
    page = lab.start.page
    seen = []
    for _ in range(len(page._stops()) + 1):
        focus = QApplication.focusWidget()
        assert page.isAncestorOf(focus)
        assert focus.isVisible()
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert len(set(seen)) == len([stop for stop in page._stops() if stop.isVisible()])
    first = page.cards["digits-mlp"]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert QApplication.focusWidget() is page.cards["moons-healthy"]
    qtbot.keyClick(page.cards["moons-healthy"], Qt.Key.Key_Left)
    assert QApplication.focusWidget() is first
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert isinstance(QApplication.focusWidget(), PresetCard)
    assert QApplication.focusWidget().mapTo(page, first.pos()).y() > first.mapTo(page, first.pos()).y()


def test_it_goes_when_there_is_something_to_see_below_it(qtbot, lab):
    lab.window.commands["train"].trigger()
    qtbot.waitUntil(lambda: not lab.start.shown, timeout=SECONDS_30)
    lab.start.show()
    lab.notices.complain("Something went wrong.")
    assert not lab.start.shown
    lab.start.show()
    lab.run_controller.load(moons())
    assert not lab.start.shown


def test_an_entry_at_the_left_is_the_command_of_the_menu(qtbot, lab):
    page = lab.start.page
    names = [button.text() for button in widgets_in(page.new) if isinstance(button, QAbstractButton)]
    assert names == ["Empty bench", "Your own table…", "Open a session…"]
    qtbot.mouseClick(widgets_in(page.new)[0], Qt.MouseButton.LeftButton)
    assert not lab.start.shown
    assert lab.run_controller.design.name == "My experiment"


def test_it_says_what_has_to_be_downloaded(qtbot, lab):
    page = lab.start.page
    qtbot.waitUntil(lambda: lab.start._job is None, timeout=SECONDS_30)
    page.show_there(frozenset({"digits", "moons"}))
    assert page.cards["mnist-mlp"].badge == "↓ 12 MB once"
    assert "download of 12 MB" in page.cards["mnist-mlp"].accessibleDescription()
    press(qtbot, page.offline)
    assert "mnist-mlp" not in visible_cards(lab)
    assert "digits-mlp" in visible_cards(lab)
    press(qtbot, page.offline)
    page.show_there(frozenset({"mnist"}))
    assert page.cards["mnist-mlp"].badge == ""


def test_a_session_can_be_gone_on_with_and_enter_does_so(qtbot, tmp_path):
    file = tmp_path / "homework é 3.relulab"
    with open_lab(qtbot, moons()) as lab:  # settings of its own kind: pictures are kept
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        save_as(qtbot, lab, file)
        step = lab.trainer.status.step
    with open_lab(qtbot, moons()) as lab:
        lab.window.activateWindow()
        qtbot.waitActive(lab.window)
        wait_for(qtbot, lab, State.READY)
        lab.offer_start()
        page = lab.start.page
        (card,) = page.sessions.cards
        assert card.accessibleName() == "homework é 3"
        assert card.accessibleDescription().startswith("today ")
        assert "1 run · best " in card.accessibleDescription()
        assert not card._picture.isNull()
        assert not page.first.isVisible()
        assert QApplication.focusWidget() is card
        qtbot.keyClick(card, Qt.Key.Key_Return)
        assert not lab.start.shown
        qtbot.waitUntil(lambda: lab.trainer.status.step == step, timeout=SECONDS_30)
        assert lab.session_controller.file.path == file


def test_it_can_be_switched_off(qtbot):
    with open_lab(qtbot, moons()) as lab:
        lab.offer_start()
        assert lab.start.page.first.isVisible()
        press(qtbot, lab.start.page.at_start)
    assert not load_settings().start_page
    with open_lab(qtbot, moons()) as lab:
        lab.offer_start()
        assert not lab.start.shown


def test_the_tour_of_the_first_start_waits_until_it_goes(qtbot):
    with open_lab(qtbot, moons()) as lab:
        lab.welcome()
        lab.offer_start()
        wait_for(qtbot, lab, State.READY)
        assert lab.tour.step is None
        lab.start.leave()
        assert lab.tour.step == 0


def test_without_settings_of_its_own_nothing_is_kept(qtbot, tmp_path):
    with open_lab(qtbot, moons(), Settings(recent=[str(tmp_path / "gone.relulab")])) as lab:
        lab.start.show()
        (card,) = lab.start.page.sessions.cards
        assert card.accessibleName() == "gone"
        assert lab.preferences.pictures is None


def test_the_number_of_questions_is_never_cut(lab):
    count = lab.start.page.count
    words = [count.text(), *count.shorter]
    for width in (*(count.fontMetrics().horizontalAdvance(form) for form in words), 400):
        count.resize(width, 20)
        assert count.shown() in words
    assert words[-1] == str(len(lab.start.page.cards))
