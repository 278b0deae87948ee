"""The experiments of the exam can be opened, and a twin differs from its ill one in what the manifest says, only."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.exam.detectors import DETECTORS
from benchmarks.exam.experiments import HELD_OUT, LISTED, Experiment, experiments
from relulab.diagnosis.rules import RULES
from relulab.experiment.changes import changes
from relulab.model.plan import check_experiment

LISTED_ILL = (
    *("V1", "V5", "V3", "V6", "E1", "G2", "E2", "E3", "R1", "R2", "R3", "R4", "R5", "S1", "T1", "L4"),
    *("Y1", "Y3", "L1", "B7", "O1", "O2", "K1", "K2", "K3", "K5", "F1", "U1"),
)
LISTED_HEALTHY = ("H1", "H2", "H3", "H4", "H5", "H8", "H10", "H11", "H12", "H14", "H15", "H31", "H41", "H45")
# rules that the exam accepts as the cause and that the diagnosis is to learn
COMING = {"unscaled_targets", "saturated_from_start", "too_few_steps", "oscillation", "too_few_units", "strong_penalty"}

# what no condition of the rebuilt tools points to
UNSEEN = {"softmax_inside", "vanishing_signal", "penalty", "too_few_units", "targets", "symmetry"}

FOLDERS = [folder for folder in (LISTED, HELD_OUT) if folder.is_dir()]
ALL = [experiment for folder in FOLDERS for experiment in experiments(folder)]
CHOICES = ("activation", "initialization", "bias", "parameters", "dataset", "optimizer", "clipping", "schedule")


def by_name(name: str) -> Experiment:
    return next(experiment for experiment in ALL if experiment.name == name)


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a spec with the names that lead to it."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*path, key))
    elif isinstance(value, list) and value:
        for index, part in enumerate(value):
            yield from leaves(part, (*path, str(index)))
    else:
        yield path, value


def differing_fields(one: Experiment, other: Experiment) -> set[str]:
    """``model.layers.activation``: layers and the parameters of a choice are not told apart."""
    first, second = (
        dict(leaves(experiment.spec.model_dump(mode="json", exclude={"name"}))) for experiment in (one, other)
    )
    paths = [path for path in {**first, **second} if first.get(path) != second.get(path)]
    if len(one.spec.model.layers) != len(other.spec.model.layers):
        return {"model.layers"} | {".".join(path) for path in paths if path[:2] != ("model", "layers")}
    fields = set()
    for path in paths:
        end = next((place + 1 for place, part in enumerate(path) if part in CHOICES), len(path))
        fields.add(re.sub(r"\.\d+", "", ".".join(path[:end])))
    return fields


def test_the_listed_experiments_are_those_of_the_exam() -> None:
    listed = experiments(LISTED)
    assert sorted(e.name for e in listed if e.is_ill) == sorted(LISTED_ILL)
    assert sorted(e.name for e in listed if not e.is_ill and not e.ill) == sorted(LISTED_HEALTHY)
    assert [e.ill for e in listed if e.ill] == [e.name for e in listed if e.is_ill]


def test_every_file_belongs_to_an_experiment() -> None:
    for folder in FOLDERS:
        files = {path.stem for path in folder.glob("*.json")} - {"manifest"}
        assert files == {experiment.name for experiment in experiments(folder)}


@pytest.mark.parametrize("experiment", ALL, ids=lambda experiment: experiment.name)
def test_every_design_can_be_trained_and_names_itself(experiment: Experiment) -> None:
    check_experiment(experiment.spec)
    assert experiment.spec.name == experiment.name.replace("-twin", ", twin")
    assert (experiment.spec.model.seed, experiment.spec.training.seed, experiment.spec.data.seed) == (0, 0, 0)


@pytest.mark.parametrize("twin", [e for e in ALL if e.ill], ids=lambda experiment: experiment.name)
def test_a_twin_differs_in_what_the_manifest_says(twin: Experiment) -> None:
    ill = by_name(twin.ill)
    assert differing_fields(ill, twin) == set(ill.differs)
    assert changes(ill.spec, twin.spec)


@pytest.mark.parametrize("ill", [e for e in ALL if e.is_ill], ids=lambda experiment: experiment.name)
def test_what_is_accepted_can_be_said(ill: Experiment) -> None:
    known = {sign for tool in DETECTORS for condition in tool.conditions.values() for sign in condition.signs}
    assert ill.shows
    assert ill.accepted
    assert ill.accepted <= {*RULES, *COMING}
    assert ill.signs
    assert ill.signs <= known | UNSEEN


def test_manifests_hold_nothing_else() -> None:
    for folder in FOLDERS:
        for entry in json.loads(Path(folder / "manifest.json").read_text("utf-8")):
            wanted = {"name", "kind", "shows"}
            if entry["kind"] == "ill":
                wanted |= {"signs", "accepted", "twin", "differs"}
            assert set(entry) == wanted
