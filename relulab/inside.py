"""Looking inside a trained network from Python: its regions, one input's way through it, pictures of it.

What the functions give is documented where it is computed, in ``relulab.introspection``. PyTorch is imported when a
function is called, not before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from relulab.api import TrainResult
from relulab.callbacks import ignore
from relulab.data.dataset import Dataset, Description, Source
from relulab.errors import SessionError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.formatting import quoted
from relulab.introspection.cutting import MOST_REGIONS
from relulab.views.film import RATE, SECONDS, WIDTH, FilmForm, Subject

if TYPE_CHECKING:
    from relulab.introspection.own_units import Regions
    from relulab.introspection.trace import Aim
    from relulab.model.network import Network
    from relulab.report.figures.figure import Drawing
    from relulab.report.film.moments import Moments
    from relulab.session.session import Session

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The way of n inputs through a network, in float64.

    ``layers``: the names of the measured layers; the tuples below have an entry for each. ``pre_activations`` and
    ``activations``: (n, units) or (n, channels, height, width). ``on``: whether a unit is on the far side of the first
    bend of its activation: of a ReLU, whether it lets its sum through.

    ``affine_weight`` (n, outputs, inputs) and ``affine_bias`` (n, outputs): around each input, the sums of the
    output layer, before its own activation or softmax, are ``affine_weight @ inputs + affine_bias``, with the inputs in
    the units of the data; images are laid out as rows. ``contributions`` (n, outputs, inputs + 1): what each input adds
    to that, and the bias. The three are None where an activation is curved; ``reason`` says which.

    With a target: ``losses`` (n,) and ``deltas``, the gradient of an input's own loss by its pre-activations.
    """

    layers: tuple[str, ...]
    inputs: Array
    outputs: Array
    pre_activations: tuple[Array, ...]
    activations: tuple[Array, ...]
    on: tuple[NDArray[np.bool_], ...]
    affine_weight: Array | None
    affine_bias: Array | None
    contributions: Array | None
    reason: str
    losses: Array | None
    deltas: tuple[Array, ...] | None


def regions(
    result: TrainResult, box: Sequence[tuple[float, float]] | None = None, *, most: int = MOST_REGIONS
) -> "Regions":
    """The exact polygons of the input plane in which the trained network is affine.

    ``box``: ((x0, x1), (y0, y1)) in the units of the data, ((x0, x1),) with one input; without it what the window
    shows of the plane. The result has ``count``, ``pieces``, ``polygons``, ``weights``, ``biases`` and ``lines``.

    Raises NotPiecewiseLinearError, with the reason in words, where there are none, and TooManyRegionsError where
    there are more than ``most``.
    """
    return regions_of_network(result.network, result.history.info.dataset, box, most)


@dataclass(frozen=True, slots=True, eq=False)
class EffectiveMap:
    """The one affine map that a network without bends is: outputs = ``weights`` @ x + ``biases``.

    ``weights`` (outputs, inputs) and ``biases`` (outputs,) are those of one layer in the place of all: x are the inputs
    as the network takes them, scaled, and outputs are those before softmax or sigmoid. ``rank``: of the weights.
    ``difference``: the most by which an output of that layer differs from one of the network, over ``samples`` training
    samples, in the precision of the network. ``design``: an experiment with that one layer in the place of all, which
    begins with exactly these weights, in 32 bits; None where there was one layer only, or where a design cannot hold so
    many numbers.
    """

    weights: Array
    biases: Array
    rank: int
    difference: float
    samples: int
    design: ExperimentSpec | None


def effective_map(result: TrainResult) -> EffectiveMap:
    """The trained network as one affine map. Raises NotPiecewiseLinearError, with the reason, where a unit bends."""
    from relulab.introspection.one_map import COMPARED_SAMPLES, OneMap, one_map_of
    from relulab.introspection.refusals import NotPiecewiseLinearError
    from relulab.views.one_input.one_map import one_layer_design

    info = result.history.info
    one = one_map_of(result.network, info.dataset.train.first(COMPARED_SAMPLES).inputs)
    if not isinstance(one, OneMap):
        raise NotPiecewiseLinearError(str(one))
    design = one_layer_design(info.spec, one)
    return EffectiveMap(
        one.weights,
        one.biases,
        one.rank,
        one.difference,
        one.samples,
        design if isinstance(design, ExperimentSpec) else None,
    )


