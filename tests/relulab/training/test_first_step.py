"""T12: step 0 of a network with batch norms is measured with batch statistics, as learning sees it, and says so."""

import copy

import numpy as np
import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.diagnosis.rule import probe_set
from relulab.experiment import ExperimentSpec
from relulab.model.modules import BATCH_NORMS, is_warm
from relulab.session.store import SessionStore
from relulab.training.checkpoint import Checkpoint
from relulab.training.jobs.replay import Replay
from relulab.training.kept_weights import MomentWeights
from relulab.training.requests import MomentRequest
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord
from relulab.views.parts import probed

WIDE = {"name": "normal", "parameters": {"std": 1.0}}
DENSE = {"kind": "dense", "parameters": {"units": 20}, "activation": "identity", "initialization": WIDE}
CONV = {"kind": "conv2d", "parameters": {"channels": 6}, "activation": "identity", "initialization": WIDE}
NORM = {"kind": "batch_norm", "activation": "relu"}
LAYERS = {
    "dense": ["flatten", DENSE, NORM, DENSE, NORM, "dropout"],
    "conv": [CONV, NORM, "max_pool2d", CONV, NORM, "flatten", DENSE, NORM],
}


def normed(layers: str, **training) -> ExperimentSpec:
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "digits", "scaling": "raw", "train_size": 500, "validation_size": 100},
            "model": {"layers": LAYERS[layers]},
            "training": {"batch_size": 64, "steps": 8} | training,
        }
    )


def started(spec: ExperimentSpec) -> tuple[TrainingRun, SessionStore]:
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(1, 1), record=store.append)
    run.measure_start()
    return run, store


@pytest.mark.parametrize("layers", LAYERS)
def test_t12_step_0_is_measured_as_learning_sees_it(layers):
    run, store = started(normed(layers))
    network = copy.deepcopy(run.network).train()
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    network.reconnect()
    probe = run.evaluator.probe
    with torch.no_grad():
        outputs, kept = network.forward_kept(probe.inputs)  # the very samples that the statistics are of
    record = store.current.latest(ProbeRecord)
    assert record["loss"] == pytest.approx(float(run.evaluator.objective.loss(outputs, probe.targets)), rel=1e-3)
    stds = [float(layer.activation.double().std(correction=0)) for layer in kept]
    np.testing.assert_allclose(record["std"], stds, rtol=1e-3)
    first = store.current.latest(StepRecord)["loss"]
    assert record["loss"] == pytest.approx(first, rel=0.3)
    assert store.current.latest(EvaluationRecord)["loss"] == pytest.approx(first, rel=0.3)


@pytest.mark.parametrize("layers", LAYERS)
def test_t12_nothing_of_it_is_left_in_the_network(layers):
    """The running statistics stay untouched, the losses of the run too, and the next step measures with its own."""
    spec = normed(layers)
    run, _ = started(spec)
    norms = [module for module in run.network.modules() if isinstance(module, BATCH_NORMS)]
    assert norms
    assert not any(is_warm(norm) for norm in norms)
    losses = [run.step() for _ in range(8)]
    plain = TrainingRun(spec, load_dataset(spec.data))  # takes the masks of dropout from their beginning
    assert [plain.step() for _ in range(8)] == losses
    run.network.eval()
    with torch.no_grad():
        expected = run.evaluator.probe.inputs
        for child in run.network.children():
            expected = child(expected)
        assert torch.allclose(run.network(run.evaluator.probe.inputs), expected, rtol=1e-4, atol=1e-4)


def test_t12_looking_back_at_step_0_shows_the_same():
    spec = normed("dense")
    run, store = started(spec)
    checkpoint: Checkpoint = run.checkpoint()
    looked = list(Replay(spec, run.dataset).look(MomentRequest(MomentWeights.of(checkpoint), measured=False)))
    (probe,) = [record for record in looked if isinstance(record, ProbeRecord)]
    assert probe.loss == pytest.approx(store.current.latest(ProbeRecord)["loss"], rel=1e-6)


def test_t12_it_is_said():
    run, store = started(normed("dense"))
    said = "batch norm with the statistics of training samples"
    info = store.current.info
    assert said in str(probed(info, 1, 0))
    assert said not in str(probed(info, 2, 1))
    evidence = run.instruments.diagnosis.evidence
    assert said in str(probe_set(evidence))
    run.run_until(2)
    assert said not in str(probe_set(run.instruments.diagnosis.evidence))
