"""What differs between runs, in words that are short and never the same for two runs."""

from dataclasses import dataclass
from typing import Any

import pytest

from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import PRESETS, load_preset
from relulab.experiment.seeds import design_of
from relulab.session.compare import axes_of, design_labels, designs, labels, nearest_before

DENSE = {"kind": "dense", "parameters": {"units": 6}}


@dataclass
class Run:
    """What labels need of a record of a run."""

    spec: ExperimentSpec
    name: str


def layer(activation="relu", **parts):
    return DENSE | {"activation": activation} | parts


def design(*layers, seed=0, batches=None, **training):
    training = {"seed": seed if batches is None else batches} | training
    return ExperimentSpec.parse(
        {"model": {"layers": list(layers) or [DENSE, DENSE], "seed": seed}, "training": training}
    )


def named(*specs):
    runs: Any = [Run(spec, f"run {i}") for i, spec in enumerate(specs)]
    return labels(runs)


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        ([], ()),
        ([design()], ("run 0",)),
        ([design(), design()], ("run 0", "run 1")),
        ([design(), design(learning_rate=0.01)], ("learning rate 0.1", "learning rate 0.01")),
        ([design(), design(layer("identity"), layer("identity"))], ("ReLU", "Identity (none)")),
        ([design(), design(layer(), layer("tanh"))], ("layer 2: ReLU", "layer 2: Tanh")),
        ([design(seed=1), design(seed=2)], ("seed 1", "seed 2")),
        ([design(seed=1, batches=0), design(seed=2, batches=0)], ("weights seed 1", "weights seed 2")),
        # the seed only where it is needed, the name only where nothing else tells two runs apart
        ([design(), design(seed=1), design(epochs=5)], ("10 epochs, seed 0", "10 epochs, seed 1", "5 epochs")),
        ([design(), design(), design(seed=1)], ("seed 0 (run 0)", "seed 0 (run 1)", "seed 1")),
    ],
)
def test_labels_name_what_differs_within_the_set(specs, expected):
    assert named(*specs) == expected


def test_what_tells_runs_apart_comes_first_in_a_label():
    """Labels are cut at their end: the layers and the optimizer alone would leave the first two looking the same."""
    many = design(DENSE, DENSE, DENSE, optimizer="adam", learning_rate=1.0)
    texts = named(design(), design(learning_rate=1.0), many)
    assert [text.split(", ")[:2] for text in texts] == [
        ["layers 6-6", "learning rate 0.1"],
        ["layers 6-6", "learning rate 1"],
        ["layers 6-6-6", "learning rate 1"],
    ]
    assert texts[2].endswith("Adam")


def test_labels_of_all_presets_with_two_seeds_each_are_different():
    specs = [load_preset(key) for key in PRESETS]
    again = [spec.replace(model=spec.model.replace(seed=99)) for spec in specs]
    found = named(*specs, *again)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("specs", "nearest"),
    [
        ([design()], [None]),
        ([design(), design(seed=1), design(learning_rate=0.2)], [None, 0, 0]),
        ([design(), design(epochs=5, seed=1), design(epochs=5, seed=2)], [None, 0, 1]),
        ([design(), design(), design(seed=1)], [None, 0, 1]),  # of equals the newest
        ([design(), design(learning_rate=0.2, epochs=5), design(learning_rate=0.2)], [None, 0, 1]),
    ],
)
def test_t16_a_run_is_compared_with_the_one_before_it_that_it_differs_least_from(specs, nearest):
    assert [nearest_before(number, specs) for number in range(len(specs))] == nearest


def test_t16_only_runs_of_the_same_data_and_loss_share_their_axes():
    base = design()
    assert axes_of(base) == axes_of(design(seed=3, learning_rate=0.2, epochs=2))
    assert axes_of(base) != axes_of(design(loss="multi_margin"))
    for dataset in ("circle", {"name": "moons", "parameters": {"noise": 0.3}}):
        other = ExperimentSpec.parse(base.model_dump() | {"data": {"dataset": dataset}})
        assert axes_of(base) != axes_of(other)


def test_a_design_is_an_experiment_up_to_name_and_seeds():
    runs: Any = [
        Run(spec, str(i))
        for i, spec in enumerate([design(), design(epochs=5), design(seed=4).replace(name="other"), design(batches=9)])
    ]
    assert designs(runs) == ((runs[0], runs[2], runs[3]), (runs[1],))
    assert design_labels([runs[0].spec, runs[1].spec]) == ("10 epochs", "5 epochs")
    assert design_labels([runs[2].spec]) == ("other",)
    data = design().replace(data=design().data.replace(seed=1))
    assert design_of(data) != design_of(design()), "other data are another question"
