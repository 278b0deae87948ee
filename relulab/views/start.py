"""The cards of the start page: what can be tried, how long it takes, and what it needs from elsewhere."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from relulab.durations import remaining
from relulab.experiment.presets import PRESETS, Preset
from relulab.text import NOTHING, Text, text

if TYPE_CHECKING:
    from relulab.session.session import RunRecord

FIRST = ("digits-mlp", "moons-healthy", "dying-relu")  # shown large at the first start
DOWNLOADS = {"mnist": 12, "fashion_mnist": 31, "kmnist": 21, "cifar10": 171}  # megabytes; see the data sets


@dataclass(frozen=True, slots=True)
class StartCard:
    """A ready-made experiment. ``seconds`` is what its training took on two cores (see packaging/start_pictures.py);
    ``download`` is in megabytes, 0 where nothing is downloaded.
    """

    preset: Preset
    dataset: str
    seconds: float
    download: int

    @property
    def key(self) -> str:
        return self.preset.key

    @property
    def time(self) -> Text:
        """Roughly how long it takes."""
        return text("≈ {time}", time=remaining(max(self.seconds, 1.0)))

    @property
    def once(self) -> Text:
        """What has to be downloaded before."""
        return text("↓ {size} MB once", size=self.download) if self.download else NOTHING

    def told(self, is_there: bool) -> Text:
        """All of it in a sentence, for who does not see the card; ``is_there``: its data need no download."""
        preset = self.preset
        words = text("{title}. {summary} It takes about {time}.", title=preset.title, summary=preset.summary,
                     time=remaining(max(self.seconds, 1.0)))  # fmt: skip
        if is_there or not self.download:
            return words
        return text("{words} Its data are a download of {size} MB, once.", words=words, size=self.download)

    def matches(self, query: str) -> bool:
        """Whether every word that was typed is somewhere in what the card says, or in its name on the command line."""
        preset = self.preset
        where = (
            f"{preset.key} {preset.title} {preset.question} {preset.summary} {preset.group} {self.dataset}".casefold()
        )
        return all(word in where for word in query.casefold().split())


@cache
def start_cards() -> tuple[StartCard, ...]:
    """One for every preset, in the order of the menu."""
    file = resources.files("resources") / "start" / "runs.json"
    return tuple(_cards(json.loads(file.read_text("utf-8"))))


def picture_bytes(key: str, dark: bool) -> bytes:
    """The PNG of a preset's run, made by packaging/start_pictures.py."""
    name = f"{key}-{'dark' if dark else 'light'}.png"
    return (resources.files("resources") / "start" / name).read_bytes()


def _cards(runs: dict[str, dict[str, float]]) -> Iterator[StartCard]:
    for preset in PRESETS.values():
        dataset = preset.experiment.get("data", {}).get("dataset", "moons")
        name = str(dataset["name"] if isinstance(dataset, dict) else dataset)
        yield StartCard(preset, name, runs[preset.key]["seconds"], DOWNLOADS.get(name, 0))


def found(count: int, short: bool = False) -> Text:
    """How many experiments are shown, of those that there are; in few words where that must be ``short``."""
    every = len(start_cards())
    if count == every and short:
        return text("{count:question|questions}", count=count)
    if count == every:
        return text("{count} questions, each with a network that answers it", count=count)
    return text("{count} of {every}", count=count, every=every)


def session_words(runs: "Sequence[RunRecord]") -> Text:
    """What is in a session, in one short line: how many runs, and the best of them."""
    from relulab.session.results import results  # here: the first page of a start needs neither
    from relulab.views.runs import KEY_FIGURES

    count = text("{count:run|runs}", count=len(runs))
    for figure in map(KEY_FIGURES.__getitem__, ("test_accuracy", "accuracy", "test_loss", "loss")):
        known = [run for run in map(results, runs) if math.isfinite(figure.value(run))]
        if known and figure.best is not None:
            best = figure.best_of(known)[0]
            return text("{runs} · best {value}", runs=count, value=figure.of(known[best]))
    return count


def saved_words(when: datetime, now: datetime) -> Text:
    """When a session was saved, the shorter the nearer."""
    days = (now.date() - when.date()).days
    if days == 0:
        return text("today {when:%H:%M}", when=when)
    if days == 1:
        return text("yesterday {when:%H:%M}", when=when)
    return text("{when:%Y-%m-%d}", when=when)
