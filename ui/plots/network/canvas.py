"""The canvas under the hand: what mouse, wheel and keys do to the picture of the network.

Three steps of zoom: the whole network, a layer with its neighbours, and the sheet of one unit. The wheel and + and −
go through them about what is pointed at; a double click and Escape go back.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from relulab.views.network.edge_words import Edge, edge_words
from relulab.views.network.formula import described
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView
from ui.platform.translation import said
from ui.plots.network.column_tools import ADD_UNIT, COPY_LAYER, REMOVE_LAYER, REMOVE_UNIT, ColumnTools, possible
from ui.plots.network.painting import NetworkPainting
from ui.plots.network.sheet import UnitSheet
from ui.widgets.palette import Palette

ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
CONFIRM = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
CLOSER, FARTHER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal), (Qt.Key.Key_Minus,)
CHANGES = {Qt.Key.Key_Insert: (ADD_UNIT, COPY_LAYER), Qt.Key.Key_Delete: (REMOVE_UNIT, REMOVE_LAYER)}
AROUND = 24  # pixels around a column in which its tools are shown
NOTCH = 120  # of a wheel, in Qt's units
ON_A_LINE = 6  # pixels around a line that count as on it
BESIDE = 40  # pixels that are kept between a unit that the keys lead to and the border


class NetworkCanvas(NetworkPainting):
    """``hovered`` carries the cell under the mouse or at the keys, or None; ``clicked`` layer of the layout, unit.

    ``designEdited``: what is to be added or removed (a key of ``column_tools``), and where among the layers of the
    design. ``editable``: whether that is offered.
    """

    hovered = Signal(object)
    clicked = Signal(int, int)
    designEdited = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = UnitSheet(self)
        self.sheet.hide()
        self.tools = ColumnTools(self)
        self.tools.wanted.connect(self._edit_design)
        self.editable = False
        self._tooled: int | None = None  # the column that has the tools
        self._turned = 0.0  # the wheel, since the last step of zoom
        self._pressed: tuple[QPointF, int] | None = None  # where the mouse went down, and the shift then
        self._dragging = self._doubled = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def zoom(self) -> int:
        """1: the whole network, 2: a layer and its neighbours, 3: the sheet of a unit."""
        return 3 if not self.sheet.isHidden() else 1 if self.close_column is None else 2

    def show_view(self, view: NetworkView, *, note: str, looking_back: bool, at_rest: bool) -> None:
        super().show_view(view, note=note, looking_back=looking_back, at_rest=at_rest)
        if self.zoom == 3:
            self.sheet.show_unit(view, self.sheet.cell)

    def start_over(self) -> None:
        super().start_over()
        if self.edge is not None:
            self._point_at_edge(None)
        if self.current is not None and not self._holds(self.current):
            self._point_at(None)
        if self.zoom == 3 and not self._holds(self.sheet.cell):
            self.close_sheet()

    def set_theme(self, palette: Palette) -> None:
        self.sheet.set_theme(palette)
        super().set_theme(palette)

    def show_hint(self, words: str) -> None:
        """What can be done with a number, in a sentence; empty where nothing can."""
        self.hint = self.sheet.hint = words
        self.sheet.update()
        self.update()

    # Zoom

    def zoom_in(self, column: int, cell: Cell | None) -> None:
        """One step closer to a column; from the close-up, to the sheet of ``cell``."""
        if self.zoom == 1 and self._show_close(column):
            return
        if cell is not None:
            self.open_sheet(cell)

    def zoom_out(self) -> None:
        """One step back."""
        if self.zoom == 3:
            self.close_sheet()
        elif self.zoom == 2:
            self._show_whole()

    def open_sheet(self, cell: Cell) -> None:
        """Show what this unit adds up, in the place of the network."""
        if self.view is not None:
            self._point_at_edge(None)
            self._offer_tools(None)
            self.sheet.setGeometry(self.rect())
            self.sheet.show_unit(self.view, cell)
            self.sheet.show()

    def close_sheet(self) -> None:
        """Show the network again."""
        self.sheet.hide()

    def _show_close(self, column: int) -> bool:
        """A close-up of a column; whether there is one that shows it larger."""
        self.close_column = column
        self._redo()
        layout = self.layout_now
        if layout is None or self.close_column is None:
            return False
        self.move_to(layout.places[column].ground.centre[0] - self.width() / 2)
        return True

    def _show_whole(self) -> None:
        self.close_column, self.shift = None, 0
        self._redo()

    # Mouse and wheel

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self.zoom == 3:
            return
        if self._pressed is not None and self.close_column is not None:
            pressed, shift = self._pressed
            moved = pressed.x() - at.x()
            self._dragging = self._dragging or abs(moved) >= QApplication.startDragDistance()
            if self._dragging:
                self.move_to(shift + moved)
                return
        cell = self.cell_at(at)
        if cell != self.current:
            self._point_at(cell)
        self._offer_tools(self._column_under(at))
        edge = None if cell is not None else self.edge_at(at)
        if edge != self.edge:
            self._point_at_edge(edge)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = (event.position(), self.shift), False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        doubled, self._doubled = self._doubled, False
        left = event.button() is Qt.MouseButton.LeftButton
        if not left or pressed is None or self._dragging or doubled or self.zoom == 3:
            return
        cell = self.cell_at(event.position())
        if cell is not None and self.layout_now is not None and self.layout_now.strip_of(cell[0]) is not None:
            self._open(cell[0])
        elif cell is not None:
            self._choose(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._doubled = True  # the release that follows is no click of its own
        if self.zoom == 1:
            self._show_close(self._column_at(event.position()))
        else:
            self.zoom_out()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._offer_tools(None)
        self._point_at(None)
        self._point_at_edge(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if turned.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.move_to(self.shift - (turned.x() or turned.y()))
            return
        self._turned += turned.y()
        if abs(self._turned) < NOTCH:
            return
        closer, self._turned = self._turned > 0, 0.0
        if closer and self.layout_now is not None:
            self.zoom_in(self._column_at(event.position()), self.cell_at(event.position()))
        elif not closer:
            self.zoom_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sheet.setGeometry(self.rect())

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        layout, key = self.layout_now, Qt.Key(event.key())
        if layout is None:
            super().keyPressEvent(event)
        elif key in ARROWS:
            start = self.sheet.cell if self.zoom == 3 else self.current
            self._walk_to(layout.neighbour(start, *ARROWS[key]))
        elif key in CONFIRM and self.current is not None:
            self._confirm(self.current)
        elif key == Qt.Key.Key_Space and self.current is not None:
            self.open_sheet(self.current)
        elif key in CLOSER:
            cell = self.current if self.current is not None else self.chosen
            self.zoom_in(self._column_at(QRectF(self.rect()).center()) if cell is None else cell[0], cell)
        elif key in FARTHER:
            self.zoom_out()
        elif key in CHANGES and self.current is not None:
            self._edit_by_key(self.current[0], *CHANGES[key], event.modifiers())
        elif key == Qt.Key.Key_F and layout.strips and self.current is not None:
            self._open(self.current[0])
        elif key == Qt.Key.Key_Escape and self._has_a_way_back:
            self._go_back()
        else:
            super().keyPressEvent(event)

    @property
    def _has_a_way_back(self) -> bool:
        return self.zoom > 1 or self.current is not None or self.opened is not None

    def _go_back(self) -> None:
        if self.zoom > 1:
            self.zoom_out()
        elif self.current is not None:
            self._point_at(None)
        else:
            self.opened = None
            self._redo()

    def _confirm(self, cell: Cell) -> None:
        """The first time the inspector shows the unit, the second time its sheet."""
        if cell == self.chosen and self.zoom < 3:
            self.open_sheet(cell)
        else:
            self._choose(cell)

    def _walk_to(self, cell: Cell) -> None:
        self._point_at(cell)
        if self.zoom == 3:
            self.open_sheet(cell)
        if self.layout_now is not None and self.close_column is not None:
            where = self.layout_now.places[cell[0]].rectangle(cell[1])
            least, most = where.right + BESIDE - self.width(), where.left - BESIDE
            self.move_to(min(max(self.shift, least), most))

    # The design

    def set_editable(self, on: bool) -> None:
        """Whether units and layers can be added and removed here."""
        self.editable = on
        self._offer_tools(self._tooled)

    def _offer_tools(self, column: int | None) -> None:
        """Below this column, or nowhere."""
        self._tooled, layout, view = column, self.layout_now, self.view
        if column is None or layout is None or view is None or not self.editable or self.zoom == 3:
            self.tools.hide()
            return
        middle = layout.places[column].ground.centre[0] - self.shift
        self.tools.offer(possible(view.columns[column]), middle, layout.rules.top)

    @Slot(str)
    def _edit_design(self, key: str) -> None:
        if self.view is None or self._tooled is None:
            return
        column = self.view.columns[self._tooled]
        index = 0 if column.layer is None else column.layer.index
        self.designEdited.emit(key, len(self.view.info.spec.model.layers) if index is None else index)

    def _edit_by_key(self, column: int, unit: str, layer: str, modifiers: Qt.KeyboardModifier) -> None:
        """Insert and Delete act on a unit, with Shift on a layer."""
        key = layer if modifiers & Qt.KeyboardModifier.ShiftModifier else unit
        if self.view is not None and self.editable and key in possible(self.view.columns[column]):
            self._tooled = column
            self._edit_design(key)

    # What is where

    def edge_at(self, at: QPointF) -> Edge | None:
        """The line that is drawn at a point of the widget."""
        x, y = at.x() + self.shift, at.y()
        gap = next((gap for gap in self._gaps if gap.area.left() <= x <= gap.area.right()), None)
        if gap is None or not gap.area.contains(round(x), round(y)):
            return None
        return gap.edge_at(x, y, ON_A_LINE)

    def cell_at(self, at: QPointF) -> Cell | None:
        """The unit whose picture is at a point of the widget."""
        return None if self.layout_now is None else self.layout_now.cell_at(at.x() + self.shift, at.y())

    def _column_under(self, at: QPointF) -> int | None:
        """The column whose width a point is in, with what is beside it for the tools to be reached."""
        column = self._column_at(at)
        if self.layout_now is None or self.layout_now.strip_of(column) is not None:
            return None
        ground, x = self.layout_now.places[column].ground, at.x() + self.shift
        return column if ground.left - AROUND <= x <= ground.right + AROUND else None

    def _column_at(self, at: QPointF) -> int:
        """The column that is nearest to a point; the input is seen beside the first layer."""
        places = () if self.layout_now is None else self.layout_now.places
        x = at.x() + self.shift
        return min(places, key=lambda place: max(place.ground.left - x, x - place.ground.right, 0.0)).column

    def _point_at(self, cell: Cell | None) -> None:
        if cell == self.current:
            return
        self.current = cell
        if cell is not None and self.view is not None:
            self.setAccessibleDescription(said(described(self.view, cell)))
        self.hovered.emit(cell)
        self.update()

    def _point_at_edge(self, edge: Edge | None) -> None:
        self.edge = edge
        if edge is not None and self.view is not None:
            self.setAccessibleDescription(said(edge_words(self.view, edge)))
        self.update()

    def _choose(self, cell: Cell) -> None:
        measured = None if self.view is None else self.view.columns[cell[0]].measured
        if measured is not None:
            self.chosen = cell
            self.clicked.emit(measured, cell[1])
            self.update()

    def _open(self, column: int) -> None:
        """Open a folded layer with its neighbours; the others are folded."""
        self.opened = column
        self._point_at(None)
        self._redo()
