"""Seeds in words, and the next ones to try."""

import pytest

from relulab.experiment import ExperimentSpec
from relulab.experiment.seeds import design_of, seed_words, with_new_seed, with_next_seeds


def design(*, seed=0, batches=None, **training):
    training = {"seed": seed if batches is None else batches} | training
    return ExperimentSpec.parse({"model": {"seed": seed}, "training": training})


@pytest.mark.parametrize(
    ("spec", "words"), [(design(seed=3), "3"), (design(seed=3, batches=4), "3 for weights, 4 for batches")]
)
def test_seeds_in_short(spec, words):
    assert seed_words(spec) == words


@pytest.mark.parametrize(
    ("others", "seed"),
    [
        ([], 1),
        ([design(seed=1), design(seed=5, batches=2)], 6),
        ([design(seed=7, epochs=3)], 1),
        ([design(seed=2**32 - 1)], 1),
    ],
)
def test_a_new_seed_is_one_that_no_run_of_the_design_has(others, seed):
    found = with_new_seed(design(), others)
    assert (found.model.seed, found.training.seed) == (seed, seed)
    assert design_of(found) == design_of(design())


@pytest.mark.parametrize(
    ("spec", "by", "words"),
    [
        (design(seed=3), 1, "4"),
        (design(seed=3, batches=2**32 - 1), 2, "5 for weights, 1 for batches"),
        (design(seed=3), 0, "3"),
    ],
)
def test_the_next_seeds(spec, by, words):
    assert seed_words(with_next_seeds(spec, by)) == words
    assert design_of(with_next_seeds(spec, by)) == design_of(spec)
