"""One unit at a time: traces, details, operations, and how it died."""

import math
from typing import Any

import numpy as np
import pytest
import torch

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.measurements.status import UnitStatus
from relulab.session.store import SessionStore
from relulab.training.gradient import DenseGradient
from relulab.training.jobs.autopsy import Autopsy
from relulab.training.requests import AutopsyRequest, leaky_design
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.surgery import OPERATIONS
from relulab.training.telemetry import ProbeRecord, UnitTraceRecord
from relulab.training.trainer import Trainer


def design(dataset: str = "moons", **training) -> ExperimentSpec:
    hidden = {"kind": "dense", "parameters": {"units": 12}}
    flatten = ["flatten"] if dataset == "digits" else []
    return ExperimentSpec.parse(
        {
            "data": {"dataset": dataset, "train_size": 200},
            "model": {"layers": [*flatten, hidden, hidden]},
            "training": {"optimizer": "adam", "learning_rate": 0.01, "steps": 200} | training,
        }
    )


def bias_of_layer(run: TrainingRun, layer: str) -> Any:
    return run.network.get_submodule(layer).bias


def watched(spec: ExperimentSpec, every: int = 1) -> tuple[TrainingRun, SessionStore]:
    store = SessionStore()
    run = TrainingRun(
        spec, load_dataset(spec.data), recording=MeasurementSchedule.every(every, every), record=store.append
    )
    run.measure_start()
    return run, store


def test_traces_are_the_weights_of_every_unit():
    run, store = watched(design())
    run.run_until(3)
    row = store.current.latest(UnitTraceRecord)
    first, second = run.network.weights()[:2]
    assert row["step"] == 3
    assert row["weight_norm"][:12].tolist() == pytest.approx(first.detach().norm(dim=1).tolist())
    assert row["weight_norm"][12:24].tolist() == pytest.approx(second.detach().norm(dim=1).tolist())
    assert row["gradient_norm"][:12].tolist() == pytest.approx(first.grad.norm(dim=1).tolist())
    assert row["bias"][:12].tolist() == pytest.approx(bias_of_layer(run, "1_dense").tolist())
    assert len(row["bias"]) == run.layout.offsets[-1]


def test_details_show_what_excites_a_unit():
    run, store = watched(design())
    run.instruments.inspected = (1, 4)
    run.instruments.inspect()
    details = store.current.unit_details
    with torch.no_grad():
        _, kept = run.network.forward_kept(run.train.inputs)
    activity = kept[1].activation[:, 4]
    assert details.samples[0] == int(activity.argmax())
    assert details.activations.tolist() == pytest.approx(activity.topk(9).values.tolist())
    assert details.weights.tolist() == pytest.approx(run.network.weights()[1][4].tolist())
    assert details.bias == bias_of_layer(run, "2_dense")[4].item()
    assert details.searched == len(run.train)
    assert details.plane.values.shape[0] == 1
    x = torch.tensor([[details.plane.x_range[0], details.plane.y_range[0]]])
    with torch.no_grad():
        corner = run.network.forward_kept(x)[1][1].activation[0, 4].item()
    assert details.plane.values[0, 0, 0] == pytest.approx(corner, abs=1e-6)


def test_first_weights_of_an_image_network_are_an_image():
    run, store = watched(design("digits"))
    run.instruments.inspected = (0, 2)
    run.instruments.inspect()
    assert store.current.unit_details.weights.shape == (8, 8)
    assert store.current.unit_details.plane is None


def test_t2_answers_are_those_of_the_newest_weights_and_change_nothing():
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": "digits", "train_size": 200},
            "model": {"layers": ["flatten", {"kind": "dense", "parameters": {"units": 8}}, "dropout"]},
            "training": {"steps": 20, "learning_rate": 0.05},
        }
    )
    losses = []
    for asked in (False, True):
        run, store = watched(spec)
        losses.append([])
        for step in range(1, 21):
            losses[-1].append(run.step())
            if asked:
                run.show_answers()
                found = store.current.answers
                with torch.no_grad():
                    expected = run.network.eval()(run.evaluator.validation.inputs[:24]).softmax(1)
                run.network.train()
                assert found.step == step
                np.testing.assert_array_equal(found.samples, np.arange(24))
                np.testing.assert_allclose(found.probabilities, expected, rtol=1e-5)
    assert losses[0] == losses[1]


def test_t2_numbers_have_no_answers():
    run, store = watched(design("sine", loss="mse"))
    run.show_answers()
    assert store.current.answers is None


