"""What the command line reaches on real MNIST: a long run, with -m slow."""

from pathlib import Path

import pytest

from tests.helpers.paths import SHARED_DATA

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not (SHARED_DATA / "MNIST").is_dir(), reason=f"MNIST is not in {SHARED_DATA}"),
]


@pytest.mark.parametrize(
    ("preset", "low", "high"),
    [("mnist-mlp", 0.965, 0.985), ("mnist-linear", 0.91, 0.935), ("mnist-cnn", 0.98, 0.995)],
)
def test_accuracy_on_the_test_images(call, folder: Path, read_strict, preset: str, low: float, high: float) -> None:
    epochs = () if preset == "mnist-cnn" else ("--epochs", "5")
    assert call("train", preset, "--data-root", SHARED_DATA, *epochs, "--out", folder).exit_code == 0
    assert low <= read_strict(folder / "summary.json")["test_accuracy"] <= high
