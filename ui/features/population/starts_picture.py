"""What pictures of many starts have in common: the starts, and the one that is pointed at."""

from PySide6.QtWidgets import QWidget

from relulab.views.many.seeds import Starts
from ui.widgets.painted import PaintedWidget


class StartsPicture(PaintedWidget):
    """A subclass paints ``_starts`` (None before there are any) and lets the run ``_current`` (-1: none) stand out."""

    def __init__(self, parent: QWidget | None, name: str) -> None:
        super().__init__(parent, name)
        self._starts: Starts | None = None
        self._current = -1

    def show_starts(self, starts: Starts) -> None:
        """Show the losses of these runs."""
        self._starts = starts
        self.update()

    def point(self, run: int) -> None:
        """Let this run stand out; -1 for none."""
        self._current = run
        self.update()
