"""Why a network has no polygons in which it is affine, or why they cannot be shown: in words, from the design alone."""

from relulab.catalog.linear_pieces import linear_pieces
from relulab.errors import ReluLabError
from relulab.formatting import listed
from relulab.model.plan import DesignPlan
from relulab.text import Text, text

CURVED = text(
    "{where} uses {activation}, which is curved: this network bends everywhere, so there are no regions in which it is "
    "affine. Networks of ReLU, Leaky ReLU, PReLU, Hardtanh or ReLU6 have them."
)
DIVIDES = text(
    "{where} divides each sample by its own spread, which is no affine map anywhere: this network has no regions."
)
OF_IMAGES = text("{where} works on images: only networks of dense layers have regions that can be drawn here.")
INPUTS = text("Regions can be drawn over one or two inputs; this network has {inputs:,}.")
NOT_FINITE = text("{layer} holds weights that are no finite numbers, so there is nothing to draw.")
TOO_MANY = text("More than {most:,} regions (stopped in {layer})")
NOT_FINITE_WEIGHTS = text("Weights of this network are no finite numbers, so it has no regions.")
TOO_LARGE = text("The weights of this network are so large that what its units compute is no finite number any more.")
NOT_FINITE_VALUES = text(
    "On the way of these inputs, values are no finite numbers; around them there is no affine map."
)


class NotPiecewiseLinearError(ReluLabError):
    """A network that has no affine pieces, or none that can be shown; the message says why."""


def why_not_affine(plan: DesignPlan) -> Text | None:
    """Why the network of ``plan`` is not affine in pieces; None where it is.

    What the output layer does at the very end does not matter: the pieces are those of its weighted sums.
    """
    for index, layer, _, _ in plan.hidden:
        where = f"{index + 1} {layer.entry.title}"
        if layer.kind == "layer_norm":
            return DIVIDES.filled(where=where)
        choice = layer.activation
        if choice is not None and linear_pieces(choice.name, choice.parameters) is None:
            return CURVED.filled(where=where, activation=choice.entry.title.removesuffix(" (a trap)"))
    return None


def why_no_stack(plan: DesignPlan) -> Text | None:
    """Why the network of ``plan`` cannot be written as dense layers with straight activations; None where it can."""
    images = [f"{index + 1} {layer.entry.title}" for index, layer, _, _ in plan.hidden if layer.kind in _ON_IMAGES]
    return why_not_affine(plan) or (OF_IMAGES.filled(where=listed(images)) if images else None)


def why_no_regions(plan: DesignPlan) -> Text | None:
    """Why no regions of the network of ``plan`` can be shown; None where they can."""
    inputs = plan.description.input_shape
    if len(inputs) == 1 and inputs[0] in (1, 2):
        return why_no_stack(plan)
    count = 1
    for size in inputs:
        count *= size
    return why_not_affine(plan) or INPUTS.filled(inputs=count)


def check_has_regions(plan: DesignPlan) -> None:
    """Raise NotPiecewiseLinearError where the network of ``plan`` has none that can be shown."""
    reason = why_no_regions(plan)
    if reason is not None:
        raise NotPiecewiseLinearError(str(reason))


_ON_IMAGES = ("conv2d", "max_pool2d", "avg_pool2d")
