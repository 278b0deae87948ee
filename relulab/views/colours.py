"""The colours of ReLU Lab, light and dark, in one place: the window and the figures of reports read them.

Lines follow Okabe and Ito ("Color Universal Design", 2008); a few are darkened or lightened so that a line of
one pixel keeps a contrast of 3:1 against the background. A state is never told by colour alone: each unit
status has a symbol and a name, each line a dash pattern of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from relulab.measurements.states import UnitStatus

if TYPE_CHECKING:  # the theme of a window that begins needs no arrays
    import numpy as np
    from numpy.typing import NDArray

Rgb: TypeAlias = "NDArray[np.uint8]"

# dash patterns in pen widths: solid, then longer to shorter
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (8, 3),
    (3, 3),
    (8, 3, 2, 3),
    (14, 4),
    (5, 2, 1, 2, 1, 2),
    (1, 3),
    (10, 2, 4, 2),
)
OPAQUE = 0xFF000000  # of a pixel 0xffRRGGBB
BAND_OPACITY = 0.22  # of the area between the least and the greatest of several values
LEAST_CONTRAST = 3.0  # of a mark or an outline with what it lies on (WCAG 2.2, success criterion 1.4.11)
EDGE_SHARE = 0.8  # of the muted colour in the outline of a field
SEQUENCE_FROM = len(DASHES)  # with more lines than this, colours run through ``depths`` instead


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How a line is drawn: ``#rrggbb`` and a dash pattern in pen widths, empty for a solid line."""

    colour: str
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusStyle:
    """How a unit of one status is drawn: the fill of its cell, and the symbol on it with its ink."""

    colour: str
    symbol: str
    ink: str


@dataclass(frozen=True, slots=True)
class Colours:
    """All colours of one theme as ``#rrggbb``.

    ``window`` surrounds, ``background`` lies behind data, ``muted`` is for secondary text (contrast 4.5:1),
    ``train``/``validation`` are the two curves of the loss. ``lines`` are the colours of layers, classes and runs,
    ``depths`` of the layers of deep networks, input first: the part of cividis that stands out from the background.
    """

    dark: bool
    window: str
    background: str
    foreground: str
    muted: str
    grid: str
    accent: str
    warning: str
    error: str
    good: str
    train: str
    validation: str
    lines: tuple[str, ...]
    depths: tuple[str, ...]
    status: Mapping[UnitStatus, StatusStyle]

    @property
    def edge(self) -> str:
        """The outline of a field or a card: 3:1 to ``background`` and to ``window``."""
        return mix(self.muted, self.background, EDGE_SHARE)

    def outline_of(self, fill: str, ink: str) -> str:
        """The line around a mark of colour ``fill``: its own where that stands out, else ``ink``."""
        return fill if contrast(fill, self.background) >= LEAST_CONTRAST else ink

    def run_line(self, index: int) -> LineStyle:
        """The line of a run, wherever it is drawn. Eight colours; when they begin again, the dashes are others."""
        return line_style(self.lines, index)

    def class_colour(self, index: int) -> str:
        """The colour of class ``index``; classes beyond the palette begin again (their symbols differ)."""
        return self.lines[index % len(self.lines)]

    def layer_lines(self, count: int) -> list[LineStyle]:
        """One style per layer, input first: categorical colours, from nine layers on a sequence (cividis)."""
        if count <= SEQUENCE_FROM:
            return [line_style(self.lines, index) for index in range(count)]
        import numpy as np

        picks = np.linspace(0, len(self.depths) - 1, count).round().astype(int)
        return [LineStyle(self.depths[pick], DASHES[index % 2]) for index, pick in enumerate(picks)]


# Colours of areas that are blended into a light or a dark page alike: the picture adapts by its transparency.
BLENDED_STATUS: Mapping[UnitStatus, str] = {
    UnitStatus.ACTIVE: "#3a94cf",
    UnitStatus.DEAD: "#d55e00",
    UnitStatus.NEVER_ACTIVE: "#e69f00",
    UnitStatus.DORMANT: "#cc79a7",
    UnitStatus.SATURATED: "#009e73",
}

BLENDED_CLASSES = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#80868f", "#c9b800")

