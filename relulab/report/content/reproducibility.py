"""What somebody else needs to get the same numbers: seeds, versions, data, and a fingerprint of the experiment."""

import hashlib
import json
from collections.abc import Sequence

from relulab.experiment import ExperimentSpec
from relulab.formatting import NOTHING, capital
from relulab.report.content.blocks import Facts, Table
from relulab.report.content.setup_tables import seed_rows
from relulab.session.session import RunRecord
from relulab.views.samples import TRAINING_SAMPLES, VALIDATION_SAMPLES

SHORT = 12  # letters of a fingerprint that tell experiments apart at sight


def fingerprint(spec: ExperimentSpec) -> str:
    """SHA-256 (64 letters) of the experiment as canonical JSON: sorted names, no spaces, UTF-8."""
    text = json.dumps(spec.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seed_table(specs: Sequence[ExperimentSpec], names: Sequence[str]) -> Table:
    """The seeds of each run, and the short fingerprint of its experiment; one row per run."""
    titles = tuple(title for title, _ in seed_rows(specs[0]))
    rows = tuple(
        (name, *(value for _, value in seed_rows(spec)), fingerprint(spec)[:SHORT])
        for name, spec in zip(names, specs, strict=True)
    )
    return Table("The seeds, and the start of each experiment's fingerprint.", ("Run", *titles, "Fingerprint"), rows)


def fingerprint_table(specs: Sequence[ExperimentSpec], names: Sequence[str]) -> Table:
    """The whole fingerprint of each experiment."""
    rows = tuple((name, fingerprint(spec)) for name, spec in zip(names, specs, strict=True))
    caption = "SHA-256 of each experiment, written as JSON with sorted names and without spaces."
    return Table(caption, ("Run", "Fingerprint of the experiment"), rows)


def environment_block(runs: Sequence[RunRecord], names: Sequence[str]) -> Facts | Table:
    """What the runs were computed with; those of one environment share a column."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for run, name in zip(runs, names, strict=True):
        device = run.environment.get("device") or run.history.info.device
        groups.setdefault(tuple((dict(run.environment) | {"device": device}).items()), []).append(name)
    environments = [dict(group) for group in groups]
    titles = list(dict.fromkeys(title for environment in environments for title in environment))
    rows = tuple((capital(title), *(one.get(title, NOTHING) for one in environments)) for title in titles)
    if len(groups) == 1:
        return Facts(tuple((title, value) for title, value in rows))
    heads = tuple(", ".join(group) for group in groups.values())
    return Table("What the runs were computed with.", ("Computed with", *heads), rows)


def data_table(runs: Sequence[RunRecord], names: Sequence[str]) -> Table:
    """The size of each split and the fingerprint of every number in the data; runs on the same data share a row."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for run, name in zip(runs, names, strict=True):
        data = run.data
        key = (f"{data.train:,}", f"{data.validation:,}", f"{data.test:,}", data.sha256[:SHORT])
        groups.setdefault(key, []).append(name)
    rows = tuple(
        ("All runs" if len(groups) == 1 and len(runs) > 1 else ", ".join(group), *key) for key, group in groups.items()
    )
    columns = (
        "Run",
        str(TRAINING_SAMPLES),
        capital(str(VALIDATION_SAMPLES)),
        "Test samples",
        "Fingerprint of the data",
    )
    caption = "The samples of each part, and the start of a SHA-256 of every number in them."
    return Table(caption, columns, rows, frozenset({1, 2, 3}))
