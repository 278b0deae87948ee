"""Whoever judges a network leaves it as it was, and chunks change nothing."""

import numpy as np
import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.training.evaluator import Evaluator
from relulab.training.inspection import Painter, unit_details
from relulab.training.run import TrainingRun

LAYERS = ("conv2d", "batch_norm", "flatten", "dense", "dropout")


@pytest.fixture(scope="module")
def run() -> TrainingRun:
    spec = ExperimentSpec.parse({"data": {"dataset": "digits", "train_size": 400}, "model": {"layers": LAYERS}})
    run = TrainingRun(spec, load_dataset(spec.data))
    run.measure_start()
    return run


LOOKS = {
    "outputs": lambda run: run.evaluator.outputs(run.evaluator.probe.inputs),
    "evaluate": lambda run: run.evaluator.evaluate(run.evaluator.validation),
    "probe": lambda run: run.evaluator.probe_record(0, 0.0),
    "gradients": lambda run: run.evaluator.probe_gradients(),
    "unit": lambda run: unit_details(run.evaluator, 0, 0, 1),
    "picture": lambda run: Painter(run.evaluator).paint(0),
    "everything": lambda run: run.instruments.measure_again(),
}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("look", LOOKS)
def test_a_look_leaves_mode_numbers_and_gradients_as_they_were(run: TrainingRun, look: str, training: bool) -> None:
    run.network.train(training)
    before = {name: tensor.clone() for name, tensor in run.network.state_dict().items()}
    gradients, random = run.parameters.gradients.clone(), torch.get_rng_state()
    LOOKS[look](run)
    assert run.network.training is training
    assert all(torch.equal(tensor, before[name]) for name, tensor in run.network.state_dict().items())
    assert torch.equal(run.parameters.gradients, gradients)
    assert torch.equal(torch.get_rng_state(), random)
    run.network.train()


def test_the_mode_is_back_after_an_error(run: TrainingRun) -> None:
    with pytest.raises(RuntimeError):
        run.evaluator.outputs(torch.zeros(3, 5))
    assert run.network.training


def test_chunks_give_what_one_pass_gives(run: TrainingRun) -> None:
    inputs = run.evaluator.probe.inputs
    whole, parts = (run.evaluator.outputs(inputs, at_once) for at_once in (len(inputs), 100))
    assert torch.allclose(whole, parts, atol=1e-6)
    for kind in (0, 1):
        one, some = (run.evaluator.unit_values(inputs, 0, 2, at_once)[kind] for at_once in (len(inputs), 100))
        assert one.shape == (len(inputs),)
        assert torch.allclose(one, some, atol=1e-6)


def test_a_channel_says_its_greatest_value(run: TrainingRun) -> None:
    inputs = run.evaluator.probe.inputs[:20]
    z, h = run.evaluator.unit_values(inputs, 0, 2)
    run.network.eval()
    with torch.no_grad():
        _, kept = run.network.forward_kept(inputs)
    run.network.train()
    np.testing.assert_array_equal(z.numpy(), kept[0].pre_activation[:, 2].numpy().max((1, 2)))
    np.testing.assert_array_equal(h.numpy(), kept[0].activation[:, 2].numpy().max((1, 2)))


def test_every_evaluator_of_a_data_set_looks_with_the_same_samples(run: TrainingRun) -> None:
    again = Evaluator.of(run.network, run.evaluator.objective, run.dataset, torch.float32, torch.device("cpu"))
    for name in ("probe", "validation", "searched"):
        assert torch.equal(getattr(again, name).inputs, getattr(run.evaluator, name).inputs)
    assert torch.equal(again.searched.inputs, run.train.inputs[: len(again.searched)])
