"""What is said of points that somebody draws, and the design that learns from them."""

import numpy as np

from relulab.data.own_points import LEAST_POINTS, MOST_POINTS, OWN_CURVE, OWN_POINTS, Points, read_classes, read_points
from relulab.data.own_points import write_points as written
from relulab.experiment import ExperimentSpec
from relulab.text import Text, text

CLASSES, CURVE = OWN_POINTS.key, OWN_CURVE.key
LAYERS = ({"kind": "dense", "parameters": {"units": 8}}, {"kind": "dense", "parameters": {"units": 8}})


def problem_of(kind: str, points: Points) -> Text | None:
    """Why these (n, 3) cannot be learned from yet; None where they can."""
    if len(points) < LEAST_POINTS:
        told = {"missing": LEAST_POINTS - len(points), "least": LEAST_POINTS}
        return text("Draw {missing:more point|more points}: {least} are the least that can be learned from.", **told)
    if kind == CLASSES and len(np.unique(points[:, 2])) < 2:
        return text("All points are of one class: choose another colour and draw some of it, too.")
    return None


def count_words(kind: str, points: Points) -> Text:
    """How many there are, and how they will be used."""
    told = {"count": len(points), "fifth": len(points) // 5, "most": MOST_POINTS}
    if len(points) >= MOST_POINTS:
        return text("{count:point|points}: the sheet is full.", **told)
    return text("{count:point|points}; {fifth:,} for the test and as many for validation.", **told)


def design_of(kind: str, points: Points, design: ExperimentSpec | None) -> ExperimentSpec:
    """``design`` with these data where its network fits them, else a small network of its own."""
    columns = points if kind == CLASSES else points[:, :2]
    data = {"dataset": {"name": kind, "parameters": {"points": written(columns)}}}
    if design is not None and design.data.dataset.name == kind:
        return design.replace(data=design.data.replace(dataset=data["dataset"]))
    loss = "cross_entropy" if kind == CLASSES else "mse"
    name = OWN_POINTS.title if kind == CLASSES else OWN_CURVE.title
    training = {"loss": loss, "optimizer": "adam", "learning_rate": 0.01, "batch_size": 10, "steps": 1000}
    return ExperimentSpec.parse({"name": name, "data": data, "model": {"layers": LAYERS}, "training": training})


def drawn_points(design: ExperimentSpec | None) -> tuple[str, Points] | None:
    """The kind and the points of a design that has some."""
    dataset = None if design is None else design.data.dataset
    if dataset is None or dataset.name not in (CLASSES, CURVE):
        return None
    given = str(dataset.parameters["points"])
    if dataset.name == CLASSES:
        return CLASSES, read_classes(given)
    curve = read_points(given, 2)
    return CURVE, np.column_stack([curve, np.zeros(len(curve))])
