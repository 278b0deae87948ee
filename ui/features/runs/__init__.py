"""The run list: every run of the session, which of them are drawn together, and what came of them."""

from ui.features.runs.panel import RunsPanel

__all__ = ["RunsPanel"]
