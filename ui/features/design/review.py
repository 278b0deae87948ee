"""What can be said of a design without building it: shapes, size, the first thing that is wrong. No Qt, no torch."""

import logging
from dataclasses import dataclass
from typing import Self

from relulab.data.dataset import Description
from relulab.diagnosis.forecast import Forecast, forecast
from relulab.errors import DataError, ShapeError, SpecError
from relulab.experiment import ExperimentSpec, LayerSpec
from relulab.formatting import quoted
from relulab.model.plan import DesignPlan, check_experiment
from relulab.model.shapes import LayerShape, infer_shapes
from ui.features.design.edits import described

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Review:
    """What is known of a design.

    ``description`` is None where the data cannot be read. ``shapes`` are those of the layers up to the first
    that does not fit, the output last when all do; ``plan`` and ``forecast`` are None unless all do, or where there
    can be no forecast. ``awaits_data`` says that a file has to be read first, which the window never waits for.
    """

    problem: SpecError | None = None
    description: Description | None = None
    shapes: tuple[LayerShape, ...] = ()
    plan: DesignPlan | None = None
    forecast: Forecast | None = None
    awaits_data: bool = False

    @classmethod
    def of(cls, plan: DesignPlan, problem: SpecError | None = None) -> Self:
        """All layers fit. The forecast is for data of the usual scale."""
        return cls(problem, plan.description, plan.shapes, plan, _forecast(plan))

    @property
    def parameter_count(self) -> int:
        """Weights and biases of the layers whose shape is known."""
        return sum(shape.parameter_count for shape in self.shapes)


def review(spec: ExperimentSpec) -> Review:
    """Look ``spec`` over; nothing is raised, whatever is wrong with it, and no file is read."""
    if not spec.data.dataset.is_read:
        return Review(awaits_data=True)
    try:
        return Review.of(check_experiment(spec))
    except SpecError as error:
        return _partial(spec, error)
    except DataError as error:
        return _partial(spec, SpecError(str(error), ("data", "dataset"), awaits_choice=error.awaits_choice))
    except Exception as error:
        log.exception("a design could not be looked over")
        return Review(SpecError(f"This design cannot be looked over ({quoted(str(error))}). The log has the details."))


def _forecast(plan: DesignPlan) -> Forecast | None:
    """None where something goes wrong: a design can be trained without a forecast."""
    try:
        return forecast(plan)
    except Exception:
        log.exception("a design has no forecast")
        return None


def _partial(spec: ExperimentSpec, problem: SpecError) -> Review:
    """As much as can be told in spite of ``problem``."""
    description = described(spec)
    if description is None:
        return Review(problem)
    try:
        return Review.of(DesignPlan.of(spec, description), problem)
    except ShapeError as error:
        fitting = spec.model.layers if error.layer is None else spec.model.layers[: error.layer]
        flat = spec.model.replace(layers=(*fitting, LayerSpec(kind="flatten")))
        return Review(problem, description, infer_shapes(flat, description, spec.training.loss_entry)[: len(fitting)])
    except SpecError:
        return Review(problem, description)
