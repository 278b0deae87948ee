"""Drawing: curves, histograms, heatmaps, boundaries. Before that, let pyqtgraph look names of Qt up when it uses them.

On import it copies every name out of QtCore, QtGui and QtWidgets, and PySide6 makes a class for each of their 600 enums
then: a tenth of the time until the window is there. Its three modules for these names are replaced by ones that ask
PySide6, and while it is imported PySide6's modules list no names to copy.
"""

import sys
from importlib import import_module
from types import ModuleType


class Names(ModuleType):
    """Stands for ``pyqtgraph.Qt.QtCore`` and the like; what pyqtgraph sets on it hides what Qt has."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name)
        self._source = source

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)


def import_pyqtgraph() -> None:
    """Import it, unless somebody has already."""
    if "pyqtgraph" in sys.modules:
        return
    sources = {name: import_module(f"PySide6.{name}") for name in ("QtCore", "QtGui", "QtWidgets")}
    for name, source in sources.items():
        sys.modules[f"pyqtgraph.Qt.{name}"] = Names(f"pyqtgraph.Qt.{name}", source)
        source.__dict__["__dir__"] = list
    try:
        import_module("pyqtgraph")
    finally:
        for source in sources.values():
            del source.__dict__["__dir__"]


import_pyqtgraph()
