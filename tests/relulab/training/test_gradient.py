"""The written-out chain rule against autograd."""

import pytest
import torch

from relulab.catalog.activations import ACTIVATIONS
from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.training.gradient import DERIVATIVES, LOSS_GRADIENTS, AutogradGradient, DenseGradient
from relulab.training.run import TrainingRun


def run_of(activation: str, loss: str = "cross_entropy", bias: str = "constant", dataset: str = "moons") -> TrainingRun:
    layer = {"kind": "dense", "parameters": {"units": 7}, "activation": activation, "bias": bias}
    flatten = ["flatten"] if dataset == "digits" else []
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": dataset, "train_size": 60, "validation_size": 10, "test_size": 10},
            "model": {"layers": [*flatten, layer, layer], "output": {"bias": bias}},
            "training": {"loss": loss, "precision": "float64"},
        }
    )
    return TrainingRun(spec, load_dataset(spec.data))


def compare(run: TrainingRun) -> None:
    inputs, targets, _ = run._batches.peek()
    assert isinstance(run._gradient, DenseGradient)
    outputs, loss = run._gradient.forward(inputs, targets)
    run._gradient.backward()
    written_out = run.parameters.gradients.clone()
    autograd = AutogradGradient(run.network, run.evaluator.objective, run.parameters)
    expected_outputs, expected_loss = autograd.forward(inputs, targets)
    autograd.backward()
    assert loss.item() == pytest.approx(expected_loss.item(), rel=1e-12)
    torch.testing.assert_close(outputs, expected_outputs)
    torch.testing.assert_close(written_out, run.parameters.gradients, rtol=1e-10, atol=1e-14)
    assert written_out.abs().sum() > 0


@pytest.mark.parametrize("activation", sorted(DERIVATIVES))
def test_every_derivative(activation):
    compare(run_of(activation))


@pytest.mark.parametrize("loss", sorted(LOSS_GRADIENTS))
def test_every_loss(loss):
    compare(run_of("tanh", loss))


@pytest.mark.parametrize("bias", ["constant", "pytorch_default", "none"])
def test_with_and_without_bias(bias):
    compare(run_of("relu", bias=bias))


def test_on_images():
    compare(run_of("relu", dataset="digits"))


def test_a_curve():
    compare(run_of("tanh", "mse", dataset="sine"))


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - set(DERIVATIVES)))
def test_what_is_not_written_out_goes_through_autograd(activation):
    assert isinstance(run_of(activation)._gradient, AutogradGradient)


def test_other_layers_go_through_autograd():
    spec = ExperimentSpec.parse({"model": {"layers": ["dense", "dropout"]}})
    assert isinstance(TrainingRun(spec, load_dataset(spec.data))._gradient, AutogradGradient)
