"""The share of dead units in every layer over the steps."""

from relulab.text import text
from relulab.training.telemetry import ProbeRecord
from relulab.views.layered import Quantity

DEAD = Quantity(
    key="dead",
    title=text("Dead units"),
    axis="dead units",
    kind=ProbeRecord,
    fields=("dead", "never_active", "dormant", "saturated"),
    instead="never_active",
    caption="Dead: units that are 0 on every sample of the probe set (never active, where the activation only rests); "
    "{samples:,} training samples, dropout off; {points:,} measurements.",
    in_percent=True,
)
