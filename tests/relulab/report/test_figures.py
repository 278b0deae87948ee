"""What each kind of figure draws of real runs: the numbers of the history, with scales, labels and words."""

from typing import Any

import numpy as np
import pytest

from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset, Description, Split
from relulab.errors import UnknownKeyError
from relulab.measurements.status import UnitStatus
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.theme import DARK, LIGHT
from relulab.report.figures.units import FAINT, STRONG, unit_figure
from relulab.session.history import RunHistory
from relulab.training.telemetry import (
    ChangeRecord,
    EvaluationRecord,
    ProbeRecord,
    RunStarted,
    ScatterPicture,
    StepRecord,
    UnitTraceRecord,
)
from relulab.views.colours import BLENDED_STATUS, rgb_of
from relulab.views.parts import ShownRun
from tests.helpers.figure_runs import DESIGNS, drawing_of, history_of, labels, painted, shown

WITHOUT = {
    ("dead", "sine"),  # no unit of these can die
    ("dead", "one layer"),
    ("updates", "dead"),  # no weight moves
    ("regions", "sine"),  # its activation is curved
    ("regions", "digits"),  # it has more than two inputs
    *(("compare", name) for name in DESIGNS),  # one run is no comparison
}


def copy_of(name: str) -> RunHistory:
    """A history of its own, to change."""
    return history_of(name).up_to(10**9)


