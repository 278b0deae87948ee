"""The window: PySide6 and pyqtgraph on top of the engine."""

from ui.platform.native import load_before_qt

load_before_qt()
