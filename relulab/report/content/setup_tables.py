"""The design of a network and its training as tables, read off the same catalogues as the forms of the window."""

from collections import Counter
from collections.abc import Callable, Sequence

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.data.datasets import DATASETS
from relulab.experiment import ExperimentSpec
from relulab.experiment.described_fields import choice_text, setting_title
from relulab.experiment.experiment import DataSpec
from relulab.formatting import NOTHING, count, listed, value_text
from relulab.model.plan import DesignPlan
from relulab.model.shapes import show
from relulab.report.content.blocks import Table
from relulab.views.design import LayerView, layer_views, scaling_text

Rows = list[tuple[str, str]]

LAYER_COLUMNS = ("Layer", "Activation", "Weights drawn by", "Bias", "Output", "Parameters")


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
    return [(str(setting_title(name)), told(data)) for name, told in DATA_SETTINGS] + _parameter_rows(data)


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


def seed_rows(spec: ExperimentSpec) -> Rows:
    """The three seeds, and what each of them decides."""
    return [
        ("Seed of the data", str(spec.data.seed)),
        ("Seed of the initial weights", str(spec.model.seed)),
        ("Seed of the batches and of dropout", str(spec.training.seed)),
    ]


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
    (
        "label_noise",
        lambda data: f"{100 * data.label_noise:g} % of the labels are wrong" if data.label_noise else "none",
    ),
)


def _parameter_rows(data: DataSpec) -> Rows:
    titles = {parameter.name: parameter.title for parameter in DATASETS[data.dataset.name].parameters}
    return [(titles[name], value_text(own, printed=True)) for name, own in data.dataset.parameters.items()]


def _row(layer: LayerView) -> tuple[str, ...]:
    title = f"{layer.heading} ({layer.settings})" if layer.settings else layer.heading
    parameters = f"{layer.parameters:,}" if layer.parameters else NOTHING
    return title, layer.activation, layer.initialization, layer.bias, layer.output, parameters
