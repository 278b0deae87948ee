"""What can be filmed: every figure of one run that changes with its steps, and the pictures of ``relulab.draw``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from relulab.errors import SpecError
from relulab.formatting import quoted
from relulab.registry import Registry
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.one_input import draw_one_input
from relulab.report.figures.pictures import slopes_picture
from relulab.report.figures.unit_closely import draw_unit_closely
from relulab.report.figures.unit_pictures import draw_unit_pictures
from relulab.session.history import RunHistory
from relulab.views.film import ANYBODY, FILMED, ONE_INPUT, Subject, scene_names
from relulab.views.parts import ShownRun
from relulab.views.slopes import TITLE as SLOPES_TITLE
from relulab.views.unit_pictures import UNIT_PICTURES_TITLE

if TYPE_CHECKING:
    from relulab.model.network import Network
    from relulab.training.one_input import OneInput
    from relulab.views.one_input.course import Course

STILL = ("design", "samples")  # figures that stay the same
PAINTED, DRAWN = {"output", "regions"}, {"network", "unit", "units"}
PROBED = {"dead", "histograms", "network", "unit", "unit-states", "weights"}
OF_WEIGHTS = {"slopes", ONE_INPUT, *PAINTED, *DRAWN, *PROBED}


@dataclass(frozen=True, slots=True)
class Moment:
    """A run as it was after some steps; ``network`` is that of then, where it was asked for, until the next one.

    ``look``: what it made of the input that is followed, and ``course`` what all moments say to that.
    """

    run: ShownRun
    network: Network | None = None
    look: OneInput | None = None
    course: Course | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing to film, of a ``subject`` where it is about one unit or one input. ``draw`` gets a moment and the
    subject; it gives None where nothing was measured yet. ``painted``, ``drawn``, ``probed``: what has to be computed
    of the weights for it: the picture of the output, that of the network, what probe and validation set say.
    """

    key: str
    title: str
    paint: Callable[[Moment, Subject], Drawing | None]
    subject: Subject = ANYBODY

    def draw(self, moment: Moment) -> Drawing | None:
        """The picture of ``moment``."""
        return self.paint(moment, self.subject)

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


def scene_of(key: str, subject: Subject = ANYBODY) -> Scene:
    """What is filmed under this name, of whom. Raises SpecError."""
    if key not in SCENES:
        raise SpecError(f"There is no film of {quoted(key)}. Known: {', '.join(sorted(SCENES))}.")
    return replace(SCENES[key], subject=subject)


def _of_figure(kind: FigureKind) -> Scene:
    return Scene(scene_names([kind.key])[0], kind.title, lambda moment, _subject: kind.draw([moment.run]))


def _units(moment: Moment, _subject: Subject) -> Drawing | None:
    history: RunHistory = moment.run.history
    return None if history.network is None else draw_unit_pictures(history.info, history.network)


def _slopes(moment: Moment, _subject: Subject) -> Drawing:
    assert moment.network is not None, "it is asked for"
    return slopes_picture(moment.network, moment.run.history.info, 0)


def _one_input(moment: Moment, _subject: Subject) -> Drawing:
    assert moment.look is not None, "it is asked for"
    assert moment.course is not None, "it is asked for"
    return draw_one_input(moment.run.history.info, moment.look, moment.course)


SCENES: Registry[Scene] = Registry(
    "film",
    *(_of_figure(kind) for kind in FIGURES.values() if kind.least_runs == 1 and kind.key not in STILL),
    Scene("units", UNIT_PICTURES_TITLE, _units),
    Scene("unit", str(FILMED["unit"]), lambda moment, subject: draw_unit_closely(moment.run, subject.unit)),
    Scene(ONE_INPUT, str(FILMED[ONE_INPUT]), _one_input),
    Scene("slopes", str(SLOPES_TITLE), _slopes),
)
