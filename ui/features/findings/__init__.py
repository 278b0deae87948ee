"""The findings panel: what is wrong, how one knows, and what to try."""

from ui.features.findings.panel import FindingsPanel

__all__ = ["FindingsPanel"]
