"""Every measurement that is recorded, in the order of its records: the one list that everything else reads.

Records of a run have these fields, sessions these columns, exports these tables, rules these numbers. A new
measurement is its own file and a line here; those that are read off as they are stand here.
"""

from relulab.measurements.activations import MEAN, SPARSITY, STD
from relulab.measurements.dead_units import DEAD, NEVER_ACTIVE
from relulab.measurements.dormant import DORMANCY, DORMANT
from relulab.measurements.gradients import GRADIENT_NORM, GRADIENT_RMS
from relulab.measurements.histogram import HISTOGRAM, HISTOGRAM_RANGE, WEIGHT_HISTOGRAM, WEIGHT_RANGE
from relulab.measurements.measurement import Measurement
from relulab.measurements.saturation import SATURATED
from relulab.measurements.status import UNIT_STATUS
from relulab.measurements.updates import UPDATE_RATIO
from relulab.registry import Registry

FIRING_RATE = Measurement(
    key="firing_rate", title="firing rate", shape="U", unit="share of samples", compute=lambda probed: probed.firing
)
MAX_PRE_ACTIVATION = Measurement(
    key="max_pre_activation",
    title="greatest pre-activation",
    shape="U",
    compute=lambda probed: probed.max_pre_activation,
)

# on the probe set, in eval mode
PROBE: Registry[Measurement] = Registry(
    "measurement",
    MEAN,
    STD,
    SPARSITY,
    SATURATED,
    DEAD,
    NEVER_ACTIVE,
    DORMANT,
    HISTOGRAM,
    *HISTOGRAM_RANGE,
    WEIGHT_HISTOGRAM,
    *WEIGHT_RANGE,
    UNIT_STATUS,
    FIRING_RATE,
    DORMANCY,
    MAX_PRE_ACTIVATION,
)
# in a training step
STEP: Registry[Measurement] = Registry("measurement", GRADIENT_NORM, GRADIENT_RMS, UPDATE_RATIO)
# of the weights of every unit, beside each probe: ``training.inspection.unit_traces`` reads them off the network
TRACE: Registry[Measurement] = Registry(
    "measurement",
    Measurement(key="bias", title="bias", shape="U"),
    Measurement(key="weight_norm", title="norm of the incoming weights", shape="U"),
    Measurement(key="gradient_norm", title="norm of the gradient", shape="U"),
)

# what the rules look at
JUDGED = tuple(measurement for measurement in (*PROBE.values(), *STEP.values()) if measurement.judged)
