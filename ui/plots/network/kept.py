"""The ground of a picture of a network: lines, grounds, words and the pictures of units as one opaque image, kept.

Another picture of a network that trains is new numbers in its memory, and one copy of it to the screen: each call of a
painter may lose the interpreter's lock to the thread that trains, and whatever the window computes slows that down.
"""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap

from relulab.views.network.cells import Pixels
from relulab.views.network.colours import network_colours
from relulab.views.network.layout import NetworkLayout
from relulab.views.network.view import NetworkView
from ui.plots.network.gaps import Gap
from ui.plots.network.marks import Marks, captions, marked_region, signed_areas
from ui.plots.network.pictures import Pictures
from ui.plots.network.strip import Strip
from ui.widgets.palette import Palette


class Kept:
    """The parts that are the same for most pictures of one network in one layout.

    ``size`` is that of the widget, ``ratio`` its device pixels per pixel. ``legend_until``: where the legend must end;
    ``strip`` draws the place of the formula, None where there is no room for one.
    """

    def __init__(
        self, view: NetworkView, layout: NetworkLayout, palette: Palette, font: QFont, size: QSize, ratio: float,
        legend_until: float, strip: Strip | None,
    ) -> None:  # fmt: skip
        self._view, self._layout, self._palette, self._font = view, layout, palette, font
        self._size, self.ratio = size, ratio
        self._legend_until, self._strip = legend_until, strip
        self._marked, self._signed = marked_region(layout), signed_areas(view, layout)
        self._marks: QPixmap | None = None
        self._signs: QPixmap | None = None
        self._still: QPixmap | None = None
        self._ground: QImage | None = None
        self._pixels: Pixels = np.zeros((0, 0), np.uint32)  # those of the ground, to write to
        self._stale: list[QRect] = []  # parts of the ground
        self._written: object = None  # on the ground: what every picture changes

    def spoil(self, area: QRect) -> None:
        """The lines in ``area`` are others."""
        if area not in self._stale:
            self._stale.append(area)

    def renew_states(self, view: NetworkView) -> None:
        """Units are in other states: captions count them, signs tell them, and the legend names them."""
        before, self._view = self._view, view
        self._marks = self._signs = None
        self._signed = signed_areas(view, self._layout)
        for columns, area in captions(self._layout):
            if str(view.counts(columns)) != str(before.counts(columns)):
                self.spoil(area)
        if view.occurring() != before.occurring():
            self._still = None
            self.spoil(QRect(0, self._layout.legend.top, self._size.width(), self._size.height()))

    def draw_ground(
        self, painter: QPainter, gaps: Sequence[Gap], pictures: Pictures, told: object,
        tell: Callable[[QPainter], None],
    ) -> None:  # fmt: skip
        """Everything but signs, opaque: one image, in which the pictures of units are renewed where they lie.

        ``tell`` writes the words that every picture may change, ``told`` says which they are.
        """
        if self._ground is None:
            self._ground = QImage(self._size * self.ratio, QImage.Format.Format_RGB32)
            self._ground.setDevicePixelRatio(self.ratio)
            self._stale = [QRect(0, 0, self._size.width(), self._size.height())]
        if self._stale or told != self._written:
            on_ground = QPainter(self._ground)
            for area in self._stale:
                self._compose(on_ground, gaps, area, pictures)
            on_ground.setClipping(False)
            tell(on_ground)
            on_ground.end()
            self._stale, self._written = [], told
            self._find_pixels(self._ground)
        if pictures.ratio == self.ratio:
            pictures.put_on(self._pixels)
        painter.drawImage(0, 0, self._ground)
        if pictures.ratio != self.ratio:
            pictures.paint(painter)

    def _find_pixels(self, ground: QImage) -> None:
        """Where its numbers lie now: an image that somebody else holds moves when it is painted on."""
        pixels = np.frombuffer(ground.bits(), np.uint32).reshape(ground.height(), ground.width())
        if pixels.ctypes.data != self._pixels.ctypes.data:
            self._pixels = pixels

    def draw_lines(self, painter: QPainter, gaps: Sequence[Gap], seen: QRect) -> None:
        """The lines of the gaps of which something lies in ``seen``."""
        for gap in gaps:
            if not gap.area.isEmpty() and gap.area.intersects(seen):
                painter.drawPixmap(gap.area, gap.draw(self.ratio, self._palette.dark))

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

    def draw_marks(self, painter: QPainter) -> None:
        """Captions and rules, where there are any: all of it would be blended pixel by pixel."""
        if self._marks is None:
            self._marks = self._drawn(QSize(self._layout.width, self._layout.height), Marks.draw)
        painter.setClipRegion(self._marked)
        painter.drawPixmap(0, 0, self._marks)
        painter.setClipping(False)

    def draw_signs(self, painter: QPainter) -> None:
        """Crosses and signs over the pictures of units; where they are few each alone, for a clip of many is dear."""
        if not self._signed:
            return
        if self._signs is None:
            self._signs = self._drawn(QSize(self._layout.width, self._layout.height), Marks.draw_signs)
        for area in self._signed:
            source = QRectF(*(part * self.ratio for part in (area.x(), area.y(), area.width(), area.height())))
            painter.drawPixmap(QRectF(area), self._signs, source)

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

    def draw_names(self, painter: QPainter) -> None:
        """Those of inputs and outputs which have no value beside them."""
        Marks(painter, self._view, self._layout, self._palette, self._font).draw_names()

    def _compose(self, painter: QPainter, gaps: Sequence[Gap], area: QRect, pictures: Pictures) -> None:
        painter.setClipRect(area)
        painter.fillRect(area, QColor(network_colours(self._palette.dark).panel))
        network = self._layout.network
        if area.intersects(QRect(0, network.top, self._size.width(), network.height)):
            self.draw_lines(painter, gaps, area)
            self.draw_blocks(painter)
            if pictures.ratio == self.ratio:
                pictures.paint(painter, area)
            self.draw_names(painter)
        if self._marked.intersects(area):
            Marks(painter, self._view, self._layout, self._palette, self._font).draw(area)
        if area.bottom() >= self._layout.legend.top:
            self.draw_still(painter)

    def _drawn(self, size: QSize, draw: Callable[[Marks], None], top: int = 0) -> QPixmap:
        """What ``draw`` draws below ``top``, on nothing."""
        pixmap = QPixmap(size * self.ratio)
        pixmap.setDevicePixelRatio(self.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.translate(0, -top)
        draw(Marks(painter, self._view, self._layout, self._palette, self._font))
        painter.end()
        return pixmap
