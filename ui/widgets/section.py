"""A part of a form under a heading that can be folded away."""

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.widgets.icons import FoldButton
from ui.widgets.layouts import column

INSET = 4  # pixels


class Section(QWidget):
    """``body`` is the column that takes the content."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.expanded = True
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.heading = FoldButton(title)
        self._arrange()
        self.heading.clicked.connect(lambda: self.setExpanded(not self.expanded))
        self.setExpanded(True)

    def setExpanded(self, expanded: bool) -> None:
        """Show or fold away the content."""
        self.expanded = expanded
        self.heading.show_unfolded(expanded)
        self.heading.setAccessibleDescription(self.tr("unfolded") if expanded else self.tr("folded away"))
        self._content.setVisible(expanded)

    def _arrange(self) -> None:
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body.setContentsMargins(INSET, 0, 0, INSET)
        column(self, self.heading, self._content, spacing=2)
