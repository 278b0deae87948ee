"""The run list: every run of the session, which of them are drawn together, and what came of them."""

from ui.panels.runs.panel import RunsPanel
from ui.panels.runs.rows import RunRow

__all__ = ["RunRow", "RunsPanel"]
