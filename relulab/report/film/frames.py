"""One picture of a film: a figure as pixels, and under it which step that is."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing
from relulab.report.figures.layout import Layouts
from relulab.report.figures.theme import DARK, LIGHT, Theme, styled
from relulab.report.figures.writing import painted
from relulab.report.film.encoders import Pixels
from relulab.text import text
from relulab.views.film import step_words

STRIP = 0.036  # of the width: the height of the line of words
LOWEST = 18  # pixels
LETTERS = 0.56  # of the strip: the size of its words
LINE = 0.09  # of the strip: how thick the line is that grows
NOTHING = text("Nothing was measured yet")


@dataclass(frozen=True, slots=True)
class Held:
    """The axes of the last picture, which those before it keep."""

    x: tuple[float, float]
    y: tuple[float, float]
    scale: str
    label: str

    @classmethod
    def of(cls, axes: Axes) -> Self:
        return cls(axes.get_xlim(), axes.get_ylim(), axes.get_yscale(), axes.get_ylabel())

    def give(self, axes: Axes) -> None:
        """Its ends, its scale and its name."""
        if axes.get_yscale() != self.scale:
            axes.set_yscale(self.scale)
        axes.set_xlim(self.x)
        axes.set_ylim(self.y)
        axes.set_ylabel(self.label)
        if self.scale == "log":
            drawn.logarithmic(axes)


class Framing:
    """Makes pictures of one size. ``run`` is named in each, ``last`` the step at which the film ends.

    What is drawn over the steps keeps the axes of the last picture, which is asked for first.
    """

    def __init__(self, run: str, last: int, width: int, *, dark: bool) -> None:
        self._theme: Theme = DARK if dark else LIGHT
        self._run, self._last = run, last
        self._width = width - width % 2  # video codecs take pairs of pixels
        self._layouts = Layouts()
        self._held: list[Held] = []
        self._height = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, once there was a picture."""
        return self._width, self._height

    def picture(self, drawing: Drawing | None, step: int) -> Pixels:
        """``drawing`` with its line of words; words alone where there is none."""
        figure = None if drawing is None else self._figure(drawing)
        strip = max(LOWEST, round(STRIP * self._width))
        if not self._height:
            height = self._width // 2 if figure is None else figure.height
            self._height = height + strip + (height + strip) % 2
        page = Image.new("RGB", (self._width, self._height), self._theme.background)
        if figure is not None:
            page.paste(figure, (0, 0))
        else:
            middle = self._width / 2, (self._height - strip) / 2
            self._write(page, str(NOTHING), middle, strip, self._theme.muted, "mm")
        self._underline(page, step, strip)
        return np.asarray(page)

    def _figure(self, drawing: Drawing) -> Image.Image:
        with styled(self._theme):
            figure = painted(drawing, self._theme)
            figure.set_facecolor(self._theme.background)
            figure.set_dpi(self._width / figure.get_size_inches()[0])
            self._hold(figure)
            self._layouts.place(figure)
            canvas: Any = FigureCanvasAgg(figure)  # its methods have no annotations
            canvas.draw()
            return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")

    def _hold(self, figure: Figure) -> None:
        """The axes over the steps stay as they are in the last picture: its curves hold those of all others."""
        if not any(axes.get_xlabel() == drawn.STEPS for axes in figure.axes):
            return
        if not self._held:
            self._held = [Held.of(axes) for axes in figure.axes]
        if len(self._held) == len(figure.axes):
            for axes, held in zip(figure.axes, self._held, strict=True):
                held.give(axes)

    def _underline(self, page: Image.Image, step: int, strip: int) -> None:
        theme, top, thick = self._theme, self._height - strip, max(1, round(LINE * strip))
        done = round(self._width * step / max(1, self._last))
        pen = ImageDraw.Draw(page)
        pen.rectangle((0, top, self._width, top + thick - 1), fill=theme.grid)
        if done:
            pen.rectangle((0, top, done - 1, top + thick - 1), fill=theme.train)
        row, edge = top + (strip + thick) / 2, strip / 2
        taken = self._write(page, str(step_words(step, self._last)), (edge, row), strip, theme.foreground, "lm")
        name, font = self._run, _font(round(LETTERS * strip))
        room = self._width - 3 * edge - taken
        while name and font.getlength(name) > room:
            name = name[:-2].rstrip() + "…" if len(name) > 2 else ""
        self._write(page, name, (self._width - edge, row), strip, theme.muted, "rm")

    def _write(
        self, page: Image.Image, words: str, place: tuple[float, float], strip: int, colour: str, anchor: str
    ) -> float:
        """Words at a place; returns how long they are."""
        font = _font(round(LETTERS * strip))
        ImageDraw.Draw(page).text(place, words, fill=colour, font=font, anchor=anchor)
        return float(font.getlength(words))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """The font of the figures, which comes with matplotlib."""
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"), size)
