"""The loss of a run as curves, references and words, without anything that draws."""

import math
from dataclasses import replace

import numpy as np
import pytest

from relulab.data.dataset import Dataset, Split
from relulab.diagnosis.data_statistics import measured_statistics
from relulab.experiment import ExperimentSpec
from relulab.formatting import number
from relulab.session.history import RunHistory
from relulab.training.telemetry import EvaluationRecord, StepRecord
from relulab.views import loss
from relulab.views.parts import ShownRun
from tests.helpers.histories import evaluation, history, moons, sine, started, step_record


def with_shares(*samples):
    """Training samples of so many classes, so many of each."""
    data = moons()
    labels = np.repeat(np.arange(len(samples)), samples)
    train = Split(np.zeros((len(labels), 2), np.float32), labels)
    return replace(data, train=train, description=replace(data.description, outputs=len(samples)))


def test_curves_are_those_of_the_history_and_share_their_steps():
    run = history(steps=300, probe_every=30)
    view = loss.loss_view(run)
    steps, losses, low, high, accuracy = run.columns(StepRecord, "step", "loss", "loss_low", "loss_high", "accuracy")
    checks, checked, _ = run.columns(EvaluationRecord, "step", "loss", "accuracy")
    np.testing.assert_array_equal(
        [view.train.steps, view.train.values, view.low, view.high], [steps, losses, low, high]
    )
    np.testing.assert_array_equal([view.checked.steps, view.checked.values], [checks, checked])
    np.testing.assert_array_equal(view.accuracies[0].values, 100 * accuracy)
    assert view.accuracies[0].steps is view.train.steps
    assert (view.train.noisy, view.checked.noisy) == (True, False)
    assert view.end is None
    assert loss.loss_view(RunHistory(started())).is_empty


def test_the_newest_trials_are_dashed_in_colours_of_their_own():
    run = history(steps=40)
    for title in ("one", "two", "three", "four"):
        record = run.trial(title)
        record(started())
        record(evaluation(60))
    trials = loss.loss_view(run).trials
    assert [str(trial.name) for trial in trials] == ["trial: two", "trial: three", "trial: four"]
    assert len({trial.role for trial in trials} | {"train", "validation"}) == 5
    assert all(trial.dash for trial in trials)


@pytest.mark.parametrize(
    ("dataset", "name", "of_loss", "of_accuracy"),
    [
        (with_shares(1, 1), "cross_entropy", "0.6931", "50 %"),
        (with_shares(*[1] * 10), "cross_entropy", "2.303", "10 %"),
        (with_shares(249, 1), "cross_entropy", "0.02608", "99.6 %"),
        (with_shares(1, 3), "multi_margin", "0.25", "75 %"),
        (with_shares(1, 3), "mse", "0.1875", "75 %"),
        (with_shares(0, 3), "cross_entropy", "0", "100 %"),
        (sine(), "mse", None, None),
    ],
)
def test_t13_guessing_knows_the_shares_of_the_classes_as_the_findings_do(dataset, name, of_loss, of_accuracy):
    run = history(steps=2, dataset=dataset, spec=ExperimentSpec.parse({"training": {"loss": name}}))
    losses, accuracies = loss.guesses([run])
    judged_by = measured_statistics(run.info.spec, dataset).baseline
    assert [guess.value for guess in losses] == [judged_by]
    assert str(losses[0].name) == f"guessing: {of_loss or number(float(dataset.train.targets.var()))}"
    assert [str(guess.name) for guess in accuracies] == ([f"guessing: {of_accuracy}"] if of_accuracy else [])


def test_t13_runs_of_other_data_or_another_loss_have_no_guess_in_common():
    balanced, rare = (history(steps=2, dataset=with_shares(*shares)) for shares in ((1, 1), (1, 9)))
    assert loss.guesses([balanced, balanced]) == loss.guesses([balanced])
    assert loss.guesses([balanced, rare]) == ((), ())
    numbers = [history(steps=2, dataset=sine()) for _ in range(2)]
    assert loss.guesses(numbers) == loss.guesses(numbers[:1])


def test_the_sample_is_told_with_the_penalty():
    run = history(steps=40, probe_every=20)
    assert str(loss.loss_view(run).sample) == (
        "Loss without L1/L2 penalty · train: means of batches · "
        "validation: 100 samples, dropout off, measurements: 3, last at step 40"
    )
    run.append(step_record(41, penalty=0.0123))
    assert str(loss.loss_view(run).sample).startswith("Loss without L1/L2 penalty (now 0.0123) · ")


def test_without_validation_the_training_set_is_checked():
    data = moons()
    empty = type(data.validation)(data.validation.inputs[:0], data.validation.targets[:0])
    run = history(steps=20, dataset=Dataset(data.description, data.train, empty, data.test))
    assert str(loss.loss_view(run).checked.name) == "training set"
    assert "training set loss" in str(loss.in_words([ShownRun("run", run)]))
    assert loss.table([ShownRun("run", run)]).rows[-1][1] == "training set"


def test_a_run_that_was_lost_says_where():
    run = RunHistory(started())
    for step in range(5):
        run.append(step_record(step))
    run.append(replace(step_record(5), loss=math.nan))
    step, value = loss.loss_view(run).end
    assert (step, value) == (4, step_record(4).loss)
    words = str(loss.in_words([ShownRun("run", run)]))
    assert "lost: not a number after step 4" in words
    assert "then no longer a finite number" in words


def test_a_regression_tells_no_accuracy():
    run = RunHistory(started((8, 1), sine(), ExperimentSpec.parse({"training": {"loss": "mse"}})))
    run.append(step_record(0, 2, accuracy=math.nan))
    shown = [ShownRun("run", run)]
    assert str(loss.title(shown)) == "Loss"
    assert "accuracy" not in str(loss.in_words(shown))
