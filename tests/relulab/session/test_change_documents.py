"""Changes by hand in a file, whose format has words alone for what was changed."""

import pytest

from relulab.experiment import ExperimentSpec
from relulab.model.layout import Layout
from relulab.model.plan import DesignPlan
from relulab.session.file.schema import ChangeRecordDocument
from relulab.training.telemetry import ChangeRecord

BIG = {"kind": "dense", "parameters": {"units": 2000}}


def design(*activations: str) -> ExperimentSpec:
    layers = [BIG | {"activation": activation} for activation in activations]
    return ExperimentSpec.parse({"model": {"layers": [layers[0], "dropout", layers[1]]}})


def layout() -> Layout:
    spec = design("relu", "relu")
    return DesignPlan.of(spec, spec.data.dataset.describe()).layout


def kept(change: ChangeRecord) -> ChangeRecord:
    return ChangeRecordDocument.of(change).record(layout())


@pytest.mark.parametrize(("layer", "unit"), [(0, 2), (1, 1299), (2, 1)])
@pytest.mark.parametrize("part", ["", ": bias", ": weights"])
def test_a_unit_comes_back(layer, unit, part):
    change = ChangeRecord(3, layout().unit_title(layer, unit) + part, "1", "2", layer, unit)
    assert kept(change) == change


def test_changes_of_the_experiment_come_back():
    before, after = design("relu", "relu"), design("relu", "tanh")
    output = after.model.output.replace(activation="tanh")
    after = after.replace(model=after.model.replace(output=output), training=after.training.replace(l1=0.5))
    changes = ChangeRecord.between(before, after, 5, layout())
    assert [(change.what, change.layer, change.unit) for change in changes] == [
        ("layer 3: activation", 1, None),
        ("output layer: activation", 2, None),
        ("L1 penalty", None, None),
    ]
    assert list(map(kept, changes)) == changes


@pytest.mark.parametrize(
    ("what", "layer", "unit"),
    [
        ("3 Dense: activation", 1, None),  # as it was written once
        ("3 Dense, unit 1300: bias", 1, 1299),
        ("Output, unit 1", 2, 0),
        ("layer 2: drop rate", None, None),
        ("learning rate", None, None),
        ("1 Dense, unit ½", 0, None),
        ("", None, None),
    ],
)
def test_what_the_words_of_a_file_name(what, layer, unit):
    found = ChangeRecordDocument(step=1, what=what, before="", after="").record(layout())
    assert (found.layer, found.unit) == (layer, unit)
