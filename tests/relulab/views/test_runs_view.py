"""The runs of a session in words: the same for the run list and the tables of a report."""

import math
from dataclasses import fields, replace

import pytest

from relulab.session.results import Results, results
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord
from relulab.views.runs import KEY_FIGURES, ORDERS, RunRow, checked_part, checked_samples
from tests.helpers.sessions import trained

NAN = math.nan
RESULTS = Results(
    loss=0.25, loss_step=300, accuracy=0.9, test_loss=0.3, test_accuracy=0.88, dead=0.125, steps=1400, seconds=1.5
)
UNKNOWN = Results(NAN, 0, NAN, NAN, NAN, NAN, 0, 0.0)
ROW = RunRow(
    "key", "{Run}", 0, State.FINISHED, "3", ("learning rate 0.2 instead of 0.1",), RESULTS, 0, beside="{Other}"
)


def test_every_key_figure_is_a_number_of_the_results():
    assert set(KEY_FIGURES) <= {field.name for field in fields(Results)}
    shown = {key: figure.of(RESULTS) for key, figure in KEY_FIGURES.items()}
    assert shown == {
        "test_accuracy": "88 %",
        "test_loss": "0.3",
        "final_accuracy": "–",
        "final_loss": "–",
        "accuracy": "90 %",
        "loss": "0.25",
        "dead": "12.5 %",
        "steps": "1,400",
        "seconds": "1.5 s",
    }


def test_the_best_of_several_runs_is_the_best_as_it_is_written():
    runs = [
        replace(RESULTS, loss=loss, accuracy=accuracy) for loss, accuracy in ((0.2, 0.8), (0.20001, 0.9), (NAN, NAN))
    ]
    assert KEY_FIGURES["loss"].best_of(runs) == [0, 1], "nobody can tell them apart"
    assert KEY_FIGURES["accuracy"].best_of(runs) == [1]
    assert KEY_FIGURES["dead"].best_of(runs) == [], "fewer dead units are no aim of their own"
    assert KEY_FIGURES["loss"].best_of([UNKNOWN]) == []


@pytest.mark.parametrize(
    ("state", "live", "word"),
    [
        (State.RUNNING, True, "training"),
        (State.PAUSED, True, "paused"),
        (State.PAUSED, False, "not finished"),
        (State.FINISHED, False, "finished"),
        (State.DIVERGED, False, "diverged"),
        (State.FAILED, True, "failed"),
    ],
)
def test_states_in_words(state, live, word):
    assert str(replace(ROW, state=state, live=live).standing) == f"{word}, step 1,400"


def test_a_row_has_what_is_known_and_nothing_else():
    assert str(ROW.figures) == "best loss 0.25, best accuracy 90 % · test accuracy 88 % · dead 12.5 %"
    regression = replace(ROW, results=replace(RESULTS, accuracy=NAN, test_accuracy=NAN, dead=NAN))
    assert str(regression.figures) == "best loss 0.25 · test loss 0.3"
    assert str(replace(ROW, results=UNKNOWN).figures) == ""
    assert str(ROW.difference) == "learning rate 0.2 instead of 0.1 in {Other}"
    assert str(replace(ROW, differences=()).difference) == "same design and seeds as {Other}"
    assert str(replace(ROW, differences=(), beside="").difference) == "the first run"
    assert str(replace(ROW, reference=True).difference) == "the reference of the comparison"


def test_t14_the_samples_of_a_loss_are_told_where_they_are_not_all():
    run = trained("plane")
    assert str(checked_samples(run)) == "all 20 samples"
    run.history.info = replace(run.history.info, validation_samples=12)
    assert str(checked_samples(run)) == "12 of the 20 samples"
    row = replace(ROW, samples=checked_samples(run))
    assert "validation is measured on 12 of the 20 samples" in str(row.details).split("\n")


def test_the_details_are_lines_with_what_the_user_wrote_as_it_stands():
    lines = str(replace(ROW, notes="50 % {slow}", started="2025-01-02T03:04:05+00:00").details).split("\n")
    assert lines[:2] == ["{Run}", "finished, step 1,400"]
    assert lines[2].startswith("begun 2025-01-0")
    assert lines[3:] == [
        "1.5 s of training",
        "learning rate 0.2 instead of 0.1 in {Other}",
        "seed 3",
        "least validation loss 0.25 at step 300",
        "greatest validation accuracy 90 %",
        "test loss 0.3",
        "test accuracy 88 %",
        "dead units 12.5 %",
        "50 % {slow}",
    ]
    assert "begun" not in str(replace(ROW, started="on a Monday").details), "a file can say anything"
    assert "least training loss" in str(replace(ROW, checked="training").details)


def test_what_is_measured_during_a_run_is_named_by_its_samples():
    run = trained("plane")
    assert checked_part(run) == "validation"
    assert checked_part(replace(run, data=replace(run.data, validation=0))) == "training"
    last = run.history.latest(EvaluationRecord)
    found = results(run)
    assert (found.final_loss, found.final_accuracy) == (last["loss"], last["accuracy"])


def test_unknown_figures_come_last_in_every_order():
    rows = [replace(ROW, number=0, results=UNKNOWN), replace(ROW, number=1)]
    for key in ("loss", "accuracy", "test", "dead"):
        assert [row.number for row in sorted(rows, key=ORDERS[key].key)] == [1, 0]
    assert len({str(order.title) for order in ORDERS.values()}) == len(ORDERS)
