"""What the banner offers where a run cannot start."""

import pytest

from relulab.errors import DataCorruptError, DataMissingError, DeviceError
from relulab.experiment.presets import load_preset
from relulab.training.state import State, Status
from ui.faults.notices import Remedy, problem_of


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
