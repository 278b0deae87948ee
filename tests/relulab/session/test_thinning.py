"""Which checkpoints stay."""

import dataclasses
import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from relulab.experiment import ExperimentSpec, TrainingSpec
from relulab.experiment.live_settings import LiveSettings
from relulab.session.file.files import load_session, save_session
from relulab.session.limits import CHECKPOINT_BYTES, CHECKPOINTS
from relulab.session.session import Session
from relulab.session.thinning import thin, thin_weights
from relulab.training.checkpoint import Checkpoint, Tally
from relulab.training.kept_weights import FIRST_STEPS, KeptWeights
from tests.helpers.sessions import trained

KIB = 1024


def checkpoint(step: int, size: int = KIB) -> Checkpoint:
    return Checkpoint(
        spec=ExperimentSpec(),
        step=step,
        network={"weight": np.zeros(size, np.uint8)},
        optimizer={},
        random={},
        frozen={},
        rows_given=0,
        settings=LiveSettings.of(TrainingSpec()),
        best_validation=(math.inf, 0),
        early_stopped="",
        tally=Tally(0.0, 0, math.inf, -math.inf),
    )


def steps(checkpoints) -> list[int]:
    return [checkpoint.step for checkpoint in checkpoints]


def test_all_stay_while_they_fit():
    checkpoints = [checkpoint(step) for step in (0, 5, 9)]
    assert steps(thin(checkpoints, 3 * KIB)) == [0, 5, 9]


def test_those_that_stay_are_spread_over_the_logarithm_of_the_step():
    kept = steps(thin([checkpoint(step) for step in range(1025)], 11 * KIB))
    assert len(kept) == 11
    assert (kept[0], kept[-1]) == (0, 1024)
    ratios = [(b + 1) / (a + 1) for a, b in pairwise(kept)]
    assert max(ratios) / min(ratios) < 2.5


def test_thinning_as_checkpoints_come_gives_about_the_same():
    kept: tuple[Checkpoint, ...] = ()
    for step in range(1025):
        kept = thin((*kept, checkpoint(step)), 11 * KIB)
    assert len(kept) == 11
    assert (kept[0].step, kept[-1].step) == (0, 1024)
    ratios = [(b + 1) / (a + 1) for a, b in pairwise(steps(kept))]
    assert max(ratios) < 4.5


def test_the_last_stays_even_if_nothing_fits():
    assert steps(thin([checkpoint(step) for step in (0, 5, 9)], KIB)) == [9]
    assert steps(thin([checkpoint(3, 10 * KIB)], KIB)) == [3]
    assert thin([], KIB) == ()


def test_of_two_of_one_step_the_later_counts_and_order_does_not_matter():
    old, new = checkpoint(5), checkpoint(5)
    assert thin([checkpoint(9), old, checkpoint(0), new])[1] is new


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 4 * KIB)), min_size=1, max_size=40),
       st.integers(0, 40 * KIB))  # fmt: skip
def test_the_limit_is_kept_with_first_and_last(described, limit):
    checkpoints = [checkpoint(step, size) for step, size in described]
    kept = thin(checkpoints, limit)
    assert steps(kept) == sorted(set(steps(kept)))
    assert kept[-1].step == max(step for step, _ in described)
    if len(kept) > 1:
        assert sum(c.nbytes for c in kept) <= limit
        assert kept[0].step == min(step for step, _ in described)


def test_a_session_file_keeps_the_limits(tmp_path):
    run = trained("curve", 2)
    last = run.checkpoints[-1]
    many = tuple(dataclasses.replace(last, step=step) for step in range(CHECKPOINTS + 20))
    large = {"weight": np.zeros(CHECKPOINT_BYTES // 3, np.uint8)}
    heavy = tuple(dataclasses.replace(last, step=step, network=large) for step in range(5))
    path = tmp_path / "x.relulab"
    for checkpoints, count in ((many, CHECKPOINTS), (heavy, 2)):
        save_session(Session(runs=(dataclasses.replace(run, checkpoints=checkpoints),)), path)
        kept = load_session(path).runs[0].checkpoints
        assert len(kept) == count
        assert kept[-1].step == checkpoints[-1].step


def alone(step: int, size: int = KIB) -> KeptWeights:
    return KeptWeights(ExperimentSpec(), step, np.zeros(size, np.uint8))


def test_weights_alone_are_thinned_out_evenly_but_for_the_first_steps():
    kept: tuple[KeptWeights, ...] = ()
    for step in (*range(1, FIRST_STEPS + 1), *range(25, 5000, 5)):
        kept = thin_weights((*kept, alone(step)), most=100)
    found = steps(kept)
    assert len(found) == 100
    assert found[:FIRST_STEPS] == list(range(1, FIRST_STEPS + 1))
    assert found[-1] == 4995
    gaps = [b - a for a, b in pairwise(found[FIRST_STEPS:])]
    assert max(gaps) <= 3 * min(gaps)


@given(st.sets(st.integers(0, 400)), st.integers(1, 40), st.integers(2, 60))
def test_thinned_weights_fit_or_are_those_of_the_first_steps(drawn, size, most):
    given_ones = [alone(step, size) for step in sorted(drawn)]
    kept = thin_weights(given_ones, limit=600, most=most)
    first = [one.step for one in given_ones if one.step <= FIRST_STEPS]
    assert steps(kept)[: len(first)] == first
    assert steps(kept)[-1:] == steps(given_ones)[-1:]
    room = min(most, 600 // size)
    assert len(kept) <= max(room, len(first) + 2)
    assert len(kept) >= min(room, len(given_ones))
