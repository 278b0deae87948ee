"""What can be said of a design without building it: shapes, size, the first thing that is wrong. No Qt, no torch."""

from dataclasses import dataclass

from relulab.data.dataset import Description
from relulab.diagnosis.facts import usual_facts
from relulab.diagnosis.forecast import Forecast, forecast_of
from relulab.errors import DataError, ShapeError, SpecError
from relulab.experiment import ExperimentSpec, LayerSpec
from relulab.model.check import check_experiment
from relulab.model.memory import MemoryEstimate, estimate_memory
from relulab.model.shapes import LayerShape, infer_shapes
from ui.features.design.edits import described


@dataclass(frozen=True, slots=True)
class Review:
    """What is known of a design.

    ``description`` is None where the data cannot be read. ``shapes`` are those of the layers up to the first
    that does not fit, the output last when all do; ``memory`` and ``forecast`` are None unless all do.
    """

    problem: SpecError | None = None
    description: Description | None = None
    shapes: tuple[LayerShape, ...] = ()
    memory: MemoryEstimate | None = None
    forecast: Forecast | None = None

    @property
    def parameter_count(self) -> int:
        """Weights and biases of the layers whose shape is known."""
        return sum(shape.parameter_count for shape in self.shapes)


def review(spec: ExperimentSpec) -> Review:
    """Look ``spec`` over; nothing is raised, whatever is wrong with it."""
    try:
        checked = check_experiment(spec)
    except SpecError as error:
        return _partial(spec, error)
    except DataError as error:
        return _partial(spec, SpecError(str(error), ("data", "dataset")))
    forecast = _forecast(spec, checked.description, checked.shapes)
    return Review(None, checked.description, checked.shapes, checked.memory, forecast)


def _partial(spec: ExperimentSpec, problem: SpecError) -> Review:
    """As much as can be told in spite of ``problem``."""
    description = described(spec)
    if description is None:
        return Review(problem)
    shapes = shapes_that_fit(spec, description)
    if len(shapes) <= len(spec.model.layers):
        return Review(problem, description, shapes)
    memory, forecast = estimate_memory(spec, description, shapes), _forecast(spec, description, shapes)
    return Review(problem, description, shapes, memory, forecast)


def _forecast(spec: ExperimentSpec, description: Description, shapes: tuple[LayerShape, ...]) -> Forecast:
    """What will reach each layer, for data of the usual scale."""
    return forecast_of(spec, description, shapes, usual_facts(spec, description))


def shapes_that_fit(spec: ExperimentSpec, description: Description) -> tuple[LayerShape, ...]:
    """The shapes of all layers, or of those before the first that does not fit."""
    loss = spec.training.loss_entry
    try:
        return infer_shapes(spec.model, description, loss)
    except ShapeError as error:
        fitting = spec.model.layers if error.layer is None else spec.model.layers[: error.layer]
        flat = spec.model.replace(layers=(*fitting, LayerSpec(kind="flatten")))
        return infer_shapes(flat, description, loss)[: len(fitting)]
    except SpecError:
        return ()
