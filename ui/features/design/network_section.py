"""The network: what goes in, the layers as cards, the output layer, and how large it all is."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.entry import integer
from relulab.catalog.initializations import INITIALIZATIONS
from relulab.catalog.layers import LAYERS
from relulab.diagnosis.forecast import Forecast
from relulab.experiment import ActivationChoice, InitializationChoice, ModelSpec
from relulab.experiment.experiment import SEED_LIMIT
from relulab.model.memory import about_bytes
from relulab.model.shapes import show
from ui.features.design.edits import Layers, with_all
from ui.features.design.forecast_line import ForecastLine, Start, forecast_line, whole_network
from ui.features.design.layer_card import LayerCard
from ui.features.design.layer_list import LayerList
from ui.features.design.review import Review
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.curve_picture import ICON, activation_icon
from ui.widgets.edit import Edit, Path
from ui.widgets.entry_page import entry_tip
from ui.widgets.explained import all_explained
from ui.widgets.field_row import FieldRow, ParameterRow
from ui.widgets.focus import tab_through
from ui.widgets.form import SPACING
from ui.widgets.labels import Label, set_tip
from ui.widgets.messages import MessageLine
from ui.widgets.section import Section
from ui.widgets.sizes import px_size
from ui.widgets.wrapped import WrappedLabel


class AllLayers(QWidget):
    """Shows what the layers with weights have in common. ``edited`` carries the new tuple of layers at path ()."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: Layers = ()
        self.activation = Combo(self._activations())
        self.initialization = Combo(
            Item(entry.key, entry.title, entry_tip(entry)) for entry in INITIALIZATIONS.values()
        )
        self._arrange()
        self.activation.edited.connect(self._set_activation)
        self.initialization.edited.connect(self._set_initialization)

    def setValue(self, layers: Layers) -> None:
        """Show what is common to ``layers``, "Mixed" where they differ."""
        self._layers = layers
        weighted = [layer for layer in layers if layer.entry.has_weights]
        self.setEnabled(bool(weighted))
        self.activation.setValue(_common([layer.activation for layer in weighted]))
        self.initialization.setValue(_common([layer.initialization for layer in weighted]))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.activation.set_items(self._activations())

    def _set_activation(self, name: str) -> None:
        layers = with_all(self._layers, activation=ActivationChoice(name=name))
        self.edited.emit(Edit(self.tr("Set all activations"), {(): layers}))

    def _set_initialization(self, name: str) -> None:
        layers = with_all(self._layers, initialization=InitializationChoice(name=name))
        self.edited.emit(Edit(self.tr("Set all initializations"), {(): layers}))

    def _activations(self) -> list[Item]:
        return [
            Item(entry.key, entry.title, entry_tip(entry), icon=activation_icon(entry.key, self))
            for entry in ACTIVATIONS.values()
        ]

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        for title, combo, help in (
            (
                self.tr("Activation"),
                self.activation,
                self.tr("Gives all layers with weights this activation function."),
            ),
            (
                self.tr("Initialization"),
                self.initialization,
                self.tr("Gives all layers with weights this initialization."),
            ),
        ):
            combo.setIconSize(px_size(QSize(*ICON)))
            combo.setPlaceholderText(self.tr("Mixed"))
            column.addWidget(FieldRow(title, combo, help))
            combo.setAccessibleName(self.tr("{field} of all hidden layers").format(field=title))


def _common(choices: list[Any]) -> str:
    names = {choice.name for choice in choices if choice is not None}
    return names.pop() if len(names) == 1 else ""


