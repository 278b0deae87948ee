"""Everything that can be refused before building is refused with the path of the field to mark."""

from typing import Any

import pytest

from relulab.errors import MemoryLimitError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import check_experiment
from tests.helpers.designs import conv, dense
from tests.helpers.effort import at_most

DIGITS = {"dataset": "digits"}


def check(layers: Any = (), data: Any = None, **training: Any) -> Any:
    spec = ExperimentSpec.parse({"data": data or {}, "model": {"layers": list(layers)}, "training": training})
    return check_experiment(spec)


def test_a_sound_experiment_tells_its_shapes_and_size():
    checked = check(["flatten", dense(30)], DIGITS)
    assert checked.description.input_shape == (1, 8, 8)
    assert [shape.output_shape for shape in checked.shapes] == [(64,), (30,), (10,)]
    assert checked.parameter_count == 65 * 30 + 31 * 10
    assert checked.memory.parameters == 4 * checked.parameter_count


@pytest.mark.parametrize(
    ("layers", "data", "training", "where", "words"),
    [
        ([dense(3)], DIGITS, {}, ("model", "layers", 0), "Add a Flatten layer"),
        ([], DIGITS, {}, ("model", "output"), "Add a Flatten layer"),
        ([conv(3, 9)], DIGITS, {}, ("model", "layers", 0, "parameters", "kernel_size"), "only 8 × 8"),
        ([conv(3)], {}, {}, ("model", "layers", 0), "needs an image"),
        ([], {"dataset": "sine"}, {}, ("training", "loss"), "not for regression"),
        (["flatten"], DIGITS, {"loss": "binary_cross_entropy"}, ("training", "loss"), "two classes"),
        (["flatten"], DIGITS | {"train_size": 1700}, {}, ("data", "train_size"), "has 1,797 samples"),
        (["flatten"], DIGITS | {"test_size": 1000}, {}, ("data", "test_size"), "has 1,797 samples"),
        (["batch_norm"], {}, {"batch_size": 1}, ("training", "batch_size"), "at least 2 samples"),
        ([dense(3), "batch_norm"], {"train_size": 1}, {}, ("data", "train_size"), "at least 2 samples"),
        ([dense(3), dense(10**9)], {}, {}, ("model", "layers", 1, "parameters", "units"), "needs about"),
        ([conv(10**9), "flatten"], DIGITS, {}, ("model", "layers", 0, "parameters", "channels"), "needs about"),
        ([], {"train_size": 10**12}, {}, ("data", "train_size"), "needs about"),
        (
            [dense(10**6)],
            {"train_size": 10**7},
            {"batch_size": 10**7},
            ("training", "batch_size"),
            "activations of a batch",
        ),
    ],
)
def test_the_field_to_mark(layers, data, training, where, words):
    with pytest.raises(SpecError, match=words) as caught:
        check(layers, data, **training)
    assert caught.value.where == where
    assert not str(caught.value).startswith("Traceback")


def test_too_large_is_an_error_of_its_own():
    with pytest.raises(MemoryLimitError):
        check([dense(10**9)] * 3)


def test_batch_norm_on_images_compares_positions_so_one_image_will_do():
    check(["batch_norm", "flatten"], DIGITS, batch_size=1)


def test_sizes_of_generated_data_have_no_end_but_memory():
    check([dense(4)], {"train_size": 100_000})


@pytest.mark.parametrize("count", [0, 30])
def test_is_quick_enough_for_every_key_press(count):
    check([dense(8)] * count)
    with at_most(0.05):
        check([dense(8)] * count)
