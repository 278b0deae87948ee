"""Windows and dialogs with something in them: trained networks, kept pictures, points, as a user has them."""

from functools import cache

import numpy as np
from PySide6.QtWidgets import QWidget

from relulab.experiment import ExperimentSpec
from relulab.population.standing import Told
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.session.kept_maps import KeptMap
from relulab.session.model import SessionModel
from relulab.session.session import PinnedPicture
from relulab.session.store import SessionStore
from relulab.views.many.rate_test import RateTest
from relulab.views.many.seeds import Starts
from relulab.views.own_points import CLASSES, design_of
from tests.helpers.sessions import png, rich_session
from tests.relulab.population.designs import design
from ui.features.benches.hand_built_window import HandBuiltWindow
from ui.features.benches.points_window import PointsWindow
from ui.features.export.report_dialog import ReportDialog
from ui.features.population.map_window import MapWindow
from ui.features.population.rate_window import RateWindow
from ui.features.population.seeds_window import SeedsWindow
from ui.features.session.kept_dialog import KeptDialog
from ui.widgets.palette import LIGHT

RATE = {"training.learning_rate": [0.1, 40.0]}  # the second diverges
STARTS = 4
MAPS = {"map": RATE | {"hidden.units": [4, -1]}, "table": RATE}


@cache
def heard(over: str = "", *, learning: bool = False) -> tuple[Sweep, tuple[Told, ...]]:
    """A sweep of a tiny design and what is told of it; ``learning`` ends while they still learn."""
    sweep = Sweep.of(design(steps=40), MAPS.get(over, RATE), 2, "fresh" if over else "same")
    lines: list[Told] = []
    Asked(sweep, is_map=bool(over)).train(None, lines.append)
    return sweep, tuple(lines[: len(lines) // 2] if learning else lines)


@cache
def trained_rates() -> tuple[ExperimentSpec, tuple[Told, ...]]:
    """A design and what is told of a test of its learning rate."""
    spec, lines = design(steps=40), list[Told]()
    starts = RateTest(spec).starts
    Asked(Sweep.of(starts.spec, {}, starts.total)).train(None, lines.append)
    return spec, tuple(lines)


def _seeds(parent: QWidget, *, learning: bool) -> SeedsWindow:
    window = SeedsWindow(parent)
    sweep, lines = heard(learning=learning)
    window.begin(Starts(sweep.spec, STARTS))
    for told in lines:
        window.take(told)
    window.show_busy(learning)
    window.refresh()
    return window


def seeds_while_they_learn(parent: QWidget) -> SeedsWindow:
    return _seeds(parent, learning=True)


def seeds(parent: QWidget) -> SeedsWindow:
    return _seeds(parent, learning=False)


def seeds_as_a_table(parent: QWidget) -> SeedsWindow:
    window = _seeds(parent, learning=False)
    window.show_as_table(True)
    return window


def _map(parent: QWidget, kind: str, *, learning: bool = False) -> MapWindow:
    window = MapWindow(parent)
    sweep, lines = heard(kind, learning=learning)
    window.set_spec(sweep.spec)
    window.begin(sweep)
    for told in lines:
        window.take(told)
    window.show_busy(learning)
    window.show_kept(("First", "Second"), 1)
    window.refresh()
    return window


def map_while_it_learns(parent: QWidget) -> MapWindow:
    return _map(parent, "map", learning=True)


def map_(parent: QWidget) -> MapWindow:
    return _map(parent, "map")


def map_as_a_table(parent: QWidget) -> MapWindow:
    return _map(parent, "table")


def rates(parent: QWidget) -> RateWindow:
    window = RateWindow(parent)
    spec, lines = trained_rates()
    window.begin(RateTest(spec))
    for told in lines:
        window.take(told)
    window.refresh()
    return window


def report(parent: QWidget) -> ReportDialog:
    session = rich_session()
    return ReportDialog(session, session.runs, design(), "Ada", parent=parent)


def kept(parent: QWidget) -> KeptDialog:
    model = SessionModel(SessionStore())
    model.pin(PinnedPicture("Moons", png(30, 20), "Two runs."))
    model.keep_map(KeptMap(heard("map")[0]))
    return KeptDialog(model, parent)


def by_hand(parent: QWidget) -> HandBuiltWindow:
    window = HandBuiltWindow(LIGHT, lambda: None, parent)
    window.count.setValue("4")
    window.equal.click()
    return window


def points(parent: QWidget) -> PointsWindow:
    window = PointsWindow(LIGHT, parent)
    drawn = np.column_stack([np.linspace(-1, 1, 12).round(3), np.zeros(12), np.arange(12) % 2])
    window.show_design(design_of(CLASSES, drawn, None))
    return window


FILLED = (
    seeds_while_they_learn, seeds, seeds_as_a_table, map_while_it_learns, map_, map_as_a_table, rates, report, kept,
    by_hand, points,
)  # fmt: skip
