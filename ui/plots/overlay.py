"""Several runs in one plot: a line for each, or one for all seeds of a design with the quartiles around it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from relulab.experiment.seeds import seed_words
from relulab.session.bands import band
from relulab.session.history import RunHistory
from relulab.views.parts import ShownRun
from ui.platform.translation import translate
from ui.plots.curves import Line, Look
from ui.plots.legend import LegendEntry, Sample
from ui.plots.line_plot import LinePlot
from ui.widgets.palette import Palette

Extract = Callable[[RunHistory], tuple[NDArray[Any], NDArray[Any]]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of a comparison: a run, or several seeds of one design. ``colour``: a place in the palette of runs."""

    label: str
    colour: int
    runs: tuple[RunHistory, ...]

    @property
    def is_band(self) -> bool:
        return len(self.runs) > 1

    @property
    def title(self) -> str:
        """The label, and of how many seeds."""
        if not self.is_band:
            return self.label
        words = translate("Overlay", "{label}: {count} seeds, median and quartiles")
        return words.format(label=self.label, count=len(self.runs))

    def shown_runs(self) -> Iterator[ShownRun]:
        """The runs as figures and tables name them: seeds of one design are told apart."""
        for run in self.runs:
            label = f"{self.label}, seed {seed_words(run.info.spec)}" if self.is_band else self.label
            yield ShownRun(label, run, self.colour)


Overlay = tuple[Compared, ...]


class OverlayCurves:
    """Puts one value of each run of an overlay into ``plot``.

    ``extract`` takes steps and values, (N,) both, out of a history; what it found in a run is kept as long as the
    run has nothing new.
    """

    def __init__(self, plot: LinePlot, extract: Extract, look: Look = Look.TREND_ALONE) -> None:
        self._plot = plot
        self._extract = extract
        self._look = look
        self._overlay: Overlay = ()
        self._known: WeakKeyDictionary[RunHistory, tuple[int, NDArray[Any], NDArray[Any]]] = WeakKeyDictionary()

    def begin(self, overlay: Overlay, palette: Palette) -> None:
        """Draw these runs from now on."""
        self._overlay = overlay
        self._known.clear()
        areas, lines = [], []
        for i, compared in enumerate(overlay):
            style = palette.run_line(compared.colour)
            if compared.is_band:
                areas.append(Line(f"area {i}", "", style, Look.AREA))
            lines.append(Line(f"run {i}", compared.title, style, Look.TREND_ALONE if compared.is_band else self._look))
        self._plot.set_lines([*areas, *lines])

    def put(self) -> float:
        """Give the plot what the runs have measured so far. Returns the last step, NaN where there is nothing."""
        last = float("nan")
        for i, compared in enumerate(self._overlay):
            curves = [self._curve(run) for run in compared.runs]
            if compared.is_band:
                found = band(curves)
                steps, values = found.steps, found.median
                edges = np.stack([found.lower, found.upper], axis=-1).ravel()
                self._plot.set_data(f"area {i}", np.repeat(steps, 2), edges)
            else:
                steps, values = curves[0]
            self._plot.set_data(f"run {i}", steps, values)
            if len(steps):
                last = float(np.nanmax([last, steps[-1]]))
        return last

    def _curve(self, run: RunHistory) -> tuple[NDArray[Any], NDArray[Any]]:
        revision = run.revision
        known = self._known.get(run)
        if known is None or known[0] != revision:
            known = self._known[run] = (revision, *self._extract(run))
        return known[1:]


def overlay_legend(overlay: Overlay, palette: Palette) -> tuple[LegendEntry, ...]:
    """An entry for each line; an area stands behind the lines of several seeds."""
    entries = []
    for compared in overlay:
        style = palette.run_line(compared.colour)
        sample = Sample.LINE_IN_BAND if compared.is_band else Sample.LINE
        entries.append(LegendEntry(compared.title, (style.colour,), sample, dash=style.dash))
    return tuple(entries)
