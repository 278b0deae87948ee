"""An experiment as fields with texts."""

import pytest

from relulab.experiment import ExperimentSpec, LayerSpec
from relulab.experiment.described_fields import fields_of, network_words
from relulab.experiment.presets import PRESETS, load_preset


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("by_layer", [True, False])
def test_every_value_of_a_preset_has_a_field_of_its_own(key, by_layer):
    facts = list(fields_of(load_preset(key), by_layer=by_layer))
    assert len({field for field, _ in facts}) == len(facts)
    assert all(words and field.name for field, words in facts)


@pytest.mark.parametrize("part", ["model", "training"])
def test_the_name_and_the_seeds_of_weights_and_batches_are_no_facts(part):
    spec = ExperimentSpec()
    other = spec.replace(name="another", **{part: getattr(spec, part).replace(seed=7)})
    assert list(fields_of(spec, by_layer=True)) == list(fields_of(other, by_layer=True))
    data = spec.replace(data=spec.data.replace(seed=7))
    assert list(fields_of(spec, by_layer=True)) != list(fields_of(data, by_layer=True))


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([], "none"),
        ([8], "8"),
        ([8, 8, 8], "8-8-8"),
        ([8, 8, 8, 8], "8 ×4"),
        ([32, 8, 8, 8, 8], "32-8 ×4"),
        (["flatten", 8], "Flatten, Dense 8"),
        (["conv2d", "max_pool2d", "flatten", 8, 8, 8, 8], "Conv2d 8, MaxPool2d, Flatten, Dense 8 ×4"),
    ],
)
def test_networks_in_short(layers, words):
    dense = [{"kind": "dense", "parameters": {"units": size}} if isinstance(size, int) else size for size in layers]
    assert network_words([LayerSpec.parse(layer) for layer in dense]) == words
