"""The experiments of the exam: designs as files that ReLU Lab opens, and a manifest of what each of them shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from relulab.experiment import ExperimentSpec

FOLDER = Path(__file__).resolve().parent
LISTED, HELD_OUT = FOLDER / "designs", FOLDER / "held_out"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One design of the exam.

    Of an ill one ``shows`` says in words what is wrong, ``accepted`` are the rules of ReLU Lab that name the cause,
    ``signs`` what a condition of another tool has to point to, and ``differs`` the fields of its healthy twin that have
    other values. ``ill`` is the name of the ill one that this is the twin of. All of these are empty elsewhere.
    """

    name: str
    spec: ExperimentSpec
    shows: str = ""
    is_ill: bool = False
    accepted: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()
    differs: tuple[str, ...] = ()
    ill: str = ""


def experiments(folder: Path = LISTED) -> tuple[Experiment, ...]:
    """Every ill design followed by its twin, then the healthy ones that look unusual."""
    found: list[Experiment] = []
    for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
        name, shows, spec = entry["name"], entry["shows"], _spec(folder, entry["name"])
        if entry["kind"] == "healthy":
            found.append(Experiment(name, spec, shows))
            continue
        accepted, signs = frozenset(entry["accepted"]), frozenset(entry["signs"])
        found.append(Experiment(name, spec, shows, True, accepted, signs, tuple(entry["differs"])))
        found.append(Experiment(entry["twin"], _spec(folder, entry["twin"]), ill=name))
    return tuple(found)


def _spec(folder: Path, name: str) -> ExperimentSpec:
    return ExperimentSpec.from_json((folder / f"{name}.json").read_text("utf-8"))