class NetworkSection(QWidget):
    """Edits a ``ModelSpec``; the paths of its edits begin there."""

    edited = Signal(object)
    drafted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.all_layers = AllLayers()
        self.layers = LayerList()
        self.output = LayerCard(None)
        self.add_button = QPushButton()
        self.seed = ParameterRow(
            integer("seed", self.tr("Weights seed"), 0, 0, SEED_LIMIT - 1, help=self.tr("Draws the initial weights."))
        )
        self.prospect = WrappedLabel()
        self.warning = MessageLine("warning", QPalette.ColorRole.BrightText)
        self._model = ModelSpec()
        self._input = Label()
        self._total = Label()
        all_explained("forecast", self.prospect, self.warning)
        all_explained("parameters", self._total)
        all_explained("data", self._input)
        self._arrange()
        self._connect()

    def setValue(self, model: ModelSpec) -> None:
        """Show ``model`` without a signal."""
        self._model = model
        self.all_layers.setValue(model.layers)
        cards_before = len(self.layers.cards)
        self.layers.setValue(model.layers)
        if len(model.layers) > cards_before:
            tab_through(self)
        self.output.setValue(model.output)
        self.seed.setValue(model.seed)

    def show_review(self, review: Review) -> None:
        """Show shapes, sizes and the forecast."""
        self.layers.set_shapes(review.shapes)
        complete = len(review.shapes) > len(self.layers.cards)
        self.output.set_shape(review.shapes[-1] if complete else None)
        if review.description is not None:
            self._input.setText(self.tr("Input: {shape}").format(shape=show(review.description.input_shape)))
        self._total.setText(self._total_text(review, complete))
        self._total.setVisible(complete)
        self.show_forecast(review.forecast, None)

    def show_forecast(self, forecast: Forecast | None, start: Start | None) -> None:
        """Show what will reach each layer, beside what a run of this design measured at step 0."""
        lines: tuple[ForecastLine | None, ...] = ()
        if forecast is not None:
            layers = zip(self._model.layers, forecast.layers, strict=False)
            lines = tuple(forecast_line(f, start) if layer.activation is not None else None for layer, f in layers)
        self.layers.set_forecasts(lines)
        self.output.set_forecast(forecast_line(forecast.at(None), start) if forecast is not None else None)
        text = whole_network(forecast) if forecast is not None else ""
        warned = forecast is not None and forecast.warning
        self.warning.set_text(text if warned else "")
        self.prospect.setText(text)
        self.prospect.setVisible(bool(text) and not warned)

    def mark(self, where: Path, message: str, awaits_choice: bool = False) -> None:
        """Mark the card, or the field, that ``where`` names."""
        for name, part in self._parts():
            inside = bool(message) and where[:1] == (name,)
            part.mark(where[1:] if inside else (), message if inside else "", awaits_choice)

    def drafts(self) -> Iterator[tuple[Path, str]]:
        """Where a text stands that is no value, and why."""
        for name, part in self._parts():
            for where, message in part.drafts():
                yield (name, *where), message

    def reveal(self, where: Path) -> None:
        """Open the card that ``where`` names."""
        if where[:1] == ("layers",) and len(where) > 1 and int(where[1]) < len(self.layers.cards):
            self.layers.open_card(int(where[1]))
        elif where[:1] == ("output",):
            self.output.setExpanded(True)

    def _parts(self) -> tuple[tuple[str, Any], ...]:
        return (("layers", self.layers), ("output", self.output), ("seed", self.seed))

    def _arrange(self) -> None:
        together = Section(self.tr("All hidden layers"))
        together.body.addWidget(self.all_layers)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(together)
        column.addWidget(self._input)
        column.addWidget(self.warning)
        column.addWidget(self.prospect)
        column.addWidget(self.layers)
        nest(column, self._add_row())
        column.addWidget(self.output)
        column.addWidget(self._total)
        column.addWidget(self.seed)
        column.addStretch()
        self._total.setWordWrap(True)
        self._total.setProperty("role", "muted")
        self.prospect.setProperty("role", "muted")
        self._input.setProperty("role", "muted")

    def _add_row(self) -> QHBoxLayout:
        menu = QMenu(self.add_button)
        menu.setToolTipsVisible(True)
        for layer in LAYERS.values():
            action = menu.addAction(layer.title)
            set_tip(action, layer.summary)
            action.triggered.connect(lambda _checked=False, kind=layer.key: self.layers.add(kind))
        self.add_button.setText(self.tr("Add layer"))
        self.add_button.setAccessibleName(self.tr("Add layer"))
        set_tip(self.add_button, self.tr("Adds a layer behind the open one, or at the end"))
        self.add_button.setMenu(menu)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch()
        return row

    def _connect(self) -> None:
        self.all_layers.edited.connect(lambda edit: self.edited.emit(edit.under(("layers",))))
        for name, part in self._parts():
            part.edited.connect(lambda edit, name=name: self.edited.emit(edit.under((name,))))
            part.drafted.connect(self.drafted)
        self.output.toggled.connect(self._close_layers)
        self.layers.opened.connect(self._close_output)

    def _close_layers(self, expanded: bool) -> None:
        if expanded:
            self.layers.open_card(None)

    def _close_output(self) -> None:
        self.output.setExpanded(False)

    def _total_text(self, review: Review, complete: bool) -> str:
        if not complete:
            return ""
        memory = about_bytes(review.plan.memory.total).replace(" ", "\u00a0") if review.plan else ""
        text = self.tr("{count} parameters in all; training needs about {memory} of memory")
        return text.format(count=f"{review.parameter_count:,}", memory=memory)
