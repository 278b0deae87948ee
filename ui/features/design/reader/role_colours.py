"""Colour says the role of a column everywhere: learned from, predicted, left out. Words say it, too."""

from relulab.data.tables.columns import Role
from relulab.views.colours import mix
from ui.widgets.palette import Palette

TINT_LIGHT, TINT_DARK = 0.20, 0.28  # share of the colour behind a cell


def role_colour(role: Role, colours: Palette) -> str:
    """The strong colour of a role, for bars and histograms."""
    if role is Role.FEATURE:
        return colours.train
    return colours.lines[1] if role is Role.TARGET else colours.grid


def role_tint(role: Role, colours: Palette) -> str:
    """The pale one, for what lies behind text; that of the background where a column is left out."""
    if role not in (Role.FEATURE, Role.TARGET):
        return colours.background
    return mix(role_colour(role, colours), colours.background, TINT_DARK if colours.dark else TINT_LIGHT)
