"""What theory says of networks that are dead before their first step, beside a map over depth and width."""

from relulab.diagnosis.forecast import forecast
from relulab.errors import SpecError
from relulab.formatting import percent
from relulab.model.plan import DesignPlan
from relulab.population.named_settings import DEPTH
from relulab.text import NOTHING, Text, text
from relulab.views.many.map import Cell, MapView

SHAPE = (DEPTH, ("hidden", "units"))


def born_dead_words(view: MapView, cell: Cell) -> Text:
    """How many starts of a cell are born dead, as proved and as forecast; nothing of a map that asks something else."""
    axes = {axis.path for axis in (view.across, view.up) if axis is not None}
    if not axes <= set(SHAPE) or view.problem(cell):
        return NOTHING
    try:
        risk = forecast(DesignPlan.of(view.sweep.design(view.runs_of(cell)[0]))).born_dead
    except SpecError:
        return NOTHING
    if risk is None:
        return NOTHING
    lower, upper, likely = (percent(share, 0) for share in (risk.lower, risk.upper, risk.likely))
    return text(
        "Born dead are {lower} to {upper} of all starts (bounds of Lu et al. 2019); forecast: {likely}.",
        lower=lower, upper=upper, likely=likely,
    )  # fmt: skip
