"""The truth table: each recipe is run, its numbers are compared with the published ones, and its findings held
to what must and what must not be said. The findings of the quick recipes are tested always, on two seeds;
numbers and findings of all recipes on all seeds with ``-m slow``.
"""

from statistics import median

import pytest

from relulab.diagnosis.recipes import ILLNESSES, METRICS, RECIPES, Recipe
from relulab.diagnosis.recipes.recipe import is_said
from relulab.diagnosis.rules import RULES
from relulab.training.examination import Examination
from tests.helpers.paths import SHARED_DATA
from tests.helpers.recipe_runs import ever, ever_ill, run_spec, standing

QUICK_SEEDS = 2
QUICK = [
    recipe.key
    for recipe in RECIPES.values()
    if not recipe.data and recipe.share == 1.0 and not recipe.key.startswith("overfitting_")
]


def check_numbers(recipe: Recipe, endings: list[Examination]) -> None:
    for expected in recipe.expected:
        values = [METRICS[expected.metric](ending.outcome, expected.layer) for ending in endings]
        assert expected.holds(median(values)), f"{expected} but {values}"


def check_findings(recipe: Recipe, endings: list[Examination]) -> None:
    enough = recipe.share * len(endings)
    for rule in recipe.must:
        assert sum(rule in ever(ending) for ending in endings) >= enough, f"{rule} is missing"
    for rule in recipe.stands:
        assert sum(is_said(rule, standing(ending)) for ending in endings) >= enough, f"{rule} does not stand"
    for ending in endings:
        assert not ever_ill(ending).intersection(recipe.must_not)


@pytest.mark.parametrize("key", QUICK)
def test_quick_recipes_on_two_seeds(key):
    recipe = RECIPES[key]
    endings = [run_spec(recipe.experiment(seed)) for seed in range(QUICK_SEEDS)]
    check_findings(recipe, endings)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("key", RECIPES)
def test_recipes_on_all_seeds(key):
    recipe = RECIPES[key]
    if recipe.data and not SHARED_DATA.exists():
        pytest.skip(f"{recipe.data} is not on this machine")
    endings = [run_spec(recipe.experiment(seed)) for seed in range(recipe.seeds)]
    check_findings(recipe, endings)
    check_numbers(recipe, endings)


# The rule whose first fix must make the run healthy
CURED = {
    "dying_rate": "learning_rate_too_high",
    "rate_10": "learning_rate_too_high",
    "bias_3": "negative_bias",
    "zero_weights": "symmetry",
    "constant_weights": "symmetry",
    "linear_circle": "linear_collapse",
    "overfitting": "overfitting",
}
CURED_ON_MNIST = {
    "unscaled": "unscaled_input",
    "uniform_weights": "saturated_from_start",
    "sigmoid_8": "vanishing_gradient",
    "signal_dies": "vanishing_signal",
    "explosion": "exploding_signal",
    "softmax_inside": "softmax_inside",
}


def check_cure(key: str, rule: str, seed: int) -> None:
    """The first fix takes the illness away; a run that is then merely cut short is given the steps it asks for."""
    spec, titles = RECIPES[key].experiment(seed), []
    for illness in (rule, "too_few_steps"):
        found = [finding for finding in run_spec(spec).current if finding.rule == illness]
        if found:
            spec = found[0].cures[0].apply(spec)
            titles.append(found[0].cures[0].title)
        assert titles, f"{rule} was not found"
    cured = run_spec(spec)
    assert is_said("healthy", standing(cured)), f"{titles}: {sorted(standing(cured))}"


@pytest.mark.parametrize("key", CURED)
def test_the_first_fix_makes_the_run_healthy(key):
    check_cure(key, CURED[key], seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("key", CURED_ON_MNIST)
def test_the_first_fix_makes_the_run_on_images_healthy(key):
    if not SHARED_DATA.exists():
        pytest.skip("MNIST is not on this machine")
    check_cure(key, CURED_ON_MNIST[key], seed=0)


def test_a_born_dead_network_comes_to_life_with_wider_layers():
    recipe = RECIPES["born_dead"]
    for seed in range(recipe.seeds):
        ending = run_spec(recipe.experiment(seed))
        if "born_dead" in standing(ending):
            break
    finding = next(finding for finding in ending.current if finding.rule == "born_dead")
    assert is_said("healthy", standing(run_spec(finding.cures[0].apply(recipe.experiment(seed)))))


def test_the_recipes_speak_of_rules_and_metrics_that_there_are():
    for recipe in RECIPES.values():
        assert {*recipe.must, *recipe.stands, *recipe.must_not} <= set(RULES)
        assert {expected.metric for expected in recipe.expected} <= set(METRICS)
        assert not {*recipe.must, *recipe.stands}.intersection(recipe.must_not)
        assert recipe.expected
        assert (recipe.data == "mnist") == (recipe.experiment(0).data.dataset.name == "mnist")
    assert set(ILLNESSES) <= set(RULES)


def test_seeds_are_all_different_streams_of_one_number():
    spec = RECIPES["healthy"].experiment(3)
    assert (spec.data.seed, spec.model.seed, spec.training.seed) == (3, 3, 3)
