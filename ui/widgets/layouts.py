"""Columns of widgets that reach the edges of what they stand in."""

from PySide6.QtWidgets import QVBoxLayout, QWidget


def column(parent: QWidget, *parts: QWidget, spacing: int | None = None) -> QVBoxLayout:
    """A column in ``parent`` without margins, with ``parts`` from top to bottom; ``spacing`` in pixels."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    if spacing is not None:
        layout.setSpacing(spacing)
    for part in parts:
        layout.addWidget(part)
    return layout
