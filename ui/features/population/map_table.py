"""The cells of a map, in colours and numbers; over one setting a row for each value with all that is measured."""

import math

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from relulab.text import Text
from relulab.views.colours import ink_on, mix
from relulab.views.many.contour import half_lines, half_words
from relulab.views.many.cures import EXTRAS, extras, grouped
from relulab.views.many.ends import ENDS
from relulab.views.many.map import MEASURES, Cell, Floats, MapView, Measure
from relulab.views.many.value_words import value_title
from ui.features.population.half_line import paint_half_lines
from ui.features.population.many_window import bold_font
from ui.features.population.spoken_cell import SpokenCell
from ui.platform.translation import said
from ui.widgets.palette import LIGHT, Palette, intensity_table
from ui.widgets.sizes import px

YOURS, NONE = "● ", "–"  # before the number of the design as it is, and where nothing can be built
LEAST_CELL, LEAST_COLUMN = 44, 86  # pixels, in a map and in a table, which has intervals to write
HEAD = 54  # pixels: room for three lines
LEAST_ROW, TWO_LINES = 22, 30  # pixels of a row in a map, and in a table
COSTS_AT = 2  # where what a row costs stands, beside how many came through
STRENGTH = 0.85  # of the colour of an end where all starts ended so


class MapTable(QTableWidget):
    """``pointed`` carries the cell that is spoken of, ``chosen`` the one that was clicked, or entered."""

    pointed = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: MapView | None = None
        self.measure = next(iter(MEASURES.values()))
        self._colours = LIGHT
        self._lines: list[Floats] = []
        self._rows: list[Cell | Text] = []  # of a table: cells, and names of groups of them
        self.delegate = SpokenCell(self)
        self.setItemDelegate(self.delegate)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag(wrapped))
        self.horizontalHeader().setMinimumHeight(px(HEAD))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setMinimumSectionSize(LEAST_CELL if header is self.horizontalHeader() else LEAST_ROW)
        self.currentCellChanged.connect(lambda *_cells: self._tell())
        self.cellEntered.connect(lambda row, column: self.setCurrentCell(row, column))
        self.cellClicked.connect(lambda *_cell: self._choose())

    def show_map(self, view: MapView, measure: Measure) -> None:
        """Show this measure of a map."""
        rows = [] if view.up is not None else grouped(view, measure)
        is_new = view is not self.view or rows != self._rows
        self.view, self.measure, self._rows = view, measure, rows
        if is_new:
            self._name_sections(view)
        for row in range(self.rowCount()):
            for column in range(self.columnCount()):
                self._fill(view, row, column)
        self._lines = half_lines(view, measure)
        if view.is_complete and not self._is_map:
            self._hide_columns_without_numbers()
        self.setAccessibleName(said(view.title(measure)))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = self.delegate.colours = palette

    @property
    def current(self) -> Cell | None:
        """The cell that is spoken of."""
        if self.view is None or self.currentRow() < 0:
            return None
        return self._cell(self.currentRow(), self.currentColumn())

    def place_of(self, cell: Cell) -> QPoint:
        """Where a cell is in the viewport."""
        row, column = (self.rowCount() - 1 - cell[1], cell[0]) if self._is_map else (self._rows.index(cell), 0)
        return self.visualRect(self.model().index(row, column)).center()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._lines and self.view is not None:
            lines = [QPolygonF([self._place(*point) for point in line.tolist()]) for line in self._lines]
            painter = QPainter(self.viewport())
            paint_half_lines(painter, lines, said(half_words(self.view, self.measure)), self._colours)

    def _place(self, across: float, up: float) -> QPointF:
        """Where a place (column, row) lies in the viewport; whole numbers are the middles of cells."""
        column = min(max(math.floor(across + 0.5), 0), self.columnCount() - 1)
        row = min(max(math.floor(up + 0.5), 0), self.rowCount() - 1)
        rect = QRectF(self.visualRect(self.model().index(self.rowCount() - 1 - row, column)))
        return rect.center() + QPointF((across - column) * rect.width(), (row - up) * rect.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            super().keyPressEvent(event)

    @property
    def _is_map(self) -> bool:
        return self.view is not None and self.view.up is not None

    def _cell(self, row: int, column: int) -> Cell | None:
        if self._is_map:
            return column, self.rowCount() - 1 - row
        found = self._rows[row]
        return None if isinstance(found, Text) else found

    def _name_sections(self, view: MapView) -> None:
        """Values along both sides, low at the left and at the bottom; or a row for each value."""
        across = [value_title(value, view.across.path, said) for value in view.across.values]
        if view.up is not None:
            rows = [value_title(value, view.up.path, said) for value in reversed(view.up.values)]
            columns = across
        else:
            rows = ["" if isinstance(row, Text) else across[row[0]] for row in self._rows]
            columns = [said(title) for title in (*(measure.title for measure in MEASURES.values()), *EXTRAS)]
        self.clear()
        self.clearSpans()
        for column in range(self.columnCount()):
            self.setColumnHidden(column, False)
        self.horizontalHeader().setMinimumSectionSize(LEAST_CELL if self._is_map else LEAST_COLUMN)
        self.verticalHeader().setMinimumSectionSize(LEAST_ROW if self._is_map else px(TWO_LINES))
        self.setRowCount(len(rows))
        self.setColumnCount(len(columns))
        self.setVerticalHeaderLabels(rows)
        self.setHorizontalHeaderLabels(columns)
        for row in range(len(rows)):
            for column in range(len(columns)):
                item = QTableWidgetItem()
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                self.setItem(row, column, item)
        header = self.horizontalHeader()
        for column in range(len(columns)):
            is_cost = not self._is_map and column >= len(MEASURES)
            header.moveSection(header.visualIndex(column), column - is_cost * (len(MEASURES) - COSTS_AT))
        for row, name in enumerate(self._rows):
            if isinstance(name, Text):  # of the rows below, across the table
                self.setSpan(row, 0, 1, self.columnCount())
                item = QTableWidgetItem(said(name))
                item.setFont(bold_font(self.font()))
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self.setItem(row, 0, item)

    def _hide_columns_without_numbers(self) -> None:
        """A regression has no accuracy."""
        for column in range(self.columnCount()):
            items = (self.item(row, column) for row in range(self.rowCount()))
            words = {item.text() for item in items if item is not None}
            self.setColumnHidden(column, "" in words and words <= {"", NONE})

    def _fill(self, view: MapView, row: int, column: int) -> None:
        item, cell = self.item(row, column), self._cell(row, column)
        assert item is not None, "every cell got one with its sections"
        if cell is None:
            return
        if not self._is_map and column >= len(MEASURES):
            item.setText(extras(view, cell)[column - len(MEASURES)] if view.is_complete else "")
            return
        measure = self.measure if self._is_map else list(MEASURES.values())[column]
        value = measure.value(view.ended(cell))
        words = NONE if view.problem(cell) else "" if math.isnan(value) else measure.write(value)
        share = view.share(cell, measure)
        if share is not None and not self._is_map:
            words = self.tr("{found} of {of}\n{limits}").format(
                found=share.found, of=share.of, limits=said(share.limits)
            )
        is_yours = cell == view.your_cell
        item.setText(f"{YOURS}{words}" if is_yours and (self._is_map or column == 0) else words)
        item.setFont(bold_font(self.font()) if is_yours else self.font())
        is_coloured = words not in ("", NONE) and (self._is_map or measure is self.measure)
        colour = self._colour(view, measure, value) if is_coloured else self._colours.background
        item.setBackground(QColor(colour))
        item.setForeground(QColor(ink_on(colour)))

    def _colour(self, view: MapView, measure: Measure, value: float) -> str:
        if measure.counts is not None:
            share = STRENGTH * value
            return mix(ENDS[measure.end].colour(self._colours.dark), self._colours.background, round(share, 3))
        low, high = view.span(measure)
        place = min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.0
        red, green, blue = intensity_table(self._colours)[round(255 * place)]
        return QColor(int(red), int(green), int(blue)).name()

    @Slot()
    def _tell(self) -> None:
        if self.view is not None and self.current is not None:
            self.setAccessibleDescription(said(self.view.in_words(self.current)))
        self.pointed.emit(self.current)

    def _choose(self) -> None:
        if self.current is not None:
            self.chosen.emit(self.current)
