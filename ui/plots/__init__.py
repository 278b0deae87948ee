"""Drawing: curves, histograms, heatmaps, boundaries."""

from ui.plots.qt_names import import_pyqtgraph

import_pyqtgraph()
