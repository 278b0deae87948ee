"""What the banner offers where a run cannot start."""

import pytest

from relulab.errors import DataCorruptError, DataMissingError, DeviceError
from relulab.experiment.presets import load_preset
from relulab.training.instruments import Instruments
from relulab.training.state import State, Status
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, train, wait_for
from ui.faults.notices import Remedy, problem_of
from ui.platform.settings import Settings
from ui.widgets.banner import WARNING


@pytest.mark.parametrize("error", [DataMissingError, DataCorruptError])
def test_images_that_are_absent_or_damaged_can_be_fetched(error):
    status = Status(state=State.FAILED, message="No images.", error=error("No images."))
    problem = problem_of(status, load_preset("mnist-mlp"))
    assert problem.remedies == (Remedy.DOWNLOAD, Remedy.CHOOSE_FOLDER)
    assert problem.data == "mnist"


def test_data_that_nobody_publishes_cannot_be_fetched():
    status = Status(state=State.FAILED, message="No table.", error=DataMissingError("No table."))
    assert problem_of(status, load_preset("moons-healthy")).remedies == ()


def test_other_troubles_are_told():
    lost = Status(state=State.FAILED, message="The device is gone.", error=DeviceError("The device is gone."))
    assert problem_of(lost, None).message == "The device is gone."
    assert problem_of(Status(state=State.DIVERGED, message="NaN"), None).remedies == (Remedy.RESET, Remedy.GO_BACK)
    assert problem_of(Status(state=State.RUNNING), None) is None


def test_r1_what_cannot_be_measured_is_told_once_and_the_run_goes_on(qtbot, monkeypatch):
    def broken(*_arguments):
        raise ZeroDivisionError("a fault of the instrument")

    monkeypatch.setattr(Instruments, "_measure_probe", broken)
    with open_lab(qtbot, moons(), Settings()) as lab:
        banner = lab.window.banner
        qtbot.waitUntil(lambda: "a fault of the instrument" in banner.message, timeout=SECONDS_30)
        assert banner.level == WARNING
        assert [button.text() for button in banner.buttons] == ["Open the log folder"]
        train(qtbot, lab)
        assert "a fault of the instrument" in banner.message, "it stays until it is dismissed"
        banner.dismiss()
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.PAUSED)
        assert not banner.message, "it is told once"
