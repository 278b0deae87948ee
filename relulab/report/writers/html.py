"""A report as one HTML file that needs nothing else: style, figures and pictures are inside, and no script is.

The template escapes every text (autoescape), and the page forbids itself to load or run anything.
"""

from base64 import b64encode
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.formatting import unbroken
from relulab.report.content.blocks import LANGUAGE, Figure, Picture, Report
from relulab.report.figures.layout import Layouts
from relulab.report.figures.theme import DARK, LIGHT, roles, theme_css
from relulab.report.figures.writing import to_svg
from relulab.report.writers.waiting import layouts_of
from relulab.views.findings import SEVERITIES
from relulab.views.parts import colour_of


def to_html(report: Report, progress: Progress = ignore) -> str:
    """The whole page as text."""
    style = (
        _templates()
        .get_template("report.css")
        .render(roles=roles(LIGHT), light=LIGHT, dark=DARK, severities=SEVERITIES, colour_of=colour_of)
    )
    return _templates().get_template("report.html.j2").render(
        report=report,
        language=LANGUAGE,
        style=Markup(theme_css() + style),
        svg=partial(_svg, layouts_of(report, progress)),
        picture=_picture,
        line=_line,
    )  # fmt: skip


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("resources", "templates/report"),
        autoescape=True,
        finalize=_for_lines,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    return environment


def _for_lines(value: object) -> object:
    """A text as lines of a page may have it; what is markup stays as it is."""
    return unbroken(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _svg(layouts: Layouts, figure: Figure) -> Markup:
    """The figure's own SVG, in whose texts everything is escaped already."""
    return Markup(to_svg(figure.drawing, layouts=layouts))


def _picture(picture: Picture) -> str:
    return f"data:image/png;base64,{b64encode(picture.png).decode()}"


def _line(colour: int) -> str:
    """The colour of a run as the figures have it."""
    return f"var(--figure-line-{LIGHT.lines.index(LIGHT.run_line(colour).colour) + 1})"
