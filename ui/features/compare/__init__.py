"""Runs side by side: their outputs on equal axes, one crosshair through all, where two differ, and their losses."""

from ui.features.compare.panel import ComparePanel

__all__ = ["ComparePanel"]
