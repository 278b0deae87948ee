"""Every unit of every layer as one cell: its status and how often it fires, in the newest measurement and over all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.catalog.activations import ACTIVATIONS
from relulab.formatting import count, number, percent
from relulab.measurements.status import UnitStatus
from relulab.model.layout import Layout, MeasuredLayer
from relulab.session.history import RunHistory
from relulab.text import Text, joined, text
from relulab.training.telemetry import ProbeRecord, RunStarted
from relulab.views.parts import ShownRun, Table, finite, probe_set, probed
from relulab.views.room import Leaves, leaving

TITLE = text("Units over the steps")
FIRES_ON, GREATEST_INPUT = text("fires on"), text("greatest input z")
MEASURED = ("unit_status", "firing_rate", "dormancy", "max_pre_activation")
COLUMNS = ("run", "step", "layer", "unit", "status", *MEASURED[1:])

Codes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Unit = tuple[int, int]  # layer of the layout, unit


@dataclass(frozen=True, slots=True, eq=False)
class UnitsView:
    """The newest of so many ``measurements``: ``record`` has arrays of all units, layer after layer."""

    info: RunStarted
    record: Mapping[str, Any]
    measurements: int

    @property
    def status(self) -> Codes:
        codes: Codes = self.record["unit_status"]
        return codes

    @property
    def firing_rate(self) -> Floats:
        """NaN of units that are never off, see ``firing_rates``."""
        return firing_rates(self.info.layout, self.record["firing_rate"])

    @property
    def captions(self) -> tuple[Text, ...]:
        """Per layer its name, its units, and how many are in each state but the healthy one."""
        return tuple(
            joined(
                [layer.title, leaving(Leaves.OFTEN, _units(layer.units)), *_states(codes, but=UnitStatus.ACTIVE)], " · "
            )
            for layer, codes in _by_layer(self.info.layout, self.status)
        )

    @property
    def sample(self) -> Text:
        return probed(self.info, self.measurements, int(self.record["step"]))

    @property
    def fires(self) -> bool:
        """Whether some layer has units that fire, or do not."""
        return any(ACTIVATIONS[layer.activation].fires for layer in self.info.layout.layers)

    def status_of(self, unit: Unit) -> UnitStatus:
        return UnitStatus(int(self.status[self.info.layout.offsets[unit[0]] + unit[1]]))

    def reading(self, unit: Unit) -> tuple[tuple[Text, Text], ...]:
        """Names and values of what was measured of one unit, and says something of it."""
        index = self.info.layout.offsets[unit[0]] + unit[1]
        rate, dormancy, greatest = (float(self.record[name][index]) for name in MEASURED[1:])
        fires = ACTIVATIONS[self.info.layout.layers[unit[0]].activation].fires
        return (
            *([(FIRES_ON, finite(rate, text("{share}", share=percent(rate))))] if fires else []),
            (GREATEST_INPUT, finite(greatest)),
            (text("dormancy score"), finite(dormancy, text("{score}", score=number(dormancy, 3)))),
        )


def units_view(history: RunHistory) -> UnitsView | None:
    """The newest measurement; None before the first."""
    record = history.latest(ProbeRecord, glance=True)
    return None if record is None else UnitsView(history.info, record, history.rows(ProbeRecord))


@dataclass(frozen=True, slots=True, eq=False)
class LayerOverTime:
    """The units of one layer in every measurement: ``status`` and ``firing_rate`` are (measurements, units)."""

    layer: MeasuredLayer
    status: Codes
    firing_rate: Floats

    @property
    def counts(self) -> Text:
        """How many units are in each state at the end."""
        *before, last = _states(self.status[-1])
        states = text("{before} and {last}", before=joined(before, ", "), last=last) if before else last
        return text("{states} of {units}", states=states, units=_units(self.layer.units))


def over_time(history: RunHistory) -> tuple[NDArray[np.int64], list[LayerOverTime]]:
    """The measured steps (n,), and the units of every layer at each."""
    steps, status, rates = history.columns(ProbeRecord, "step", "unit_status", "firing_rate", glance=True)
    layout = history.info.layout
    rows = zip(_by_layer(layout, status), _by_layer(layout, firing_rates(layout, rates)), strict=True)
    return steps, [LayerOverTime(layer, codes, firing) for (layer, codes), (_, firing) in rows]


def firing_rates(layout: Layout, rates: Floats) -> Floats:
    """Shares of samples with h > 0, (…, units), as they are shown: NaN where that is no sign of a unit that is on."""
    if not rates.size:  # nothing was measured: there is no column for each unit
        return rates
    says = np.repeat([ACTIVATIONS[layer.activation].fires for layer in layout.layers], np.diff(layout.offsets))
    return np.where(says, rates, np.float32(np.nan))


def occurring(status: Codes) -> list[UnitStatus]:
    """The states that a legend names: active and dead, and the others where some unit is in them."""
    always = (UnitStatus.ACTIVE, UnitStatus.DEAD)
    return [state for state in UnitStatus if state in always or bool((status == state).any())]


def caption(history: RunHistory) -> str:
    """What was measured, over which samples."""
    times = count(history.rows(ProbeRecord), "measurement")
    return f"A row for each unit, over the steps. {probe_set(history.info)}; {times}."


def in_words(run: ShownRun) -> Text:
    """How many units are in which state, for whoever does not see it."""
    steps, layers = over_time(run.history)
    counts = [text("{layer}: {counts}", layer=part.layer.title, counts=part.counts) for part in layers]
    told = {"run": run.label, "step": int(steps[-1]), "layers": joined(counts, "; ")}
    return text("State of every unit over the steps, {run}. At step {step:,}: {layers}.", **told)


def table(runs: Sequence[ShownRun]) -> Table | None:
    """A row for every measurement of every unit of the first run."""
    rows = [row for run in runs[:1] for row in _rows(run)]
    return Table(COLUMNS, rows) if rows else None


def unit_name(layout: Layout, unit: Unit) -> Text:
    """What people call a unit, counting from 1: "2 Dense, unit 14"."""
    return text("{layer}, unit {number:,}", layer=layout.layers[unit[0]].title, number=unit[1] + 1)


def _rows(run: ShownRun) -> Iterator[tuple[Any, ...]]:
    layout = run.history.info.layout
    steps, codes, rates, *others = run.history.columns(ProbeRecord, "step", *MEASURED)
    values = (codes, firing_rates(layout, rates), *others)
    names = [(layer.name, unit) for layer in layout.layers for unit in range(layer.units)]
    for row, step in enumerate(steps):
        for index, (layer, unit) in enumerate(names):
            status, *numbers = (field[row, index] for field in values)
            yield (run.label, step, layer, unit, str(UnitStatus(int(status)).label), *numbers)


def _by_layer(layout: Layout, values: NDArray[Any]) -> Iterator[tuple[MeasuredLayer, NDArray[Any]]]:
    """The layers with their part of ``values`` (…, units)."""
    for layer, start, end in zip(layout.layers, layout.offsets[:-1], layout.offsets[1:], strict=True):
        yield layer, values[..., start:end]


def _units(number: int) -> Text:
    return text("{count:unit|units}", count=number)


def _states(status: Codes, but: UnitStatus | None = None) -> list[Text]:
    """How many units are in each state that occurs."""
    counts = np.bincount(status, minlength=len(UnitStatus))
    return [
        text("{count:,} {status}", count=int(counts[s]), status=s.label) for s in UnitStatus if s != but and counts[s]
    ]
