"""A run is called what it is: by its design, and by what was changed since the design got its name."""

from types import SimpleNamespace

import pytest

from relulab.experiment.presets import PRESETS, load_preset
from relulab.session.run_names import MOST_LETTERS, run_name


def with_first_activation(spec, activation):
    layer = spec.model.layers[0]
    other = layer.replace(activation=layer.activation.replace(name=activation, parameters={}))
    return spec.replace(model=spec.model.replace(layers=(other, *spec.model.layers[1:])))


def called(*specs):
    """The names of runs of these designs, one after the other."""
    runs: list[SimpleNamespace] = []
    for spec in specs:
        runs.append(SimpleNamespace(spec=spec, name=run_name(spec, runs)))
    return [run.name for run in runs]


LINEAR = load_preset("circle-linear")
MOONS = load_preset("moons-healthy")


def test_no_run_without_relu_has_a_relu():
    first, changed = called(LINEAR, with_first_activation(LINEAR, "relu"))
    assert first == PRESETS["circle-linear"].title
    assert "without" not in changed
    assert changed.startswith("Circle: ")
    assert changed.endswith("ReLU")


def test_no_moons_are_flowers():
    flowers = MOONS.replace(data=MOONS.data.replace(dataset=load_preset("sine-fit").data.dataset))
    assert called(flowers)[0].startswith("Sine: ")


def test_the_data_set_is_not_said_twice():
    data = MOONS.data.replace(dataset=MOONS.data.dataset.replace(name="spirals", parameters={}))
    assert called(MOONS.replace(data=data)) == ["Many spirals: instead of Moons"]
    slower = MOONS.training.replace(learning_rate=0.0123)
    assert called(MOONS.replace(data=data, training=slower)) == ["Many spirals: learning rate 0.0123"]


def test_what_a_cut_name_left_out_is_said_where_it_is_new():
    sine = load_preset("sine-fit")
    deeper = sine.replace(model=sine.model.replace(layers=(*sine.model.layers, sine.model.layers[0])))
    seeded = deeper.replace(model=deeper.model.replace(seed=9))
    assert called(deeper, seeded, seeded) == [
        "Sine: layers 64-64-64, …", "Sine: layers 64-64-64, weights seed 9, …",
        "Sine: layers 64-64-64, weights seed 9, … #2",
    ]  # fmt: skip


def test_another_seed_is_the_same_experiment_again():
    seeded = MOONS.replace(model=MOONS.model.replace(seed=7), training=MOONS.training.replace(seed=7))
    assert called(MOONS, seeded, MOONS) == [MOONS.name, f"{MOONS.name}: seed 7", f"{MOONS.name} #2"]


def test_a_name_that_somebody_gave_stays_and_says_what_is_new():
    mine = MOONS.replace(name="Mine")
    faster = mine.replace(training=mine.training.replace(learning_rate=0.25))
    assert called(mine, faster, faster) == ["Mine", "Mine: learning rate 0.25", "Mine: learning rate 0.25 #2"]


@pytest.mark.parametrize("other", ["overfitting", "deep-he", "mnist-cnn"])
def test_a_name_stays_short_whatever_was_changed(other):
    changed = load_preset(other).replace(name=MOONS.name)
    (name,) = called(changed)
    assert len(name) < 2 * MOST_LETTERS
    assert name.endswith(", …")