# cividis (Nuñez, Anderton and Renslow, 2018) from 0 to 0.62 and from 0.4 to 1
LIGHT_DEPTHS = (
    "#00224e", "#002758", "#002c64", "#003070", "#0f3570", "#1e3a6f", "#293f6e", "#32436d",
    "#39486c", "#404c6c", "#47516c", "#4e566c", "#555b6d", "#5b606e", "#61656f", "#676a71",
    "#6c6e72", "#727374", "#787877", "#7e7d78", "#858279", "#8c8878", "#928d78", "#999277",
)  # fmt: skip
DARK_DEPTHS = (
    "#666970", "#6c6d72", "#727274", "#777776", "#7d7c78", "#838179", "#898578", "#908b78",
    "#969077", "#9c9576", "#a39a74", "#aaa073", "#b0a571", "#b8aa6e", "#bfb06b", "#c5b568",
    "#cdbb63", "#d4c15f", "#dbc75a", "#e2cd54", "#ead34c", "#f1d945", "#f9e03a", "#fee838",
)  # fmt: skip

LIGHT_COLOURS = Colours(
    dark=False,
    window="#f3f4f6",
    background="#ffffff",
    foreground="#1c1f24",
    muted="#5b626d",
    grid="#e3e6ea",
    accent="#0a63a8",
    warning="#9a5b00",
    error="#b3261e",
    good="#00704e",
    train="#0072b2",
    validation="#c75400",
    lines=("#0072b2", "#c98500", "#008f68", "#d55e00", "#b65c8f", "#2f9bd6", "#1c1f24", "#8c7f00"),
    depths=LIGHT_DEPTHS,
    status={
        UnitStatus.ACTIVE: StatusStyle("#bcd9ec", "·", "#3c6f92"),
        UnitStatus.DEAD: StatusStyle("#a83206", "×", "#ffffff"),
        UnitStatus.NEVER_ACTIVE: StatusStyle("#e69f00", "–", "#1c1f24"),
        UnitStatus.DORMANT: StatusStyle("#d9b8cc", "z", "#5d1f45"),
        UnitStatus.SATURATED: StatusStyle("#006b4e", "=", "#ffffff"),
    },
)

DARK_COLOURS = Colours(
    dark=True,
    window="#24272c",
    background="#191b1f",
    foreground="#e8eaed",
    muted="#a3abb7",
    grid="#33373e",
    accent="#6cb8f0",
    warning="#f0b440",
    error="#ff8a80",
    good="#3fcf9f",
    train="#56b4e9",
    validation="#f28c3c",
    lines=("#3d9fdb", "#e69f00", "#1fbf92", "#ee7733", "#d68fb6", "#9ad6f7", "#e8eaed", "#f0e442"),
    depths=DARK_DEPTHS,
    status={
        UnitStatus.ACTIVE: StatusStyle("#2c5672", "·", "#a8d4ee"),
        UnitStatus.DEAD: StatusStyle("#f2682f", "×", "#1a0d06"),
        UnitStatus.NEVER_ACTIVE: StatusStyle("#f0c040", "–", "#201800"),
        UnitStatus.DORMANT: StatusStyle("#b57fa3", "z", "#2a0a1f"),
        UnitStatus.SATURATED: StatusStyle("#1fbf92", "=", "#00261b"),
    },
)


def line_style(lines: Sequence[str], place: int) -> LineStyle:
    """The line of the run or layer at ``place``: when the colours begin again, the dashes are others."""
    rounds, colour = divmod(place, len(lines))
    return LineStyle(lines[colour], DASHES[(colour + rounds) % len(DASHES)])


def rgb_of(colour: str) -> Rgb:
    """(3,) of ``#rrggbb``."""
    import numpy as np

    return np.frombuffer(bytes.fromhex(colour[1:]), np.uint8)


def hex_of(rgb: "Rgb | Sequence[int]") -> str:
    """``#rrggbb`` of three bytes."""
    return f"#{rgb[0]:02x}{rgb[1]:02x}{rgb[2]:02x}"


@cache
def mix(one: str, other: str, share: float) -> str:
    """``share`` of one colour in the other: an opaque tint (drawing with transparency is slow)."""
    bytes_of = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return hex_of([round(share * first + (1 - share) * second) for first, second in bytes_of])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@cache
def ink_on(fill: str) -> str:
    """Black or white, whichever can be read on ``fill``."""
    return "#ffffff" if contrast("#ffffff", fill) > contrast("#000000", fill) else "#000000"


def _luminance(colour: str) -> float:
    import numpy as np

    share = rgb_of(colour) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
