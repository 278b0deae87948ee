"""Classes of very different size: T9."""

from pathlib import Path

import numpy as np

from relulab.experiment import ExperimentSpec
from tests.helpers.small_runs import causes, ill


def table(path: Path, rare: int, apart: float) -> ExperimentSpec:
    """Two clouds, one of 600 samples and one of so few, this far apart."""
    rng = np.random.default_rng(0)
    labels = np.array([0] * 600 + [1] * rare)
    points = rng.normal(size=(len(labels), 2)) + apart * labels[:, None]
    order = rng.permutation(len(labels))
    rows = [
        f"{x:.4f},{y:.4f},{'rare' if label else 'common'}"
        for (x, y), label in zip(points[order], labels[order], strict=True)
    ]
    path.write_text("\n".join(["x,y,kind", *rows]) + "\n", "utf-8")
    return ExperimentSpec.parse(
        {
            "data": {"dataset": {"name": "csv", "parameters": {"path": str(path)}}},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 16}}]},
            "training": {"learning_rate": 0.1, "steps": 400},
        }
    )


def test_t9_a_rare_class_that_is_not_found_is_named(tmp_path):
    spec = table(tmp_path / "clouds.csv", rare=20, apart=0.3)
    assert causes(spec) == {"class_imbalance"}
    assert "always naming it is right in 97 %" in str(ill(spec)["class_imbalance"].explanation)


def test_a_rare_class_that_is_found_is_a_note(tmp_path):
    assert "class_imbalance" not in ill(table(tmp_path / "clouds.csv", rare=40, apart=6.0))


def test_classes_of_about_the_same_size_are_fine(tmp_path):
    assert "class_imbalance" not in ill(table(tmp_path / "clouds.csv", rare=200, apart=0.3))


def test_with_class_weights_the_share_of_right_answers_is_not_held_against_the_network(tmp_path):
    spec = table(tmp_path / "clouds.csv", rare=20, apart=0.3)
    weighed = spec.replace(training=spec.training.replace(class_weights="balanced"))
    assert causes(weighed) <= {"updates_too_large"}  # batches with one rare sample, and without, are that different


def test_class_weights_are_the_cure(tmp_path):
    (cure,) = ill(table(tmp_path / "clouds.csv", rare=20, apart=0.3))["class_imbalance"].cures
    assert cure.key == "weigh_classes"