def trace(result: TrainResult, inputs: Any, target: Any = None) -> Trace:
    """What every unit of the trained network computes for ``inputs``, and the affine map that it comes to.

    ``inputs``: one sample or several, in the units of the data (coordinates, table values, pixels), each of the shape
    of the data or laid out as a row. ``target``: a class number, or the target values, for each of them; with it there
    are deltas. Raises SpecError for inputs or targets that do not fit.
    """
    return trace_of_network(result.network, result.history.info.dataset, inputs, target)


def regions_of_network(
    network: "Network", dataset: Dataset, box: Sequence[tuple[float, float]] | None, most: int
) -> "Regions":
    """As ``regions``, of a network with the data that it learned from."""
    from relulab.introspection.own_units import regions_of
    from relulab.introspection.refusals import check_has_regions

    check_has_regions(network.plan)
    return regions_of(network, dataset, shown_box(dataset) if box is None else box, most)


def shown_box(dataset: Dataset) -> tuple[tuple[float, float], ...]:
    """The ranges of the inputs that the picture of the output shows, in the units of the data."""
    import torch

    from relulab.training.evaluator import VALIDATION_SAMPLES
    from relulab.training.inspection import shown_ranges

    seen = dataset.validation if len(dataset.validation) else dataset.train
    ranges = np.array(shown_ranges(torch.from_numpy(seen.first(VALIDATION_SAMPLES).inputs))).T
    own = ranges * dataset.scale + dataset.offset
    return tuple((float(low), float(high)) for low, high in own.T)


def trace_of_network(network: "Network", dataset: Dataset, inputs: Any, target: Any = None) -> Trace:
    """As ``trace``, of a network with the data that it learned from."""
    from relulab.introspection.trace import own_map, way_of

    own = as_samples(inputs, dataset.description)
    scaled = (own - dataset.offset) / dataset.scale
    way = way_of(network, scaled, None if target is None else _aim(network, dataset, target, len(own)))
    around = own_map(way, own, dataset)
    return Trace(
        layers=tuple(layer.name for layer in network.layout.layers),
        inputs=own,
        outputs=way.activations[-1],
        pre_activations=way.pre_activations,
        activations=way.activations,
        on=way.on,
        affine_weight=None if around is None else around.weights,
        affine_bias=None if around is None else around.biases,
        contributions=None if around is None else around.contributions,
        reason="" if way.reason is None else str(way.reason),
        losses=way.losses,
        deltas=way.deltas or None,
    )


def as_samples(inputs: Any, description: Description) -> Array:
    """``inputs`` as (n, *input_shape). Raises SpecError."""
    shape = description.input_shape
    size = int(np.prod(shape))
    try:
        numbers = np.asarray(inputs, np.float64)
    except (TypeError, ValueError):
        raise SpecError("The inputs must be numbers, as many in each sample.") from None
    fits = numbers.shape in (shape, (size,)) or numbers.shape[1:] in (shape, (size,))
    if not fits or not numbers.size or not np.isfinite(numbers).all():
        raise SpecError(
            f"The inputs have the shape {numbers.shape}; this network takes finite numbers of the shape {shape}, or "
            f"{size} in a row, for one sample or several."
        )
    return numbers.reshape(-1, *shape)


def _aim(network: "Network", dataset: Dataset, target: Any, count: int) -> "Aim":
    """The loss of the experiment and these targets in its form. Raises SpecError."""
    import torch

    from relulab.data.dataset import Split
    from relulab.introspection.trace import Aim
    from relulab.training.objective import Objective

    objective = Objective(network.plan.spec.training.loss_entry, dataset.description)
    outputs = dataset.description.outputs
    wanted = (count,) if objective.is_classification else (count, outputs)
    try:
        numbers = np.asarray(target, np.float64).reshape(wanted)
    except (TypeError, ValueError):
        raise SpecError(f"The targets do not fit {count} samples: they must have the shape {wanted}.") from None
    if objective.is_classification:
        if not np.isin(numbers, range(max(2, outputs))).all():
            raise SpecError(f"The targets must be class numbers from 0 to {max(2, outputs) - 1}.")
        numbers = numbers.astype(np.int64)
    else:
        numbers = (numbers - dataset.target_offset) / dataset.target_scale
    samples = objective.samples(Split(np.empty((count, 0), np.float32), numbers), torch.float64, torch.device("cpu"))
    return Aim(objective.loss, samples.targets)


