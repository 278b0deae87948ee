"""Drawing: curves, histograms, heatmaps, boundaries."""

from ui.plots.fast_import import import_pyqtgraph

import_pyqtgraph()
