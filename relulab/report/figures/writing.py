"""From a drawing to a file: SVG that suits its page, PDF with its fonts, PNG in either theme.

The same drawing gives the same bytes: no dates, no random names.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from io import BytesIO, StringIO

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.figure import Figure
from matplotlib.text import Text

from relulab.collector import collect_newest
from relulab.formatting import printable
from relulab.report.figures.figure import Drawing
from relulab.report.figures.layout import Layouts
from relulab.report.figures.svg import write_svg
from relulab.report.figures.theme import DARK, FONT, LIGHT, ROLES, Theme, roles, styled

PNG_DPI = 200
NOWHERE = (0.5, 0.0)
ID_LETTERS = 8  # of the digest that tells the names in one SVG from those in another

_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(href="#|url\(#)([^")]*)')
_HEAD = re.compile(r"<svg [^>]*>")
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_SAME_USES = re.compile(r"<g([^>]*)>\s*((?:<use [^>]*/>\s*)+)</g>")
_DRAWN_STYLE = re.compile(r' style="[^"]*"')
_TAG = re.compile(r"<[^>]*>")
_DIGITS = re.compile(r"-?\d+\.\d{3,}")
_SIZE = re.compile(r' (?:width|height)="[\d.]+pt"')
_MARK = re.compile(r"#fe[0-9a-f]{4}")
_VARIABLES = {
    mark: f"var(--figure-{name}, {colour})"
    for (name, mark), colour in zip(roles(ROLES).items(), roles(LIGHT).values(), strict=True)
}
_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>\s*", re.DOTALL)


def to_svg(drawing: Drawing, *, theme: Theme | None = None, layouts: Layouts | None = None) -> str:
    """One ``<svg>`` element with text as text and the alternative text inside.

    Without a ``theme`` it is made for a page: colours are CSS variables (``theme.theme_css``; light where a page does
    not set them), nothing lies behind the picture, it is as wide as there is room. With a theme it is for a file of
    its own: fixed colours, a background, a size. Names inside are unique to the drawing, so many fit one page.
    ``layouts`` are those of the document, whose figures of one form are laid out alike.
    """
    chosen = theme or ROLES
    background = "none" if theme is None else chosen.background
    text = _written(drawing, chosen, background, layouts or Layouts())
    collect_newest()
    text = _METADATA.sub("", text[text.index("<svg ") :], count=1)
    text = _STYLE.sub("", text, count=1)  # its rule would hold for the whole page
    text = _SAME_USES.sub(_say_style_once, text)
    text = text.replace(f"'{FONT}'", f"'{FONT}', sans-serif")
    text = _TAG.sub(lambda tag: _DIGITS.sub(_short, tag[0]), text)
    if theme is None:
        text = _MARK.sub(lambda mark: _VARIABLES.get(mark[0], mark[0]), text)
    return _named(_described(text, drawing, sized=theme is not None))


def to_pdf(drawing: Drawing) -> bytes:
    """One page of lines and selectable text, in light colours on white."""
    return _render(drawing, "pdf", None)


def to_pdf_pages(drawings: Sequence[Drawing], layouts: Layouts) -> bytes:
    """A page for each drawing. Their fonts are worked out once for all of them, which takes the longest."""
    file = BytesIO()
    with styled(LIGHT), PdfPages(file) as pages:
        for drawing in drawings:
            figure = painted(drawing, LIGHT)
            layouts.place(figure)
            pages.savefig(figure, facecolor=LIGHT.background)
            del figure
            collect_newest()
    return file.getvalue()


def to_png(drawing: Drawing, *, dpi: float = PNG_DPI, dark: bool = False) -> bytes:
    """A picture with so many dots per inch."""
    return _render(drawing, "png", dpi, DARK if dark else LIGHT)


def _written(drawing: Drawing, theme: Theme, background: str, layouts: Layouts) -> str:
    """The SVG as matplotlib writes it."""
    file = StringIO()
    with styled(theme):
        figure = _prepared(drawing, theme, background, None, layouts)
        write_svg(figure, file)
    return file.getvalue()


def _prepared(drawing: Drawing, theme: Theme, background: str, dpi: float | None, layouts: Layouts) -> Figure:
    """The figure with its ground, all in its place."""
    figure = painted(drawing, theme)
    figure.set_facecolor(background)
    figure.set_dpi(dpi or figure.dpi)
    layouts.place(figure)
    return figure


def _render(drawing: Drawing, kind: str, dpi: float | None, theme: Theme = LIGHT) -> bytes:
    title, alternative = printable(drawing.title), printable(drawing.alternative)
    metadata: dict[str, dict[str, str | None]] = {
        "pdf": {"Title": title, "CreationDate": None, "Creator": None, "Producer": None},
        "png": {"Title": title, "Description": alternative, "Software": None},
    }
    file = BytesIO()
    with styled(theme):
        figure = _prepared(drawing, theme, theme.background, dpi, Layouts())
        canvas = {"pdf": FigureCanvasPdf, "png": FigureCanvasAgg}[kind](figure)
        getattr(canvas, f"print_{kind}")(file, metadata=metadata[kind])
    return file.getvalue()


def painted(drawing: Drawing, theme: Theme) -> Figure:
    """With texts that every format can hold: a run may be called anything."""
    figure = drawing.paint(theme)
    for words in _texts(figure):
        words.set_text(printable(words.get_text()))
    for axes in figure.axes:
        _place_plainly(axes)
    return figure


def _texts(figure: Figure) -> Iterator[Text]:
    """All but the numbers at axes, which would have to be made for that before it is known how many there are."""
    for part in (*figure.get_children(), *(child for axes in figure.axes for child in axes.get_children())):
        if not isinstance(part, Axis | Axes):
            yield from part.findobj(Text)
    for axes in figure.axes:
        yield from (axes.xaxis.label, axes.yaxis.label)


def _place_plainly(axes: Axes) -> None:
    """Say where title and empty labels are: to find it, matplotlib measures all numbers at an axis again and again."""
    for axis in (axes.xaxis, axes.yaxis):
        if not axis.get_label_text():
            axis.set_label_coords(*NOWHERE)
    title, numbers = axes.get_title(loc="left"), axes.yaxis.get_major_formatter()
    numbers.format_ticks(list(axes.yaxis.get_majorticklocs()))
    if title and not numbers.get_offset():  # which stands in the way of the title
        axes.set_title(title, loc="left", y=1.0)


def _short(number: re.Match[str]) -> str:
    """A coordinate to a hundredth of a point."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _say_style_once(group: re.Match[str]) -> str:
    """Points of one group that all look the same."""
    attributes, uses = group.groups()
    styles = set(_DRAWN_STYLE.findall(uses))
    if len(styles) != 1 or "style=" in attributes:
        return group[0]
    return f"<g{attributes}{styles.pop()}>{_DRAWN_STYLE.sub('', uses)}</g>"


def _described(text: str, drawing: Drawing, sized: bool) -> str:
    """Say in the head of an SVG what it is and shows."""
    head = _HEAD.search(text)
    assert head is not None, "matplotlib writes an <svg> element"
    opening = head[0] if sized else _SIZE.sub("", head[0])
    opening = opening[:-1] + ' role="img" aria-labelledby="title description" stroke-linejoin="round">'
    words = (
        f'\n <title id="title">{escape(printable(drawing.title))}</title>'
        f'\n <desc id="description">{escape(printable(drawing.alternative))}</desc>'
    )
    return opening + words + text[head.end() :]


def _named(text: str) -> str:
    """Keep the names that something refers to, and make them unique to this text."""
    prefix = f"f{sha256(text.encode()).hexdigest()[:ID_LETTERS]}-"
    wanted = {match[2] for match in _REFERENCE.finditer(text)} | {"title", "description"}
    text = _ID.sub(lambda match: f' id="{prefix}{match[1]}"' if match[1] in wanted else "", text)
    text = _REFERENCE.sub(lambda match: f"{match[1]}{prefix}{match[2]}", text)
    labels = 'aria-labelledby="title description"'
    return text.replace(labels, f'aria-labelledby="{prefix}title {prefix}description"', 1)
