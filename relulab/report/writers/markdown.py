"""A report as Markdown that reads well as plain text, with its figures as files beside it.

Every text goes through ``line`` or ``lines``, so none of them can become a heading, a link or HTML.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.report.content import blocks
from relulab.report.figures.layout import Layouts
from relulab.report.figures.theme import LIGHT
from relulab.report.figures.writing import to_svg
from relulab.report.writers.waiting import layouts_of

_MARKS = re.compile(r"[\\`*_\[\]<>|~]|&(?=#?\w+;)")
_OPENINGS = re.compile(r"^([#+=-])")
_ITEMS = re.compile(r"^(\d+)([.)])(?=\s|$)")


def to_markdown(report: blocks.Report, folder: str, progress: Progress = ignore) -> tuple[str, Mapping[str, bytes]]:
    """The text, and the files that belong into ``folder`` (a name, not a path) beside it."""
    files: dict[str, bytes] = {}
    layouts = layouts_of(report, progress)

    def link(block: blocks.Figure | blocks.Picture) -> str:
        files[_file_of(block)] = _content(block, layouts)
        return quote(f"{folder}/{_file_of(block)}")

    parts = [f"# {line(report.title)}", f"*{line(report.byline)}*"]
    for section in report.sections:
        parts += _section(section, 2, link)
    return "\n\n".join(parts) + "\n", files


def line(text: str) -> str:
    """``text`` in one line, in which nothing is a mark of Markdown or HTML."""
    plain = _MARKS.sub(lambda mark: f"\\{mark[0]}", " ".join(text.split()))
    return _ITEMS.sub(r"\1\\\2", _OPENINGS.sub(r"\\\1", plain))


def lines(text: str) -> str:
    """A paragraph whose line breaks stay, as a quotation."""
    return "  \n".join(f"> {line(one)}" for one in text.split("\n"))


Link = Callable[[blocks.Figure | blocks.Picture], str]


def _section(section: blocks.Section, level: int, link: Link) -> list[str]:
    parts = [f"{'#' * level} {line(section.title)}"]
    for block in section.blocks:
        parts.append(_WRITERS[type(block)](block, link))
    for below in section.sections:
        parts += _section(below, level + 1, link)
    return parts


def _paragraph(block: blocks.Paragraph, _link: Link) -> str:
    return line(block.text)


def _quote(block: blocks.Quote, _link: Link) -> str:
    return "\n>\n".join(lines(paragraph) for paragraph in block.paragraphs)


def _result(block: blocks.Result, _link: Link) -> str:
    figure = f", {block.figure_of} {block.figure}" if block.figure else ""
    label = f" {line(block.label)}" if block.label else ""
    return f"- **{line(block.name)}**{label} ({line(block.verdict + figure)}): {line(block.sentence)}"


def _facts(block: blocks.Facts, _link: Link) -> str:
    return _grid(("", ""), [(line(name), line(value)) for name, value in block.rows], frozenset())


def _table(block: blocks.Table, _link: Link) -> str:
    rows = [
        [f"**{line(cell)}**" if (row, place) in block.best else line(cell) for place, cell in enumerate(cells)]
        for row, cells in enumerate(block.rows)
    ]
    return f"{line(block.caption)}\n\n{_grid([line(name) for name in block.columns], rows, block.numeric)}"


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: frozenset[int]) -> str:
    rule = ["---:" if place in numeric else "---" for place in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _figure(block: blocks.Figure | blocks.Picture, link: Link) -> str:
    return f"![{line(block.alternative)}]({link(block)})\n\n**{line(block.lead)}** {line(block.caption)}".rstrip()


def _verdict(block: blocks.Verdict, _link: Link) -> str:
    parts = [f"**{line(block.heading)}.** {line(block.explanation)}"]
    if block.why:
        parts.append(f"*{block.WHY}* {line(block.why)}")
    if block.advice:
        parts.append(f"*{block.ADVICE}*\n\n" + "\n".join(f"- {line(advice)}" for advice in block.advice))
    if block.evidence:
        parts.append(f"*{block.EVIDENCE}* {line(block.evidence)}")
    return "\n\n".join(parts)


_WRITERS: Mapping[type[blocks.Block], Callable[[Any, Link], str]] = {
    blocks.Paragraph: _paragraph,
    blocks.Quote: _quote,
    blocks.Result: _result,
    blocks.Facts: _facts,
    blocks.Table: _table,
    blocks.Figure: _figure,
    blocks.Picture: _figure,
    blocks.Verdict: _verdict,
}


def _file_of(block: blocks.Figure | blocks.Picture) -> str:
    return f"{block.name}.{'png' if isinstance(block, blocks.Picture) else 'svg'}"


def _content(block: blocks.Figure | blocks.Picture, layouts: Layouts) -> bytes:
    if isinstance(block, blocks.Picture):
        return block.png
    return to_svg(block.drawing, theme=LIGHT, layouts=layouts).encode()
