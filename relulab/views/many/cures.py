"""Rows of a table of cures: in groups by what so many starts can tell, and what each costs beside the design as is."""

import math

from relulab.formatting import percent
from relulab.model.plan import DesignPlan
from relulab.population.named_settings import CURE
from relulab.text import Text, text
from relulab.views.many.map import MEASURES, Cell, MapView, Measure

EXTRAS = (text("extra time"), text("extra weights"))  # columns behind the measures


def grouped(view: MapView, measure: Measure) -> list[Cell | Text]:
    """The design as it is, then each group under its name, the highest share first.

    Before the end, of anything else than cures, and of a measure that counts nothing: as listed.
    """
    cells = list(view.cells())
    if view.across.path != CURE or not view.is_complete or measure.counts is None:
        return [*cells]
    shares = {cell: view.share(cell, measure) for cell in cells if cell != view.your_cell}
    rows: list[Cell | Text] = [cell for cell in cells if cell == view.your_cell]
    for most, name in (
        (True, text("Most starts {will}", will=measure.will)),
        (None, text("Cannot be told with so many starts")),
        (False, text("Most starts do not {will}", will=measure.will)),
    ):
        found = [(share.found, cell) for cell, share in shares.items() if share and share.is_most is most]
        rows += [name, *(cell for _, cell in sorted(found, key=lambda each: -each[0]))] if found else []
    return [*rows, *(cell for cell, share in shares.items() if share is None)]


def extras(view: MapView, cell: Cell) -> tuple[str, str]:
    """Time of a step and weights beside those of the design as it is; empty where one is not known."""
    yours = view.your_cell
    if yours is None or cell == yours or not (view.ended(cell) and view.ended(yours)):
        return "", ""
    pace, before = (MEASURES["pace"].value(view.ended(each)) for each in (cell, yours))
    weights, of = (DesignPlan.of(view.sweep.design(view.runs_of(each)[0])).parameter_count for each in (cell, yours))
    more = round(pace / before - 1, 2) if pace > 0 and before > 0 else math.nan
    time = f"{'+' if more >= 0 else '−'}{percent(abs(more), 0)}" if math.isfinite(more) else ""
    return time, f"{weights - of:+,}".replace("-", "−")