def draw(result: TrainResult, what: str, path: Path | str) -> Path:
    """Write a picture of the trained network: ``"network"``, its units as pictures and its weights as lines,
    ``"regions"``, the lines at which it bends over its output, ``"units"``, what every unit computes over the plane of
    the inputs, as a curve, or for one sample, or ``"slopes"``, what slopes and weights make of a gradient on its way
    back, beside the measured one.

    The ending of ``path`` chooses the format: ``.svg`` or ``.png``. Gives the path. Raises SpecError for anything else,
    and NotPiecewiseLinearError where the network has no regions. Slopes are of dense layers alone.
    """
    from relulab.report.figures.pictures import PICTURES

    if what not in PICTURES:
        raise SpecError(f"There is no picture named {quoted(what)}. Known: {', '.join(PICTURES)}.")
    return write_drawing(PICTURES[what](result.network, result.history.info, result.summary.steps), Path(path))


def film(
    of: "TrainResult | Session | Path | str",
    what: str,
    path: Path | str,
    *,
    run: str | None = None,
    seconds: float = SECONDS,
    rate: int = RATE,
    width: int = WIDTH,
    dark: bool = False,
    unit: tuple[int, int] = (0, 0),
    sample: int = 0,
    inputs: Sequence[float] = (),
    source: Source | None = None,
    on_progress: Callable[[int, int], object] = ignore,
) -> Path:
    """Write a film of a run: ``what`` at the moments whose weights were kept, one after the other; the last one stays.

    ``of``: what ``relulab.train`` gave, or a session or its file, of which ``run`` chooses by name, number or key,
    else the last. ``what``: as for ``relulab.draw``, or ``"output"``, ``"loss"``, ``"gradients"``, ``"updates"``,
    ``"dead"``, ``"unit-states"``, ``"histograms"``, ``"weights"``, ``"unit"``, a ``unit`` (layer, unit) from inside, or
    ``"one-input"``, what each moment made of a ``sample`` of the validation set or of ``inputs``, numbers in a row in
    the units of the data; all counted from 0. The ending of ``path`` chooses the format: ``.gif``,
    or with the extra ``film`` ``.mp4`` and ``.webm``. ``seconds`` are those without the last picture, ``rate`` is in
    pictures a second, ``width`` in pixels. ``source``: where the data of a session are. ``on_progress`` is told how
    many of so many moments are drawn, and ends the work where it raises.

    Gives the path. Raises SpecError, SessionError, and DataError where the data of a session are not there any more.
    """
    from relulab.report.film.making import make_film

    form = FilmForm(seconds, rate, width, dark)
    subject = Subject(unit, sample, tuple(inputs))
    make_film(moments_of(of, run, source), what, Path(path), form, on_progress, subject)
    return Path(path)


def moments_of(of: "TrainResult | Session | Path | str", run: str | None, source: Source | None) -> "Moments":
    """The moments of a run whose weights there are. Raises SessionError and DataError."""
    from relulab.report.film.moments import Moments
    from relulab.session.file.files import load_session
    from relulab.session.session import choose_run

    if isinstance(of, TrainResult):
        return Moments.of_trained(of.spec.name, of.history, of.network)
    session = load_session(Path(of)) if isinstance(of, Path | str) else of
    if not session.runs:
        raise SessionError("The session holds no run that could be filmed.")
    return Moments.of_record(session.runs[-1] if run is None else choose_run(session, run), source)


def write_drawing(drawing: "Drawing", path: Path) -> Path:
    """A drawing as a file of the kind that its name ends with. Raises SpecError and SessionError."""
    from relulab.report.figures.theme import LIGHT
    from relulab.report.figures.writing import to_png, to_svg
    from relulab.session.atomic import replacing

    writers = {".svg": lambda: to_svg(drawing, theme=LIGHT).encode("utf-8"), ".png": lambda: to_png(drawing)}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise SpecError(f"{path}: a picture's name ends in {' or '.join(writers)}.")
    with replacing(path) as file:
        file.write(write())
    return path
