"""From a request to arrays: types, shapes, sizes, and the same request always the same data."""

import subprocess
import sys

import numpy as np
import pytest

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset
from relulab.data.datasets import DATASETS
from relulab.data.loading import load_dataset, preview_points
from relulab.errors import DataError
from relulab.experiment import DataSpec

OFFLINE = [key for key, entry in DATASETS.items() if not entry.downloadable and key not in ("csv", "own_images")]


def request(name: str = "moons", parameters: dict | None = None, **fields) -> DataSpec:
    return DataSpec.parse({"dataset": {"name": name, "parameters": parameters or {}}} | fields)


def arrays(dataset: Dataset) -> list[np.ndarray]:
    splits = (dataset.train, dataset.validation, dataset.test)
    return [array for split in splits for array in (split.inputs, split.targets)]


def equal(first: Dataset, second: Dataset) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(arrays(first), arrays(second), strict=True))


@pytest.mark.parametrize("name", OFFLINE)
def test_a_set_is_what_its_description_says(name):
    dataset = load_dataset(request(name))
    description = DATASETS[name].describe(DATASETS[name].complete({}))
    assert dataset.description == description
    sizes = (description.train_size, description.validation_size, description.test_size)
    for split, size in zip((dataset.train, dataset.validation, dataset.test), sizes, strict=True):
        assert split.inputs.shape == (size, *description.input_shape)
        assert split.inputs.dtype == np.float32
        assert np.isfinite(split.inputs).all()
        if description.task is Task.CLASSIFICATION:
            assert split.targets.shape == (size,)
            assert split.targets.dtype == np.int64
            assert set(split.targets) == set(range(description.outputs))
            assert len(description.class_names) == description.outputs
        else:
            assert split.targets.shape == (size, description.outputs)
            assert split.targets.dtype == np.float32


@pytest.mark.parametrize("name", OFFLINE)
def test_the_same_request_gives_the_same_data_and_another_seed_other_data(name):
    assert equal(load_dataset(request(name, seed=3)), load_dataset(request(name, seed=3)))
    assert not equal(load_dataset(request(name, seed=3)), load_dataset(request(name, seed=4)))


@pytest.mark.parametrize("name", OFFLINE)
def test_no_sample_is_in_two_parts(name):
    is_noisy = any(parameter.name == "noise" for parameter in DATASETS[name].parameters)
    dataset = load_dataset(request(name, {"noise": 0.0} if is_noisy else None, scaling="raw"))
    parts = [{row.tobytes() for row in part.inputs} for part in (dataset.train, dataset.validation, dataset.test)]
    if name == "gaussians" or name == "blobs":  # without noise a cloud is a single point
        return
    assert sum(map(len, parts)) == len(set.union(*parts))


def test_scaling_and_label_noise_change_no_point_and_no_split():
    plain = load_dataset(request(scaling="raw"))
    noisy = load_dataset(request(scaling="raw", label_noise=0.3))
    assert np.array_equal(plain.train.inputs, noisy.train.inputs)
    assert np.mean(plain.train.targets != noisy.train.targets) == pytest.approx(0.3)
    assert equal(
        Dataset(plain.description, plain.validation, plain.validation, plain.test),
        Dataset(noisy.description, noisy.validation, noisy.validation, noisy.test),
    )
    standardized = load_dataset(request(scaling="standardized"))
    assert standardized.original(standardized.test.inputs) == pytest.approx(plain.test.inputs, abs=1e-5)
    assert standardized.train.inputs.mean(axis=0) == pytest.approx(0.0, abs=1e-5)


def test_the_test_set_stays_when_the_training_set_grows():
    small, large = (load_dataset(request(train_size=size, scaling="raw")) for size in (50, 1000))
    assert np.array_equal(small.test.inputs, large.test.inputs)


def test_sizes_are_taken_from_the_request():
    dataset = load_dataset(request(train_size=7, validation_size=0, test_size=3))
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (7, 0, 3)


def test_parameters_reach_the_generator():
    assert load_dataset(request("blobs", {"classes": 7})).description.outputs == 7
    assert set(load_dataset(request("spirals", {"arms": 5})).train.targets) == set(range(5))
    dataset = load_dataset(request("expression", {"formula": "2*x", "noise": 0.0}, scaling="raw"))
    assert dataset.train.targets == pytest.approx(2 * dataset.train.inputs)


def test_what_cannot_be_loaded_is_refused():
    with pytest.raises(DataError, match="1,797 samples"):
        load_dataset(request("digits", train_size=5000))
    with pytest.raises(DataError, match="1,000,000 samples at most"):
        load_dataset(request(train_size=2_000_000))
    with pytest.raises(DataError, match="'t' is not known"):
        load_dataset(request("expression", {"formula": "t"}))
    with pytest.raises(DataError, match="'t' is not known"):
        request("expression", {"formula": "t"}).dataset.describe()


@pytest.mark.parametrize(("name", "scaling"), [("moons", "standardized"), ("moons", "raw"), ("digits", "unit")])
def test_the_input_factor_multiplies_what_is_scaled(name, scaling):
    usual, large = (load_dataset(request(name, scaling=scaling, input_factor=factor)) for factor in (1.0, 30.0))
    assert equal(usual, load_dataset(request(name, scaling=scaling)))
    np.testing.assert_allclose(large.train.inputs, 30.0 * usual.train.inputs, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(large.test.inputs, 30.0 * usual.test.inputs, rtol=1e-6, atol=1e-6)
    assert large.original(large.train.inputs) == pytest.approx(usual.original(usual.train.inputs), abs=1e-4)
    assert np.array_equal(large.train.targets, usual.train.targets)


def test_preview_shows_training_samples_before_scaling():
    wanted = request(label_noise=0.2)
    dataset, preview = load_dataset(wanted), preview_points(wanted, limit=50)
    assert preview.inputs == pytest.approx(dataset.original(dataset.train.inputs[:50]), abs=1e-5)
    assert np.array_equal(preview.targets, dataset.train.targets[:50])
    assert preview.inputs.dtype == np.float32


def test_offline_sets_need_neither_torch_nor_scikit_learn():
    program = (
        "import sys\n"
        "from relulab.data.datasets import DATASETS\n"
        "from relulab.data.loading import load_dataset, preview_points\n"
        "from relulab.experiment import DataSpec\n"
        f"for name in {OFFLINE!r}:\n"
        "    DATASETS[name].describe(DATASETS[name].complete({}))\n"
        "    preview_points(DataSpec.parse({'dataset': name}))\n"
        "print([name for name in ('torch', 'sklearn', 'torchvision', 'scipy') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
