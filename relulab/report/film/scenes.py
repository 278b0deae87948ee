"""What can be filmed: every figure of one run that changes with its steps, and the pictures of ``relulab.draw``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relulab.errors import SpecError
from relulab.formatting import quoted
from relulab.registry import Registry
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.pictures import slopes_picture
from relulab.report.figures.unit_pictures import draw_unit_pictures
from relulab.session.history import RunHistory
from relulab.views.film import scene_names
from relulab.views.parts import ShownRun
from relulab.views.slopes import TITLE as SLOPES_TITLE
from relulab.views.unit_pictures import UNIT_PICTURES_TITLE

if TYPE_CHECKING:
    from relulab.model.network import Network

STILL = ("design", "samples")  # figures that stay the same
PAINTED, DRAWN = {"output", "regions"}, {"network", "units"}
PROBED = {"dead", "histograms", "network", "unit-states", "weights"}
OF_WEIGHTS = {"slopes", *PAINTED, *DRAWN, *PROBED}


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing to film. ``draw`` gets the run as it was at a moment and, where ``of_weights``, its network of then;
    it gives None where nothing was measured yet. ``painted``, ``drawn``, ``probed``: what has to be computed of the
    weights for it: the picture of the output, that of the network, what the probe set and the validation set say.
    """

    key: str
    title: str
    draw: Callable[[ShownRun, Network | None], Drawing | None]

    @property
    def of_weights(self) -> bool:
        return self.key in OF_WEIGHTS

    @property
    def painted(self) -> bool:
        return self.key in PAINTED

    @property
    def drawn(self) -> bool:
        return self.key in DRAWN

    @property
    def probed(self) -> bool:
        return self.key in PROBED


def scene_of(key: str) -> Scene:
    """What is filmed under this name. Raises SpecError."""
    if key not in SCENES:
        raise SpecError(f"There is no film of {quoted(key)}. Known: {', '.join(sorted(SCENES))}.")
    return SCENES[key]


def _of_figure(kind: FigureKind) -> Scene:
    return Scene(scene_names([kind.key])[0], kind.title, lambda run, _network: kind.draw([run]))


def _units(run: ShownRun, _network: Network | None) -> Drawing | None:
    history: RunHistory = run.history
    return None if history.network is None else draw_unit_pictures(history.info, history.network)


def _slopes(run: ShownRun, network: Network | None) -> Drawing:
    assert network is not None, "it is asked for"
    return slopes_picture(network, run.history.info, 0)


SCENES: Registry[Scene] = Registry(
    "film",
    *(_of_figure(kind) for kind in FIGURES.values() if kind.least_runs == 1 and kind.key not in STILL),
    Scene("units", UNIT_PICTURES_TITLE, _units),
    Scene("slopes", str(SLOPES_TITLE), _slopes),
)
