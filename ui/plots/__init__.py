"""Drawing: curves, histograms, heatmaps, boundaries."""
