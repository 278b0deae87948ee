"""An experiment as fields with texts: what ``relulab.session.compare`` compares, in the words of the catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from relulab.catalog.entry import Entry, Parameter
from relulab.experiment.experiment import Choice, ExperimentSpec, LayerSpec
from relulab.formatting import value_text

OUTPUT = "output layer"
TITLES = {
    "dataset": "data set",
    "train_size": "training set",
    "validation_size": "validation set",
    "test_size": "test set",
    "schedule": "learning-rate schedule",
    "clipping": "gradient clipping",
    "l1": "L1 penalty",
    "l2": "L2 penalty",
}
SPEAKING = ("dataset", "activation", "initialization", "optimizer", "loss", "length")  # the value says what it is
UNMISTAKABLE = ("dataset", "activation", "optimizer")  # so do the names of their parameters
MANY = 4  # so many equal layers in a row are counted
PARTS = ("activation", "initialization", "bias")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can differ. ``layer``: which hidden layer from 1 on, 0 for none; ``place`` is put before it."""

    path: tuple[str, ...]
    name: str
    layer: int = 0
    place: str = ""

    @property
    def speaks(self) -> bool:
        """Whether a value says by itself what it is a value of."""
        return self.path[-1] in SPEAKING


def facts_of(spec: ExperimentSpec, *, by_layer: bool) -> Iterator[tuple[Field, str]]:
    """Every field but the name and the seeds of weights and batches. Layers one by one, or all as one text."""
    yield from _part(spec.data, "data")
    yield from _layers(spec.model.layers) if by_layer else _network(spec.model.layers)
    yield from _part(spec.model.output, "output", place=OUTPUT)
    training = spec.training
    yield from _part(training, "training", without=("seed", "epochs", "steps"))
    length = f"{training.epochs:,} epochs" if training.epochs is not None else f"{training.steps:,} steps"
    yield Field(("training", "length"), "length"), length


def _part(part: Any, *path: str, without: Sequence[str] = (), **at: Any) -> Iterator[tuple[Field, str]]:
    """The fields of one part of a spec; ``at`` says where they are."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        title = TITLES.get(name, name.replace("_", " "))
        if name in without:
            continue
        if isinstance(value, Choice):
            yield from _choice(value, title, *path, name, **at)
        elif name == "loss":
            yield Field((*path, name), title, **at), part.loss_entry.title
        elif name == "seed":
            yield Field((*path, name), f"{path[-1]} seed", **at), str(value)
        elif name == "parameters":
            yield from _parameters(part.entry, value, "", *path, **at)
        elif value is not None or name.endswith("_size"):
            yield Field((*path, name), title, **at), value_text(value)


def _choice(choice: Choice, title: str, *path: str, **at: Any) -> Iterator[tuple[Field, str]]:
    yield Field(path, title, **at), choice.entry.title
    yield from _parameters(choice.entry, choice.parameters, "" if path[-1] in UNMISTAKABLE else title, *path, **at)


def _parameters(
    entry: Entry, values: Mapping[str, Any], title: str, *path: str, **at: Any
) -> Iterator[tuple[Field, str]]:
    for parameter in entry.parameters:
        own = _inside_a_sentence(parameter.title)
        name = own if own == title else f"{title} {own}".strip()
        words = _with_unit(parameter, values[parameter.name])
        yield Field((*path, entry.key, parameter.name), name, **at), words


def _layers(layers: Sequence[LayerSpec]) -> Iterator[tuple[Field, str]]:
    """Of networks with the same kinds of layers: every layer by itself."""
    for number, layer in enumerate(layers, 1):
        yield from _part(layer, "layers", without=("kind",), layer=number)


def _network(layers: Sequence[LayerSpec]) -> Iterator[tuple[Field, str]]:
    """Of networks with other kinds of layers: the layers as one text, and each of their parts as one text."""
    yield Field(("layers",), "layers"), network_words(layers)
    for name in PARTS:
        choices = [choice for layer in layers if (choice := getattr(layer, name)) is not None]
        texts = [text for text, _ in groupby(choice_words(choice) for choice in choices)]
        if texts:
            yield Field(("layers", name), name, place="hidden layers"), ", ".join(texts)


def network_words(layers: Sequence[LayerSpec]) -> str:
    """The hidden layers in short: ``64-64``, ``3 ×15``, or ``Conv2d 8, MaxPool2d, Flatten, Dense 32``."""
    dense = all(layer.kind == "dense" for layer in layers)
    names = []
    for layer in layers:
        size = str(next(iter(layer.parameters.values()))) if layer.entry.has_weights else ""
        names.append(size if dense else f"{layer.entry.title} {size}".strip())
    rows = [(name, len(list(row))) for name, row in groupby(names)]
    texts = [text for name, count in rows for text in ([f"{name} ×{count}"] if count >= MANY else [name] * count)]
    return ("-" if dense else ", ").join(texts) or "none"


def choice_words(choice: Choice) -> str:
    """``Leaky ReLU (0.01)``."""
    numbers = [value_text(value) for value in choice.parameters.values()]
    return choice.entry.title + (f" ({', '.join(numbers)})" if numbers else "")


def _with_unit(parameter: Parameter, value: Any) -> str:
    return f"{value_text(value)} {parameter.unit}".strip()


def _inside_a_sentence(title: str) -> str:
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
