"""The cells of a map, in colours and numbers; over one setting a row for each value with all that is measured."""

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from relulab.text import Text
from relulab.views.colours import ink_on, mix
from relulab.views.many.contour import half_lines, half_words
from relulab.views.many.cures import EXTRAS, extras, grouped
from relulab.views.many.ends import ENDS
from relulab.views.many.map import MEASURES, Cell, Floats, MapView, Measure
from relulab.views.many.strips import FIRST_STARTS, counted_signs, middle_half, shows_pictures, strip_of
from relulab.views.many.value_words import value_title
from ui.features.population.half_line import paint_half_lines
from ui.features.population.many_window import bold_font
from ui.features.population.row_pictures import FIRST, RowPictures, ScaledHead
from ui.features.population.signs import paint_sign
from ui.features.population.spoken_cell import SpokenCell
from ui.features.population.table_columns import FIRSTS_AT, STARTS_AT, TRY_AT, arrange, lead_of, try_button
from ui.platform.translation import said
from ui.widgets.palette import LIGHT, Palette, intensity_table
from ui.widgets.sizes import px

YOURS, NONE = "● ", "–"  # before the number of the design as it is, and where nothing can be built
LEAST_CELL, LEAST_COLUMN = 44, 70  # pixels, in a map and in a table, which has intervals to write
HEAD = 54  # pixels: room for three lines
LEAST_ROW, TWO_LINES, HIGHEST_ROW = 22, 30, 44  # pixels of a row in a map, and in a table
CORNER = 9  # pixels of the sign in a corner of a cell
STRENGTH = 0.85  # of the colour of an end where all starts ended so


