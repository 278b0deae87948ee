"""Python's collector works in the window's thread only, between two events.

By itself it begins wherever the last object was made: in the thread that trains, or while something is painted. What
it finds may be widgets, which must go in the window's thread, while Qt does nothing with them.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY = 1000  # ms
FULL = 2  # the generation that is all there is


class Collector(QObject):
    """Takes the collector's place from ``begin`` on, until ``end``."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """What is there now stays until the end, and is not looked at again: that takes 90 ms each time."""
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer.start()

    def end(self) -> None:
        """From now on it works as in any program."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def look(self) -> None:
        """Collect as much as Python would have by now. It goes on counting while its own collector is off."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in range(FULL, -1, -1):
            if 0 < thresholds[generation] < counts[generation]:
                gc.collect(generation)
                return
