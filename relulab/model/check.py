"""Everything that can be known of an experiment before it is built, for the design panel and the command line."""

import math
from dataclasses import dataclass

from relulab.data.dataset import Description
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.model.memory import MemoryEstimate, available_memory, check_memory, estimate_memory, sample_sizes
from relulab.model.shapes import LayerShape, infer_shapes, title

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a sound experiment will be: its data, the shape of every layer (the output last), its memory."""

    description: Description
    shapes: tuple[LayerShape, ...]
    memory: MemoryEstimate

    @property
    def parameter_count(self) -> int:
        """Everything that is learned."""
        return sum(shape.parameter_count for shape in self.shapes)


def check_experiment(spec: ExperimentSpec) -> Checked:
    """Check that the parts of ``spec`` go together and fit this machine. Takes well under a millisecond.

    Raises SpecError whose ``where`` is the path of the field to mark, and DataError where a file has to be
    read to know the data and cannot be.
    """
    description = spec.data.dataset.describe()
    _check_sizes(spec, description)
    shapes = infer_shapes(spec.model, description, spec.training.loss_entry)
    _check_batch_norm(spec, description, shapes)
    memory = estimate_memory(spec, description, shapes)
    check_memory(memory, available_memory(), _largest(spec, shapes, memory))
    return Checked(description, shapes, memory)


def _check_sizes(spec: ExperimentSpec, description: Description) -> None:
    """There must be as many samples as are asked for; generated sets have no end."""
    sizes = sample_sizes(spec, description)
    if description.available is None or sum(sizes) <= description.available:
        return
    names = ("train_size", "validation_size", "test_size")
    asked = [(size, name) for size, name in zip(sizes, names, strict=True) if getattr(spec.data, name) is not None]
    raise SpecError(
        f"{spec.data.dataset.entry.title} has {description.available:,} samples, but {sizes[0]:,} for training, "
        f"{sizes[1]:,} for validation and {sizes[2]:,} for the test are {sum(sizes):,}. Choose smaller sizes.",
        ("data", max(asked)[1]) if asked else ("data", "dataset"),
    )


def _check_batch_norm(spec: ExperimentSpec, description: Description, shapes: tuple[LayerShape, ...]) -> None:
    """Batch norm compares the samples of a batch; it cannot work on a single number per unit."""
    batch = min(spec.training.batch_size, sample_sizes(spec, description)[0])
    for index, (layer, shape) in enumerate(zip(spec.model.layers, shapes, strict=False)):
        if layer.kind == "batch_norm" and batch * math.prod(shape.output_shape[1:]) == 1:
            raise SpecError(
                f"{title(layer, index)} compares the samples of a batch, so a batch needs at least 2 samples.",
                ("training", "batch_size") if spec.training.batch_size == 1 else ("data", "train_size"),
            )


def _largest(spec: ExperimentSpec, shapes: tuple[LayerShape, ...], memory: MemoryEstimate) -> Where:
    """The field to blame for the size of an experiment: of the data, the batch, or the widest layer."""
    sized = {"dense": "units", "conv2d": "channels"}
    layers = [
        (shape.size, index, sized[layer.kind])
        for index, (layer, shape) in enumerate(zip(spec.model.layers, shapes, strict=False))
        if layer.kind in sized
    ]
    if not layers or 2 * memory.data > memory.total:
        return ("data", "train_size")
    if 2 * memory.activations > memory.total:
        return ("training", "batch_size")
    _, index, parameter = max(layers)
    return ("model", "layers", index, "parameters", parameter)
