"""A report as Markdown that reads well as plain text, with its figures as files beside it.

Every value that the template writes is escaped (``finalize``), so a text cannot become a heading, a link or HTML.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from relulab.report.content.blocks import Figure, Picture, Report
from relulab.report.figures.theme import LIGHT
from relulab.report.figures.writing import to_svg

_MARKS = re.compile(r"([\\`*_\[\]<>|~]|&(?=#?\w+;)|(?<=^)[#+=-]|(?<=^)(?<!\d)\d+(?=[.)]))", re.MULTILINE)


class Ready(str):
    """Text that is Markdown already."""

    __slots__ = ()


def to_markdown(report: Report, folder: str) -> tuple[str, Mapping[str, bytes]]:
    """The text, and the files that belong into ``folder`` (a name, not a path) beside it."""
    files: dict[str, bytes] = {}
    for block in report.figures:
        files[file_of(block)] = (
            block.png if isinstance(block, Picture) else to_svg(block.drawing, theme=LIGHT).encode()
        )
    text = _template().render(report=report, link=lambda block: Ready(quote(f"{folder}/{file_of(block)}")))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", files


def file_of(block: Figure | Picture) -> str:
    """The name of a figure's file."""
    return f"{block.name}.{'png' if isinstance(block, Picture) else 'svg'}"


def escaped(value: Any) -> str:
    """A text in one paragraph, in which nothing is a mark of Markdown or HTML; line breaks stay line breaks."""
    if isinstance(value, Ready):
        return value
    lines = "\n".join(line.strip() for line in str(value).split("\n"))
    text = _MARKS.sub(_escape, lines)
    return re.sub(r"\n+", "  \n", text)


def _escape(match: re.Match[str]) -> str:
    mark = match[0]
    return mark if mark.isdigit() else f"\\{mark}"


def _in_line(value: Any) -> Ready:
    """For places that hold one line, like cells, headings and alternative texts."""
    return Ready(escaped(" ".join(str(value).split())))


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("resources", "templates/report"),
        autoescape=False,  # noqa: S701 – finalize escapes for Markdown
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"line": _in_line, "kind": lambda block: type(block).__name__}
    return environment.get_template("report.md.j2")
