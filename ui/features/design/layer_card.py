"""One layer as a card: a line that is always visible, and the details below it while the card is open."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from relulab.catalog.activations import ACTIVATIONS
from relulab.experiment import LayerSpec, OutputSpec
from relulab.model.shapes import LayerShape
from relulab.views.design import LayerView
from ui.features.design.card_header import CURVE, CardHeader
from ui.features.design.forecast_line import ForecastLine
from ui.features.design.layer_form import LayerForm
from ui.platform.translation import said
from ui.widgets.contents import nest
from ui.widgets.curve_picture import curve_pixmap
from ui.widgets.edit import Edit, Path
from ui.widgets.explained import explained
from ui.widgets.focus import tab_through
from ui.widgets.icons import IconButton
from ui.widgets.messages import ProblemLine

MARGIN = 8  # pixels
RADIUS = 5


class LayerCard(QWidget):
    """Shows the hidden layer ``index``, or the output layer where ``index`` is None.

    The details are built when the card is opened for the first time.
    """

    edited = Signal(object)
    drafted = Signal()
    toggled = Signal(bool)
    moveWanted = Signal(int)  # by how many places
    duplicateWanted = Signal()
    removeWanted = Signal()

    def __init__(self, index: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index = index
        self.header = CardHeader(movable=index is not None)
        self.form: LayerForm | None = None
        self._details = QWidget()
        self._layer: LayerSpec | OutputSpec | None = None
        self._shape: LayerShape | None = None
        self._forecast: ForecastLine | None = None
        self._problem_at: tuple[Path, str, bool] = ((), "", False)
        self._problem = ProblemLine()
        self._arrange()
        explained(self.header, "forecast")
        self.header.toggled.connect(self._toggle)

    @property
    def expanded(self) -> bool:
        """Whether the details are shown."""
        return self.header.isChecked()

    @property
    def problem(self) -> str:
        """Why the layer cannot be built, empty while all is well."""
        return self._problem_at[1]

    def setExpanded(self, expanded: bool) -> None:
        """Show or hide the details."""
        self.header.setChecked(expanded)

    def setValue(self, layer: LayerSpec | OutputSpec) -> None:
        """Show ``layer`` without a signal."""
        if layer == self._layer:
            return
        self._layer = layer
        if self.form is not None:
            self.form.setValue(layer)
        self._show_summary()

    def set_shape(self, shape: LayerShape | None) -> None:
        """Show the output shape and the number of parameters; None where they cannot be told."""
        if shape == self._shape:
            return
        self._shape = shape
        if self.form is not None:
            self.form.set_shape(shape)
        self._show_summary()

    def set_forecast(self, forecast: ForecastLine | None) -> None:
        """Show what will reach the layer; None where that cannot be told, or where the layer computes nothing."""
        if forecast != self._forecast:
            self._forecast = forecast
            self.header.show_forecast(forecast)
            self._show_summary()

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Show ``message`` on the card, and at the field that ``where`` names; an empty one clears both."""
        if (where, message, awaits_choice) == self._problem_at:
            return
        self._problem_at = (where, message, awaits_choice)
        if self.form is not None:
            self.form.mark(*self._problem_at)
        self._show_problem()

    def drafts(self) -> Iterator[tuple[Path, str]]:
        """Where a text stands that is no value, and why."""
        if self.form is not None:
            yield from self.form.drafts()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes the layer while the keyboard is on the card and not in one of its fields."""
        if event.key() == Qt.Key.Key_Delete and self.header.hasFocus() and self.index is not None:
            self.removeWanted.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_summary()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, role = self.palette(), QPalette.ColorRole
        edge = role.BrightText if self.problem else role.Highlight if self.expanded else role.Shadow
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(colours.color(role.Button))
        painter.setPen(QPen(colours.color(edge), 1))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _arrange(self) -> None:
        inset = QVBoxLayout()
        inset.addWidget(self._problem)
        inset.addWidget(self._details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        nest(layout, inset)
        self._details.hide()
        inset.setContentsMargins(MARGIN, 0, MARGIN, 0)
        self._inset = inset

    def _show_problem(self) -> None:
        """An open card says it at the field where there is one, a closed card below its line."""
        where, message, awaits_choice = self._problem_at
        self._problem.set_problem("" if self.expanded and where else message, awaits_choice)
        filled = self.expanded or bool(message)
        self._inset.setContentsMargins(MARGIN, 0, MARGIN, MARGIN if filled else 0)
        self._show_summary()
        self.update()

    def _toggle(self, expanded: bool) -> None:
        if expanded and self.form is None:
            self._build_details()
        self._details.setVisible(expanded)
        self._show_problem()
        self.toggled.emit(expanded)

    def _build_details(self) -> None:
        self.form = LayerForm(is_output=self.index is None)
        self.form.edited.connect(self._relay)
        self.form.drafted.connect(self.drafted)
        column = QVBoxLayout(self._details)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self.form)
        if self.index is not None:
            nest(column, self._buttons())
        self.form.set_shape(self._shape)
        if self._layer is not None:
            self.form.setValue(self._layer)
        self.form.mark(*self._problem_at)
        tab_through(self)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addStretch()
        for icon, text, wanted in (
            ("up", self.tr("Move layer up (Alt+Up)"), lambda: self.moveWanted.emit(-1)),
            ("down", self.tr("Move layer down (Alt+Down)"), lambda: self.moveWanted.emit(1)),
            ("duplicate", self.tr("Duplicate layer (Ctrl+D)"), self.duplicateWanted.emit),
            ("remove", self.tr("Remove layer (Delete)"), self.removeWanted.emit),
        ):
            button = IconButton(icon, text)
            button.setObjectName(f"{icon}-layer")
            button.clicked.connect(wanted)
            row.addWidget(button)
        return row

    def _relay(self, edit: Edit) -> None:
        text = (
            self.tr("{change} of the output layer")
            if self.index is None
            else self.tr("{change} of layer {number}").replace("{number}", str(self.index + 1))
        )
        self.edited.emit(Edit(text.format(change=edit.text), edit.changes, edit.typed))

    def _show_summary(self) -> None:
        if self._layer is None:
            return
        number = "" if self.index is None else str(self.index + 1)
        view = LayerView.of(self._layer, 0 if self.index is None else self.index + 1, self._shape)
        self.header.show_layer(number, view, self._curve(), bool(self.problem))
        name = self.tr("Layer {number}: {summary}") if number else "{summary}"
        self.header.setAccessibleName(name.format(number=number, summary=said(view.spoken)))
        state = self.tr("details shown") if self.expanded else self.tr("press Space for details")
        forecast = self._forecast.spoken if self._forecast is not None else ""
        self.header.setAccessibleDescription(self.problem or ". ".join(part for part in (state, forecast) if part))

    def _curve(self) -> QPixmap:
        choice = self._layer.activation if self._layer is not None else None
        if choice is None:
            return QPixmap()
        ink = self.palette().color(QPalette.ColorRole.Highlight)
        axes = self.palette().color(QPalette.ColorRole.Mid)
        return curve_pixmap(ACTIVATIONS[choice.name], choice.parameters, CURVE, ink, axes, self.devicePixelRatioF())
