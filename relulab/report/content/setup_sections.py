"""What was set up before any training: the data, the network, the settings, and what somebody needs to repeat it.

Its tables are read off the same catalogues as the forms of the window.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description, Split
from relulab.data.datasets import DATASETS
from relulab.data.loading import target_scaling
from relulab.errors import ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.experiment.described_fields import choice_text, setting_title
from relulab.experiment.experiment import DataSpec
from relulab.formatting import NOTHING, capital, count, listed, percentage, value_text
from relulab.model.plan import DesignPlan
from relulab.model.shapes import show
from relulab.report.content.blocks import Block, Facts, Paragraph, Section, Table
from relulab.report.content.numbered_figures import DATA, DESIGN, NumberedFigures
from relulab.report.content.report_runs import ReportRun, alike, experiments, named
from relulab.session.history import RunHistory
from relulab.session.session import RunRecord, Session
from relulab.training.telemetry import RunStarted
from relulab.views.design import TARGET_SCALINGS, LayerView, layer_views, scaling_text
from relulab.views.parts import ShownRun
from relulab.views.samples import TRAINING_SAMPLES, VALIDATION_SAMPLES

SHORT = 12  # letters of a fingerprint that tell experiments apart at sight
LAYER_COLUMNS = ("Layer", "Activation", "Weights drawn by", "Bias", "Output", "Parameters")
SEED_COLUMNS = (
    "Run",
    "Seed of the data",
    "Seed of the initial weights",
    "Seed of the batches and of dropout",
    "Fingerprint",
)

Rows = list[tuple[str, str]]


def data_section(session: Session, runs: Sequence[ReportRun], album: NumberedFigures) -> Section:
    """The settings of the data, and for each data set pictures of its samples."""
    specs, names = experiments(session, runs)
    if not specs:
        return Section("Data", ())
    rows = shared_rows([data_rows(spec) for spec in specs], names)
    descriptions = {one.run.history.info.dataset.description for one in runs}
    if len(descriptions) == 1:
        rows[1:1] = [*sample_rows(descriptions.pop()), *shared_rows([_split_rows(one) for one in runs], names)]
    blocks: list[Block] = [Facts(tuple(rows))]
    for group in alike(runs, lambda one: (one.run.spec.data, one.run.data.sha256)):
        blocks += album.draw([group[0].shown], DATA)
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
    specs, names = experiments(session, runs)
    rows = shared_rows([training_rows(spec) for spec in specs], names)
    return Section("Training", (Facts(tuple(rows)),) if rows else ())


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
        *album.draw([first.shown], DESIGN),
        layer_table(info.plan),
    )
    return Section("Design" if alone else f"Design of {named(group)}", blocks)


def _untrained(spec: ExperimentSpec, album: NumberedFigures, alone: bool) -> Section:
    """The design of the editor."""
    words = f"{design_words(spec)}. This design has not been trained."
    try:
        run = untrained_run(spec)
        blocks: list[Block] = [*album.draw([run], DESIGN), layer_table(run.history.info.plan)]
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


def layer_table(plan: DesignPlan) -> Table:
    """One row per layer, the output layer last."""
    rows = tuple(_row(layer) for layer in layer_views(plan))
    caption = f"The layers in order; {plan.parameter_count:,} parameters in all."
    return Table(caption, LAYER_COLUMNS, rows, frozenset({5}))


def design_words(spec: ExperimentSpec) -> str:
    """The network in one line: Flatten → Dense 256 → Dense 128 → Output."""
    layers = [LayerView.of(layer) for layer in spec.model.layers]
    return " → ".join(str(layer.headline) for layer in (*layers, LayerView.of(spec.model.output)))


def data_rows(spec: ExperimentSpec) -> Rows:
    """The settings of the data as names and values."""
    data = spec.data
    told_of = [(str(setting_title(name)), told(data)) for name, told in DATA_SETTINGS]
    return [(title, value) for title, value in told_of if value] + _parameter_rows(data)


def sample_rows(description: Description) -> Rows:
    """What one sample is, and what is asked about it."""
    targets = "classes" if description.task is Task.CLASSIFICATION else "target numbers"
    asked = f"{description.task.value}, {description.outputs:,} {targets}"
    return [("Task", asked), ("One sample", show(description.input_shape))]


def training_rows(spec: ExperimentSpec) -> Rows:
    """The settings of the training as names and values."""
    return [(str(setting_title(name)), told(spec)) for name, told in TRAINING_SETTINGS]


def shared_rows(settings: Sequence[Rows], names: Sequence[str]) -> Rows:
    """The settings of several runs in one list; where they differ, the rarer values with the runs that have them."""
    columns = [dict(rows) for rows in settings]
    titles = dict.fromkeys(title for rows in settings for title, _ in rows)
    return [(title, _shared([column.get(title, NOTHING) for column in columns], names)) for title in titles]


def _shared(values: Sequence[str], names: Sequence[str]) -> str:
    """``0.1, but 0.01 in “With Adam”``: the most frequent value comes first."""
    (common, _), *others = Counter(values).most_common()
    owners = {
        value: listed(f"“{name}”" for name, own in zip(names, values, strict=True) if own == value)
        for value, _ in others
    }
    return f"{common}, but {listed(f'{value} in {own}' for value, own in owners.items())}" if others else common


def _length(spec: ExperimentSpec) -> str:
    training = spec.training
    return count(training.epochs, "epoch") if training.epochs is not None else count(training.steps or 0, "step")


def _penalty(spec: ExperimentSpec) -> str:
    parts = [(name, getattr(spec.training, name.lower())) for name in ("L1", "L2")]
    return ", ".join(f"{name} {value_text(penalty, printed=True)}" for name, penalty in parts if penalty) or "none"


def _patience(spec: ExperimentSpec) -> str:
    epochs = spec.training.early_stopping
    return f"after {count(epochs, 'epoch')} without a better validation loss" if epochs else "no"


TRAINING_SETTINGS: tuple[tuple[str, Callable[[ExperimentSpec], str]], ...] = (
    ("loss", lambda spec: spec.training.loss_entry.title),
    ("class_weights", lambda spec: spec.training.class_weights),
    ("optimizer", lambda spec: choice_text(spec.training.optimizer, printed=True)),
    ("learning_rate", lambda spec: value_text(spec.training.learning_rate, printed=True)),
    ("schedule", lambda spec: choice_text(spec.training.schedule, printed=True)),
    ("batch_size", lambda spec: count(spec.training.batch_size, "sample")),
    ("length", _length),
    ("penalty on the weights", _penalty),
    ("clipping", lambda spec: choice_text(spec.training.clipping, printed=True).lower()),
    ("early_stopping", _patience),
    ("precision", lambda spec: spec.training.precision),
)

DATA_SETTINGS: tuple[tuple[str, Callable[[DataSpec], str]], ...] = (
    ("dataset", lambda data: data.dataset.entry.title),
    ("scaling", lambda data: scaling_text(data.scaling)),
    ("input_factor", lambda data: value_text(data.input_factor, printed=True) if data.input_factor != 1.0 else ""),
    ("target_scaling", lambda data: _target_scaling(data)),
    (
        "label_noise",
        lambda data: f"{percentage(data.label_noise)} of the labels are wrong" if data.label_noise else "none",
    ),
)


def _target_scaling(data: DataSpec) -> str:
    """How target numbers are scaled, where they are or were chosen not to be."""
    is_told = data.target_scaling is not None or target_scaling(data) != "raw"
    return str(TARGET_SCALINGS[target_scaling(data)][0]).lower() if is_told else ""


def _parameter_rows(data: DataSpec) -> Rows:
    titles = {parameter.name: parameter.title for parameter in DATASETS[data.dataset.name].parameters}
    return [(titles[name], value_text(own, printed=True)) for name, own in data.dataset.parameters.items()]


def _row(layer: LayerView) -> tuple[str, ...]:
    title = f"{layer.heading} ({layer.settings})" if layer.settings else layer.heading
    parameters = f"{layer.parameters:,}" if layer.parameters else NOTHING
    return title, layer.activation, layer.initialization, layer.bias, layer.output, parameters


def fingerprint(spec: ExperimentSpec) -> str:
    """SHA-256 (64 letters) of the experiment as canonical JSON: sorted names, no spaces, UTF-8."""
    text = json.dumps(spec.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seed_table(specs: Sequence[ExperimentSpec], names: Sequence[str]) -> Table:
    """The seeds of each run, and the short fingerprint of its experiment; one row per run."""
    rows = tuple(
        (name, str(spec.data.seed), str(spec.model.seed), str(spec.training.seed), fingerprint(spec)[:SHORT])
        for name, spec in zip(names, specs, strict=True)
    )
    return Table("The seeds, and the start of each experiment's fingerprint.", SEED_COLUMNS, rows)


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
