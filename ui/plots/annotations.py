"""Lines that explain a plot: horizontal guides to compare with, vertical marks of things that happened."""

from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor

from relulab.views.colours import mix
from relulab.views.parts import Mark, Reference
from ui.platform.translation import said
from ui.plots.axes import Axes

LABELLED_MARKS = 3  # the newest say their text in the plot, all say it in the reading
ROOM_FOR_MARK_TEXTS = 400  # pixels
VEIL = 190  # opacity (of 255) behind the text of a guide
BAND_TINT = 0.13
MARK_STAGGER = 0.16  # share of the height between the labels of neighbouring marks


class Annotations:
    """The guides and marks of one plot; ``up`` turns a value into a drawn y."""

    def __init__(self, axes: Axes, up: Callable[[float], float]) -> None:
        self.guides: tuple[Reference, ...] = ()
        self.marks: tuple[Mark, ...] = ()
        self._axes = axes
        self._up = up
        self._band: tuple[float, float] | None = None
        self._band_item: Any = None
        self._guide_items: list[Any] = []
        self._mark_items: list[Any] = []

    @property
    def values(self) -> list[float]:
        """The values that the y range should show beside the data."""
        return [*(guide.value for guide in self.guides), *(self._band or ())]

    def set_guides(self, guides: Sequence[Reference]) -> None:
        """Show these guides and no others."""
        if tuple(guides) != self.guides:
            self.guides = tuple(guides)
            self._rebuild_guides()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks and no others."""
        if tuple(marks) != self.marks:
            self.marks = tuple(marks)
            self._rebuild_marks()

    def place(self) -> None:
        """Put the guides where their values are on the present axis; a narrow plot has no room for texts of marks."""
        for item, guide in zip(self._guide_items, self.guides, strict=True):
            item.setValue(self._up(guide.value))
        roomy = self._axes.plot.width() >= ROOM_FOR_MARK_TEXTS
        for item in self._mark_items:
            if getattr(item, "label", None) is not None:
                item.label.setVisible(roomy)

    def recolour(self) -> None:
        """Draw all anew in the present colours."""
        self._rebuild_band()
        self._rebuild_guides()
        self._rebuild_marks()

    def set_band(self, band: tuple[float, float] | None) -> None:
        """Tint what is drawn between two y: where values are healthy."""
        self._band = band
        self._rebuild_band()

    def _rebuild_band(self) -> None:
        if self._band_item is not None:
            self._axes.remove(self._band_item)
        if self._band is not None:
            tint = mix(self._axes.colours.accent, self._axes.colours.background, BAND_TINT)
            self._band_item = pg.LinearRegionItem(
                self._band, orientation="horizontal", movable=False, brush=tint, pen=pg.mkPen(None)
            )
            self._axes.add(self._band_item, depth=-200)

    def _rebuild_guides(self) -> None:
        for item in self._guide_items:
            self._axes.remove(item)
        # the text stands above the line in the lower half of the plot, below it in the upper half
        veil = QColor(self._axes.colours.background)
        veil.setAlpha(VEIL)
        options = {"position": 0.99, "anchors": [(1, 0), (1, 1)], "fill": veil}
        self._guide_items = [self._line(self._up(guide.value), 0, said(guide.name), options) for guide in self.guides]
        for item in self._guide_items:
            self._axes.add(item, depth=70)

    def _rebuild_marks(self) -> None:
        for item in self._mark_items:
            self._axes.remove(item)
        self._mark_items = []
        for i, mark in enumerate(self.marks):
            text = said(mark.name) if i >= len(self.marks) - LABELLED_MARKS else ""
            # right of the line in the left half of the plot, left of it in the right half
            place = {"position": 0.92 - MARK_STAGGER * (i % LABELLED_MARKS), "anchors": [(0, 0.5), (1, 0.5)]}
            self._mark_items.append(self._line(mark.step, 90, text, place))
            self._axes.add(self._mark_items[-1], depth=80)

    def _line(self, at: float, angle: int, text: str, options: dict[str, Any]) -> Any:
        pen = pg.mkPen(self._axes.colours.muted, width=1)
        pen.setDashPattern([6, 4])
        template = text.replace("{", "{{").replace("}", "}}") or None  # pyqtgraph formats it with the line's value
        colour = {"color": self._axes.colours.muted}
        item = pg.InfiniteLine(at, angle=angle, pen=pen, label=template, labelOpts=options | colour)
        if template:
            item.label.setFont(self._axes.font())
        return item
