"""Class weights: what is trained counts every class alike; what is shown stays a plain mean."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight

from relulab.catalog.losses import LOSSES, Task
from relulab.data.dataset import Dataset
from relulab.data.loading import load_dataset
from relulab.diagnosis import cures
from relulab.errors import SpecError
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.training.gradient import AutogradGradient, DenseGradient
from relulab.training.jobs.trial import Trial
from relulab.training.objective import Objective, balanced_weights
from relulab.training.requests import TrialRequest
from relulab.training.run import TrainingRun

CLASSIFICATIONS = [key for key, loss in LOSSES.items() if Task.CLASSIFICATION in loss.tasks]


def clouds(path, common: int = 180, rare: int = 20, **training: Any) -> ExperimentSpec:
    """Two clouds that overlap, one of them rare."""
    generator = np.random.default_rng(0)
    rows = [("no", *generator.normal(0.0, 1.0, 2)) for _ in range(common)]
    rows += [("yes", *generator.normal(1.2, 1.0, 2)) for _ in range(rare)]
    path.write_text("kind,x,y\n" + "".join(f"{kind},{x:.3f},{y:.3f}\n" for kind, x, y in rows))
    return ExperimentSpec.parse(
        {
            "data": {"dataset": {"name": "csv", "parameters": {"path": str(path), "target": "kind"}}},
            "model": {"layers": [{"kind": "dense", "parameters": {"units": 8}}]},
            "training": {"steps": 300, "batch_size": 32, "learning_rate": 0.1, "precision": "float64", **training},
        }
    )


def found_of_each_class(run: TrainingRun, dataset: Dataset) -> list[float]:
    predicted = run.evaluator.objective.predicted(run.evaluator.outputs(run.train.inputs)).numpy()
    return [float((predicted[dataset.train.targets == label] == label).mean()) for label in (0, 1)]


def test_weights_are_those_that_scikit_learn_calls_balanced(tmp_path):
    dataset = load_dataset(clouds(tmp_path / "t.csv").data)
    targets = dataset.train.targets
    expected = compute_class_weight("balanced", classes=np.unique(targets), y=targets)
    np.testing.assert_allclose(balanced_weights(dataset).numpy(), expected)
    assert balanced_weights(dataset)[targets].mean() == pytest.approx(1.0)


def test_a_class_without_a_training_sample_has_no_weight(tmp_path):
    dataset = load_dataset(clouds(tmp_path / "t.csv").data)
    dataset.train.targets[:] = 1
    assert balanced_weights(dataset).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("loss", CLASSIFICATIONS)
@pytest.mark.parametrize("layer", ["dense", "dropout"])
def test_gradients_are_of_the_weighed_loss_and_losses_stay_plain(loss, layer, tmp_path):
    spec = clouds(tmp_path / "t.csv", loss=loss, class_weights="balanced")
    if layer == "dropout":  # goes through autograd
        model = {"layers": [spec.model.layers[0].model_dump(), {"kind": "dropout", "parameters": {"rate": 0.0}}]}
        spec = ExperimentSpec.parse(spec.model_dump(mode="json") | {"model": model})
    run = TrainingRun(spec, load_dataset(spec.data))
    written_out = layer == "dense" and loss in ("cross_entropy", "binary_cross_entropy", "mse")
    assert isinstance(run._gradient, DenseGradient if written_out else AutogradGradient)
    inputs, targets, labels = run._batches.peek()
    assert labels is not None
    outputs, plain = run._gradient.forward(inputs, targets)
    run._gradient.backward()
    gradients = run.parameters.gradients.clone()
    objective = run.evaluator.objective
    assert plain.item() == pytest.approx(objective.loss(outputs, targets).item())
    parts = [objective.loss(run.network(inputs[row : row + 1]), targets[row : row + 1]) for row in range(len(labels))]
    weights = balanced_weights(run.dataset)
    by_hand = torch.stack([weights[label] * part for label, part in zip(labels, parts, strict=True)]).mean()
    run.parameters.gradients.zero_()
    by_hand.backward()
    torch.testing.assert_close(gradients, run.parameters.gradients, rtol=1e-9, atol=1e-12)


def test_a_rare_class_is_found_with_weights(tmp_path):
    found = {}
    for weights in ("none", "balanced"):
        spec = clouds(tmp_path / "t.csv", class_weights=weights)
        dataset = load_dataset(spec.data)
        run = TrainingRun(spec, dataset)
        while not run.finished:
            run.step()
        found[weights] = found_of_each_class(run, dataset)
    assert found["none"][1] < 0.6
    assert found["balanced"][1] > found["none"][1] + 0.2
    assert min(found["balanced"]) > 0.6


def test_without_weights_nothing_changes(tmp_path):
    spec = clouds(tmp_path / "t.csv")
    assert spec.training.class_weights == "none"
    assert Objective.of(spec.training, load_dataset(spec.data)).class_weights is None


def test_a_number_has_no_classes():
    spec = ExperimentSpec.parse({"data": {"dataset": "sine"}, "training": {"loss": "mse", "class_weights": "balanced"}})
    with pytest.raises(SpecError, match="Class weights need classes") as caught:
        DesignPlan.of(spec)
    assert caught.value.where == ("training", "class_weights")


def test_the_cure_is_tried_with_every_class_counting_alike(tmp_path):
    spec = clouds(tmp_path / "t.csv", common=1800, rare=100)
    loaded = load_dataset(spec.data)

    class Looked:
        def __init__(self) -> None:
            self.spec, self.description = spec, loaded.description

    cure = cures.weigh_classes(Looked())
    assert cure is not None
    changed = cure.apply(spec)
    assert changed.training.class_weights == "balanced"

    def load(data: DataSpec) -> Dataset:
        return loaded

    trial = Trial(TrialRequest("weights", spec, changed), load, lambda record: None)
    while not trial.done:
        trial.advance(5.0)
    assert trial.status.helped, trial.status.verdict
    assert "Every class counts alike here" in trial.status.verdict
    assert cures.weigh_classes(type("Looked", (), {"spec": changed, "description": loaded.description})()) is None
