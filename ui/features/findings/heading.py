"""The line of a card that is always visible: how grave, what, where. A click opens and closes the card."""

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QWidget

from ui.widgets.icons import line_pixmap
from ui.widgets.wrapped import WrappedLabel

ICON = 16  # pixels
GAP = 6


class CardHeading(QAbstractButton):
    """Checked while the card is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._title = WrappedLabel()
        self._place = QLabel()
        self._arrow = QLabel()
        self._icon, self._colour = "", ""
        self._arrange()
        self.toggled.connect(self._draw)

    def show_heading(self, icon: str, colour: str, text: str, place: str) -> None:
        """An icon in its colour, a title, and at the right end where it is."""
        if (icon, colour) != (self._icon, self._colour):
            self._icon, self._colour = icon, colour
            self._draw()
        self._title.setText(text)
        if place != self._place.text():
            self._place.setText(place)
        self.setAccessibleName(", ".join(part for part in (text, place) if part))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The labels paint themselves; here is only the frame of the focus."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _draw(self) -> None:
        muted = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        for label, name, colour in (
            (self._sign, self._icon, self._colour),
            (self._arrow, "unfolded" if self.isChecked() else "folded", muted),
        ):
            if name:
                ratio = self.devicePixelRatioF()
                picture = line_pixmap(name, colour, round(ICON * ratio))
                picture.setDevicePixelRatio(ratio)
                label.setPixmap(picture)
        self.setAccessibleDescription(self.tr("details shown") if self.isChecked() else self.tr("details hidden"))

    def _arrange(self) -> None:
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._place.setProperty("role", "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 4, 2, 4)
        layout.setSpacing(GAP)
        for label in (self._sign, self._title, self._place, self._arrow):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(self._sign, 0, top)
        layout.addWidget(self._title, 1)
        layout.addWidget(self._place, 0, top)
        layout.addWidget(self._arrow, 0, top)
