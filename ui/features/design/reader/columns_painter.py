"""Paints a line of the list of columns: its name and why, type, spread, values, missing cells, and its role.

Type and role look like buttons with a list, where a click opens one.
"""

from typing import Final

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from relulab.data.tables.columns import Role
from relulab.formatting import NOTHING as NO_VALUE
from relulab.formatting import one_line
from relulab.views.table_lines import ROLES, ColumnLine, RunLine
from relulab.views.table_pictures import Run, Spread
from ui.features.design.reader.columns_model import ColumnsModel
from ui.features.design.reader.means_picture import intensity_image
from ui.features.design.reader.role_colours import role_colour
from ui.platform.translation import said
from ui.widgets.palette import LIGHT, Palette

BAR: Final = 5  # pixels: the colour of the role at the left
PAD: Final = 8
TYPE, ROLE = 1, 5  # places of these parts
SHARES: Final = (0.33, 0.13, 0.15, 0.19, 0.08, 0.12)  # of the width: name, type, spread, values, missing, role
LINES: Final = 2.8  # heights of a line of text

Left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def cells(area: QRectF) -> list[QRectF]:
    """Where the parts of a line lie."""
    left, found = area.left() + BAR + PAD, []
    width = area.width() - BAR - PAD
    for share in SHARES:
        found.append(QRectF(left, area.top(), share * width - PAD, area.height()))
        left += share * width
    return found


class ColumnPainter(QStyledItemDelegate):
    """Draws the lines of a ``ColumnsModel``."""

    colours: Palette = LIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(300, round(LINES * option.fontMetrics.height()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        assert isinstance(model, ColumnsModel)
        line = model.lines[index.row()]
        area = QRectF(option.rect)
        painter.save()
        painter.setFont(option.font)
        painter.fillRect(area, QColor(self.colours.background))
        painter.fillRect(QRectF(area.left(), area.top() + 2, BAR, area.height() - 4), self._role_ink(line.role))
        painter.setPen(QColor(self.colours.grid))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        parts = cells(area)
        if isinstance(line, RunLine):
            self._paint_run(painter, line, parts)
        else:
            self._paint_column(painter, line, parts)
        self._paint_button(painter, said(ROLES[line.role]), parts[ROLE], self.colours.foreground)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(self.colours.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_column(self, painter: QPainter, line: ColumnLine, parts: list[QRectF]) -> None:
        used = line.role in (Role.FEATURE, Role.TARGET)
        ink = self.colours.foreground if used else self.colours.muted
        self._two_lines(painter, parts[0], line.name, said(line.why), ink, bold=True)
        if line.can_change:
            self._paint_button(painter, said(line.kind), parts[TYPE], ink)
        else:
            self._text(painter, parts[TYPE], said(line.kind), ink)
        if line.spread is None:
            self._text(painter, parts[2], NO_VALUE, self.colours.muted)
        else:
            area = parts[2].adjusted(0, 5, -PAD, -5)
            self._paint_spread(painter, line.spread, area, role_colour(line.role, self.colours))
        self._two_lines(painter, parts[3], line.values, said(line.extent), ink)
        gap_ink = self.colours.warning if used and line.column.missing else self.colours.muted
        self._text(painter, parts[4], said(line.missing), gap_ink)

    def _paint_run(self, painter: QPainter, line: RunLine, parts: list[QRectF]) -> None:
        ink, side = self.colours.foreground, line.run.side
        self._two_lines(painter, parts[0], line.name, said(line.why), ink, bold=True)
        self._text(painter, parts[TYPE], said(line.kind), ink)
        self._paint_means(painter, line.run, parts[2].adjusted(0, 3, -PAD, -3))
        self._two_lines(painter, parts[3], said(line.extent), f"{side} × {side}" if side else "", ink)
        self._text(painter, parts[4], said(line.missing), self.colours.muted)

    def _paint_means(self, painter: QPainter, run: Run, area: QRectF) -> None:
        """The mean of every column: as a picture where they form a square, else as a strip."""
        shape = (run.side, run.side) if run.side else (1, len(run.means))
        low, high = float(np.nanmin(run.means)), float(np.nanmax(run.means))
        image = intensity_image(run.means.reshape(shape), low, high, self.colours)
        if run.side:
            area = QRectF(area.left(), area.top(), area.height(), area.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, bool(run.side))
        painter.drawImage(area, image)

    def _paint_spread(self, painter: QPainter, spread: Spread, area: QRectF, colour: str) -> None:
        gap = 2.0 if spread.parted else 1.0
        wide = area.width() / max(len(spread.counts), 4 if spread.parted else 1)
        most = float(spread.counts.max()) or 1.0
        for place, many in enumerate(spread.counts.tolist()):
            high = max(1.0, area.height() * many / most) if many else 0.0
            bar = QRectF(area.left() + place * wide, area.bottom() - high, max(1.0, wide - gap), high)
            painter.fillRect(bar, QColor(colour if colour != self.colours.grid else self.colours.muted))
        painter.setPen(QColor(self.colours.muted))
        painter.drawLine(area.bottomLeft(), area.bottomRight())

    def _paint_button(self, painter: QPainter, words: str, area: QRectF, ink: str) -> None:
        """As a button with a list."""
        button = area.adjusted(0, area.height() * 0.2, -PAD / 2, -area.height() * 0.2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self.colours.muted))
        painter.drawRoundedRect(button.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        self._text(painter, button.adjusted(6, 0, -14, 0), words, ink)
        tip, y = button.right() - 9, button.center().y()
        arrow = [QPointF(tip - 3.5, y - 2), QPointF(tip + 3.5, y - 2), QPointF(tip, y + 2.5)]
        painter.setBrush(QColor(self.colours.muted))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(arrow)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _two_lines(
        self, painter: QPainter, area: QRectF, above: str, below: str, ink: str, *, bold: bool = False
    ) -> None:
        font = painter.font()
        if bold:
            strong = QFont(font)
            strong.setBold(True)
            painter.setFont(strong)
        half = area.height() / 2
        self._text(painter, area.adjusted(0, 2, 0, -half + 1), above, ink)
        painter.setFont(font)
        self._text(painter, area.adjusted(0, half - 1, 0, -2), below, self.colours.muted)

    def _text(self, painter: QPainter, area: QRectF, words: str, ink: str) -> None:
        painter.setPen(QColor(ink))
        shown = painter.fontMetrics().elidedText(one_line(words, 300), Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, Left, shown)

    def _role_ink(self, role: Role) -> QColor:
        return QColor(role_colour(role, self.colours))