def drawn_lines(axes) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The lines of some axes by their colour."""
    return {line.get_color(): line.get_data() for line in axes.lines if len(line.get_xdata()) > 1}


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("key", FIGURES)
def test_every_figure_of_every_run_can_be_painted_in_both_themes(key, name):
    drawing: Any = FIGURES[key].draw(shown(name))
    if drawing is None:
        assert (key, name) in WITHOUT
        return
    for theme in (LIGHT, DARK):
        assert drawing.paint(theme).axes
    assert drawing.title
    assert drawing.caption.endswith(".")
    assert drawing.alternative.endswith(".")
    assert "nan" not in drawing.alternative.lower()


@pytest.mark.parametrize("key", FIGURES)
def test_a_run_without_measurements_has_no_figure_but_of_its_design_and_data(key):
    kind, runs = FIGURES[key], shown("built")
    has_some = key in ("design", "samples")
    assert (kind.draw(runs) is not None) == has_some
    assert (kind.table(runs) is not None) == has_some
    assert kind.draw([]) is None
    assert kind.table([]) is None


def test_an_unknown_figure_is_refused_with_the_known_ones():
    with pytest.raises(UnknownKeyError, match="loss"):
        FIGURES["nothing"]


def test_the_loss_is_that_of_the_history():
    history = history_of("moons")
    figure = painted("loss", "moons")
    loss, accuracy = figure.axes
    steps, train, train_accuracy = history.columns(StepRecord, "step", "loss", "accuracy")
    checks, checked = history.columns(EvaluationRecord, "step", "loss")
    lines = drawn_lines(loss)
    np.testing.assert_allclose(lines[LIGHT.train], (steps, train))
    np.testing.assert_allclose(lines[LIGHT.validation], (checks, checked))
    np.testing.assert_allclose(drawn_lines(accuracy)[LIGHT.train][1], 100 * train_accuracy)
    assert (loss.get_ylabel(), accuracy.get_ylabel(), accuracy.get_xlabel()) == ("loss", "accuracy", "step")
    assert labels(figure) == ["train (batches)", "their range", "validation"]


def test_the_band_reaches_from_the_least_to_the_greatest_batch_loss():
    history = copy_of("moons")
    last = history.latest(StepRecord)
    history.append(StepRecord(**last | {"step": 61, "loss": 1.0, "loss_low": 0.01, "loss_high": 4.0}))
    (band,) = FIGURES["loss"].draw([ShownRun("run", history)]).figure.axes[0].collections
    ends: Any = band.get_paths()[0].vertices
    assert sorted(set(ends[ends[:, 0] == 61, 1].round(6))) == [0.01, 4.0]


def test_the_alternative_text_has_the_numbers_of_the_loss():
    loss, accuracy = history_of("moons").columns(StepRecord, "loss", "accuracy")
    words = drawing_of("loss", "moons").alternative
    assert f"training loss from {loss[0]:.4g} at step 0 to {loss[-1]:.4g} at step 60" in words
    assert f"to {100 * accuracy[-1]:.1f}".removesuffix(".0") in words
    checks, checked = history_of("moons").columns(EvaluationRecord, "step", "loss")
    assert f"least validation loss {checked.min():.4g} at step {checks[checked.argmin()]}" in words


def test_several_runs_have_stable_colours_and_dashes_and_their_names():
    runs = [ShownRun("first", history_of("moons"), 3), ShownRun("second", history_of("moons slow"), 1)]
    drawing: Any = FIGURES["loss"].draw(runs)
    figure: Any = drawing.figure
    for run in runs:
        checks, checked = run.history.columns(EvaluationRecord, "step", "loss")
        (line,) = [
            line
            for line in figure.axes[0].lines
            if line.get_color() == LIGHT.lines[run.colour] and line.get_alpha() is None
        ]
        np.testing.assert_allclose(line.get_data(), (checks, checked))
        assert line.get_linestyle() == "--"  # each has a dash pattern
    assert labels(figure)[:2] == ["first", "second"]
    assert "first: training loss" in drawing.alternative
    assert "second: training loss" in drawing.alternative
    patterns = {LIGHT.run_line(place).dash for place in range(8)}
    assert len(patterns) == 8
    assert LIGHT.run_line(8).colour == LIGHT.run_line(0).colour
    assert LIGHT.run_line(8).dash != LIGHT.run_line(0).dash


def test_a_loss_over_decades_has_a_logarithmic_axis_and_a_lost_run_an_end():
    drawing = drawing_of("loss", "diverging")
    axes = drawing.figure.axes[0]
    loss = history_of("diverging").columns(StepRecord, "loss")[0]
    last = int(np.flatnonzero(np.isfinite(loss))[-1])
    assert axes.get_yscale() == "log"
    assert [text.get_text() for text in axes.texts if "not a number" in text.get_text()] == [
        f"not a number after step {last}"
    ]
    assert f"lost: not a number after step {last}" in drawing.alternative
    assert painted("loss", "moons slow").axes[0].get_yscale() == "linear"
    assert "lost" not in drawing_of("loss", "moons").alternative


def test_changes_by_hand_and_trials_are_in_the_picture():
    history = copy_of("moons")
    history.append(ChangeRecord(20, "learning rate", "0.05", "0.01"))
    record = history.trial("Leaky ReLU")
    trial = history_of("moons slow")
    record(trial.info)
    record(EvaluationRecord(0, 0.0, 0.9, 0.5))
    record(EvaluationRecord(40, 1.0, 0.3, 0.9))
    drawing: Any = FIGURES["loss"].draw([ShownRun("run", history)])
    assert "1: learning rate 0.05 → 0.01 at step 20" in drawing.caption
    figure: Any = drawing.figure
    assert "trial: Leaky ReLU" in labels(figure)
    assert ([0, 40], [0.9, 0.3]) in [
        (list(line.get_xdata()), [round(y, 6) for y in line.get_ydata()]) for line in figure.axes[0].lines
    ]
    assert [20, 20] in [list(line.get_xdata()) for line in figure.axes[0].lines]


@pytest.mark.parametrize(("key", "field"), [("gradients", "gradient_rms"), ("updates", "update_ratio")])
def test_gradients_and_updates_are_those_of_the_layers(key, field):
    figure = painted(key, "moons")
    steps, values = history_of("moons").columns(StepRecord, "step", field)
    for place, style in enumerate(LIGHT.layer_lines(3)):
        drawn = drawn_lines(figure.axes[0])[style.colour]
        np.testing.assert_allclose(drawn[0], steps)
        np.testing.assert_allclose(drawn[1], values[:, place], rtol=1e-5)
    assert figure.axes[0].get_yscale() == ("log" if key == "gradients" else "linear")
    assert labels(figure) == [layer.title for layer in history_of("moons").info.layout.layers]


def test_layers_without_a_gradient_are_named():
    drawing = drawing_of("gradients", "dead")
    assert "Exactly 0 at the end, so not on this axis: 1 Dense" in drawing.caption
    assert "1 Dense from 0 at step 0 to 0 at step 20 (no gradient reaches it)" in drawing.alternative


def test_several_runs_get_a_small_plot_per_layer():
    drawing = drawing_of("gradients", "moons", "one layer", "deep")
    axes = [axis for axis in drawing.figure.axes if axis.get_visible()]
    titles = [axis.get_title(loc="left") for axis in axes]
    assert titles[0] == "1 Dense"
    assert titles[-1] == "Output"
    assert len(titles) == 8
    assert "8 of 11 layers are drawn" in drawing.caption
    assert len(axes[-1].lines) == 3  # every run has an output
    _, values = history_of("one layer").columns(StepRecord, "step", "gradient_rms")
    (line,) = [line for line in axes[-1].lines if line.get_color() == LIGHT.run_line(1).colour]
    np.testing.assert_allclose(line.get_ydata(), values[:, 0], rtol=1e-5)
    assert labels(drawing.figure) == ["moons", "one layer", "deep"]


def test_the_share_of_dead_units_is_drawn_in_percent():
    drawing = drawing_of("dead", "dead")
    axes = drawing.figure.axes[0]
    steps, dead = history_of("dead").columns(ProbeRecord, "step", "dead")
    np.testing.assert_allclose(axes.lines[0].get_data(), (steps, 100 * dead[:, 0]))
    assert dead[-1, 0] == 1
    assert "to 100 % at step 20" in drawing.alternative
    assert axes.yaxis.get_major_formatter()(50, 0) == "50 %"


def test_the_heatmap_shows_the_state_of_every_unit():
    history = history_of("dead")
    drawing = drawing_of("units", "dead")
    hidden, output = drawing.figure.axes
    pixels = hidden.images[0].get_array()
    status = history.columns(ProbeRecord, "unit_status")[0]
    assert pixels.shape == (300, 21, 4)  # a row per unit, a column per step
    assert (pixels[..., :3] == rgb_of(BLENDED_STATUS[UnitStatus.DEAD])).all()
    assert (status[:, :300] == UnitStatus.DEAD).all()
    assert hidden.get_title(loc="left") == "1 Dense · 300 dead of 300 units"
    assert "1 Dense: 300 dead of 300 units" in drawing.alternative
    living = output.images[0].get_array()
    np.testing.assert_allclose(living[:, -1, 3] / 255, STRONG, atol=0.01, err_msg="outputs are never off")


def test_living_units_are_as_strong_as_they_fire_often():
    history = history_of("moons")
    living = drawing_of("units", "moons").figure.axes[0].images[0].get_array()
    status, rates = (column[-1] for column in history.columns(ProbeRecord, "unit_status", "firing_rate"))
    active = np.flatnonzero(status[: len(living)] == UnitStatus.ACTIVE)
    assert len(active)
    expected = FAINT + (STRONG - FAINT) * rates[active]
    np.testing.assert_allclose(living[active, -1, 3] / 255, expected, atol=0.01)


def test_histograms_are_those_of_the_layers():
    drawing = drawing_of("histograms", "moons")
    low, high, mean = history_of("moons").columns(ProbeRecord, "histogram_low", "histogram_high", "mean")
    assert f"1 Dense from {low[-1, 0]:.4g} to {high[-1, 0]:.4g}, mean {mean[-1, 0]:.4g}" in drawing.alternative
    over_time, present = drawing.figure.axes[:2]
    bottom, top = over_time.get_ylim()
    assert bottom <= low[:, 0].min() < high[:, 0].max() <= top
    (stairs,) = present.patches
    shares = stairs.get_data().values
    assert shares.sum() == pytest.approx(1, abs=1e-4)
    assert over_time.images[0].get_array()[..., 3].max() > 0
    np.testing.assert_allclose(over_time.lines[0].get_ydata(), mean[:, 0])
    weights = drawing_of("weights", "moons")
    assert f"from {history_of('moons').columns(ProbeRecord, 'weight_low')[0][-1, 0]:.4g}" in weights.alternative


def test_the_output_of_each_kind_of_data():
    plane = drawing_of("output", "moons")
    assert "upper moon on" in plane.alternative
    assert (painted("output", "moons").axes[0].get_xlabel(), painted("output", "moons").axes[0].get_ylabel()) == (
        "x₁",
        "x₂",
    )
    picture: Any = history_of("sine").picture
    curve = painted("output", "sine").axes[0]
    np.testing.assert_allclose(curve.lines[0].get_data(), (picture.x, picture.y[0]))
    surface = painted("output", "surface")
    np.testing.assert_allclose(surface.axes[0].images[0].get_array(), history_of("surface").picture.values[0])
    assert surface.axes[1].get_ylabel() == "output, target"


def test_classes_are_shown_as_pictures_and_as_a_confusion_matrix():
    drawing = drawing_of("output", "digits")
    confusion: Any = history_of("digits").picture.confusion
    right = int(np.trace(confusion))
    assert f"{right} of 20 validation samples right ({100 * right / 20:g} %)" in drawing.alternative
    pictures, matrix = drawing.figure.axes
    assert len(pictures.images) == 20
    written = {(text.get_position(), text.get_text()) for text in matrix.texts}
    assert written == {((col, row), str(n)) for (row, col), n in np.ndenumerate(confusion) if n}
    wrong = [text.get_text() for text in pictures.texts if "✗" in text.get_text()]
    assert all("\nis " in text for text in wrong)


def test_predictions_of_numbers_are_drawn_against_their_targets():
    history = copy_of("sine")
    target = np.array([0.0, 1.0, 2.0, 3.0], np.float32)
    predicted = np.array([0.0, 1.0, 2.0, np.nan], np.float32)
    history.append(ScatterPicture(5, target, predicted))
    drawing: Any = FIGURES["output"].draw([ShownRun("run", history)])
    (points,) = drawing.figure.axes[0].collections
    np.testing.assert_allclose(points.get_offsets(), np.stack([target, predicted], 1)[:3])
    assert "R²" not in drawing.caption  # with a prediction that is no number
    history.append(ScatterPicture(5, target, target + 0.5))
    assert "R² 0.8" in FIGURES["output"].draw([ShownRun("run", history)]).caption


def test_the_design_has_a_box_for_every_layer():
    drawing = drawing_of("design", "digits")
    texts = [text.get_text() for text in drawing.figure.axes[0].texts]
    headings = ["Input", "1 Conv2d", "2 MaxPool2d", "3 Flatten", "4 Dense", "Output"]
    assert [text for text in texts if text in headings] == headings
    assert {"1×8×8", "4×6×6", "4×3×3", "36", "filter size 3", "40 parameters", "222 parameters"} <= set(texts)
    assert "1 Conv2d: filter size 3, ReLU, 4×6×6 out, 40 parameters" in drawing.alternative
    assert len(drawing.figure.axes[0].patches) == 6 + 5  # boxes and arrows


def test_many_equal_layers_share_a_box():
    texts = [text.get_text() for text in painted("design", "deep").axes[0].texts]
    assert "2–10 Dense" in texts
    assert "42 parameters each" in texts


def test_samples_are_drawn_in_their_original_units():
    data = history_of("moons").info.dataset
    axes = painted("samples", "moons").axes[0]
    drawn = np.concatenate([points.get_offsets() for points in axes.collections])
    original = data.original(data.train.inputs)
    assert sorted(map(tuple, drawn.round(4).tolist())) == sorted(map(tuple, original.astype(float).round(4).tolist()))
    assert labels(painted("samples", "moons")) == ["upper moon", "lower moon"]
    images = painted("samples", "digits").axes[0]
    assert len(images.images) == 20
    names = [text.get_text() for text in images.texts]
    assert names == [str(k) for k in history_of("digits").info.dataset.train.targets[:20]]


def test_one_unit_is_drawn_where_it_is_asked_for():
    history = history_of("moons")
    drawing = unit_figure(1, 2).draw(shown("moons"))
    place = history.info.layout.offsets[1] + 2
    steps, bias = history.columns(UnitTraceRecord, "step", "bias", unit=place)
    figure: Any = drawing.figure
    np.testing.assert_allclose(figure.axes[0].lines[0].get_data(), (steps, bias))
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["bias", "weight norm", "gradient norm", "fires on"]
    assert drawing.title == "2 Dense, unit 3"
    assert f"bias from {bias[0]:.4g} at step 0 to {bias[-1]:.4g} at step 60" in drawing.alternative
    assert unit_figure(1, 6).draw(shown("moons")) is None
    assert unit_figure(1, 6).table(shown("moons")) is None


def built_like(name: str, dataset: Dataset) -> RunHistory:
    """A history without measurements, of other data."""
    info = history_of(name).info
    return RunHistory(RunStarted(info.spec, info.layout, dataset, 0, 0, info.device))


def test_of_many_inputs_the_first_two_are_drawn():
    values = np.arange(80, dtype=np.float32).reshape(20, 4)
    split = Split(values, values[:, :1])
    data = Dataset(Description(Task.REGRESSION, (4,), 1, feature_names=("a", "b", "c", "d")), split, split, split)
    drawing: Any = FIGURES["samples"].draw([ShownRun("run", built_like("sine", data))])
    assert "the first 2 of their 4 inputs" in drawing.caption
    assert "a from 0 to 76 and b from 1 to 77. Targets from 0 to 76." in drawing.alternative
    axes = drawing.figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a", "b")
    np.testing.assert_allclose(axes.collections[0].get_offsets(), values[:, :2])


def test_validation_alone_is_drawn_and_long_names_are_shortened():
    history = built_like("moons", history_of("moons").info.dataset)
    history.append(EvaluationRecord(0, 0.0, 0.9, 0.5))
    name = "a run with a name that nobody would give " * 4
    drawing: Any = FIGURES["loss"].draw([ShownRun(name, history, 0), *shown("moons slow")])
    assert labels(drawing.figure)[0].endswith("…")
    assert name in drawing.alternative
    alone: Any = FIGURES["loss"].draw([ShownRun("run", history)])
    (point,) = [line for line in alone.figure.axes[0].lines if line.get_color() == LIGHT.validation]
    assert (point.get_marker(), list(point.get_ydata())) == ("o", [0.9])
    assert "validation loss 0.9 at step 0" in alone.alternative
    say = alone.figure.axes[-1].xaxis.get_major_formatter()
    assert [say(place, 0) for place in (0.0, 0.5, 1.0, 1200.0)] == ["0", "", "1", "1,200"]
    assert alone.figure.axes[0].get_xlim() == pytest.approx((-0.01, 1.01))


@pytest.mark.parametrize("name", ["moons", "sine", "surface", "digits"])
def test_runs_are_drawn_side_by_side_on_equal_axes(name):
    drawing: Any = FIGURES["compare"].draw(shown(name, name, name))
    for theme in (LIGHT, DARK):
        figure = drawing.paint(theme)
        pictures, losses = figure.axes[:-1], figure.axes[-1]
        assert len(pictures) == 3
        assert len({axes.get_xlim() for axes in pictures}) == len({axes.get_ylim() for axes in pictures}) == 1
        assert [text.get_text()[0] for text in losses.texts if text.get_text()[:1] in "ABC"] == ["A", "B", "C"]
    assert drawing.caption.endswith(".")
    assert "C  " in drawing.alternative


def test_of_two_runs_the_difference_is_a_picture_too():
    drawing: Any = FIGURES["compare"].draw(shown("moons", "moons slow"))
    titles = [axes.get_title(loc="left") for axes in drawing.figure.axes]
    assert titles[:3] == ["A  moons", "B  moons slow", "where they differ"]
    assert "of the plane" in drawing.figure.axes[2].get_xlabel()
    assert "A and B differ on" in drawing.alternative
    table = FIGURES["compare"].table(shown("moons", "moons slow"))
    assert [row[0] for row in table.rows] == ["A", "B"]
