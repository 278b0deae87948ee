"""The page of one catalogue entry in a small window beside the control; Escape or a click elsewhere closes it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from relulab.catalog.entry import Entry
from ui.widgets.entry_page import entry_page

WIDTH = 52  # average characters of a line


class EntryPopup(QFrame):
    """Shows ``entry``, below an optional ``picture`` with its ``caption``."""

    def __init__(self, entry: Entry, picture: QPixmap | None, caption: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.text = QLabel(entry_page(entry))
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setAccessibleName(self.tr("About {entry}").format(entry=entry.title))
        layout = QVBoxLayout(self)
        if picture is not None:
            drawing = QLabel()
            drawing.setPixmap(picture)
            drawing.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(drawing)
            below = QLabel(caption)
            below.setProperty("role", "muted")
            layout.addWidget(below, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.text)
        width = self.fontMetrics().averageCharWidth() * WIDTH
        self.setFixedWidth(width)
        self.setFixedHeight(layout.totalHeightForWidth(width))

    def show_beside(self, widget: QWidget) -> None:
        """Open below ``widget``, moved so that all of it is on the screen."""
        corner = widget.mapToGlobal(QPoint(0, widget.height()))
        screen = QGuiApplication.screenAt(corner) or widget.screen()
        area = screen.availableGeometry()
        corner.setX(max(area.left(), min(corner.x(), area.right() - self.width())))
        corner.setY(max(area.top(), min(corner.y(), area.bottom() - self.height())))
        self.move(corner)
        self.show()
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)
