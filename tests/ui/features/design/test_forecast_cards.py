"""The forecast on the layer cards: what will reach each layer, before anything is built, and what was measured then."""

import math
from statistics import median
from time import thread_time
from typing import Any

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.diagnosis.forecast import forecast
from relulab.experiment import ExperimentSpec
from relulab.experiment.presets import PRESETS, load_preset
from relulab.model.plan import DesignPlan
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import MeasurementSchedule
from relulab.training.telemetry import ProbeRecord
from tests.helpers.design_helpers import NETWORK, open_panel
from ui.features.design import DesignPanel
from ui.features.design.forecast_line import DECADES, ForecastLine, short
from ui.widgets.edit import Edit

AIM_MS = 50  # from an edit to a new forecast on every card
BUSY = 3  # how much slower than the aim a busy machine may be


def lines(panel: DesignPanel) -> list[ForecastLine | None]:
    return [card.header._forecast for card in [*panel.network.layers.cards, panel.network.output]]


def edit(panel: DesignPanel, layer: int, path: tuple, value: object) -> None:
    """What a field of a card sends."""
    panel.network.layers.edited.emit(Edit("edit", {(layer, *path): value}))


def started(spec: ExperimentSpec):
    """The history of a real network at step 0."""
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(1000), record=store.append)
    run.measure_start()
    return store.current


@pytest.mark.parametrize("preset", ["moons-healthy", "mnist-cnn", "sigmoid-vanishing", "deep-he"])
def test_each_layer_that_computes_shows_its_forecast(qtbot, preset):
    spec = load_preset(preset)
    panel = open_panel(qtbot, spec)
    expected = forecast(DesignPlan.of(spec))
    layer: Any
    for line, layer, predicted in zip(
        lines(panel), [*spec.model.layers, spec.model.output], expected.layers, strict=True
    ):
        if layer.activation is None:
            assert line is None
            continue
        assert line.signal == predicted.std
        assert math.isnan(line.measured)
        np.testing.assert_equal(line.gradient, predicted.gradient)
        assert line.warning == predicted.warning
    card = next(card for card in panel.network.layers.cards if card.header._forecast)
    assert f"vary by {short(card.header._forecast.signal)}" in card.header.toolTip()
    assert "Forecast" in card.header.accessibleDescription()


def test_a_layer_that_is_off_is_marked_and_named_above(qtbot):
    panel = open_panel(qtbot, "sigmoid-vanishing")
    marked = [line is not None and line.marked for line in lines(panel)]
    assert marked == [False, True, True, True, True, False, False, False, False, False]
    assert panel.network.warning.isVisible()
    assert not panel.network.prospect.isVisible()
    assert panel.network.warning.text().startswith(
        "Forecast for layer 2: Its gradient is only 8.7e-6 of the output layer's"
    )
    assert "Its gradient is only 8.7e-6" in panel.network.layers.cards[1].header.toolTip()
    edit(panel, 1, ("activation",), {"name": "relu"})
    assert not lines(panel)[1].marked or lines(panel)[1].gradient > 1e-5


def test_a_sound_design_is_called_so_in_quiet_words(qtbot):
    panel = open_panel(qtbot, "moons-healthy")
    assert panel.network.prospect.isVisible()
    assert panel.network.prospect.text().startswith("Forecast: Signal and gradient keep their size")
    assert not panel.network.warning.isVisible()
    assert not any(line.marked for line in lines(panel))


def test_the_chance_of_being_born_dead_has_its_bounds(qtbot):
    panel = open_panel(qtbot, "born-dead")
    words = panel.network.warning.text()
    assert "born dead with a chance of about" in words
    assert "at least 2.7 %, at most 87 % of such networks are born dead" in words
    for index in range(15):
        edit(panel, index, ("parameters", "units"), 16)
    assert "born dead" not in panel.network.prospect.text() + panel.network.warning.text()


@pytest.mark.parametrize("preset", ["digits-mlp", "mnist-cnn", "deep-he", "born-dead"])
def test_an_edit_has_its_forecast_within_the_aim(qtbot, preset):
    panel = open_panel(qtbot, preset)
    index = next(i for i, layer in enumerate(panel.value().model.layers) if layer.entry.has_weights)
    before = lines(panel)[index]
    times = []
    for bias in (0.5, 0.25, 0.125, 1.0, 0.75):
        began = thread_time()
        edit(panel, index, ("bias",), {"name": "constant", "parameters": {"value": bias}})
        times.append(1000 * (thread_time() - began))
        assert lines(panel)[index] != before
        before = lines(panel)[index]
    assert median(times) < BUSY * AIM_MS, f"an edit takes {median(times):.0f} ms"


