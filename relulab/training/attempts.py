"""Looking on must not end a run: what goes wrong in an instrument is logged and told, and the run goes on."""

import logging
from collections.abc import Callable

import numpy as np

from relulab.errors import ReluLabError
from relulab.formatting import listed, shortened

log = logging.getLogger(__name__)

MEASURED = {  # by the plan of the schedule
    "steps": "the training batch",
    "probes": "the layers",
    "evaluations": "the validation set",
    "pictures": "the picture of the output",
    "findings": "what the findings are based on",
    "inspections": "the selected unit",
    "checkpoints": "a checkpoint",
    "weights": "the weights of a moment",
    "networks": "the picture of the network",
}

MOST_LETTERS = 200  # of an error that is quoted


class Attempts:
    """What could not be measured in one run, by plan, and why it could not the first time."""

    def __init__(self) -> None:
        self._failed: dict[str, str] = {}

    @property
    def trouble(self) -> str:
        """What could not be measured and why, in a sentence or two; empty where all went well."""
        if not self._failed:
            return ""
        what, why = listed(MEASURED[plan] for plan in self._failed), next(iter(self._failed.values()))
        return f"Not everything was measured, so numbers are missing: {what} ({why}). The log file has the details."

    def make(self, plan: str, measurement: Callable[[], None]) -> None:
        """Measure. Raises only what whoever receives the records raised to end the run."""
        try:
            with np.errstate(all="ignore"):  # of a network that explodes, infinity is the measurement
                measurement()
        except ReluLabError:
            raise
        except Exception as error:
            if plan not in self._failed:
                log.exception("%s could not be measured", MEASURED[plan])
                why = (str(error).strip() or type(error).__name__).splitlines()[0]
                self._failed[plan] = shortened(why, MOST_LETTERS).rstrip(".")
