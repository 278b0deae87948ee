"""Layers that a network can be made of. Their shape rules live in ``relulab.model.shapes``."""

from dataclasses import dataclass

from relulab.catalog.entry import Entry, integer, real
from relulab.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer(Entry):
    """A kind of layer. ``unit_noun`` names one unit of it in texts.

    ``default_activation`` is empty where the layer takes none. ``headline`` is the template of what tells layers of
    this kind apart, to be written behind its title: ``64``, ``8, 3×3``. ``sized_by``: the parameter that says how many
    units there are, empty where the layer before it says so.
    """

    has_weights: bool = False
    default_activation: str = ""
    unit_noun: str = "unit"
    headline: str = ""
    sized_by: str = ""

    @property
    def has_activation(self) -> bool:
        return bool(self.default_activation)


_POOL = (
    integer("kernel_size", "Window", 2, 1, 64, unit="pixels"),
    integer("stride", "Step", 2, 1, 64, unit="pixels", help="How far the window moves each time."),
)

LAYERS: Registry[Layer] = Registry(
    "layer",
    Layer(
        key="dense",
        title="Dense",
        headline="{units}",
        has_weights=True,
        default_activation="relu",
        summary="Every unit is connected to every input.",
        sized_by="units",
        parameters=(integer("units", "Units", 32, 1, help="How many units the layer has."),),
    ),
    Layer(
        key="conv2d",
        title="Conv2d",
        headline="{channels}, {kernel_size}×{kernel_size}",
        has_weights=True,
        default_activation="relu",
        unit_noun="channel",
        summary="Slides small filters over an image; each filter makes one channel.",
        sized_by="channels",
        parameters=(
            integer("channels", "Channels", 8, 1, help="How many filters the layer has."),
            integer("kernel_size", "Filter size", 3, 1, 64, unit="pixels"),
            integer("stride", "Step", 1, 1, 64, unit="pixels", help="How far the filter moves each time."),
            integer(
                "padding", "Padding", 0, 0, 64, unit="pixels", help="Rows and columns of zeros added at each edge."
            ),
        ),
    ),
    Layer(
        key="max_pool2d",
        title="MaxPool2d",
        headline="{kernel_size}×{kernel_size}",
        summary="Keeps the largest value of each window.",
        parameters=_POOL,
        unit_noun="channel",
    ),
    Layer(
        key="avg_pool2d",
        title="AvgPool2d",
        headline="{kernel_size}×{kernel_size}",
        summary="Keeps the mean of each window.",
        parameters=_POOL,
        unit_noun="channel",
    ),
    Layer(key="flatten", title="Flatten", summary="Lays an image out as one long row of numbers."),
    Layer(
        key="dropout",
        title="Dropout",
        headline="{rate:g}",
        summary="Switches random units off while training, so that none is relied on too much.",
        parameters=(real("rate", "Drop rate", 0.5, 0.0, 0.95, help="Share of the units that is switched off."),),
    ),
    Layer(
        key="alpha_dropout",
        title="AlphaDropout",
        headline="{rate:g}",
        summary="Dropout for SELU: it keeps mean and variance.",
        parameters=(real("rate", "Drop rate", 0.1, 0.0, 0.95, help="Share of the units that is switched off."),),
    ),
    Layer(
        key="batch_norm",
        title="BatchNorm",
        default_activation="identity",
        summary="Centres and scales every unit over the batch, then learns a scale and a shift.",
        parameters=(real("momentum", "Momentum", 0.1, 0.0, 1.0, help="How fast the running mean follows."),),
    ),
    Layer(
        key="layer_norm",
        title="LayerNorm",
        default_activation="identity",
        summary="Centres and scales each sample over its units, then learns a scale and a shift.",
    ),
)
