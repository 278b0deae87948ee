"""Bring an experiment of an earlier version up to date: pure dict -> dict, before validation.

``MIGRATIONS[n]`` turns version n into version n + 1. Every version has a golden file in the tests.
"""

from collections.abc import Callable
from typing import Any

from relulab.errors import SpecError
from relulab.formatting import quoted

SCHEMA_VERSION = 3
FIRST = 1  # also where no version is written: somebody wrote the design by hand
Migration = Callable[[dict[str, Any]], dict[str, Any]]


def _with_raw_targets(experiment: dict[str, Any]) -> dict[str, Any]:
    """Version 2 scales the numbers that a table asks for, and reads tables more carefully.

    Older designs keep their numbers: targets as they are, and, where ReLU Lab wrote them, the reader of that time.
    """
    data = experiment.get("data")
    data = data if isinstance(data, dict) else {}
    dataset = data.get("dataset")
    if isinstance(dataset, str):
        dataset = {"name": dataset}
    if isinstance(dataset, dict) and dataset.get("name") == "csv":
        parameters = dataset.get("parameters", {})
        if "schema_version" in experiment and isinstance(parameters, dict):
            dataset = dataset | {"parameters": {"reading": "version 0.1"} | parameters}
        experiment = experiment | {"data": {"target_scaling": "raw"} | data | {"dataset": dataset}}
    return experiment | ({"schema_version": 2} if "schema_version" in experiment else {})


def _with_inputs_as_scaled(experiment: dict[str, Any]) -> dict[str, Any]:
    """Version 3 can multiply the inputs after their scaling, and give constant weights some noise.

    Older designs do neither, which is what is meant where nothing is said.
    """
    return experiment | ({"schema_version": 3} if "schema_version" in experiment else {})


MIGRATIONS: dict[int, Migration] = {1: _with_raw_targets, 2: _with_inputs_as_scaled}


def migrate(data: Any) -> dict[str, Any]:
    """Return ``data`` in the present version. Raises SpecError for what is no experiment or is too new."""
    if not isinstance(data, dict):
        raise SpecError("This is not an experiment: a JSON object with data, model and training is needed.")
    version = data.get("schema_version", FIRST)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise SpecError(f"schema_version must be a whole number from 1, not {quoted(version)}.", ("schema_version",))
    if version > SCHEMA_VERSION:
        raise SpecError(
            f"This experiment has version {quoted(version)}, but this ReLU Lab knows versions up to {SCHEMA_VERSION}. "
            "Please update ReLU Lab.",
            ("schema_version",),
        )
    while version < SCHEMA_VERSION:
        data = MIGRATIONS[version](data)
        version += 1
    return dict(data)
