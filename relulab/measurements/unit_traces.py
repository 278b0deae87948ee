"""The weights of every unit over a run: ``training.inspection.unit_traces`` reads them off the network."""

from relulab.measurements.measurement import Measurement

BIAS = Measurement(key="bias", title="bias", shape="U")
WEIGHT_NORM = Measurement(key="weight_norm", title="norm of the incoming weights", shape="U")
UNIT_GRADIENT_NORM = Measurement(key="gradient_norm", title="norm of the gradient", shape="U")
