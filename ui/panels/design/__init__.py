"""The design panel: data, network and training of one experiment, value in and value out."""

from ui.panels.design.panel import DesignPanel

__all__ = ["DesignPanel"]
