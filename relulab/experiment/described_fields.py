"""An experiment as fields with texts, in the words of the catalogue: what ``relulab.experiment.changes`` compares."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from relulab.catalog.entry import PACKED, Entry, Parameter, Value, read_numbers
from relulab.experiment.experiment import Choice, ExperimentSpec, LayerSpec
from relulab.formatting import NOTHING, capital, count, mid_sentence, number, value_text
from relulab.text import Text, text

Path = tuple[str | int, ...]

LAYERS: Path = ("model", "layers")
OUTPUT = "output layer"
TITLES: Mapping[str, Text] = {
    "dataset": text("Data set"),
    "train_size": text("Training set"),
    "validation_size": text("Validation set"),
    "test_size": text("Test set"),
    "scaling": text("Scaling"),
    "input_factor": text("Input factor"),
    "target_scaling": text("Target scaling"),
    "label_noise": text("Label noise"),
    "loss": text("Loss"),
    "optimizer": text("Optimizer"),
    "learning_rate": text("Learning rate"),
    "schedule": text("Learning-rate schedule"),
    "batch_size": text("Batch size"),
    "clipping": text("Gradient clipping"),
    "class_weights": text("Class weights"),
    "l1": text("L1 penalty"),
    "l2": text("L2 penalty"),
    "early_stopping": text("Early stopping"),
    "precision": text("Precision"),
}
SPEAKING = ("data set", "activation", "initialization", "optimizer", "loss", "length")  # values say what they are
UNMISTAKABLE = ("data set", "activation", "optimizer")  # so do the names of their parameters
MANY = 4  # so many equal layers in a row are counted
NUMBERS_SHOWN = 3  # of many, beside the last
PARTS = ("activation", "initialization", "bias")


class Words(NamedTuple):
    """A value as text. Only a choice has a longer one: its parameters are fields of their own, too."""

    short: str
    full: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can differ. ``path`` leads to it in the spec, ``place`` says where that is if not in a layer.

    Parameters of one name are the same field only where they belong to the same entry, ``owner``.
    """

    path: Path
    name: str
    place: str = ""
    owner: str = ""

    @property
    def layer(self) -> int:
        """Which hidden layer it belongs to, from 1 on; 0 for none."""
        index = self.path[2] if self.path[:2] == LAYERS and len(self.path) > 2 else ""
        return index + 1 if isinstance(index, int) else 0

    @property
    def speaks(self) -> bool:
        """Whether a value says by itself what it is a value of."""
        return self.name in SPEAKING

    @property
    def what(self) -> str:
        """Its name with its place: ``layer 2: units``."""
        where = f"layer {self.layer}" if self.layer else self.place
        return f"{where}: {self.name}" if where else self.name


Fields = Iterator[tuple[Field, Words]]


def fields_of(spec: ExperimentSpec, *, by_layer: bool) -> Fields:
    """Every field but the name and the seeds of weights and batches. Layers one by one, or all as one text."""
    yield from _part(spec.data, ("data",))
    yield from _layers(spec.model.layers) if by_layer else _network(spec.model.layers)
    yield from _part(spec.model.output, ("model", "output"), OUTPUT)
    training = spec.training
    yield from _part(training, ("training",), without=("seed", "epochs", "steps"))
    amount, unit = (training.epochs, "epoch") if training.epochs is not None else (training.steps or 0, "step")
    yield Field(("training",), "length"), _plain(count(amount, unit))


def setting_title(name: str) -> Text:
    """What a setting of the data or the training is called, by the name of its field."""
    return TITLES.get(name) or text(capital(name.replace("_", " ")))


def _part(part: Any, path: Path, place: str = "", without: Sequence[str] = ()) -> Fields:
    """The fields of one part of a spec."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        field = Field((*path, name), mid_sentence(str(setting_title(name))), place)
        if name in without:
            continue
        if isinstance(value, Choice):
            yield field, Words(value.entry.title, choice_text(value))
            yield from _parameters(value.entry, value.parameters, field)
        elif name == "loss":
            yield field, _plain(part.loss_entry.title)
        elif name == "seed":
            yield Field(field.path, f"{path[-1]} seed", place), _plain(str(value))
        elif name == "parameters":
            yield from _parameters(part.entry, value, Field(path, "", place))
        elif value is not None or name.endswith("_size"):
            yield field, _plain(value_text(value))


def _parameters(entry: Entry, values: Mapping[str, Any], owner: Field) -> Fields:
    title = "" if owner.name in UNMISTAKABLE else owner.name
    for parameter in entry.parameters:
        own = mid_sentence(parameter.title)
        name = own if own == title else f"{title} {own}".strip()
        field = Field((*owner.path, "parameters", parameter.name), name, owner.place, entry.key)
        yield field, _plain(_with_unit(parameter, values[parameter.name]))


def _layers(layers: Sequence[LayerSpec]) -> Fields:
    """Of networks with the same kinds of layers: every layer by itself."""
    for index, layer in enumerate(layers):
        yield from _part(layer, (*LAYERS, index), without=("kind",))


def _network(layers: Sequence[LayerSpec]) -> Fields:
    """Of networks with other kinds of layers: the layers as one text, and each of their parts as one text."""
    yield Field(LAYERS, "layers"), _plain(network_words(layers))
    for name in PARTS:
        parts = [(layer, choice) for layer in layers if (choice := getattr(layer, name)) is not None]
        choices = [choice for layer, choice in parts if layer.entry.has_weights or choice.name != "identity"]
        texts = [text for text, _ in groupby(choice_text(choice) for choice in choices)]
        if texts:
            yield Field((*LAYERS, name), name, "hidden layers"), _plain(", ".join(texts))


def network_words(layers: Sequence[LayerSpec]) -> str:
    """The hidden layers in short: ``64-64``, ``3 ×15``, or ``Conv2d 8, MaxPool2d, Flatten, Dense 32``."""
    dense = all(layer.kind == "dense" for layer in layers)
    names = []
    for layer in layers:
        size = str(next(iter(layer.parameters.values()))) if layer.entry.has_weights else ""
        names.append(size if dense else f"{layer.entry.title} {size}".strip())
    rows = [(name, len(list(row))) for name, row in groupby(names)]
    texts = [text for name, often in rows for text in ([f"{name} ×{often}"] if often >= MANY else [name] * often)]
    return ("-" if dense else ", ").join(texts) or "none"


def choice_text(choice: Choice[Entry] | None, *, defaults: bool = True, printed: bool = False) -> str:
    """A choice with its parameters: ``Leaky ReLU (negative slope 0.01)``. ``defaults``: also those."""
    if choice is None:
        return NOTHING
    values = {parameter: choice.parameters[parameter.name] for parameter in choice.entry.parameters}
    words = [
        f"{mid_sentence(parameter.title)} {_with_unit(parameter, value, printed=printed)}"
        for parameter, value in values.items()
        if defaults or value != parameter.default
    ]
    return choice.entry.title + (f" ({', '.join(words)})" if words else "")


def _with_unit(parameter: Parameter, value: Value, *, printed: bool = False) -> str:
    if isinstance(value, str) and value.startswith(PACKED):
        return _many_numbers(value)
    return f"{value_text(value, printed=printed)} {parameter.unit}".strip()


def _many_numbers(packed: str) -> str:
    """How many there are, with the first of them and the last."""
    numbers = read_numbers(packed)
    *first, last = map(number, (*numbers[:NUMBERS_SHOWN], numbers[-1]))
    return f"{count(len(numbers), 'number')}: {', '.join(first)}, …, {last}"


def _plain(text: str) -> Words:
    return Words(text, text)
