"""Sessions to report on, and readers that look at a report as its users' programs do."""

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import Any

from relulab.experiment import ExperimentSpec
from relulab.report.content.blocks import Report
from relulab.report.content.compose import compose
from relulab.session.session import PinnedPicture, Session
from tests.helpers.sessions import DESIGNS, png, rich_session

DAY = date(2026, 3, 1)
HOSTILE = """<script>alert(1)</script> & "quotes" 'too' `code` *stars* _lines_ [link](http://evil.example) |pipe|
# heading
1. item"""
LINE = " ".join(HOSTILE.split())


@cache
def session() -> Session:
    """Four runs of real training with everything that a session can hold; none of them hidden."""
    rich = rich_session()
    return dataclasses.replace(rich, runs=tuple(dataclasses.replace(run, hidden=False) for run in rich.runs))


@cache
def hostile_session() -> Session:
    """One of the runs, with text that would like to be markup wherever somebody can write."""
    runs = tuple(
        dataclasses.replace(run, name=LINE, notes=HOSTILE, message=HOSTILE, environment={LINE: LINE})
        for run in session().runs[:1]
    )
    pictures = (PinnedPicture(LINE, png(), HOSTILE, runs[0].key), PinnedPicture("broken", png()[:40]))
    return dataclasses.replace(session(), title=LINE, author=LINE, notes=HOSTILE, runs=runs, pictures=pictures)


def untrained_session(kind: str = "plane") -> Session:
    """A design that nobody has trained."""
    return Session(notes="Only an idea.", experiments=(ExperimentSpec.parse(DESIGNS[kind] | {"name": "Idea"}),))


@cache
def report() -> Report:
    return compose(session(), DAY)


@dataclass
class Page(HTMLParser):
    """What an HTML page consists of: ``texts`` outside style, ``tags`` with their attributes, ``counts`` by tag."""

    texts: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> "Page":
        page = cls()
        HTMLParser.__init__(page)
        page.feed(text)
        page.close()
        return page

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def counts(self) -> Counter[str]:
        return Counter(tag for tag, _ in self.tags)

    def of(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.lasttag != "style":
            self.texts.append(data)
