"""How often each end was seen, as buttons: legend, count and filter in one."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from relulab.diagnosis.ends import End
from relulab.views.many.counts import Counts
from relulab.views.many.ends import ENDS, ORDER
from ui.features.population.signs import paint_sign
from ui.platform.translation import said
from ui.widgets.labels import set_tip
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px_size, share

ICON = 14  # pixels
LARGE_TEXT, CHIPS_ACROSS = 1.4, 3  # the share of the desktop's size from which so many stand in a row


class EndChips(QWidget):
    """``chosen`` carries the end that alone is wanted, None for all."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = {end: QToolButton() for end in ORDER}
        self._colours = LIGHT
        row = QGridLayout(self)
        across = len(ORDER) if share() <= LARGE_TEXT else CHIPS_ACROSS
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for place, (end, button) in enumerate(self.buttons.items()):
            button.setCheckable(True)
            button.setProperty("role", "words")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setIconSize(px_size(QSize(ICON, ICON)))
            set_tip(button, self.tr("Show only these, and speak of them above"))
            button.clicked.connect(lambda checked, end=end: self._choose(end, checked))
            row.addWidget(button, *divmod(place, across))
        self.show_counts(Counts(()))

    def show_counts(self, counts: Counts) -> None:
        """Show how often each end was seen. What could not be trained is a case that is best not seen at all."""
        for end, button in self.buttons.items():
            button.setText(f"{said(ENDS[end].word)}  {counts[end]}")
        self.buttons[End.FAILED].setVisible(bool(counts[End.FAILED]))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        for end, button in self.buttons.items():
            button.setIcon(self._icon(end))

    @property
    def value(self) -> End | None:
        """The end that is chosen."""
        return next((end for end, button in self.buttons.items() if button.isChecked()), None)

    @Slot()
    def clear(self) -> None:
        """Choose none."""
        for button in self.buttons.values():
            button.setChecked(False)

    def _choose(self, end: End, checked: bool) -> None:
        for other, button in self.buttons.items():
            button.setChecked(checked and other is end)
        self.chosen.emit(end if checked else None)

    def _icon(self, end: End) -> QIcon:
        picture = QPixmap(QSize(ICON, ICON) * 2)
        picture.setDevicePixelRatio(2)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_sign(painter, end, QRectF(1, 1, ICON - 2, ICON - 2), ENDS[end].colour(self._colours.dark), 1.8)
        painter.end()
        return QIcon(picture)
