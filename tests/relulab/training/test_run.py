"""The loop that learns, against plain PyTorch written out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from relulab.data.loading import load_dataset
from relulab.errors import DeviceError, DivergedError, SpecError
from relulab.experiment import ClippingChoice, ExperimentSpec
from relulab.experiment.presets import load_preset
from relulab.report.content.run_section import sentence
from relulab.session.history import RunHistory
from relulab.session.session import DataFingerprint, RunRecord
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE, MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import ChangeRecord, EvaluationRecord, ProbeRecord, RunStarted, StepRecord


def moons(**training) -> ExperimentSpec:
    """A small net on few moons."""
    return ExperimentSpec.parse(
        {
            "data": {"dataset": "moons", "train_size": 100, "validation_size": 40, "test_size": 50, "seed": 3},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 8}}] * 2, "seed": 1},
            "training": {"batch_size": 16, "steps": 40, "learning_rate": 0.05, "seed": 2} | training,
        }
    )


def run_of(spec: ExperimentSpec, **arguments) -> TrainingRun:
    return TrainingRun(spec, load_dataset(spec.data), **arguments)


def losses_of(spec: ExperimentSpec, steps: int = 40, **arguments) -> list[float]:
    run = run_of(spec, **arguments)
    return [run.step() for _ in range(steps)]


def plain_losses(spec: ExperimentSpec, optimizer_of, after_backward=lambda network: None, penalty=lambda network: 0.0):
    """The same run as a person would write it, from the same initial weights."""
    run = run_of(spec)
    state = {name: value.clone() for name, value in run.network.state_dict().items()}
    network = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), state.values(), strict=True):
            parameter.copy_(value)
    optimizer = optimizer_of(network.parameters())
    dataset = load_dataset(spec.data)
    inputs, targets = torch.from_numpy(dataset.train.inputs), torch.from_numpy(dataset.train.targets)
    generator = torch.Generator().manual_seed(spec.training.seed)
    losses = []
    while len(losses) < 40:
        for index in torch.randperm(len(inputs), generator=generator).split(spec.training.batch_size):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(inputs[index]), targets[index])
            losses.append(loss.item())
            (loss + penalty(network)).backward()
            after_backward(network)
            optimizer.step()
    return losses[:40]


def weights(network: nn.Module) -> list[torch.Tensor]:
    return [parameter for name, parameter in network.named_parameters() if name.endswith("weight")]


@pytest.mark.parametrize(
    ("training", "optimizer_of"),
    [
        ({"optimizer": "sgd"}, lambda p: torch.optim.SGD(p, lr=0.05)),
        ({"optimizer": "momentum"}, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
        ({"optimizer": "nesterov"}, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True)),
        ({"optimizer": "adam"}, lambda p: torch.optim.Adam(p, lr=0.05)),
        ({"optimizer": "adamw"}, lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.01)),
        ({"optimizer": "rmsprop"}, lambda p: torch.optim.RMSprop(p, lr=0.05)),
        ({"optimizer": "adagrad"}, lambda p: torch.optim.Adagrad(p, lr=0.05)),
    ],
)
def test_every_optimizer_learns_as_in_plain_pytorch(training, optimizer_of):
    spec = moons(**training)
    assert losses_of(spec) == pytest.approx(plain_losses(spec, optimizer_of), rel=2e-4, abs=1e-6)


def test_l1_and_l2_are_the_gradients_of_their_penalties():
    spec = moons(l1=0.003, l2=0.02)
    expected = plain_losses(
        spec,
        lambda p: torch.optim.SGD(p, lr=0.05),
        penalty=lambda net: sum(0.003 * w.abs().sum() + 0.02 * w.square().sum() for w in weights(net)),
    )
    assert losses_of(spec) == pytest.approx(expected, rel=1e-4)


def test_the_penalty_is_reported_apart_from_the_loss():
    run = run_of(moons(l1=0.003, l2=0.02))
    expected = sum((0.003 * w.abs().sum() + 0.02 * w.square().sum()).item() for w in weights(run.network))
    assert run.penalty() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("clipping", "clip"),
    [
        (
            {"name": "norm", "parameters": {"max_norm": 0.1}},
            lambda net: nn.utils.clip_grad_norm_(net.parameters(), 0.1),
        ),
        (
            {"name": "value", "parameters": {"max_value": 0.01}},
            lambda net: nn.utils.clip_grad_value_(net.parameters(), 0.01),
        ),
    ],
)
def test_clipping_is_that_of_pytorch(clipping, clip):
    spec = moons(clipping=clipping)
    expected = plain_losses(spec, lambda p: torch.optim.SGD(p, lr=0.05), after_backward=clip)
    assert losses_of(spec) == pytest.approx(expected, rel=1e-4)
    assert losses_of(spec) != losses_of(moons())


def test_the_same_spec_gives_the_same_losses_bit_for_bit_however_it_is_measured():
    spec = moons().replace(model={"layers": [{"kind": "dense"}, "batch_norm", "dropout", {"kind": "dense"}], "seed": 5})
    bare = losses_of(spec)
    store = SessionStore()
    run = run_of(spec, recording=MeasurementSchedule.every(1, 1), record=store.append)
    run.measure_start()
    watched = [run.step() for _ in range(40)]
    assert watched == bare
    assert store.current.rows(ProbeRecord) == 41


def test_seeds_of_data_weights_and_order_are_separate():
    spec = moons()
    first = run_of(spec)
    other_order = run_of(spec.replace(training=spec.training.replace(seed=9)))
    other_weights = run_of(spec.replace(model=spec.model.replace(seed=9)))
    assert torch.equal(first.parameters.values, other_order.parameters.values)
    assert not torch.equal(first.parameters.values, other_weights.parameters.values)
    assert not torch.equal(first._batches.next()[0], other_order._batches.next()[0])
    assert torch.equal(first._batches.next()[0], other_weights._batches.next()[0]) is False  # one batch further on
    other_weights._batches.next()
    assert torch.equal(first._batches.next()[0], other_weights._batches.next()[0])


def test_records_tell_what_happened():
    spec, store = moons(steps=40), SessionStore()
    run = run_of(spec, recording=MeasurementSchedule.every(1, 10), record=store.append)
    run.measure_start()
    losses = [run.step() for _ in range(40)]
    history = store.current
    steps, recorded = history.columns(StepRecord, "step", "loss")
    assert steps.tolist() == list(range(41))
    assert recorded[1:].tolist() == pytest.approx(losses)
    assert recorded[0] == recorded[1] == pytest.approx(losses[0])  # step 0 looks at the batch of step 1
    probe_steps, *_ = history.columns(ProbeRecord, "step")
    assert set(range(0, 41, 10)) <= set(probe_steps.tolist())
    evaluation = history.latest(EvaluationRecord)
    loss, accuracy = run.evaluator.evaluate(run.evaluator.validation)
    assert (evaluation["loss"], evaluation["accuracy"]) == (pytest.approx(loss), pytest.approx(accuracy))
    assert history.info.validation_samples == 40


def test_the_recorded_loss_between_two_records_is_mean_least_and_greatest():
    store = SessionStore()
    run = run_of(moons(), recording=replace(MeasurementSchedule.every(1000), judged=False), record=store.append)
    run.measure_start()
    losses = [run.step() for _ in range(20)]
    steps, mean, low, high = store.current.columns(StepRecord, "step", "loss", "loss_low", "loss_high")
    assert steps.tolist() == [0, 1, 2, 5, 7, 10, 14, 20]  # logarithmic, and the ends of epochs of seven batches
    assert mean[-1] == pytest.approx(np.mean(losses[14:20]))
    assert (low[-1], high[-1]) == (pytest.approx(min(losses[14:20])), pytest.approx(max(losses[14:20])))


def test_gradients_and_updates_are_those_of_the_step():
    store = SessionStore()
    run = run_of(
        moons(clipping={"name": "norm", "parameters": {"max_norm": 0.01}}),
        recording=MeasurementSchedule.every(1),
        record=store.append,
    )
    run.measure_start()
    for _ in range(3):
        before = [w.detach().clone() for w in weights(run.network)]
        inputs, targets, _ = run._batches.peek()
        gradients = torch.autograd.grad(nn.functional.cross_entropy(run.network(inputs), targets), weights(run.network))
        run.step()
        after = weights(run.network)
        row = store.current.latest(StepRecord)
        norms = [g.norm().item() for g in gradients]
        assert row["gradient_norm"].tolist() == pytest.approx(norms, rel=1e-5)  # before clipping
        assert row["gradient_rms"].tolist() == pytest.approx(
            [n / math.sqrt(g.numel()) for n, g in zip(norms, gradients, strict=True)], rel=1e-5
        )
        ratios = [math.log10(((a - b).norm() / b.norm()).item()) for a, b in zip(after, before, strict=True)]
        assert row["update_ratio"].tolist() == pytest.approx(ratios, abs=1e-3)  # behind clipping: the actual step


def test_a_loss_that_is_not_finite_stops_and_names_step_and_layer():
    spec = moons(optimizer="sgd", learning_rate=1e6)
    run = run_of(spec)
    with pytest.raises(DivergedError) as error:
        run.run_until(40)
    assert error.value.step == run.step_index + 1
    assert error.value.layer in [layer.title for layer in run.layout.layers] + [""]
    assert str(error.value.step) in str(error.value)


def test_a_network_ruined_by_the_last_update_has_diverged_too():
    spec = load_preset("exploding")
    endless = run_of(spec)
    with pytest.raises(DivergedError) as error:
        endless.run_until(50)
    last_update = error.value.step - 1  # its loss was finite, that of the step behind it was not
    short = run_of(spec.replace(training={**spec.training.model_dump(), "epochs": None, "steps": last_update}))
    with pytest.raises(DivergedError) as error:
        short.run_until(50)
    assert error.value.step == short.step_index == last_update


def test_the_first_bad_layer_is_named():
    run = run_of(moons())
    with torch.no_grad():
        run.network.weights()[1][0, 0] = math.nan
    with pytest.raises(DivergedError) as error:
        run.step()
    assert error.value.layer == run.layout.layers[1].title
    assert error.value.step == 1


def test_live_changes_take_effect_and_are_recorded():
    store = SessionStore()
    run = run_of(moons(), record=store.append)
    run.run_until(5)
    run.change(learning_rate=0.5, clipping=ClippingChoice(name="norm"), l2=0.1)
    assert run.learning_rate_now() == 0.5
    changes = {c.what: (c.step, c.before, c.after) for c in store.current.changes}
    assert changes["learning rate"] == (5, "0.05", "0.5")
    assert changes["gradient clipping"][1:] == ("None", "By norm (largest norm 1)")
    assert changes["L2 penalty"][1:] == ("0", "0.1")
    assert "L1 penalty" not in changes
    run.step()
    assert run.penalty() > 0


def test_a_live_change_beyond_what_a_design_may_hold_is_made_all_the_same():
    store = SessionStore()
    run = run_of(moons(), record=store.append)
    run.change(learning_rate=0.0)
    assert (run.learning_rate_now(), store.current.changes[0].after) == (0.0, "0")


def test_schedules_move_the_learning_rate():
    run = run_of(moons(schedule={"name": "step", "parameters": {"every_steps": 10, "decay": 0.1}}))
    run.run_until(9)
    assert run.learning_rate_now() == pytest.approx(0.05)
    run.run_until(10)
    assert run.learning_rate_now() == pytest.approx(0.005)
    cosine = run_of(moons(schedule="cosine"))
    cosine.run_until(20)
    assert cosine.learning_rate_now() == pytest.approx(0.025)


def test_early_stopping_waits_for_its_patience():
    spec = moons(steps=None, epochs=500, early_stopping=3, learning_rate=2.0, optimizer="adam")
    run = run_of(spec)
    run.run_until(run.total_steps)
    assert run.early_stopped
    assert run.step_index < run.total_steps
    assert run.step_index % run.steps_per_epoch == 0


def test_double_precision_is_double():
    run = run_of(moons(precision="float64"))
    assert run.parameters.values.dtype == torch.float64
    single = run_of(moons())
    assert run.step() == pytest.approx(single.step(), rel=1e-6)


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy", "mse", "l1", "multi_margin"])
def test_every_classification_loss_learns_the_moons(loss):
    run = run_of(moons(loss=loss, optimizer="adam", learning_rate=0.02, steps=300))
    run.run_until(300)
    assert run.test()[1] > 0.8


@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_a_curve_is_fitted(loss):
    spec = moons(loss=loss, optimizer="adam", learning_rate=0.02, steps=300)
    spec = spec.replace(data={"dataset": "absolute", "train_size": 100})
    run = run_of(spec)
    first = run.evaluator.evaluate(run.evaluator.validation)[0]
    run.run_until(300)
    assert run.evaluator.evaluate(run.evaluator.validation)[0] < 0.3 * first


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(DeviceError, match="cuda:7"):
        run_of(moons(device="cuda:7"))
    with pytest.raises(SpecError):
        run_of(moons(loss="mse").replace(data={"dataset": "sine"}, training={"loss": "cross_entropy"}))


def test_a_batch_of_one_left_over_is_left_out():
    run = run_of(moons(batch_size=33))
    assert run.steps_per_epoch == 3
    sizes = [len(run._batches.next()[0]) for _ in range(6)]
    assert sizes == [33] * 6


def test_the_history_of_a_long_run_is_bounded():
    history: list[RunHistory] = []
    run = run_of(moons(steps=6000), recording=MeasurementSchedule.every(1, 1000), record=lambda r: _append(history, r))
    run.measure_start()
    run.run_until(6000)
    steps, *_ = history[0].columns(StepRecord, "step")
    assert len(steps) <= 4096
    assert steps[0] == 0
    assert steps[-1] == 6000


def _append(histories: list[RunHistory], record) -> None:
    if isinstance(record, RunStarted):
        histories.append(RunHistory(record))
    histories[-1].append(record)


def test_live_recording_always_has_the_start_and_the_end():
    store = SessionStore()
    run = run_of(moons(), recording=LIVE, record=store.append)
    run.measure_start()
    run.run_until(40)
    run.instruments.measure_all()
    for kind in (StepRecord, ProbeRecord, EvaluationRecord):
        steps, *_ = store.current.columns(kind, "step")
        assert (steps[0], steps[-1]) == (0, 40)
    assert not any(isinstance(c, ChangeRecord) for c in store.current.changes)


def test_findings_follow_the_run():
    store = SessionStore()
    spec = moons(steps=300, optimizer="adam", learning_rate=0.01, schedule="constant")
    run = run_of(spec, recording=MeasurementSchedule.every(10, 10), record=store.append)
    run.measure_start()
    run.run_until(300)
    findings = store.current.findings
    assert findings.step == 300
    assert findings.current, "something is always said, health too"
    assert all(finding.began is None or finding.began <= 300 for finding in findings.current)


def test_a_run_that_diverges_says_so_in_its_findings():
    store = SessionStore()
    run = run_of(moons(learning_rate=1e6), recording=MeasurementSchedule.every(1, 1), record=store.append)
    run.measure_start()
    with pytest.raises(DivergedError) as error:
        run.run_until(40)
    named = [finding for finding in store.current.findings.current if finding.rule == "non_finite"]
    assert named
    assert error.value.layer in str(named[0].explanation)


@pytest.mark.parametrize("every", [1, 1000])
@pytest.mark.parametrize(("rate", "loss"), [(1e6, "cross_entropy"), (1e3, "mse"), (1e6, "mse")])
def test_t7_error_finding_and_report_name_the_same_end(every, rate, loss):
    store = SessionStore()
    spec = moons(learning_rate=rate, loss=loss)
    run = run_of(spec, recording=MeasurementSchedule.every(every, every), record=store.append)
    run.measure_start()
    with pytest.raises(DivergedError) as error:
        run.run_until(40)
    lost = error.value
    (finding,) = [finding for finding in store.current.findings.current if finding.rule == "non_finite"]
    assert finding.began == lost.step == store.current.findings.step
    assert finding.measured == lost.loss or (math.isnan(finding.measured) and math.isnan(lost.loss))
    for said in (str(finding.explanation), str(lost)):
        assert f"in step {lost.step}" in said
        assert f"The loss became {'not a number' if math.isnan(lost.loss) else 'infinite'}" in said
        assert f"with such values is {lost.layer}" in said if lost.layer else "finite" in said
    data = DataFingerprint.of(run.dataset)
    ended = RunRecord(name="A", history=store.current, data=data, state=State.DIVERGED)
    assert f"diverged in step {lost.step}," in sentence(ended)


def test_t7_a_finite_network_whose_loss_is_too_large_says_so():
    run = run_of(moons(loss="mse", optimizer="sgd"))
    with torch.no_grad():
        run.network.weights()[-1].fill_(1e25)
    with pytest.raises(DivergedError) as error:
        run.step()
    assert error.value.layer == ""
    assert "all weights and outputs are finite" in str(error.value)


def test_t15_with_spread_biases_wider_networks_err_less():
    """One hidden layer on a sine wave, 5 seeds: with biases of 0 all units bend at one point, and width is no help."""

    def medians(bias: str) -> list[float]:
        found = []
        for width in (4, 8, 16, 32):
            losses = []
            for seed in range(5):
                layer = {"kind": "dense", "parameters": {"units": width}, "bias": bias}
                spec = ExperimentSpec.parse(
                    {
                        "data": {"dataset": "sine", "train_size": 256, "validation_size": 50, "test_size": 300},
                        "model": {"layers": [layer], "seed": seed},
                        "training": {"optimizer": "adam", "learning_rate": 0.01, "batch_size": 64, "steps": 800}
                        | {"loss": "mse", "seed": seed},
                    }
                )
                run = run_of(spec)
                run.run_until(800)
                losses.append(run.test()[0])
            found.append(sorted(losses)[2])
        return found

    spread, zero = medians("spread"), medians("constant")
    assert spread == sorted(spread, reverse=True)
    assert spread[-1] < spread[0] / 10
    assert zero[-1] > zero[0] / 2
