"""A row of controls that fits a narrow window: what can be done without goes first, and comes back with the room."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QHBoxLayout, QWidget, QWidgetItem

from ui.widgets.contents import widgets_in


class FoldingRow(QHBoxLayout):
    """``may_go``: widgets of the row that a narrow window does without, the first to go in front."""

    may_go: tuple[QWidget, ...] = ()

    def minimumSize(self) -> QSize:
        """Of what never goes."""
        stays = [widget for widget in widgets_in(self) if widget not in self.may_go and not widget.isHidden()]
        margins = self.contentsMargins()
        widths = (QWidgetItem(widget).minimumSize().width() for widget in stays)
        width = sum(widths) + self.spacing() * max(0, len(stays) - 1)
        return QSize(width + margins.left() + margins.right(), super().minimumSize().height())

    def setGeometry(self, place: QRect) -> None:
        """Show as much as fits."""
        room = place.width() - self.minimumSize().width()
        for widget in reversed(self.may_go):
            room -= max(widget.minimumSizeHint().width(), widget.minimumWidth()) + self.spacing()
            widget.setVisible(room >= 0)
        super().setGeometry(place)
