"""What is kept of many networks in a session, beside a picture: a title, and what is to be seen, in words and numbers.

It becomes the caption and the alternative text of the picture in reports.
"""

from relulab.formatting import capital, listed
from relulab.session.kept_maps import KeptMap
from relulab.text import joined, text
from relulab.views.many.born_dead import born_dead_words
from relulab.views.many.groups import group_words
from relulab.views.many.map import MEASURES, Cell, MapView, Measure
from relulab.views.many.rate_test import RateTest
from relulab.views.many.seeds import Starts
from relulab.views.many.value_words import value_word

MOST_ROWS = 20  # that are told one by one
TOLD = ("dead", "through", "accuracy", "loss")  # of each row of a table


def map_title(view: MapView) -> str:
    """Of which design it is, and over what."""
    axes = [str(view.name_of(axis)) for axis in (view.across, *([view.up] if view.up else []))]
    return f"{view.sweep.spec.name}: {listed(axes)}"


def map_state(kept: KeptMap) -> str:
    """Its title, and how far it is."""
    title = map_title(MapView(kept.sweep))
    done, total = len(kept.runs), len(kept.sweep)
    return title if done == total else str(text("{title} ({done:,} of {total:,})", title=title, done=done, total=total))


def map_words(view: MapView, measure: Measure) -> str:
    """What a map or a table shows, how it was measured, and its numbers."""
    rows = _map_rows(view, measure) if view.up is not None else _table_rows(view)
    left = f" {len(rows) - MOST_ROWS} more rows." if len(rows) > MOST_ROWS else ""
    yours = view.your_cell
    born = str(born_dead_words(view, yours)) if yours is not None else ""
    told = " ".join([*(group_words(view) if view.up is None else ()), *rows[:MOST_ROWS], *([born] if born else [])])
    return f"{view.title(measure)} {capital(str(measure.title))}. {view.how()} {told}{left}"


def seeds_title(starts: Starts) -> str:
    """Of which design they are."""
    return f"{starts.spec.name}: {text('{total:start|starts}', total=starts.total)}"


def seeds_words(starts: Starts) -> str:
    """How they ended, what that means for all starts, and in what they differ."""
    forecast = starts.forecast()
    told = [] if forecast is None else [forecast[1]]
    return str(joined((*starts.headline(), *starts.conclusion(), starts.how, *told), " "))


def rate_title(test: RateTest) -> str:
    """Of which design it is."""
    return f"{test.spec.name}: learning-rate test"


def rate_words(test: RateTest) -> str:
    """What is suggested, and why."""
    return str(joined((test.headline, test.reasons), " "))


def _map_rows(view: MapView, measure: Measure) -> list[str]:
    """A sentence for each row of cells, the lowest first."""
    up = view.up
    assert up is not None, "a table has rows of its own"
    rows = []
    for place, value in enumerate(up.values):
        cells: list[Cell] = [(column, place) for column in range(view.columns)]
        written = [_written(view, cell, measure) for cell in cells]
        across = listed(value_word(one, view.across.path) for one in view.across.values) if not place else ""
        told = f" (at {view.name_of(view.across)} {across})" if across else ""
        rows.append(f"{capital(str(view.name_of(up)))} {value_word(value, up.path)}: {', '.join(written)}{told}.")
    return rows


def _table_rows(view: MapView) -> list[str]:
    """A sentence for each row, with what decides."""
    rows = []
    for place, value in enumerate(view.across.values):
        parts = []
        for key in TOLD:
            written = _written(view, (place, 0), MEASURES[key])
            if written != "–":
                parts.append(f"{MEASURES[key].title} {written}")
        rows.append(f"{capital(value_word(value, view.across.path))}: {', '.join(parts)}.")
    return rows


def _written(view: MapView, cell: Cell, measure: Measure) -> str:
    ended = view.ended(cell)
    value = measure.value(ended)
    if view.problem(cell) or not ended or value != value:
        return "–"
    share = view.share(cell, measure)
    return measure.write(value) if share is None else f"{share.found} of {share.of}"
