"""Which designs are trained as one."""

import pytest

from relulab.experiment import LayerSpec
from relulab.experiment.presets import load_preset
from relulab.model.plan import DesignPlan
from relulab.population.blocks import block_size
from relulab.population.kinds import kind_of, too_few, why_alone
from tests.relulab.population.designs import design


def plan(seed=0, **changed):
    return DesignPlan.of(design(seed, **changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"learning_rate": 0.5},
        {"units": (3, 9)},
        {"l2": 0.1},
        {"bias": "none"},
        {"initialization": "orthogonal"},
        {"data": {"label_noise": 0.2, "seed": 7}},
    ],
)
def test_what_may_differ(changed):
    assert kind_of(plan(1, **changed)) == kind_of(plan())
    assert why_alone(plan(1, **changed)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"units": (7, 5, 3)},
        {"activation": "tanh"},
        {"loss": "mse"},
        {"optimizer": "adam"},
        {"schedule": "cosine"},
        {"clipping": "norm"},
        {"batch_size": 8},
        {"steps": 100},
        {"precision": "float64"},
        {"data": {"train_size": 60}},
        {"data": {"validation_size": 10}},
    ],
)
def test_what_must_be_the_same(changed):
    assert kind_of(plan(**changed)) != kind_of(plan())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"activation": "softmax"}, "Softmax"),
        ({"early_stopping": 3}, "early stopping"),
        ({"device": "cuda"}, "graphics card"),
    ],
)
def test_what_is_trained_alone_says_why(changed, words):
    assert words in str(why_alone(plan(**changed)))


def test_norms_are_trained_as_one_where_they_are_the_same_and_of_rows():
    slow, fast = ({"kind": "batch_norm", "parameters": {"momentum": value}} for value in (0.1, 0.5))
    assert kind_of(plan(1, units=(3, 9), behind=[slow])) == kind_of(plan(behind=[slow]))
    for other in ([fast], ["layer_norm"], []):
        assert kind_of(plan(behind=other)) != kind_of(plan(behind=[slow]))
    layers = [{"kind": "batch_norm"}, {"kind": "flatten"}, {"kind": "dense", "parameters": {"units": 4}}]
    spec = design(data={"dataset": "digits"})
    image = spec.replace(model=spec.model.replace(layers=[LayerSpec.parse(layer) for layer in layers]))
    assert "behind a Flatten" in str(why_alone(DesignPlan.of(image)))


def test_rates_of_dropout_may_differ():
    many, few = ({"kind": "dropout", "parameters": {"rate": rate}} for rate in (0.5, 0.1))
    assert kind_of(plan(1, behind=[many])) == kind_of(plan(behind=[few]))
    assert kind_of(plan(1, behind=[many])) != kind_of(plan())
    assert why_alone(plan(behind=[many])) is None


def test_convolutions_are_trained_alone():
    assert "Conv2d" in str(why_alone(DesignPlan.of(load_preset("mnist-small-cnn"))))


def test_few_large_networks_are_trained_alone_and_many_in_small_stacks():
    large = plan(units=(300, 300))
    assert too_few(large, 7) is not None
    assert too_few(large, 8) is None
    assert block_size(large) == 16
    assert too_few(plan(), 1) is None
    assert block_size(plan(units=(8, 8))) > 100


def test_networks_on_large_data_share_them_or_are_trained_alone():
    first = load_preset("mnist-small-relu")
    other = first.replace(data=first.data.replace(seed=1))
    plans = [DesignPlan.of(spec) for spec in (first, other)]
    assert kind_of(plans[0]) != kind_of(plans[1])
    assert "large data set" in str(too_few(plans[0], 7))
    assert too_few(plans[0], 8) is None
