"""How often a unit fires, and how close it ever came to it."""

from relulab.measurements.measurement import Measurement

FIRING_RATE = Measurement(
    key="firing_rate",
    title="firing rate",
    shape="U",
    unit="share of samples",
    compute=lambda probed: probed.firing,
)
MAX_PRE_ACTIVATION = Measurement(
    key="max_pre_activation",
    title="greatest pre-activation",
    shape="U",
    compute=lambda probed: probed.max_pre_activation,
)
