"""The design panel: data, network and training of one experiment, value in and value out."""

from ui.features.design.panel import DesignPanel

__all__ = ["DesignPanel"]
