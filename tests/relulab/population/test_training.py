"""Many designs trained by one call, against each of them examined alone."""

import math
from typing import Any

import pytest

from relulab.data.loading import load_dataset
from relulab.diagnosis.ends import End
from relulab.errors import CancelledError
from relulab.experiment import ActivationChoice, LayerSpec
from relulab.experiment.presets import PRESETS, load_preset
from relulab.model.plan import DesignPlan
from relulab.population.kinds import too_few, why_alone
from relulab.population.training import ALONE, TOGETHER, train_all
from relulab.training.examination import examine
from tests.relulab.population.designs import design


def said(findings):
    return [(finding.rule, finding.layer, finding.began) for finding in findings]


def seeded(spec, seed):
    """The same design and data, with other first weights and another order."""
    return spec.replace(model=spec.model.replace(seed=seed), training=spec.training.replace(seed=seed))


def check_against_single_runs(specs, engine=TOGETHER, accuracy_within=0.02):
    results = dict(train_all(specs))
    assert sorted(results) == list(range(len(specs)))
    for place, spec in enumerate(specs):
        found, expected = results[place], examine(spec, load_dataset(spec.data))
        assert found.engine == engine
        assert said(found.findings) == said(expected.current)
        assert found.steps == expected.steps
        if math.isfinite(found.test[0]):
            assert found.test[1] == pytest.approx(expected.outcome.test_accuracy, abs=accuracy_within, nan_ok=True)
        assert (found.end is End.DIVERGED) == (expected.outcome.diverged_at is not None)


def test_findings_steps_and_scores_of_dense_designs():
    specs = [design(seed, (8, units), steps=120) for seed in range(3) for units in (4, 8)]
    check_against_single_runs([*specs, design(3, (8,), steps=60), design(4, (8,), steps=60, learning_rate=0.01)])


def changed(spec, behind=(), **parts):
    """The same design, with these parts in every dense layer, and these layers behind each."""
    layers = []
    for layer in spec.model.layers:
        is_dense = layer.kind == "dense"
        layers += [layer.replace(**parts), *behind] if is_dense else [layer]
    return spec.replace(model=spec.model.replace(layers=layers))


LAYERS: dict[str, dict[str, Any]] = {
    "learned slopes": {"activation": ActivationChoice(name="prelu")},
    "batch norm": {"behind": [LayerSpec(kind="batch_norm")]},
    "layer norm": {"behind": [LayerSpec(kind="layer_norm")]},
    "dropout": {"behind": [LayerSpec(kind="dropout", parameters={"rate": 0.2})]},
}


@pytest.mark.slow
@pytest.mark.parametrize("layers", sorted(LAYERS))
@pytest.mark.parametrize("preset", ["moons-healthy", "circle-linear"])
def test_findings_of_presets_with_other_layers(preset, layers):
    check_against_single_runs([changed(seeded(load_preset(preset), seed), **LAYERS[layers]) for seed in range(3)])


@pytest.mark.parametrize("layers", sorted(LAYERS))
def test_findings_with_other_layers(layers):
    """In float64: where few units are on, layer norm makes of one unit in the last place another course."""
    specs = [design(seed, (6, 4), steps=60, precision="float64") for seed in range(3)]
    check_against_single_runs([changed(spec, **LAYERS[layers]) for spec in specs])


@pytest.mark.parametrize("layers", [[], ["batch_norm"]])
def test_runs_that_diverge(layers):
    rate = 1e4 if layers else 30.0
    check_against_single_runs(
        [design(s, (16, 16), loss="mse", learning_rate=rate, steps=100, behind=layers) for s in range(4)]
    )


def test_what_cannot_be_trained_together_is_trained_alone():
    specs = [design(seed, (6,), activation="softmax", steps=40) for seed in range(2)]
    check_against_single_runs(specs, ALONE)
    stopping = design(0, (6,), steps=400, learning_rate=1.0, early_stopping=2)
    ((_, result),) = train_all([stopping])
    assert result.engine == ALONE
    assert result.steps < 400
    assert "validation loss was best" in result.reason


def test_a_design_that_cannot_be_trained_says_why_and_spares_the_others():
    wrong = design(0, (6,), loss="binary_cross_entropy", data={"dataset": "digits"}, steps=20)
    results = dict(train_all([wrong, design(1, (6,), steps=20)]))
    assert results[0].end is End.FAILED
    assert "two classes" in results[0].reason
    assert math.isnan(results[0].test[0])
    assert results[1].end is not End.FAILED


def test_it_can_be_stopped_and_what_is_done_stays():
    specs = [design(seed, (6,), activation="softmax", steps=40) for seed in range(3)]
    found = []

    def stop(count):
        if count >= 2:
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        found.extend(train_all(specs, on_progress=stop))
    assert [place for place, _ in found] == [0, 1]


@pytest.mark.slow
@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_findings_of_all_presets(preset):
    """Rates of 1 and above are chaos: a run that is moved by one unit in the last place is judged otherwise, too.

    Over 1,500 steps of ``overfitting`` it leaves its course, too, though not its findings.
    """
    specs = [seeded(load_preset(preset), seed) for seed in range(3)]
    plan = DesignPlan.of(specs[0])
    alone = why_alone(plan) is not None or too_few(plan, len(specs)) is not None
    if alone or specs[0].training.learning_rate >= 1.0:
        pytest.skip("not trained as one, or chaotic")
    check_against_single_runs(specs, accuracy_within=0.05)
