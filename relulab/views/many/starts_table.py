"""Many starts as rows of numbers: the same that their pictures show, also for who hears them."""

import math

from relulab.diagnosis.ends import End
from relulab.formatting import number, percent
from relulab.population.standing import Standing
from relulab.text import Text, text
from relulab.views.many.ends import ENDS
from relulab.views.many.seeds import Starts

COLUMNS: tuple[Text, ...] = (
    text("seed"), text("how it ended"), text("steps"), text("training loss"), text("test loss"),
    text("training accuracy"), text("test accuracy"), text("hidden units dead"),
)  # fmt: skip


def starts_row(starts: Starts, run: int) -> tuple[Text, ...]:
    """What stands in each of the ``COLUMNS`` of a run; "–" where nothing is known, or nothing can be."""
    found = starts.runs.get(run) or Standing(run, seed=starts.seed_of(run))
    end = ENDS[End(found.end)].word if found.end else text("not yet")
    losses = (_loss(value) for value in (found.loss, found.test_loss))
    shares = (_share(value) for value in (found.accuracy, found.test_accuracy, found.dead_share))
    return (text("{seed}", seed=found.seed), end, text("{step:,}", step=found.step), *losses, *shares)


def _loss(value: float) -> Text:
    return text("–") if math.isnan(value) else text("{loss}", loss=number(value, 3, printed=True))


def _share(value: float) -> Text:
    return text("–") if math.isnan(value) else text("{share}", share=percent(value, 0))
