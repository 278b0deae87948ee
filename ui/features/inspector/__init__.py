"""The unit inspector: everything that is known of one unit, how it died, and what can be done about it."""

from ui.features.inspector.panel import InspectorPanel

__all__ = ["InspectorPanel"]
