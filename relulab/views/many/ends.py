"""How runs ended, told in three ways that do not need each other: a word, a sign, and the colour and dashes of a frame.

While networks are trained only what cannot get better any more is told of them: dead so far, and diverged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from relulab.diagnosis.ends import End
from relulab.text import Text, text


class Sign(Enum):
    """What is painted for an end; no letters of a font."""

    TICK = "tick"
    BAR = "bar"
    DOTS = "dots"
    CROSS = "cross"
    ENDLESS = "endless"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class EndStyle:
    """``word``: as a state. ``happened``: with ``{runs}``, how many did it; ``past`` and ``will`` without a number.
    ``light``, ``dark``: its colour in either theme. ``frame``: pixels of its line, ``dash`` in widths of it.
    ``keeps_picture``: what the network computes is still to be seen.
    """

    end: End
    word: Text
    happened: Text
    past: Text
    will: Text
    sign: Sign
    light: str
    dark: str
    frame: float
    dash: tuple[float, ...] = ()
    keeps_picture: bool = True

    def colour(self, is_dark: bool) -> str:
        """Its colour in a theme."""
        return self.dark if is_dark else self.light


ENDS: Mapping[End, EndStyle] = {
    style.end: style
    for style in (
        EndStyle(
            End.LEARNED, text("learned"), text("{runs:learned|learned}"), text("learned"), text("learn"), Sign.TICK,
            "#00704e", "#3fcf9f", 2.0,
        ),
        EndStyle(
            End.STUCK, text("stuck"), text("{runs:got stuck|got stuck}"), text("got stuck"), text("get stuck"),
            Sign.BAR, "#9a5b00", "#f0b440", 2.4, (3, 2),
        ),
        EndStyle(
            End.DEAD, text("dead"), text("{runs:died|died}"), text("died"), text("die"), Sign.CROSS,
            "#f2682f", "#f2682f", 1.0, keeps_picture=False,
        ),
        EndStyle(
            End.DIVERGED, text("diverged"), text("{runs:diverged|diverged}"), text("diverged"), text("diverge"),
            Sign.ENDLESS, "#b3261e", "#ff8a80", 1.6, keeps_picture=False,
        ),
        EndStyle(
            End.LEARNING, text("still learning"), text("{runs:was still learning|were still learning}"),
            text("were still learning"), text("are still learning"), Sign.DOTS, "#5b626d", "#a3abb7", 1.6, (1, 2),
        ),
        EndStyle(
            End.FAILED, text("failed"), text("{runs:could not be trained|could not be trained}"),
            text("could not be trained"), text("cannot be trained"), Sign.MARK, "#b3261e", "#ff8a80", 1.6, (3, 2),
            keeps_picture=False,
        ),
    )
}  # fmt: skip
ORDER = (End.LEARNED, End.LEARNING, End.STUCK, End.DEAD, End.DIVERGED, End.FAILED)  # from the best to the worst
DEAD_SO_FAR, DIVERGED_SO_FAR = text("dead so far"), text("diverged so far")
DEAD_GROUND = {False: "#33373e", True: "#0b0c0e"}  # by whether the theme is dark
DEAD_FRAME = {False: "#868c95", True: "#7a828e"}
DEAD_INK = "#a3abb7"  # words on that ground