def dead_unit(store: SessionStore) -> tuple[int, int, AutopsyRequest]:
    """A unit that fired once and is dead at the end, with the two probes around its death."""
    history = store.current
    steps, status, firing = history.columns(ProbeRecord, "step", "unit_status", "firing_rate")
    hidden = 24
    died = (status[-1, :hidden] == UnitStatus.DEAD) & (firing[:, :hidden].max(0) > 0)
    unit = int(np.flatnonzero(died)[0])
    last = int(np.flatnonzero(firing[:, unit] > 0)[-1])
    request = AutopsyRequest(unit // 12, unit % 12, int(steps[last]), int(steps[last + 1]))
    return unit, int(steps[last]), request


def test_the_death_of_a_unit_is_found_to_the_step():
    spec = design(learning_rate=1.0, steps=60)
    exact_run, exact = watched(spec)  # a probe behind every step knows the truth
    exact_run.run_until(60)
    unit, fired_last, request = dead_unit(exact)
    coarse = AutopsyRequest(request.layer, request.unit, max(0, fired_last - 7), fired_last + 5)
    certificates = []
    autopsy = Autopsy(spec, exact_run.dataset, coarse, certificates.append)
    while not autopsy.advance(10.0):
        pass
    (certificate,) = certificates
    assert not certificate.problem
    assert certificate.died_in == fired_last + 1
    steps, bias = exact.current.columns(UnitTraceRecord, "step", "bias")
    assert certificate.bias_before == pytest.approx(bias[steps == fired_last][0, unit])
    assert certificate.bias_after == pytest.approx(bias[steps == fired_last + 1][0, unit])
    assert certificate.max_before > 0 >= certificate.max_after
    assert certificate.learning_rate == 1.0
    assert certificate.gradient_norm >= 0  # momentum can push a unit under that has no gradient any more
    assert len(certificate.batch) in (8, 32)


def test_a_unit_that_never_fired_was_born_dead():
    hidden = {
        "kind": "dense",
        "parameters": {"units": 12},
        "bias": {"name": "constant", "parameters": {"value": -50.0}},
    }
    spec = design().replace(model={"layers": [hidden]})
    run, _ = watched(spec)
    run.run_until(5)
    certificates = []
    autopsy = Autopsy(spec, run.dataset, AutopsyRequest(0, 3, None, 5), certificates.append)
    while not autopsy.advance(10.0):
        pass
    assert certificates[0].born_dead
    assert certificates[0].bias_before == -50.0
    assert math.isnan(certificates[0].learning_rate)


def test_a_death_that_did_not_happen_is_not_made_up():
    spec = design()
    run, _ = watched(spec)
    certificates = []
    autopsy = Autopsy(spec, run.dataset, AutopsyRequest(0, 0, 0, 3), certificates.append)
    while not autopsy.advance(10.0):
        pass
    assert "did not lead to the same death" in certificates[0].problem


def test_reinitializing_changes_one_unit_alone():
    run, store = watched(design())
    run.run_until(10)
    before = run.network.weights()[1].detach().clone()
    OPERATIONS["reinitialize"](run, 1, 5, 0.0)
    changed = (run.network.weights()[1].detach() != before).any(1)
    assert changed.nonzero().flatten().tolist() == [5]
    assert store.current.changes[-1].what.startswith("2 Dense, unit 6")


def test_nudging_a_bias():
    run, store = watched(design())
    OPERATIONS["nudge_bias"](run, 0, 3, 0.25)
    assert bias_of_layer(run, "1_dense")[3].item() == pytest.approx(0.25)
    assert (store.current.changes[-1].before, store.current.changes[-1].after) == ("0", "0.25")


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_a_frozen_unit_stays_as_it_is_and_the_others_learn(optimizer):
    run, _ = watched(design(optimizer=optimizer))
    run.run_until(3)
    before = run.network.weights()[0].detach().clone()
    OPERATIONS["freeze"](run, 0, 7, 0.0)
    run.run_until(13)
    after = run.network.weights()[0].detach()
    assert torch.equal(after[7], before[7])
    assert not torch.equal(after[6], before[6])


def test_a_frozen_unit_that_is_drawn_anew_learns_again():
    run, store = watched(design())
    OPERATIONS["freeze"](run, 0, 7, 0.0)
    OPERATIONS["freeze"](run, 0, 2, 0.0)
    frozen = run.network.weights()[0].detach()[7].clone()
    OPERATIONS["reinitialize"](run, 0, 7, 0.0)
    fresh, other = run.network.weights()[0].detach()[7].clone(), run.network.weights()[0].detach()[2].clone()
    run.run_until(1)
    weights = run.network.weights()[0].detach()
    assert not torch.equal(weights[7], frozen), "the old weights would come back with the next step"
    assert not torch.equal(weights[7], fresh), "it learns"
    assert torch.equal(weights[2], other), "the other one stays frozen"
    assert (store.current.changes[-1].before, store.current.changes[-1].after) == ("frozen", "learning")


def test_a_frozen_unit_keeps_a_nudged_bias():
    run, _ = watched(design())
    OPERATIONS["freeze"](run, 0, 7, 0.0)
    OPERATIONS["nudge_bias"](run, 0, 7, 0.5)
    run.run_until(3)
    assert bias_of_layer(run, "1_dense")[7].item() == pytest.approx(0.5)


def test_a_silenced_unit_says_nothing_any_more():
    run, _ = watched(design())
    OPERATIONS["silence"](run, 0, 7, 0.0)
    run.run_until(10)
    with torch.no_grad():
        _, kept = run.network.forward_kept(run.train.inputs)
    assert kept[0].activation[:, 7].abs().max() == 0
    assert kept[0].activation[:, 6].abs().max() > 0


def test_a_layer_made_leaky_goes_on_from_the_same_weights_in_the_same_history():
    run, store = watched(design())
    run.run_until(10)
    before = run.parameters.values.detach().clone()
    leaky = OPERATIONS["make_leaky"](run, 0, 0, 0.1)
    assert torch.equal(leaky.parameters.values.detach(), before)
    assert leaky.spec.model.layers[0].activation.name == "leaky_relu"
    assert isinstance(leaky._gradient, DenseGradient)
    leaky.run_until(20)
    assert len(store.runs) == 1
    assert leaky.spec == leaky_design(run.spec, 0, 0.1)
    last = store.current.changes[-1]
    assert (last.what, last.after, last.layer) == ("layer 1: activation", "Leaky ReLU (negative slope 0.1)", 0)
    steps, *_ = store.current.columns(ProbeRecord, "step")
    assert steps.tolist() == list(range(21))


def test_the_trainer_does_all_of_it_in_the_background():
    store = SessionStore()
    spec = design(learning_rate=1.0, steps=60)
    with Trainer(store.append, recording=MeasurementSchedule.every(1, 1), threads=1) as trainer:
        trainer.prepare(spec)
        trainer.train()
        trainer.wait({State.FINISHED}, 60)
        _, fired_last, request = dead_unit(store)
        trainer.inspect((request.layer, request.unit))
        trainer.find_death(request, store.current.append)
        trainer.wait({State.FINISHED}, 60)
        history = store.current
        _until(lambda: history.certificate(request.layer, request.unit) is not None)
        assert history.certificate(request.layer, request.unit).died_in == fired_last + 1
        assert (history.unit_details.layer, history.unit_details.unit) == (request.layer, request.unit)
        trainer.reset()
        trainer.step_batch()
        trainer.wait({State.PAUSED}, 60)
        trainer.operate("nudge_bias", 0, 1, 0.5)
        trainer.wait({State.PAUSED}, 60)
        assert store.current.changes[-1].what == "1 Dense, unit 2: bias"
        trainer.operate("make_leaky", 0, 1, 0.1)
        trainer.train()
        trainer.wait({State.FINISHED}, 60)
        assert store.current.latest(ProbeRecord)["step"] == 60


def test_a_death_is_explained_by_the_network_that_died_not_by_one_made_leaky_since():
    store = SessionStore()
    with Trainer(store.append, recording=MeasurementSchedule.every(1, 1), threads=1) as trainer:
        trainer.prepare(design(learning_rate=1.0, steps=100))
        for _ in range(60):
            trainer.step_batch()
            trainer.wait({State.PAUSED}, 60)
        _, fired_last, request = dead_unit(store)
        trainer.operate("make_leaky", request.layer, request.unit, 0.1)
        trainer.find_death(request, store.current.append)
        _until(lambda: store.current.certificate(request.layer, request.unit) is not None)
        assert store.current.certificate(request.layer, request.unit).died_in == fired_last + 1
        assert trainer.autopsy_progress is None
        trainer.reset()
        trainer.wait({State.READY}, 60)
        assert trainer._worker.run.spec == design(learning_rate=1.0, steps=100), (
            "a reset goes back to the first network"
        )


def test_a_search_says_how_far_it_is_and_can_be_ended():
    store = SessionStore()
    with Trainer(store.append, threads=1) as trainer:
        trainer.prepare(design())
        trainer.wait({State.READY}, 60)
        trainer.find_death(AutopsyRequest(0, 0, 0, 10**6), store.current.append)
        _until(lambda: trainer.autopsy_progress)
        assert 0 < trainer.autopsy_progress < 1
        trainer.cancel_autopsy()
        _until(lambda: trainer.autopsy_progress is None)
        assert not trainer._worker.beside.busy
        assert store.current.certificate(0, 0) is None


def test_a_unit_that_the_present_network_does_not_have_is_passed_over():
    store = SessionStore()
    with Trainer(store.append, threads=1) as trainer:
        trainer.prepare(design())
        for layer, unit in ((0, 12), (7, 0)):
            trainer.inspect((layer, unit))
            trainer.operate("freeze", layer, unit)
            trainer.find_death(AutopsyRequest(layer, unit, None, 0), store.append)
        assert trainer.wait({State.READY, State.FAILED}, 60).state is State.READY
        assert store.current.unit_details is None
        assert not store.current.changes


def _until(condition) -> None:
    from time import monotonic, sleep

    deadline = monotonic() + 60
    while not condition():
        assert monotonic() < deadline
        sleep(0.01)
