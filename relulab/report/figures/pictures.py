"""Pictures of a network as it is, without a history: what ``relulab.draw`` and the command line write."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from relulab.errors import SpecError
from relulab.introspection.refusals import NotPiecewiseLinearError
from relulab.model.network import Network
from relulab.report.figures.figure import Drawing
from relulab.report.figures.network import drawing_of as network_drawing
from relulab.report.figures.regions import drawing_of
from relulab.report.figures.slopes import draw_slopes
from relulab.report.figures.unit_pictures import draw_unit_pictures
from relulab.training.evaluator import Evaluator
from relulab.training.inspection import Painter
from relulab.training.network_picture import NetworkPainter
from relulab.training.objective import Objective
from relulab.training.slopes import measured_slopes
from relulab.training.telemetry import RunStarted
from relulab.views.network.view import NetworkView
from relulab.views.output import output_view
from relulab.views.regions import why_no_regions_of
from relulab.views.slopes import WHY_NONE

Ranges = Sequence[tuple[float, float]]


def regions_picture(network: Network, info: RunStarted, step: int, ranges: Ranges | None = None) -> Drawing:
    """The regions of ``network``; ``ranges`` as scaled for it. Raises NotPiecewiseLinearError where it has none."""
    drawing = drawing_of(output_view(info, Painter(_evaluator(network, info), ranges).paint(step)), info.spec.name)
    if drawing is None:
        raise NotPiecewiseLinearError(str(why_no_regions_of(info)))
    return drawing


def units_picture(network: Network, info: RunStarted, step: int) -> Drawing:
    """What every unit computes."""
    return draw_unit_pictures(info, NetworkPainter(_evaluator(network, info)).paint(step))


def network_picture(network: Network, info: RunStarted, step: int) -> Drawing:
    """Units as pictures, weights as lines, dead units with a cross."""
    evaluator = _evaluator(network, info)
    states: NDArray[np.uint8] = evaluator.probe_record(step, 0.0).unit_status
    view = NetworkView(info, NetworkPainter(evaluator).paint(step), states)
    return network_drawing(view, info.spec.name)


def slopes_picture(network: Network, info: RunStarted, step: int) -> Drawing:
    """Slope times weights of every layer, and their product. Raises SpecError where not all layers are dense."""
    found, samples = measured_slopes(network, _objective(info), info.dataset)
    if found is None:
        raise SpecError(str(WHY_NONE))
    return draw_slopes(found, samples)


PICTURES: Mapping[str, Callable[[Network, RunStarted, int], Drawing]] = {
    "network": network_picture,
    "regions": regions_picture,
    "slopes": slopes_picture,
    "units": units_picture,
}


def _evaluator(network: Network, info: RunStarted) -> Evaluator:
    weight = network.weights()[0]
    return Evaluator.of(network, _objective(info), info.dataset, weight.dtype, torch.device(weight.device))


def _objective(info: RunStarted) -> Objective:
    return Objective(info.spec.training.loss_entry, info.dataset.description)
