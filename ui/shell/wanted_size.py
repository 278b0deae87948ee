"""The size that the user gave the window, while larger and smaller text ask for other ones."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QMainWindow

SETTLE_MS = 150  # in which panels take up another size


class WantedSize:
    """Of ``window``: it grows no more than its text needs, and gives that back."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._wanted, self._held = QSize(), QSize()  # by the user; what the window had since
        self._settling = QTimer(window, interval=SETTLE_MS, singleShot=True)
        self._settling.timeout.connect(self._give_back)

    def keep(self) -> None:
        """Call it when everything gets another size: an arrangement on its way may ask for more than any that lasts."""
        size = self._window.size()
        if size != self._held:
            self._wanted = self._held = size
        self._window.setMinimumSize(1, 1)
        self._settling.start()

    def stop(self) -> None:
        """The window closes."""
        self._settling.stop()

    def _give_back(self) -> None:
        window = self._window
        window.setMinimumSize(0, 0)
        if window.size() == self._held and window.windowState() == Qt.WindowState.WindowNoState:
            window.resize(self._wanted.expandedTo(window.minimumSizeHint()))
            self._held = window.size()
