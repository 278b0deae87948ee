"""``relulab data``: what there is, and whether files are what they should be."""

import pytest
from typer.testing import CliRunner

from relulab.cli.main import app
from relulab.data.datasets import DATASETS
from tests.helpers.paths import SHARED_DATA


def said(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["data", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def test_every_data_set_is_listed_with_where_it_is() -> None:
    lines = {line.split()[0]: line for line in said("list").splitlines()}
    assert lines.keys() == DATASETS.keys()
    assert "to fetch" in lines["mnist"]
    assert "to fetch" not in lines["mnist_small"]


def test_files_are_verified_one_by_one() -> None:
    lines = said("verify", "mnist", SHARED_DATA).splitlines()
    assert len(lines) == 4
    assert all(line.endswith("as they were published (MD5)") for line in lines)


def test_another_set_and_an_absent_one_end_with_3(tmp_path) -> None:
    assert "It probably belongs to another data set" in said("verify", "kmnist", SHARED_DATA, code=3)
    assert "lacks parts of MNIST: train-images-idx3-ubyte" in said("verify", "mnist", tmp_path, code=3)
    assert "lacks parts of CIFAR-10: data_batch_1" in said("verify", "cifar10", tmp_path, code=3)


@pytest.mark.parametrize("command", ["fetch", "verify"])
def test_a_set_without_files_is_bad_input(command: str) -> None:
    assert "Known: mnist" in said(command, "moons", code=2)


def test_fetching_without_a_network_ends_with_3(monkeypatch) -> None:
    monkeypatch.setenv("RELULAB_MIRROR", "http://127.0.0.1:1")
    assert "Is this computer online?" in said("fetch", "mnist", code=3)
