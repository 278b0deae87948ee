"""The learning-rate test: the rate rises within one short run, which so goes through all of them.

L. N. Smith 2017, "Cyclical learning rates for training neural networks". One start alone says little: the rate of the
lowest loss differs between starts by a factor of ten. So many starts are trained as one population.
"""

from relulab.catalog.optimizers import SCHEDULES
from relulab.experiment import ExperimentSpec
from relulab.experiment.setting_paths import with_settings

STARTS, STEPS = 20, 600
LOWEST, HIGHEST = 1e-5, 10.0
RISING, PARAMETERS = "rising", {"first_share": LOWEST / HIGHEST}


def rising(spec: ExperimentSpec) -> ExperimentSpec:
    """The design of the test: that of ``spec`` in every other respect."""
    settings = {
        "learning_rate": HIGHEST,
        "steps": STEPS,
        "schedule": {"name": RISING, "parameters": PARAMETERS},
        "early_stopping": 0,
    }
    return with_settings(spec, [(("training", name), value) for name, value in settings.items()])


def rate_at(step: float) -> float:
    """The rate of the step that came last when ``step`` were made."""
    return HIGHEST * SCHEDULES[RISING].factor(max(0, int(step) - 1), STEPS, PARAMETERS)
