"""What notebooks use: ``import relulab`` and the functions behind it."""

import pkgutil
import subprocess
import sys

import numpy as np
import pytest

import relulab
from relulab.api import TrainResult
from relulab.errors import ShapeError
from relulab.experiment import ExperimentSpec
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, StepRecord


def short(name: str = "moons-healthy", steps: int = 30) -> ExperimentSpec:
    spec = relulab.load_preset(name)
    return spec.replace(training=spec.training.replace(epochs=None, steps=steps))


def test_importing_loads_no_torch_and_no_qt() -> None:
    code = (
        "import relulab, sys; relulab.load_preset('spiral'); print({'torch', 'PySide6', 'sklearn'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_every_name_is_there_and_documented() -> None:
    functions = {"build_model", "draw", "effective_map", "film", "load_preset", "probe", "regions", "sweep", "trace"}
    functions |= {"train", "explain"}
    assert set(relulab.__all__) == {"ExperimentSpec", "Scheduler", "Trainer"} | functions
    for name in relulab.__all__:
        assert getattr(relulab, name).__doc__
        assert name in dir(relulab)
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        relulab.trian  # noqa: B018  # the access is the test


def test_no_module_hides_a_name_that_is_offered() -> None:
    """``import relulab.train`` would put a module in the place of the function."""
    modules = {module.name for module in pkgutil.iter_modules(relulab.__path__)}
    assert "api" in modules
    assert not modules & set(relulab.__all__)


def test_training_gives_numbers_history_and_network() -> None:
    seen: list[int] = []
    result = relulab.train(short(), record_every=15, on_step=lambda run, loss: seen.append(run.step_index))
    assert seen == list(range(1, 31))
    assert result.summary.state is State.FINISHED
    steps, losses = result.history.columns(StepRecord, "step", "loss")
    assert set(steps.tolist()) >= {0, 15, 30}
    assert losses[-1] < losses[0]
    outputs = result.network(result_inputs(result))
    assert outputs.shape == (5, 2)


def result_inputs(result: TrainResult):
    import torch

    return torch.from_numpy(result.history.info.dataset.test.inputs[:5])


def test_t14_the_summary_agrees_with_a_count_of_all_samples_by_hand() -> None:
    import torch

    spec = short(steps=100)
    result = relulab.train(spec.replace(data=spec.data.replace(validation_size=3000, label_noise=0.3)))
    dataset = result.history.info.dataset
    assert result.history.info.validation_samples < len(dataset.validation), "the curve is of a part"
    network = result.network.eval()
    for part in ("train", "validation", "test"):
        split = getattr(dataset, part)
        with torch.no_grad():
            outputs = network(torch.from_numpy(split.inputs))
        right = (outputs.argmax(1).numpy() == split.targets).mean()
        loss = torch.nn.functional.cross_entropy(outputs, torch.from_numpy(split.targets))
        found = [getattr(result.summary, f"{part}_{number}") for number in ("loss", "accuracy")]
        assert found == pytest.approx([float(loss), right], rel=1e-5)


def test_an_interrupt_ends_in_good_order() -> None:
    def interrupt(run, loss: float) -> None:
        if run.step_index == 20:
            raise KeyboardInterrupt

    result = relulab.train(short(), on_step=interrupt)
    assert result.summary.state is State.PAUSED
    assert result.summary.steps == 20
    assert "20 of 30 steps" in result.summary.message
    assert result.summary.test_accuracy > 0.0


def test_a_device_that_fails_ends_in_a_state_with_advice() -> None:
    def fail(run, loss: float) -> None:
        raise RuntimeError("CUDA error: unspecified launch failure")

    result = relulab.train(short(), on_step=fail)
    assert result.summary.state is State.FAILED
    assert "stopped answering" in result.summary.message
    assert np.isnan(result.summary.test_loss)


def test_torchs_threads_are_put_back() -> None:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert relulab.train(short(steps=2), threads=1).summary.threads == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_design_that_cannot_work_is_refused_before_the_data_are_loaded() -> None:
    spec = relulab.load_preset("mnist-mlp")
    layers = spec.model.layers[1:]  # no Flatten
    with pytest.raises(ShapeError):
        relulab.train(spec.replace(model=spec.model.replace(layers=layers)))


def test_a_network_has_the_weights_that_training_starts_from() -> None:
    import torch

    network = relulab.build_model(short())
    trained = relulab.train(short().replace(training=short().training.replace(learning_rate=1e-12)))
    for ours, theirs in zip(network.parameters(), trained.network.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=0)


def test_validation_is_recorded_at_the_ends_of_epochs() -> None:
    result = relulab.train(short(steps=66))
    (epochs,) = result.history.columns(EvaluationRecord, "epoch")
    assert {0.0, 1.0, 2.0, 3.0} <= set(epochs.tolist()), "beside the steps at which the run is judged"


def test_a_full_memory_while_the_network_is_built_is_a_device_error_in_words(monkeypatch):
    from relulab.errors import DeviceError
    from relulab.training import run as loop

    def too_large(*arguments):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(loop, "build_model", too_large)
    with pytest.raises(DeviceError, match="memory of cpu is full"):
        relulab.train(short())
