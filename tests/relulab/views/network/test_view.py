"""What the picture of a network shows and says, of real runs: columns, scales, captions, formulas."""

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.measurements.status import UnitStatus
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from relulab.training.schedule import LIVE
from relulab.views.network.arrange import Shown
from relulab.views.network.edges import Lines
from relulab.views.network.formula import described, formula, number, signed, unit_label, without_formula
from relulab.views.network.view import followed, in_words, network_view
from tests.helpers.small_runs import experiment

CONV = {"kind": "conv2d", "parameters": {"channels": 4, "padding": 1}}


def shown(data, *layers, steps=20, **training):
    spec = experiment(data, *layers, steps=steps, loss="mse" if data == "sine" else "cross_entropy", **training)
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), recording=LIVE, record=store.append)
    run.instruments.network_wanted = True
    run.measure_start()
    run.run_until(steps)
    run.instruments.conclude()
    view = network_view(store.current)
    assert view is not None
    return run, view


def kinds(view):
    return [column.shown for column in view.columns]


def lines(view):
    return [rule.lines for rule in view.rules]


def test_two_inputs_are_planes_with_all_weights():
    run, view = shown("moons", 6, 5)
    assert kinds(view) == [Shown.PLANE] * 4
    assert lines(view) == [Lines.WEIGHTS] * 3
    assert [str(column.titles[0]) for column in view.columns] == ["Input", "1 Dense · ReLU", "2 Dense · ReLU", "Output"]
    assert [str(name) for name in view.columns[-1].names] == ["upper moon", "lower moon"]
    assert np.array_equal(view.weights(2), run.network.weights()[1].detach().numpy())


def test_the_inputs_run_over_the_plane_as_the_grid_does():
    _, view = shown("moons", 6)
    x, y = view.pictures(0)
    assert (np.diff(x, axis=1) > 0).all()
    assert (np.diff(y, axis=0) < 0).all(), "the highest y is in the top row"


def test_one_input_is_a_curve():
    _, view = shown("sine", 6)
    assert kinds(view) == [Shown.CURVE] * 3
    assert view.pictures(1).ndim == 2


def test_the_first_layer_on_images_shows_its_weights_and_deeper_ones_values():
    run, view = shown("digits", "flatten", 6, 5)
    assert kinds(view) == [Shown.IMAGE, Shown.WEIGHTS, Shown.VALUE, Shown.VALUE]
    assert lines(view) == [Lines.NONE, Lines.WEIGHTS, Lines.WEIGHTS]
    weights = run.network.weights()[0].detach().numpy()
    assert np.array_equal(view.pictures(1), weights.reshape(6, 8, 8))
    assert [str(name) for name in view.columns[-1].names] == list("0123456789")


def test_convolutions_are_maps_and_their_lines_have_no_sign():
    run, view = shown("digits", CONV, "max_pool2d", CONV, "flatten", 5)
    assert kinds(view) == [Shown.IMAGE, Shown.MAP, Shown.MAP, Shown.MAP, Shown.VALUE, Shown.VALUE]
    assert lines(view) == [Lines.NONE, Lines.ONE_TO_ONE, Lines.NORMS, Lines.NORMS, Lines.WEIGHTS]
    kernels = run.network.weights()[1].detach().numpy()
    assert view.weights(3)[2, 1] == pytest.approx(np.linalg.norm(kernels[2, 1]), rel=1e-5)
    assert [str(column.titles[0]) for column in view.columns[1:4]] == [
        "1 Conv2d 3×3 · ReLU", "2 MaxPool2d 2×2", "3 Conv2d 3×3 · ReLU",
    ]  # fmt: skip


def test_a_norm_feeds_one_to_one():
    _, view = shown("moons", 6, "batch_norm", 5)
    assert lines(view) == [Lines.WEIGHTS, Lines.ONE_TO_ONE, Lines.WEIGHTS, Lines.WEIGHTS]


def test_captions_count_the_states_and_lose_the_dead_last():
    bias = {"name": "constant", "parameters": {"value": -50.0}}
    _, view = shown("moons", {"kind": "dense", "parameters": {"units": 6}, "bias": bias}, 5)
    assert (view.states(1) == UnitStatus.DEAD).all()
    first = [str(words) for words in view.counts(range(1, 2))]
    assert first[0] == "6 units · 6 dead"
    assert "6 dead" in first
    assert [state for state in view.occurring() if state is UnitStatus.DEAD]
    folded = str(view.counts(range(1, 3))[0])
    assert folded.startswith("11 units · ")


def test_a_scale_shows_who_is_weak_and_follows_slowly_downwards():
    _, view = shown("moons", 20)
    largest = np.abs(view.pictures(1)).max(axis=(1, 2))
    assert view.scale(1) == sorted(largest.tolist())[18], "two of twenty are stronger, or as strong"
    assert followed(None, 3.0) == 3.0
    assert followed(1.0, 3.0) == 3.0
    assert 2.5 < followed(3.0, 1.0) < 3.0


def test_a_formula_has_the_numbers_of_the_network():
    run, view = shown("moons", 6, 5)
    found = formula(view, (2, 3), most=3)
    assert found is not None
    weights, bias = run.network.parameters_of(1)
    row = weights.detach().numpy()[3]
    assert [term.weight for term in found.terms] == pytest.approx(row[np.argsort(-np.abs(row))[:3]].tolist())
    assert found.left_out == 3
    assert found.bias == pytest.approx(float(bias.detach()[3]))
    sample = run.evaluator.validation.inputs[:1]
    kept = run.evaluator.unit_values(sample, 1, 3)
    assert found.sum == pytest.approx(float(kept.pre_activation[0]), abs=1e-5)
    assert found.value == pytest.approx(float(kept.activation[0]), abs=1e-5)
    assert str(unit_label(view, (2, 3))) == "h4"


def test_few_inputs_stand_in_order():
    _, view = shown("moons", 6)
    found = formula(view, (1, 0), most=5)
    assert [str(term.name) for term in found.terms] == ["x₁", "x₂"]
    assert found.left_out == 0


def test_pixels_are_counted_and_their_sum_is_right():
    run, view = shown("digits", "flatten", 6)
    found = formula(view, (1, 2), most=5)
    assert found.terms == ()
    assert found.left_out == 64
    kept = run.evaluator.unit_values(run.evaluator.validation.inputs[:1], 0, 2)
    assert found.sum == pytest.approx(float(kept.pre_activation[0]), rel=1e-4, abs=1e-4)


def test_what_has_no_formula_says_what_it_is():
    _, view = shown("digits", CONV, "max_pool2d", "flatten", 5)
    for cell in ((0, 0), (1, 2), (2, 1)):
        assert formula(view, cell, 3) is None
        assert str(without_formula(view, cell))


def test_words_for_whoever_does_not_see_it():
    _, view = shown("moons", 6, 5)
    words = str(described(view, (2, 3)))
    assert words.startswith("unit 4 of 5 in 2 Dense · ReLU, ")
    assert "strongest input h" in words
    assert "Network of a run at step 20: Input, 2 numbers; 1 Dense · ReLU, 6 units" in str(in_words("a run", view))


WRITTEN = {
    0.7: "+0.70",
    -1.05: "−1.05",
    0.021: "+0.021",
    0: "+0.00",
    -1e-5: "−1.0e-05",
    12345.0: "+1.2e+04",
    np.nan: "+?",
}


@pytest.mark.parametrize(("value", "written"), WRITTEN.items())
def test_numbers_have_two_decimals_from_a_tenth_on_and_three_below(value, written):
    assert signed(value) == written
    assert number(abs(value)) == written[1:]
