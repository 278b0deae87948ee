"""What was set up before any training: the data, the network, the training's settings."""

from collections.abc import Sequence

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description, Split
from relulab.errors import ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.model.plan import DesignPlan
from relulab.report.content.blocks import Block, Facts, Paragraph, Section
from relulab.report.content.numbered_figures import NumberedFigures
from relulab.report.content.report_runs import ReportRun, alike, named
from relulab.report.content.setup_tables import (
    Rows,
    data_rows,
    design_words,
    layer_table,
    sample_rows,
    shared_rows,
    training_rows,
)
from relulab.session.history import RunHistory
from relulab.session.session import Session
from relulab.training.telemetry import RunStarted
from relulab.views.parts import ShownRun


def data_section(session: Session, runs: Sequence[ReportRun], album: NumberedFigures) -> Section:
    """The settings of the data, and for each data set pictures of its samples."""
    specs = [one.run.spec for one in runs] or list(session.experiments[:1])
    if not specs:
        return Section("Data", ())
    names = [one.name for one in runs] or [specs[0].name]
    rows = shared_rows([data_rows(spec) for spec in specs], names)
    descriptions = {one.run.history.info.dataset.description for one in runs}
    if len(descriptions) == 1:
        rows[1:1] = [*sample_rows(descriptions.pop()), *shared_rows([_split_rows(one) for one in runs], names)]
    blocks: list[Block] = [Facts(tuple(rows))]
    for group in alike(runs, lambda one: (one.run.spec.data, one.run.data.sha256)):
        blocks += album.of_data(group[0].shown)
    return Section("Data", tuple(blocks))


def design_section(session: Session, runs: Sequence[ReportRun], album: NumberedFigures) -> Section:
    """Each network that was trained as a picture and a table, and the design that was not trained."""
    groups = alike(runs, lambda one: one.run.spec.model.replace(seed=0))
    sections = [_trained(group, album, alone=len(groups) == 1) for group in groups]
    known = [group[0].run.spec.model.replace(seed=0) for group in groups]
    for spec in session.experiments[:1]:
        if spec.model.replace(seed=0) not in known:
            sections.append(_untrained(spec, album, alone=not groups))
    if len(sections) == 1:
        return Section("Design", sections[0].blocks)
    return Section("Designs", (), tuple(sections))


def training_section(session: Session, runs: Sequence[ReportRun]) -> Section:
    """The settings of the training; where runs differ, each value with its runs."""
    specs = [one.run.spec for one in runs] or list(session.experiments[:1])
    if not specs:
        return Section("Training", ())
    names = [one.name for one in runs] or [specs[0].name]
    return Section("Training", (Facts(tuple(shared_rows([training_rows(spec) for spec in specs], names))),))


def _split_rows(one: ReportRun) -> Rows:
    """How many samples there are for what."""
    data = one.run.data
    sizes = (f"{data.train:,} for training", f"{data.validation:,} for validation", f"{data.test:,} for the test")
    return [("Samples", ", ".join(sizes))]


def _trained(group: Sequence[ReportRun], album: NumberedFigures, alone: bool) -> Section:
    first = group[0]
    info = first.shown.history.info
    blocks: tuple[Block, ...] = (
        Paragraph(f"{design_words(info.spec)}."),
        *album.of_design(first.shown),
        layer_table(info.plan),
    )
    return Section("Design" if alone else f"Design of {named(group)}", blocks)


def _untrained(spec: ExperimentSpec, album: NumberedFigures, alone: bool) -> Section:
    """The design of the editor."""
    words = f"{design_words(spec)}. This design has not been trained."
    try:
        run = untrained_run(spec)
        blocks: list[Block] = [*album.of_design(run), layer_table(run.history.info.plan)]
    except ReluLabError as error:
        blocks = [Paragraph(f"It cannot be drawn: {error}")]
    return Section("Design" if alone else f"Design “{spec.name}”, not trained", (Paragraph(words), *blocks))


def untrained_run(spec: ExperimentSpec) -> ShownRun:
    """The design without samples and measurements. Raises SpecError, and DataError where its data cannot be read."""
    plan = DesignPlan.of(spec)
    nothing = _nothing(plan.description)
    dataset = Dataset(plan.description, nothing, nothing, nothing)
    started = RunStarted(spec, plan.layout, dataset, probe_samples=0, validation_samples=0, device=spec.training.device)
    return ShownRun(spec.name, RunHistory(started))


def _nothing(description: Description) -> Split:
    inputs = np.zeros((0, *description.input_shape), np.float32)
    if description.task is Task.CLASSIFICATION:
        return Split(inputs, np.zeros(0, np.int64))
    return Split(inputs, np.zeros((0, description.outputs), np.float32))
