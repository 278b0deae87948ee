"""What the columns of the picture are: what is shown of each layer, how its lines are chosen, what it is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.layers import LAYERS
from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.model.drawn import DrawnLayer, drawn_layers
from relulab.text import Text, as_it_stands, joined, text
from relulab.training.telemetry import RunStarted
from relulab.views.network.arrange import Shown
from relulab.views.network.edges import EdgeRule, Lines, edge_rule
from relulab.views.own_unit import target_label
from relulab.views.samples import class_names, input_names

INPUT, OUTPUT = text("Input"), text("Output")
IDENTITY = "identity"
NORMS = ("batch_norm", "layer_norm")


@dataclass(frozen=True, slots=True)
class Column:
    """One layer, or the input. ``titles`` are its name, the longest first; ``counted`` how many units it has.

    ``names``: of inputs and outputs. ``layer``: None for the input. ``function``: the name of its activation, or "".
    """

    titles: tuple[Text, ...]
    counted: Text
    shown: Shown
    units: int
    names: tuple[Text, ...] = ()
    layer: DrawnLayer | None = None
    function: str = ""

    @property
    def measured(self) -> int | None:
        """Its place in the layout; None for the input and for a pool."""
        return None if self.layer is None else self.layer.measured


@lru_cache(maxsize=8)  # asked with every picture, and the same for a whole run
def network_columns(info: RunStarted) -> tuple[Column, ...]:
    """The columns of a run's network, input first."""
    drawn, description = drawn_layers(info.plan), info.dataset.description
    hidden = [_column(info, layer, drawn[:place]) for place, layer in enumerate(drawn)]
    return (_input(description), *hidden)


@lru_cache(maxsize=8)
def gap_rules(info: RunStarted) -> tuple[EdgeRule, ...]:
    """The rule for the lines before each layer, the first after the input."""
    columns = network_columns(info)
    return tuple(_rule(before, column) for before, column in pairwise(columns))


def _input(description: Description) -> Column:
    shape = description.input_shape
    if description.is_image:
        size = text("{rows} × {columns} pixels", rows=shape[1], columns=shape[2])
        return Column((INPUT,), size, Shown.IMAGE, 1)
    counted = text("{count:number|numbers}", count=shape[0])
    names = tuple(as_it_stands(name) for name in input_names(description))
    return Column((INPUT,), counted, _over(description), shape[0], names)


def _over(description: Description) -> Shown:
    """What units show that are a function of a row of numbers."""
    return {1: Shown.CURVE, 2: Shown.PLANE}.get(description.input_shape[0], Shown.VALUE)


def _column(info: RunStarted, layer: DrawnLayer, before: Sequence[DrawnLayer]) -> Column:
    spec, description = info.spec.model, info.dataset.description
    shown = _shown(layer, before, description)
    if layer.index is None:
        counted = text("{count:unit|units}", count=layer.units)
        function = _function(spec.output.activation.name)
        titles = (joined((OUTPUT, function), " · "), OUTPUT) if function else (OUTPUT,)
        return Column(titles, counted, shown, layer.units, _output_names(description, layer.units), layer, function)
    entry, kernel = LAYERS[layer.kind], spec.layers[layer.index].parameters.get("kernel_size")
    noun = "channel" if len(layer.shape) == 3 else entry.unit_noun
    counted = text(f"{{count:{noun}|{noun}s}}", count=layer.units)
    number = str(layer.index + 1)
    short = f"{number} {entry.title}"
    name = f"{short} {kernel}×{kernel}" if kernel else short
    activation = spec.layers[layer.index].activation
    function = "" if activation is None else _function(activation.name)
    named = [f"{name} · {function}"] if function else []
    written = dict.fromkeys((*named, name, short, number))
    return Column(tuple(map(as_it_stands, written)), counted, shown, layer.units, (), layer, function)


def _function(activation: str) -> str:
    return "" if activation == IDENTITY else ACTIVATIONS[activation].title


def _shown(layer: DrawnLayer, before: Sequence[DrawnLayer], description: Description) -> Shown:
    if not description.is_image:
        return _over(description)
    if len(layer.shape) == 3:
        return Shown.MAP
    is_first = not before and layer.kind == "dense"
    return Shown.WEIGHTS if is_first else Shown.VALUE


def _output_names(description: Description, units: int) -> tuple[Text, ...]:
    if description.task is not Task.CLASSIFICATION:
        names = [target_label(description)] if units == 1 else [f"y{place + 1}" for place in range(units)]
        return tuple(map(as_it_stands, names))
    classes = class_names(description)
    named = [text("class {name}", name=name) if name.isdecimal() and len(classes) == 2 else as_it_stands(name)
             for name in classes]  # fmt: skip
    return tuple(named[-units:])  # a single output speaks for the second class


def _rule(before: Column, column: Column) -> EdgeRule:
    layer = column.layer
    assert layer is not None, "the input has nothing before it"
    if layer.measured is None or layer.kind in NORMS:
        return edge_rule(Lines.NONE if before.shown is Shown.IMAGE else Lines.ONE_TO_ONE, before.units, column.units)
    if before.shown is Shown.IMAGE:
        return _from_image(before, layer)
    norms = layer.kind == "conv2d" or before.shown is Shown.MAP
    return edge_rule(Lines.NORMS if norms else Lines.WEIGHTS, before.units, column.units)


def _from_image(before: Column, layer: DrawnLayer) -> EdgeRule:
    if layer.kind == "conv2d":
        return EdgeRule(Lines.NONE, 1, layer.units, (text("kernels"),))
    sees = dict(before.counted.values)
    rows, columns = int(sees["rows"]), int(sees["columns"])
    return edge_rule(Lines.NONE, rows * columns, layer.units)