def test_what_was_measured_at_step_0_stands_beside_the_forecast(qtbot):
    spec = load_preset("moons-healthy")
    panel = open_panel(qtbot, spec)
    history = started(spec)
    panel.show_start(history)
    (std,) = history.columns(ProbeRecord, "std")
    assert [line.measured for line in lines(panel)] == pytest.approx(std[0].tolist())
    for line in lines(panel):
        assert line.measured == pytest.approx(line.signal, rel=0.35), "theory and measurement agree on wide layers"
        assert not line.marked
    assert "measured at step 0" in panel.network.output.header.toolTip()


def test_a_measurement_belongs_to_its_design_alone(qtbot):
    spec = load_preset("moons-healthy")
    panel = open_panel(qtbot, spec)
    panel.show_start(started(spec))
    edit(panel, 0, ("parameters", "units"), 20)
    assert all(math.isnan(line.measured) for line in lines(panel))
    panel.undo_stack.undo()
    assert not any(math.isnan(line.measured) for line in lines(panel))
    panel.training.edited.emit(Edit("rate", {("learning_rate",): 0.5}))
    assert not any(math.isnan(line.measured) for line in lines(panel)), "the learning rate changes nothing at step 0"


def test_bad_luck_that_no_forecast_can_know_is_marked(qtbot):
    """A layer of this network is dead although signals of its like are sound on average."""
    spec = load_preset("born-dead")
    panel = open_panel(qtbot, spec)
    panel.show_start(started(spec))
    dead = [index for index, line in enumerate(lines(panel)[:-1]) if line.measured == 0.0]
    assert dead
    assert all(lines(panel)[index].marked and not lines(panel)[index].warning for index in dead)
    assert not lines(panel)[0].marked


def test_a_design_that_cannot_be_built_has_no_forecast(qtbot):
    spec = load_preset("moons-healthy")
    panel = open_panel(qtbot, spec)
    height = panel.network.output.header.sizeHint().height()
    edit(panel, 0, (), {"kind": "conv2d"})
    assert panel.problem is not None
    assert lines(panel) == [None] * 3
    assert not panel.network.prospect.isVisible()
    assert not panel.network.warning.isVisible()
    assert panel.network.output.header.sizeHint().height() < height
    panel.undo_stack.undo()
    assert None not in lines(panel)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_painted(qtbot, preset):
    panel = open_panel(qtbot, preset, page=NETWORK)
    for card in [*panel.network.layers.cards, panel.network.output]:
        assert not card.grab().isNull()


def dot(line: ForecastLine, qtbot) -> list[int]:
    """The columns in which the dot of the forecast is painted."""
    panel = open_panel(qtbot, "moons-healthy")
    header = panel.network.layers.cards[0].header
    header.show_forecast(line)
    image = header.grab().toImage()
    row = image.height() - 6 - header.fontMetrics().height() // 2
    blue = [x for x in range(image.width()) if _is_blue(image.pixelColor(x, row))]
    assert blue
    return blue


def _is_blue(colour) -> bool:
    return colour.blue() > 120 and colour.red() < 80


def test_the_scale_puts_small_signals_left_and_large_ones_right(qtbot):
    places = [dot(ForecastLine(size, math.nan, 1.0, "", False), qtbot) for size in (1e-3, 1.0, 1e3)]
    middles = [median(place) for place in places]
    assert middles == sorted(middles)
    assert middles[1] - middles[0] == pytest.approx(middles[2] - middles[1], abs=2)
    beyond = dot(ForecastLine(10 ** (DECADES + 9), math.nan, 1.0, "", False), qtbot)
    assert median(beyond) == pytest.approx(
        median(dot(ForecastLine(10**DECADES, math.nan, 1.0, "", False), qtbot)), abs=1
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.7071, "0.71"),
        (0.0, "0"),
        (4783.0, "4,783"),
        (29_000.0, "2.9e4"),
        (2.9e-8, "2.9e-8"),
        (1e12, "1.0e12"),
        (math.inf, "infinite"),
    ],
)
def test_numbers_are_short(value, words):
    assert short(value) == words
