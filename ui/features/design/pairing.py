"""Whether an initialization has the scale that an activation wants: the source of the quiet hint on a card."""

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.initializations import INITIALIZATIONS, Initialization
from relulab.experiment import ActivationChoice, InitializationChoice
from relulab.model.shapes import LayerShape

TOLERANCE = 1.25  # a standard deviation that is off by more than this factor is worth a hint
NOMINAL = LayerShape((64,), fan_in=64, fan_out=64)  # while the shapes are not known
OWN_SCALE = frozenset({"lsuv", "rai"})  # they measure the data, or were made to differ from He
SCALE_FREE = frozenset({"identity"})  # goes with a norm layer, or is a lesson: no scale is wrong for it


def better_initialization(
    activation: ActivationChoice, chosen: InitializationChoice, shape: LayerShape = NOMINAL
) -> Initialization | None:
    """The initialization to recommend instead of ``chosen``, None where its scale is right already."""
    if activation.name in SCALE_FREE or chosen.name in OWN_SCALE:
        return None
    wanted = INITIALIZATIONS[ACTIVATIONS[activation.name].recommended_initialization]
    target = wanted.weight_std(shape.fan_in, shape.fan_out, wanted.complete({}))
    std = INITIALIZATIONS[chosen.name].weight_std(shape.fan_in, shape.fan_out, chosen.parameters)
    return None if target / TOLERANCE <= std <= target * TOLERANCE else wanted
