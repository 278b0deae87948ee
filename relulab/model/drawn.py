"""Which layers of a design a picture of the network shows: those with weights, and those that shrink images."""

from dataclasses import dataclass

from relulab.model.plan import DesignPlan
from relulab.model.shapes import Shape

POOLS = ("max_pool2d", "avg_pool2d")


@dataclass(frozen=True, slots=True)
class DrawnLayer:
    """One column of the picture. ``index`` counts in ``spec.model.layers``, None for the output layer.

    ``measured`` counts in the layout, None for a pool. ``shape`` is what the layer puts out, without the batch.
    """

    index: int | None
    kind: str
    shape: Shape
    measured: int | None

    @property
    def units(self) -> int:
        """Units, or channels of an image."""
        return self.shape[0]


def drawn_layers(plan: DesignPlan) -> tuple[DrawnLayer, ...]:
    """The layers of the picture in order, the output last."""
    drawn, measured = [], 0
    for index, layer, _, shape in plan.hidden:
        if layer.activation is not None:
            drawn.append(DrawnLayer(index, layer.kind, shape.output_shape, measured))
            measured += 1
        elif layer.kind in POOLS:
            drawn.append(DrawnLayer(index, layer.kind, shape.output_shape, None))
    return (*drawn, DrawnLayer(None, "output", plan.shapes[-1].output_shape, measured))
