"""Bring an experiment of an earlier version up to date: pure dict -> dict, before validation.

``MIGRATIONS[n]`` turns version n into version n + 1. Every version has a golden file in the tests.
"""

from collections.abc import Callable
from typing import Any

from relulab.errors import SpecError
from relulab.formatting import quoted

SCHEMA_VERSION = 1
Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: dict[int, Migration] = {}


def migrate(data: Any) -> dict[str, Any]:
    """Return ``data`` in the present version. Raises SpecError for what is no experiment or is too new."""
    if not isinstance(data, dict):
        raise SpecError("This is not an experiment: a JSON object with data, model and training is needed.")
    version = data.get("schema_version", SCHEMA_VERSION)
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
