"""What a design amounts to before anything is built: shapes, measured layers and memory. Made once, then handed on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from relulab.data.dataset import Description
from relulab.experiment import ExperimentSpec, LayerSpec
from relulab.model.layout import Layout, make_layout
from relulab.model.memory import MemoryEstimate, estimate_memory
from relulab.model.shapes import LayerShape, Shape, infer_shapes

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
    def parameter_count(self) -> int:
        """Everything that is learned."""
        return sum(shape.parameter_count for shape in self.shapes)

    @property
    def hidden(self) -> tuple[HiddenLayer, ...]:
        """The layers before the output: index in ``spec.model.layers``, layer, shape of its input, its own shape."""
        inputs = (self.description.input_shape, *(shape.output_shape for shape in self.shapes))
        layers = enumerate(self.spec.model.layers)
        return tuple((*each, before, shape) for each, before, shape in zip(layers, inputs, self.shapes, strict=False))
