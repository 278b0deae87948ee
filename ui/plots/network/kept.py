"""What stands still in the picture of a network, drawn once and kept: lines, grounds and words as one opaque pixmap.

A picture of a network that trains is then one copy of it and an image for each layer. Each call of a painter may lose
the interpreter's lock to the thread that trains, and what is blended costs by the pixel.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap, QRegion

from relulab.views.network.colours import network_colours
from relulab.views.network.layout import NetworkLayout
from relulab.views.network.view import NetworkView
from ui.plots.network.gaps import Gap
from ui.plots.network.marks import Marks, marked_region, signed_region
from ui.plots.network.strip import Strip
from ui.widgets.palette import Palette


class Kept:
    """The parts that are the same for every picture of one network in one layout, while no unit changes its state.

    ``size`` is that of the widget, ``ratio`` its device pixels per pixel. ``legend_until``: where the legend must end;
    ``strip`` draws the place of the formula, None where there is no room for one.
    """

    def __init__(
        self, view: NetworkView, layout: NetworkLayout, palette: Palette, font: QFont, size: QSize, ratio: float,
        legend_until: float, strip: Strip | None,
    ) -> None:  # fmt: skip
        self._view, self._layout, self._palette, self._font = view, layout, palette, font
        self._size, self._ratio = size, ratio
        self._legend_until, self._strip = legend_until, strip
        self._marked, self._signed = marked_region(layout), signed_region(view, layout)
        self._marks: QPixmap | None = None
        self._signs: QPixmap | None = None
        self._still: QPixmap | None = None
        self._ground: QPixmap | None = None
        self._stale: list[QRect] = []  # parts of the ground

    def spoil(self, area: QRect) -> None:
        """The lines in ``area`` are others."""
        if area not in self._stale:
            self._stale.append(area)

    def draw_ground(self, painter: QPainter, gaps: Sequence[Gap]) -> None:
        """Everything that the pictures of units lie on, opaque, and the words around them."""
        if self._ground is None:
            self._ground = QPixmap(self._size * self._ratio)
            self._ground.setDevicePixelRatio(self._ratio)
            self._stale = [QRect(0, 0, self._size.width(), self._size.height())]
        if self._stale:
            on_ground = QPainter(self._ground)
            for area in self._stale:
                self._compose(on_ground, gaps, area)
            on_ground.end()
            self._stale = []
        painter.drawPixmap(0, 0, self._ground)

    def draw_lines(self, painter: QPainter, gaps: Sequence[Gap], seen: QRect) -> None:
        """The lines of the gaps of which something lies in ``seen``."""
        for gap in gaps:
            if not gap.area.isEmpty() and gap.area.intersects(seen):
                painter.drawPixmap(gap.area, gap.draw(self._ratio, self._palette.dark))

    def draw_blocks(self, painter: QPainter) -> None:
        """The grounds under blocks and strips."""
        colours, layout = network_colours(self._palette.dark), self._layout
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.ground_rim))
        painter.setBrush(QColor(colours.ground))
        grounds = [place.ground for place in layout.places if place.block]
        for ground in (*grounds, *(strip.ground for strip in layout.strips)):
            painter.drawRoundedRect(QRectF(ground.left, ground.top, ground.width, ground.height), 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def draw_marks(self, painter: QPainter, within: QRect | None = None) -> None:
        """Captions and rules, where there are any: all of it would be blended pixel by pixel."""
        if self._marks is None:
            self._marks = self._drawn(QSize(self._layout.width, self._layout.height), Marks.draw)
        painter.setClipRegion(self._marked if within is None else self._marked.intersected(QRegion(within)))
        painter.drawPixmap(0, 0, self._marks)
        painter.setClipping(False)

    def draw_signs(self, painter: QPainter) -> None:
        """Crosses, signs and names over the pictures of units."""
        if self._signed.isEmpty():
            return
        if self._signs is None:
            self._signs = self._drawn(QSize(self._layout.width, self._layout.height), Marks.draw_signs)
        painter.setClipRegion(self._signed)
        painter.drawPixmap(0, 0, self._signs)
        painter.setClipping(False)

    def draw_still(self, painter: QPainter) -> None:
        """The legend and the place of the formula, which do not move with a close-up."""
        top = self._layout.legend.top
        if self._still is None:
            size = QSize(self._size.width(), self._size.height() - top)
            self._still = self._drawn(size, lambda marks: marks.draw_legend(self._legend_until), top)
            if self._strip is not None:
                on_still = QPainter(self._still)
                on_still.translate(0, -top)
                self._strip.draw(on_still, self._view, None)
                on_still.end()
        painter.drawPixmap(0, top, self._still)

    def _compose(self, painter: QPainter, gaps: Sequence[Gap], area: QRect) -> None:
        painter.setClipRect(area)
        painter.fillRect(area, QColor(network_colours(self._palette.dark).panel))
        self.draw_lines(painter, gaps, area)
        self.draw_blocks(painter)
        self.draw_marks(painter, area)
        painter.setClipRect(area)
        self.draw_still(painter)

    def _drawn(self, size: QSize, draw: Callable[[Marks], None], top: int = 0) -> QPixmap:
        """What ``draw`` draws below ``top``, on nothing."""
        pixmap = QPixmap(size * self._ratio)
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.translate(0, -top)
        draw(Marks(painter, self._view, self._layout, self._palette, self._font))
        painter.end()
        return pixmap
