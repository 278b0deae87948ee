"""What the design alone says of a film: whether it has such a unit, input or sample, and regions."""

from collections.abc import Sequence
from math import prod

from relulab.data.loading import sizes_of
from relulab.errors import SpecError
from relulab.formatting import count
from relulab.introspection.refusals import check_has_regions
from relulab.model.layout import Layout
from relulab.model.plan import DesignPlan
from relulab.text import Text
from relulab.views.film import ONE_INPUT, Subject
from relulab.views.samples import checked_name
from relulab.views.slopes import WHY_NONE


def check_film(plan: DesignPlan, what: str, subject: Subject) -> None:
    """Refuse what no run of this design could show. Raises SpecError and NotPiecewiseLinearError."""
    _, validation, _ = sizes = sizes_of(plan.spec.data, plan.description)
    if what == "regions":
        check_has_regions(plan)
    elif what == "slopes":
        check_has_slopes(plan.layout)
    elif what == "unit":
        check_unit(plan.layout, subject.unit)
    elif what == ONE_INPUT and subject.inputs:
        check_inputs(plan.description.input_shape, subject.inputs)
    elif what == ONE_INPUT:
        check_sample(subject.sample, validation or sizes[0], checked_name(validation))


def check_has_slopes(layout: Layout) -> None:
    """Raises SpecError where not all layers are dense, or none is hidden."""
    if not (layout.is_dense and layout.hidden):
        raise SpecError(str(WHY_NONE))


def check_unit(layout: Layout, unit: tuple[int, int]) -> None:
    """Raises SpecError for one that the network does not have."""
    if not layout.has_unit(*unit):
        layers = enumerate(layout.layers)
        held = ", ".join(f"{place}: {one.title}, {count(one.units, 'unit')}" for place, one in layers)
        raise SpecError(f"There is no unit {unit[1]:,} in layer {unit[0]:,}, both counted from 0. Layers: {held}.")


def check_inputs(shape: tuple[int, ...], inputs: Sequence[float]) -> None:
    """Raises SpecError for another number of them than the network takes."""
    if len(inputs) != prod(shape):
        raise SpecError(f"The input has {count(len(inputs), 'number')}; this network takes {prod(shape):,}.")


def check_sample(sample: int, size: int, kind: Text) -> None:
    """Raises SpecError for one beyond the last of ``size``; ``kind`` is what they are called."""
    if not 0 <= sample < size:
        raise SpecError(f"There is no sample {sample:,}: there are {size:,} {kind}, counted from 0.")
