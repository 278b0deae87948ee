"""The control bar announces what is edited and shows where the run stands."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from relulab.data.dataset import Source
from relulab.experiment import ClippingChoice, TrainingSpec
from relulab.training.state import State, Status
from ui.features.training.control_bar import ControlBar, numbers_of, slider_position, slider_rate, state_text
from ui.features.training.controller import RunController
from ui.features.training.devices import CPU, Device, Devices
from ui.shell.first_look import LIGHT
from ui.shell.theme import Theme
from ui.widgets import palette as palettes


@pytest.fixture
def host(qtbot, qapp):
    host = QWidget()
    qtbot.addWidget(host)
    theme = Theme(qapp, LIGHT)
    theme.setParent(host)
    return host


@pytest.fixture
def bar(qtbot, host):
    run = RunController(Source, host)
    for command in run.commands:
        command.set_theme(palettes.LIGHT)
        command.triggered.disconnect()  # there is nothing to train
    bar = ControlBar(run.commands, host)
    bar.set_theme(palettes.LIGHT)
    bar.resize(1000, 80)
    host.resize(1000, 80)
    host.show()
    qtbot.waitExposed(host)
    bar.changes = []  # type: ignore[attr-defined]  # what the tests look at
    bar.trainingChanged.connect(bar.changes.append)  # type: ignore[attr-defined]  # as above
    return bar


def test_the_buttons_are_the_actions(qtbot, bar, host):
    pressed = []
    for key, button in (("train", bar.train_button), *bar.step_buttons.items()):
        button.defaultAction().triggered.connect(lambda _=False, key=key: pressed.append(key))
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == ["train", "batch", "epoch", "stop", "reset", "seed"]


def test_showing_a_design_announces_nothing(bar):
    training = TrainingSpec(
        learning_rate=0.003, l1=1e-5, l2=1e-4, clipping=ClippingChoice(name="norm", parameters={"max_norm": 0.5})
    )
    bar.set_training(training)
    assert bar.rate.value() == 0.003
    assert slider_rate(bar.slider.value()) == pytest.approx(0.003, rel=0.1)
    assert bar.settings.clipping.value() == "norm"
    assert bar.settings.limit.value() == 0.5
    assert bar.settings.limit.isEnabled()
    assert (bar.settings.l1.value(), bar.settings.l2.value()) == (1e-5, 1e-4)
    bar.set_training(TrainingSpec())
    assert not bar.settings.limit.isEnabled()
    assert bar.changes == []


def test_a_typed_rate_counts_when_it_is_finished(qtbot, bar):
    """1e-3 passes through 1, which would ruin a running network."""
    bar.set_training(TrainingSpec(learning_rate=0.1))
    bar.rate.setFocus()
    bar.rate.selectAll()
    qtbot.keyClicks(bar.rate, "1e-3")
    assert bar.changes == []
    qtbot.keyClick(bar.rate, Qt.Key.Key_Return)
    assert bar.changes == [{"learning_rate": 0.001}]
    assert slider_rate(bar.slider.value()) == 0.001


def test_a_senseless_rate_gives_way_to_the_one_before(qtbot, bar):
    bar.set_training(TrainingSpec(learning_rate=0.1))
    bar.rate.setFocus()
    bar.rate.selectAll()
    qtbot.keyClicks(bar.rate, "2e")
    qtbot.keyClick(bar.rate, Qt.Key.Key_Return)
    assert bar.changes == []
    assert bar.rate.text() == "0.1"


def test_arrows_and_slider_act_at_once(qtbot, bar):
    bar.set_training(TrainingSpec(learning_rate=0.1))
    qtbot.keyClick(bar.rate, Qt.Key.Key_Up)
    assert bar.changes == [{"learning_rate": 0.2}]
    bar.slider.setFocus()
    qtbot.keyClick(bar.slider, Qt.Key.Key_PageDown)
    assert len(bar.changes) == 2
    assert bar.changes[1]["learning_rate"] == pytest.approx(0.02, rel=0.1)
    assert bar.rate.value() == bar.changes[1]["learning_rate"]


@pytest.mark.parametrize("rate", [1e-5, 1e-3, 0.03, 0.1, 1.0, 10.0])
def test_slider_and_rate_agree(rate):
    assert slider_rate(slider_position(rate)) == pytest.approx(rate, rel=0.07)


def test_the_live_form_announces_each_field(qtbot, bar):
    bar.set_training(TrainingSpec())
    settings = bar.settings
    index = settings.clipping.findData("norm")
    settings.clipping.setCurrentIndex(index)
    settings.clipping.activated.emit(index)
    assert settings.limit.isEnabled()
    qtbot.keyClick(settings.limit, Qt.Key.Key_Up)
    qtbot.keyClick(settings.l1, Qt.Key.Key_Up)
    qtbot.keyClick(settings.l2, Qt.Key.Key_Up)
    assert bar.changes == [
        {"clipping": ClippingChoice(name="norm")},
        {"clipping": ClippingChoice(name="norm", parameters={"max_norm": 2.0})},
        {"l1": 1e-4},
        {"l2": 1e-4},
    ]


def test_the_live_form_opens_below_its_button(qtbot, bar):
    qtbot.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    assert bar.settings.isVisible()
    assert bar.settings.clipping.hasFocus()
    bar.settings.close()


def test_devices_are_offered_with_the_reason_why_there_are_no_more(bar):
    bar.set_devices(Devices((CPU,), "no driver"))
    assert bar.device.count() == 1
    assert "no driver" in bar.device.toolTip()
    gpu = Device("cuda:0", "NVIDIA H200 (cuda:0)")
    bar.set_devices(Devices((CPU, gpu)))
    assert [bar.device.itemText(i) for i in range(2)] == ["CPU", "NVIDIA H200 (cuda:0)"]
    bar.device.setCurrentIndex(1)
    bar.device.activated.emit(1)
    assert bar.changes == [{"device": "cuda:0"}]


def test_a_design_for_a_device_that_is_not_here_says_so(bar):
    bar.set_devices(Devices((CPU,)))
    bar.set_training(TrainingSpec(device="cuda:1"))
    assert bar.device.value() == "cuda:1"
    assert "not found" in bar.device.currentText()
    bar.set_training(TrainingSpec())
    assert bar.device.value() == "cpu"
    assert bar.device.count() == 1
    assert bar.changes == []


def test_progress_and_numbers(bar):
    status = Status(
        State.RUNNING, step=250, total_steps=1000, epoch=5.0, total_epochs=20.0, samples_per_second=41_234.0,
        eta=75.0, instrument_share=0.0296, seconds=25.0,
    )  # fmt: skip
    bar.show_status(status)
    assert bar.state.text() == "Training"
    assert bar.progress.value() / bar.progress.maximum() == 0.25
    assert bar.numbers.text() == (
        "Epoch 5 of 20 · step 250 of 1,000 · 2 min left · 41,200 samples/s · instruments cost 3 %"
    )


def test_what_watching_costs_is_told_when_it_was_measured_long_enough(bar):
    status = Status(State.PAUSED, step=23, total_steps=2200, instrument_share=0.92, seconds=6.0)
    bar.show_status(status)
    assert "instruments" not in bar.numbers.text(), "the first measurements of a run, which are free"
    bar.show_status(replace(status, step=400, instrument_share=0.08, seconds=12.0))
    assert bar.numbers.text().endswith(" · instruments cost 8 %")


def test_the_start_is_shown_as_busy(bar):
    bar.show_status(Status())
    assert bar.state.text() == "Loading the engine…"
    assert bar.progress.maximum() == 0
    bar.show_status(Status(State.READY, total_steps=10, total_epochs=1.0))
    assert bar.progress.maximum() > 0


def test_a_finished_run_shows_its_result(bar):
    bar.show_status(Status(State.FINISHED, step=10, total_steps=10, message="Test accuracy 97.0%."))
    assert "Test accuracy 97.0%." in bar.numbers.text()


def test_every_state_has_words():
    assert len({state_text(Status(state, step=1, message="x")) for state in State}) == len(State)
    assert state_text(Status(State.FAILED)) == "Could not start"


def test_a_changed_design_says_how_it_becomes_the_run(bar):
    height = bar.sizeHint().height()
    bar.show_changed(True, True)
    assert "Reset" in bar.changed.text()
    bar.show_changed(True, False)
    assert "Train" in bar.changed.text()
    assert bar.sizeHint().height() == height, "the panels below must not jump"
    kept = []
    bar.designKept.connect(lambda: kept.append(1))
    bar.keep_design.click()
    assert kept == [1]


def test_an_unstarted_run_has_no_numbers():
    assert numbers_of(Status()) == []


def test_everything_has_a_name_and_can_be_reached_by_tab(bar):
    bar.show_changed(True, False)
    controls = [bar.rate, bar.slider, bar.device, bar.more, bar.progress, bar.numbers]
    controls += [bar.settings.clipping, bar.settings.limit, bar.settings.l1, bar.settings.l2]
    assert all(control.accessibleName() for control in controls)
    for button in bar.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text(), button
        if button.isVisible():
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button


def test_the_bar_fits_a_narrow_window(bar):
    assert bar.minimumSizeHint().width() <= 1000


def test_the_cost_of_the_instruments_is_told_once_it_means_something(bar):
    bar.show_status(Status(State.RUNNING, step=5, total_steps=1000, seconds=0.1, instrument_share=0.23))
    assert "instruments" not in bar.numbers.text()
