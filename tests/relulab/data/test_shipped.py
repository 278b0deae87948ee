"""The image sets that come with ReLU Lab are whole, and what they say they are."""

import hashlib
import subprocess
import sys
from importlib import resources

import numpy as np
import pytest
import sklearn.datasets

import relulab
from relulab.data import shipped
from relulab.data.dataset import Source
from relulab.data.image_files import load_images
from relulab.data.shipped import FILES, TABLES, load_digits, load_mnist_small, shipped_bytes
from relulab.data.shipped_tables import parameters_of
from relulab.data.table_reading import table_of
from relulab.errors import DataMissingError
from tests.helpers.paths import ROOT, SHARED_DATA

LOADERS = {"digits": load_digits, "mnist_small": load_mnist_small}
AT_MOST = 2_000_000  # bytes of a file that every installation carries


def test_digits_are_those_of_scikit_learn():
    pool = load_digits()
    reference = sklearn.datasets.load_digits()
    assert np.array_equal(pool.train.inputs[:, 0], reference.images)
    assert np.array_equal(pool.train.targets, reference.target)
    assert pool.pixel_max == 16.0 == pool.train.inputs.max()


def test_the_small_mnist_is_a_balanced_part_of_mnist():
    pool, whole = load_mnist_small(), load_images("mnist", Source(root=SHARED_DATA))
    for part, of, each in ((pool.train, whole.train, 500), (pool.test, whole.test, 100)):
        assert np.bincount(part.targets).tolist() == 10 * [each]
        rows = np.sort(np.concatenate([np.flatnonzero(of.targets == digit)[:each] for digit in range(10)]))
        assert np.array_equal(part.inputs, of.inputs[rows])
        assert np.array_equal(part.targets, of.targets[rows])
    assert pool.pixel_max == 255.0
    assert not pool.shuffled, "the published order is uneven at its end"


def test_the_script_makes_the_small_mnist_again_byte_for_byte():
    target = ROOT / "resources" / "data" / "mnist_small.npz"
    before = hashlib.sha256(target.read_bytes()).hexdigest()
    subprocess.run([sys.executable, ROOT / "packaging" / "mnist_small.py", SHARED_DATA], check=True, timeout=100)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == before


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_small_and_its_source_and_licence_are_told(name):
    assert len(shipped_bytes(name)) < AT_MOST
    told = resources.files("resources").joinpath("data", "README.md").read_text("utf-8")
    section = told.split(f"## {FILES[name]}")[1].split("\n## ")[0]
    assert "Licence:" in section
    assert "Source:" in section


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("damage", [b"", b"no archive", slice(0, 500)], ids=["empty", "other", "cut"])
def test_a_damaged_file_is_named_with_what_to_do(name, damage, monkeypatch):
    content = shipped_bytes(name)[damage] if isinstance(damage, slice) else damage
    monkeypatch.setattr(shipped, "shipped_bytes", lambda _: content)
    with pytest.raises(DataMissingError, match=rf"{FILES[name]}.*Install ReLU Lab again"):
        LOADERS[name]()


def test_a_file_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setitem(shipped.FILES, "digits", "lost.csv.gz")
    with pytest.raises(DataMissingError, match=r"lost\.csv\.gz, which comes with ReLU Lab"):
        load_digits()


@pytest.mark.parametrize(
    ("name", "rows", "features", "unit"),
    [("iris", 150, 4, ""), ("penguins", 344, 10, ""), ("cars", 398, 9, "miles per gallon")],
)
def test_the_tables_are_read_with_units_classes_and_gaps(name: str, rows: int, features: int, unit: str) -> None:
    table = table_of(parameters_of(name))
    assert table.features.shape == (rows, features)
    assert table.target_unit == unit
    assert len(table.class_names) == (0 if unit else 3)
    assert np.isnan(table.features).any() == (name != "iris")


def test_a_small_network_learns_each_table() -> None:
    """Better than what is to beat: the commonest class, the mean."""
    for name in TABLES:
        data = {"dataset": name}
        layers = [{"kind": "dense", "parameters": {"units": 16}}]
        training = {"steps": 400, "optimizer": "adam", "learning_rate": 0.01, "epochs": None}
        spec = relulab.ExperimentSpec.parse({"data": data, "model": {"layers": layers}, "training": training})
        if name == "cars":
            spec = spec.replace(training=spec.training.replace(loss="mse"))
        result = relulab.train(spec)
        accuracy = result.summary.test_accuracy
        assert accuracy > 0.85 or (name == "cars" and result.summary.test_loss < 15.0), (
            name
        )  # squared miles per gallon; the mean is off by 61
