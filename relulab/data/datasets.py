"""The registry of data sets."""

from relulab.catalog.losses import Task
from relulab.data.dataset import DatasetEntry, Description
from relulab.registry import Registry

DATASETS: Registry[DatasetEntry] = Registry(
    "data set",
    DatasetEntry(
        key="moons",
        title="Moons",
        summary="x",
        group="g",
        describe=lambda p: Description(Task.CLASSIFICATION, (2,), 2),
        load=lambda r, s, q: None,
    ),  # type: ignore
)