class MapTable(QTableWidget):
    """``pointed`` carries the cell that is spoken of, ``chosen`` the one that was clicked, or entered; ``startPointed``
    and ``startChosen`` the run whose sign in a row it was, or whose number was typed; ``tryWanted`` the row whose
    design is to be tried, ``moreWanted`` the cell of which more starts are wanted.
    """

    pointed = Signal(object)
    chosen = Signal(object)
    startPointed = Signal(int)
    startChosen = Signal(int)
    tryWanted = Signal(object)
    moreWanted = Signal(object)
    measureChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view: MapView | None = None
        self.measure = next(iter(MEASURES.values()))
        self._colours = LIGHT
        self._lines: list[Floats] = []
        self._rows: list[Cell | Text] = []  # of a table: cells, and names of groups of them
        self.pictures = RowPictures()
        self.delegate = SpokenCell(self)
        self.delegate.picture = self._paint_picture
        self.setItemDelegate(self.delegate)
        self.setHorizontalHeader(ScaledHead(self._paint_head, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)  # Tab leaves the table; arrows walk in it
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag(wrapped))
        self.horizontalHeader().setMinimumHeight(px(HEAD))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setHighlightSections(False)  # bold is the design as it is
            header.setMinimumSectionSize(LEAST_CELL if header is self.horizontalHeader() else LEAST_ROW)
        self.currentCellChanged.connect(lambda *_cells: self._tell())
        self.cellEntered.connect(self._enter)
        self.cellClicked.connect(lambda *_cell: self._click())
        self.horizontalHeader().sectionClicked.connect(self._choose_measure)

    def show_map(self, view: MapView, measure: Measure) -> None:
        """Show this measure of a map."""
        rows = [] if view.up is not None else grouped(view, measure)
        is_new = view is not self.view or rows != self._rows
        self.view, self.measure, self._rows = view, measure, rows
        self.pictures.strip = None if self._is_map else strip_of(view)
        if is_new:
            self._name_sections(view)
        self._size_sections()
        for row in range(self.rowCount()):
            for column in range(self.columnCount()):
                self._fill(view, row, column)
        self._lines = half_lines(view, measure)
        if view.is_complete and not self._is_map:
            self._hide_columns_without_numbers()
        self.setAccessibleName(said(view.title(measure)))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = self.delegate.colours = self.pictures.colours = palette

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
        for row, name in enumerate(self._rows):
            if isinstance(name, Text):
                area = QRectF(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))
                self.pictures.paint_group(QPainter(self.viewport()), area, said(name))
        if self._is_map and self.view is not None:
            self._paint_failing(self.view)
        if self._lines and self.view is not None:
            lines = [QPolygonF([self._place(*point) for point in line.tolist()]) for line in self._lines]
            painter = QPainter(self.viewport())
            paint_half_lines(painter, lines, said(half_words(self.view, self.measure)), self._colours)

    def _paint_failing(self, view: MapView) -> None:
        """A sign in the corner of cells whose starts did not die, but failed in another way."""
        painter = QPainter(self.viewport())
        for cell in view.cells():
            end = view.failing(cell, self.measure)
            index = self.model().index(self.rowCount() - 1 - cell[1], cell[0])
            area = QRectF(self.visualRect(index))
            if end is None or not area.intersects(QRectF(self.viewport().rect())):
                continue
            side = px(CORNER)
            corner = QRectF(area.right() - side - CORNER / 2, area.top() + CORNER / 2, side, side)
            item = self.item(index.row(), index.column())
            assert item is not None, "every cell got one with its sections"
            paint_sign(painter, end, corner, item.foreground().color().name(), 1.6)

    def _place(self, across: float, up: float) -> QPointF:
        """Where a place (column, row) lies in the viewport; whole numbers are the middles of cells."""
        column = min(max(math.floor(across + 0.5), 0), self.columnCount() - 1)
        row = min(max(math.floor(up + 0.5), 0), self.rowCount() - 1)
        rect = QRectF(self.visualRect(self.model().index(self.rowCount() - 1 - row, column)))
        return rect.center() + QPointF((across - column) * rect.width(), (row - up) * rect.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter opens, 1 to 4 open a start of the cell, + trains more of them."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_4 and self.view is not None and self.current is not None:
            runs, place = self.view.runs_of(self.current), event.key() - Qt.Key.Key_1
            if place < len(runs) and runs[place] in {run.run for run in self.view.ended(self.current)}:
                self.startChosen.emit(runs[place])
        elif event.key() == Qt.Key.Key_Plus and self.current is not None:
            self.moreWanted.emit(self.current)
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
            columns += ["", "", said(FIRST_STARTS)]  # the strip's title comes with its numbers; the buttons have none
        self.clear()
        self.setRowCount(0)  # the buttons of the rows go with them
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
        for row, name in enumerate(self._rows):
            if isinstance(name, Text):  # of the rows below; it is painted across the table
                item = QTableWidgetItem(said(name))
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self.setItem(row, 0, item)
        self.setShowGrid(self._is_map)

    def _size_sections(self) -> None:
        """A map has its own order, and cells of one width; a table what decides first."""
        header = self.horizontalHeader()
        if self.view is None:
            return
        if self._is_map:
            for column in range(self.columnCount()):
                header.moveSection(header.visualIndex(column), column)
            for each in (header, self.verticalHeader()):
                each.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            return
        arrange(self, self.measure, firsts=shows_pictures(self.view))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        height = min(self.viewport().height() // max(1, self.rowCount()), px(HIGHEST_ROW))
        for row in range(self.rowCount()):
            self.verticalHeader().resizeSection(row, max(height, px(TWO_LINES)))
        model, across = self.model(), Qt.Orientation.Horizontal
        top = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        for column in range(self.columnCount()):
            is_scaled = column in (lead_of(self.measure), STARTS_AT)
            alignment = top if is_scaled else header.defaultAlignment()
            model.setHeaderData(column, across, alignment, Qt.ItemDataRole.TextAlignmentRole)
        title = "" if self.pictures.strip is None else said(self.pictures.strip.title)
        model.setHeaderData(STARTS_AT, across, title)

    def _hide_columns_without_numbers(self) -> None:
        """A regression has no accuracy."""
        for column in range(STARTS_AT):
            items = (self.item(row, column) for row in range(self.rowCount()))
            words = {item.text() for item in items if item is not None}
            self.setColumnHidden(column, "" in words and words <= {"", NONE})

    def _fill(self, view: MapView, row: int, column: int) -> None:
        item, cell = self.item(row, column), self._cell(row, column)
        assert item is not None, "every cell got one with its sections"
        if cell is None:
            return
        if not self._is_map and column >= len(MEASURES):
            self._fill_beside(view, item, cell, column)
            return
        measure = self.measure if self._is_map else list(MEASURES.values())[column]
        value = measure.value(view.ended(cell))
        words = NONE if view.problem(cell) else "" if math.isnan(value) else measure.write(value)
        share = view.share(cell, measure)
        if share is not None and not self._is_map:
            words = self.tr("{found} of {of}\n{limits}").format(
                found=share.found, of=share.of, limits=said(share.limits)
            )
        if not self._is_map and measure.key == "steps" and (half := said(middle_half(view, cell, measure))):
            words = f"{words}\n{half}"
        is_yours = cell == view.your_cell
        if is_yours and not self._is_map:
            self.model().setHeaderData(row, Qt.Orientation.Vertical, bold_font(self.font()), Qt.ItemDataRole.FontRole)
        item.setText(f"{YOURS}{words}" if is_yours and (self._is_map or column == 0) else words)
        item.setFont(bold_font(self.font()) if is_yours else self.font())
        is_coloured = words not in ("", NONE) and (self._is_map or measure is self.measure)
        colour = self._colour(view, measure, value) if is_coloured else self._colours.background
        item.setBackground(QColor(colour))
        item.setForeground(QColor(ink_on(colour)))

    def _fill_beside(self, view: MapView, item: QTableWidgetItem, cell: Cell, column: int) -> None:
        """What stands in a row beside the measures."""
        if column in (STARTS_AT, FIRSTS_AT):
            of = None if column == STARTS_AT else FIRST
            item.setText(NONE if view.problem(cell) else said(counted_signs(view, cell, of)))
        elif column < STARTS_AT:
            item.setText(extras(view, cell)[column - len(MEASURES)] if view.is_complete else "")
        elif cell != view.your_cell and view.ended(cell) and self.cellWidget(item.row(), column) is None:
            self.setCellWidget(item.row(), column, try_button(lambda: self.tryWanted.emit(cell)))

    def _paint_picture(self, painter: QPainter, area: QRectF, row: int, column: int) -> bool:
        """Whether a cell of a table was painted as a picture."""
        cell = None if self._is_map or self.view is None else self._cell(row, column)
        if cell is None or self.view is None or self.view.problem(cell):
            return False
        share = self.view.share(cell, self.deciding)
        if column == lead_of(self.measure) and share is not None:
            self.pictures.paint_share(painter, area, share, self.deciding)
        elif column == STARTS_AT:
            self.pictures.paint_starts(painter, area, self.view, cell)
        elif column == FIRSTS_AT:
            self.pictures.paint_firsts(painter, area, self.view, cell)
        else:
            return False
        return True

    def _paint_head(self, painter: QPainter, area: QRectF, column: int) -> None:
        if self.view is not None and not self._is_map:
            if column == lead_of(self.measure):
                self.pictures.paint_share_scale(painter, area)
            elif column == STARTS_AT:
                self.pictures.paint_starts_scale(painter, area)

    def _colour(self, view: MapView, measure: Measure, value: float) -> str:
        if measure.counts is not None:
            share = STRENGTH * value
            return mix(ENDS[measure.end].colour(self._colours.dark), self._colours.background, round(share, 3))
        low, high = view.span(measure)
        place = min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.0
        red, green, blue = intensity_table(self._colours)[round(255 * place)]
        return QColor(int(red), int(green), int(blue)).name()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point_at(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position())
        super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(QPointF(-1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._is_map:
            self._size_sections()

    def _point_at(self, point: QPointF) -> None:
        """The start whose sign is under the mouse."""
        index, found = self.indexAt(point.toPoint()), -1
        if self.view is not None and not self._is_map and index.column() in (STARTS_AT, FIRSTS_AT):
            at = self.pictures.mark_at if index.column() == STARTS_AT else self.pictures.first_at
            cell = self._cell(index.row(), index.column())
            if cell is not None:
                found = at(point, QRectF(self.visualRect(index)), self.view, cell)
        if found != self.pictures.current:
            self.pictures.current = found
            self.viewport().update()
            self.startPointed.emit(found)

    @Slot(int, int)
    def _enter(self, row: int, column: int) -> None:
        """Speak of the cell under the mouse; what is half in view stays so, and moves not from under it."""
        self.setAutoScroll(False)
        self.setCurrentCell(row, column)
        self.setAutoScroll(True)

    def _click(self) -> None:
        """A sign opens its start, anything else of a row its first."""
        if self.pictures.current >= 0:
            self.startChosen.emit(self.pictures.current)
        elif self.currentColumn() != TRY_AT or self._is_map:
            self._choose()

    @Slot(int)
    def _choose_measure(self, column: int) -> None:
        """The head of a column of a table shows by that what is measured."""
        if not self._is_map and column < len(MEASURES):
            self.measureChosen.emit(list(MEASURES)[column])

    @property
    def deciding(self) -> Measure:
        """The share by which the rows of a table are compared."""
        return list(MEASURES.values())[lead_of(self.measure)]

    def beside(self, cell: Cell) -> Cell | None:
        """The row to compare a row with: the one above it, of the first one that below; None where there is none."""
        rows = [row for row in self._rows if not isinstance(row, Text)]
        if cell not in rows or len(rows) < 2:
            return None
        return rows[max(rows.index(cell) - 1, 0)] if rows.index(cell) else rows[1]

    @Slot()
    def _tell(self) -> None:
        if self.view is not None and self.current is not None:
            self.setAccessibleDescription(said(self.view.in_words(self.current)))
        self.pointed.emit(self.current)

    def _choose(self) -> None:
        if self.current is not None:
            self.chosen.emit(self.current)
