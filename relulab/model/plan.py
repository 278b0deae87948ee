"""What a design amounts to before anything is built: shapes, measured layers and memory, and whether all that can be.

A plan is made once, then handed on.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from relulab.catalog.losses import Task
from relulab.data.dataset import Description
from relulab.data.loading import sizes_of
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec, LayerSpec
from relulab.formatting import number
from relulab.model.layout import Layout, make_layout
from relulab.model.memory import MemoryEstimate, available_memory, check_memory, estimate_memory
from relulab.model.shapes import LayerShape, Shape, infer_shapes, title

Where = tuple[str | int, ...]


HiddenLayer = tuple[int, LayerSpec, Shape, LayerShape]


@dataclass(frozen=True)
class DesignPlan:
    """A design on data of a known shape. ``shapes`` are those of all layers in order, the output layer last."""

    spec: ExperimentSpec
    description: Description
    shapes: tuple[LayerShape, ...]

    @classmethod
    def of(cls, spec: ExperimentSpec, description: Description | None = None) -> Self:
        """The plan of ``spec``, by default on the data that it names.

        Raises ShapeError for a layer that does not fit what comes before it, SpecError for a loss that does not
        suit the task, and DataError where a file has to be read to know the data and cannot be.
        """
        description = description or spec.data.dataset.describe()
        if spec.training.class_weights != "none" and description.task is not Task.CLASSIFICATION:
            raise SpecError("Class weights need classes, but a number is predicted.", ("training", "class_weights"))
        return cls(spec, description, infer_shapes(spec.model, description, spec.training.loss_entry))

    @cached_property
    def layout(self) -> Layout:
        """The measured layers."""
        return make_layout(self.spec.model, self.shapes)

    @cached_property
    def memory(self) -> MemoryEstimate:
        """What training needs, in bytes."""
        return estimate_memory(self.spec, self.description, self.shapes)

    @property
    def operations(self) -> float:
        """Multiplications of one sample on its way forward; biases and learned scales count as one each."""
        return float(sum(shape.parameter_count * math.prod(shape.output_shape[1:]) for shape in self.shapes))

    @property
    def parameter_count(self) -> int:
        """Everything that is learned."""
        return sum(shape.parameter_count for shape in self.shapes)

    @property
    def hidden(self) -> tuple[HiddenLayer, ...]:
        """The layers before the output: index in ``spec.model.layers``, layer, shape of its input, its own shape."""
        inputs = (self.description.input_shape, *(shape.output_shape for shape in self.shapes))
        layers = enumerate(self.spec.model.layers)
        return tuple((*each, before, shape) for each, before, shape in zip(layers, inputs, self.shapes, strict=False))


def check_experiment(spec: ExperimentSpec) -> DesignPlan:
    """Check that the parts of ``spec`` go together and fit this machine. Takes well under a millisecond.

    Raises SpecError whose ``where`` is the path of the field to mark, and DataError where a file has to be
    read to know the data and cannot be.
    """
    plan = check_design(spec, spec.data.dataset.describe())
    check_memory(plan.memory, available_memory(), _largest(plan))
    return plan


def check_design(spec: ExperimentSpec, description: Description) -> DesignPlan:
    """Check that the parts of ``spec`` go together on data of this kind, on whatever machine. Raises SpecError."""
    _check_sizes(spec, description)
    plan = DesignPlan.of(spec, description)
    _check_weights(plan)
    _check_batch_norm(plan)
    return plan


def _check_sizes(spec: ExperimentSpec, description: Description) -> None:
    """There must be as many samples as are asked for; generated sets have no end."""
    sizes = sizes_of(spec.data, description)
    if description.available is None or sum(sizes) <= description.available:
        return
    names = ("train_size", "validation_size", "test_size")
    asked = [(size, name) for size, name in zip(sizes, names, strict=True) if getattr(spec.data, name) is not None]
    raise SpecError(
        f"{spec.data.dataset.entry.title} has {description.available:,} samples, but {sizes[0]:,} for training, "
        f"{sizes[1]:,} for validation and {sizes[2]:,} for the test are {sum(sizes):,}. Choose smaller sizes.",
        ("data", max(asked)[1]) if asked else ("data", "dataset"),
    )


def _check_weights(plan: DesignPlan) -> None:
    """Weights are drawn from the lower end of a range to the upper."""
    model = plan.spec.model
    layers = [(("model", "layers", index), layer.initialization) for index, layer in enumerate(model.layers)]
    for place, choice in (*layers, (("model", "output"), model.output.initialization)):
        if choice is None or choice.entry.ascending is None:
            continue
        low, high = (next(p for p in choice.entry.parameters if p.name == name) for name in choice.entry.ascending)
        least = float(choice.parameters[low.name])
        if least > float(choice.parameters[high.name]):
            raise SpecError(
                f"{high.title} must be at least {number(least)}: that is {low.title}.",
                (*place, "initialization", "parameters", high.name),
            )


def _check_batch_norm(plan: DesignPlan) -> None:
    """Batch norm compares the samples of a batch; it cannot work on a single number per unit."""
    spec = plan.spec
    batch = min(spec.training.batch_size, sizes_of(spec.data, plan.description)[0])
    for index, layer, _, shape in plan.hidden:
        if layer.kind == "batch_norm" and batch * math.prod(shape.output_shape[1:]) == 1:
            raise SpecError(
                f"{title(layer, index)} compares the samples of a batch, so a batch needs at least 2 samples.",
                ("training", "batch_size") if spec.training.batch_size == 1 else ("data", "train_size"),
            )


def _largest(plan: DesignPlan) -> Where:
    """The field to blame for the size of an experiment: of the data, the batch, or the widest layer."""
    sized = [(shape.size, index, layer.entry.sized_by) for index, layer, _, shape in plan.hidden]
    layers = [one for one in sized if one[2]]
    memory = plan.memory
    if not layers or 2 * memory.data > memory.total:
        return ("data", "train_size")
    if 2 * memory.activations > memory.total:
        return ("training", "batch_size")
    _, index, parameter = max(layers)
    return ("model", "layers", index, "parameters", parameter)
