"""The design of a network and its training as tables, read off the same catalogues as the forms of the window."""

from collections import Counter
from collections.abc import Callable, Sequence

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.data.datasets import DATASETS
from relulab.experiment import BiasChoice, ExperimentSpec, LayerSpec, OutputSpec
from relulab.experiment.experiment import DataSpec
from relulab.formatting import NOTHING, count, listed, value_text
from relulab.model.plan import DesignPlan
from relulab.model.shapes import LayerShape, show
from relulab.report.content.blocks import Table
from relulab.report.content.printed_values import chosen, printed

Rows = list[tuple[str, str]]

LAYER_COLUMNS = ("Layer", "Activation", "Weights drawn by", "Bias", "Output", "Parameters")
SCALINGS = {
    "raw": "as they are",
    "unit": "to the range from 0 to 1",
    "standardized": "to mean 0 and standard deviation 1",
}


def layer_table(plan: DesignPlan) -> Table:
    """One row per layer, the output layer last."""
    inputs = ("Input", NOTHING, NOTHING, NOTHING, _shape(plan.description.input_shape), NOTHING)
    hidden = [_row(_title(layer, index), layer, shape) for index, layer, _, shape in plan.hidden]
    rows = (inputs, *hidden, _row("Output", plan.spec.model.output, plan.shapes[-1]))
    caption = f"The layers in order; {plan.parameter_count:,} parameters in all."
    return Table(caption, LAYER_COLUMNS, rows, frozenset({5}))


def design_words(spec: ExperimentSpec) -> str:
    """The network in one line: Flatten → Dense 256 → Dense 128 → Output."""
    return " → ".join([*(_short(layer) for layer in spec.model.layers), "Output"])


def data_rows(spec: ExperimentSpec) -> Rows:
    """The settings of the data as names and values."""
    data = spec.data
    return [(title, told(data)) for title, told in DATA_SETTINGS] + _parameter_rows(data)


def sample_rows(description: Description) -> Rows:
    """What one sample is, and what is asked about it."""
    targets = "classes" if description.task is Task.CLASSIFICATION else "target numbers"
    asked = f"{description.task.value}, {description.outputs:,} {targets}"
    return [("Task", asked), ("One sample", show(description.input_shape))]


def training_rows(spec: ExperimentSpec) -> Rows:
    """The settings of the training as names and values."""
    return [(title, told(spec)) for title, told in TRAINING_SETTINGS]


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
    return ", ".join(f"{name} {printed(penalty)}" for name, penalty in parts if penalty) or "none"


def _patience(spec: ExperimentSpec) -> str:
    epochs = spec.training.early_stopping
    return f"after {count(epochs, 'epoch')} without a better validation loss" if epochs else "no"


ReportRun = Callable[[ExperimentSpec], str]

TRAINING_SETTINGS: tuple[tuple[str, ReportRun], ...] = (
    ("Loss", lambda spec: spec.training.loss_entry.title),
    ("Optimizer", lambda spec: chosen(spec.training.optimizer)),
    ("Learning rate", lambda spec: printed(spec.training.learning_rate)),
    ("Schedule", lambda spec: chosen(spec.training.schedule)),
    ("Batch size", lambda spec: count(spec.training.batch_size, "sample")),
    ("Length", _length),
    ("Penalty on the weights", _penalty),
    ("Gradient clipping", lambda spec: chosen(spec.training.clipping).lower()),
    ("Early stopping", _patience),
    ("Precision", lambda spec: spec.training.precision),
)

DATA_SETTINGS: tuple[tuple[str, Callable[[DataSpec], str]], ...] = (
    ("Data set", lambda data: data.dataset.entry.title),
    ("Inputs scaled", lambda data: SCALINGS[data.scaling]),
    (
        "Label noise",
        lambda data: f"{100 * data.label_noise:g} % of the labels are wrong" if data.label_noise else "none",
    ),
)


def _parameter_rows(data: DataSpec) -> Rows:
    titles = {parameter.name: parameter.title for parameter in DATASETS[data.dataset.name].parameters}
    return [(titles[name], value_text(own, printed=True)) for name, own in data.dataset.parameters.items()]


def _row(title: str, layer: LayerSpec | OutputSpec, shape: LayerShape) -> tuple[str, ...]:
    parameters = f"{shape.parameter_count:,}" if shape.parameter_count else NOTHING
    drawn = chosen(layer.initialization, defaults=False)
    return (title, chosen(layer.activation), drawn, _bias(layer.bias), _shape(shape.output_shape), parameters)


def _bias(bias: BiasChoice | None) -> str:
    """A constant bias by its value alone."""
    if bias is not None and bias.name == "constant":
        return value_text(bias.parameters["value"], printed=True)
    return chosen(bias).lower()


def _title(layer: LayerSpec, index: int) -> str:
    """Its number and kind, with what tells layers of one kind apart."""
    titles = {parameter.name: parameter.title.lower() for parameter in layer.entry.parameters}
    details = [f"{titles[name]} {value_text(own, printed=True)}" for name, own in layer.parameters.items()]
    return f"{index + 1} {layer.entry.title}" + (f" ({', '.join(details)})" if details else "")


def _short(layer: LayerSpec) -> str:
    size = next((own for name, own in layer.parameters.items() if name in ("units", "channels")), None)
    return layer.entry.title if size is None else f"{layer.entry.title} {value_text(size)}"


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
