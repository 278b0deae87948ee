"""Which runs the loss, gradient and unit panels draw together, as lines with labels or as bands."""

from collections.abc import Iterable, Sequence

from relulab.session.compare import axes_of, design_labels, designs, labels
from relulab.session.history import RunHistory
from relulab.session.session import RunRecord
from ui.live.base import LivePanel
from ui.live.polling import Polling
from ui.plots.overlay import Compared, Overlay


class Overlays:
    """``chosen``: the keys of the runs to draw together; ``bands``: whether seeds of one design are one line."""

    def __init__(self, panels: Iterable[LivePanel], polling: Polling) -> None:
        self.chosen: frozenset[str] = frozenset()
        self.bands = False
        self._panels = tuple(panels)
        self._polling = polling
        self._asked: object = None  # what the overlay was worked out for

    def choose(self, keys: Iterable[str], on: bool) -> None:
        """Draw these runs together with others, or not, from the next ``update`` on."""
        self.chosen = self.chosen | set(keys) if on else self.chosen - set(keys)

    def update(self, records: Sequence[RunRecord]) -> None:
        """Tell the panels what they draw: with the run that is shown those of the chosen ones that can be compared
        with it and are not hidden.
        """
        shown = self._polling.shown
        chosen = [record for record in records if record.key in self.chosen and not record.hidden]
        fitting = [record for record in chosen if shown.run is None or _same_axes(record, shown.run)]
        together = [record for record in records if record in fitting or record.history is shown.run]
        if all(record.history is shown.run for record in fitting):
            together = []
        left_out = len(chosen) - len(fitting)
        told = tuple((record.key, record.name, record.history) for record in together)
        asked = (self.bands, shown.history, left_out, told)
        if asked == self._asked:
            return
        self._asked = asked
        overlay = self._overlay_of(together)
        for panel in self._panels:
            panel.show_overlay(overlay, left_out)
        self._polling.draw_with(tuple(run for compared in overlay for run in compared.runs))

    def _overlay_of(self, records: Sequence[RunRecord]) -> Overlay:
        groups = designs(records) if self.bands else tuple((record,) for record in records)
        names = design_labels([group[0].spec for group in groups]) if self.bands else labels(records)
        return tuple(
            Compared(name, group[0].colour, tuple(self._as_shown(record) for record in group))
            for name, group in zip(names, groups, strict=True)
        )

    def _as_shown(self, record: RunRecord) -> RunHistory:
        """The run, or what it had measured at the moment that is looked at."""
        shown = self._polling.shown
        return shown.history if record.history is shown.run and shown.history is not None else record.history


def _same_axes(record: RunRecord, shown: RunHistory) -> bool:
    return axes_of(record.spec) == axes_of(shown.info.spec)
