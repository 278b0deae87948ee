"""What is said of one input: every number in it is that of the network."""

import re
from itertools import pairwise

import numpy as np
import pytest

from relulab.text import Text
from relulab.views.one_input.answer import Matrix, answer_bars, answer_words, matrix_of, reasons_of
from relulab.views.one_input.back import BackView, back_view
from relulab.views.one_input.columns import MOST_LINES, cut_words, forward_columns, layer_words
from relulab.views.slopes import slope_rows, slopes_alone
from tests.helpers.looks import looked_at
from tests.helpers.small_runs import experiment

CONV = {"kind": "conv2d", "parameters": {"channels": 4, "padding": 1}}
IMAGES = experiment("digits", CONV, "max_pool2d", "flatten", 5)


def deep(activation):
    return [{"kind": "dense", "parameters": {"units": 6}, "activation": activation}] * 2


MOONS = experiment("moons", 3, 2)
NUMBER = r"[−\d.,]+(?: × 10[⁻\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"


def had(view):
    """What is there, not the reason why it is not."""
    assert not isinstance(view, Text), str(view)
    return view


RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def value_of(formula: str) -> float:
    """What a written sum comes to."""
    plain = re.sub(r" × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: f"e{found[1].translate(RAISED)}", formula)
    return float(eval(plain.replace("−", "-").replace("×", "*").replace(",", "")))  # our own words


@pytest.mark.parametrize("index", range(4))
def test_the_formulas_of_forward_hold(index):
    info, look = looked_at(MOONS, index)
    columns = forward_columns(info, look)
    assert [str(column.titles[0]) for column in columns] == ["Input", "1 Dense · ReLU", "2 Dense · ReLU", "Output"]
    for place in (1, 2):
        lines = [str(line) for line in layer_words(info, look, place)]
        for unit, line in enumerate(lines):
            name, terms, total, value, state = re.fullmatch(
                r"(\w+) = ReLU\((.*)\) = ReLU\((.*)\) = (.*), (on|off)", line
            ).groups()
            assert name == f"h{unit + 1}"
            assert value_of(terms) == pytest.approx(value_of(total), abs=0.02)
            assert value_of(value) == max(0.0, value_of(total))
            assert (state == "on") == (value_of(total) > 0) == bool(columns[place].on[unit])
    output = str(layer_words(info, look, 3)[0])
    assert output.startswith("upper moon = ")
    assert value_of(output.split(" = ")[1]) == pytest.approx(float(look.outputs[0]), abs=0.05)


def test_scaled_inputs_say_both_numbers():
    info, look = looked_at(MOONS)
    first = str(layer_words(info, look, 0)[0])
    own, scaled = re.fullmatch(rf"x₁ = ({NUMBER}), scaled to ({NUMBER})", first).groups()
    assert value_of(own) == pytest.approx(float(look.inputs[0]), abs=0.01)
    assert value_of(scaled) == pytest.approx(float(look.question.inputs[0]), abs=0.01)


def test_many_units_and_terms_are_cut_short_and_counted():
    info, look = looked_at(experiment("digits", "flatten", 40))
    lines = [str(line) for line in layer_words(info, look, 1)]
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "… and 16 units more, nearer to 0"
    assert all("from 58 others" in line for line in lines[:-1])


def test_maps_pools_and_kernels_of_images():
    info, look = looked_at(IMAGES)
    columns = forward_columns(info, look)
    assert [column.values.shape for column in columns] == [(1, 8, 8), (4, 8, 8), (4, 4, 4), (5,), (10,)]
    assert columns[1].kernels.shape == (4, 3, 3)
    assert columns[2].kernels is None
    on = int((look.way.pre_activations[0][0] > 0).sum())
    assert str(layer_words(info, look, 1)[0]) == f"1 Conv2d 3×3 · ReLU: {on} of 256 on"
    assert str(columns[1].note) == f"{on} of 256 on"


def test_what_hiding_changes_is_said():
    assert "change by exactly 0." in str(cut_words(looked_at(MOONS)[1]))
    leaky = looked_at(experiment("moons", *deep("leaky_relu")))[1]
    assert re.search(r"change by up to 0\.\d+\. ", str(cut_words(leaky)))
    assert leaky.change_when_cut > 0
    assert str(cut_words(looked_at(experiment("moons", *deep("tanh")))[1])).startswith(
        "No unit of this network is ever"
    )


@pytest.mark.parametrize("spec", [MOONS, IMAGES, experiment("sine", 5, loss="mse"), experiment("iris", 5, size=80)])
def test_the_reasons_sum_to_the_answer(spec):
    info, look = looked_at(spec, 1)
    reasons = had(reasons_of(info, look))
    total = float(look.way.pre_activations[-1][0].max())
    assert float(reasons.contributions.sum()) == pytest.approx(total, abs=1e-9)
    lines = [str(line) for line in reasons.words]
    assert value_of(lines[-1].removeprefix("sum: ")) == pytest.approx(total, rel=0.01)
    named = [re.fullmatch(rf".*: ({NUMBER}) × ({NUMBER}) = ({NUMBER})", line) for line in lines]
    written = [[value_of(number) for number in found.groups()] for found in named if found]
    sizes = [abs(added) for _, _, added in written]
    assert sizes == sorted(sizes, reverse=True)
    for value, weight, added in written:
        assert value * weight == pytest.approx(added, rel=0.02, abs=0.01)
    left = [value_of(line.split(": ")[1]) for line in lines[len(written) : -1]]
    assert sum(added for _, _, added in written) + sum(left) == pytest.approx(total, rel=0.02, abs=0.05)
    if info.dataset.description.is_image:
        assert reasons.picture.sum() + reasons.contributions[-1] == pytest.approx(total)


def test_the_matrix_is_the_map_of_the_region():
    info, look = looked_at(MOONS)
    matrix = had(matrix_of(info, look))
    np.testing.assert_allclose(matrix.weights @ look.inputs + matrix.biases, look.outputs, atol=1e-9)
    assert matrix.is_small
    assert "a matrix of 2 × 2, 4 numbers in all, and 2 biases" in str(matrix.words)
    info, look = looked_at(IMAGES)
    assert not had(matrix_of(info, look)).is_small
    assert "a matrix of 10 × 64, 640 numbers in all" in str(had(matrix_of(info, look)).words)


def test_where_there_is_no_map_it_says_why():
    info, look = looked_at(experiment("moons", *deep("tanh")))
    assert isinstance(matrix_of(info, look), Text)
    assert "uses Tanh, which is curved" in str(reasons_of(info, look))


def test_answers_of_classes_and_of_numbers():
    info, look = looked_at(MOONS)
    bars = answer_bars(info, look)
    assert sum(bar.share for bar in bars) == pytest.approx(1.0)
    answer = next(bar for bar in bars if bar.is_answer)
    right = next(bar for bar in bars if bar.is_right)
    ending = "right." if answer is right else f"but it is {right.name}."
    assert str(answer_words(info, look)).endswith(ending)
    info, look = looked_at(MOONS, known=False)
    assert not any(bar.is_right for bar in answer_bars(info, look))
    info, look = looked_at(experiment("cars", 5, size=200, loss="mse"))
    (bar,) = answer_bars(info, look)
    own = info.dataset.original_targets(look.outputs[None])[0, 0]
    assert float(bar.value.replace(",", "").replace("−", "-")) == pytest.approx(own, rel=0.01)


@pytest.mark.parametrize("spec", [MOONS, experiment("sine", 4, 3, loss="mse"), experiment("moons", *deep("sigmoid"))])
def test_the_products_of_backward_hold(spec):
    info, look = looked_at(spec, 2)
    view = back_view(info, look)
    assert isinstance(view, BackView)
    assert view.agrees
    assert str(view.verdict).startswith("Checked: ")
    assert str(view.steps[0].lines[0]).startswith("loss = ")
    assert [step.layer for step in view.steps] == [len(view.columns) - 1, *reversed(range(len(view.columns)))]
    for step in view.steps[2:]:
        deltas = look.way.deltas[step.layer][0]
        for line, delta in zip(map(str, step.lines), deltas, strict=True):
            products, slope, result = re.fullmatch(r"δ\(\w+\) = \((.*)\) × slope (.*) = (.*)", line).groups()
            assert value_of(products) * value_of(slope) == pytest.approx(delta, rel=0.05, abs=0.01)
            assert value_of(result) == pytest.approx(delta, rel=0.01, abs=1e-12)


def test_a_check_that_fails_says_where():
    info, look = looked_at(MOONS, 2)
    look.back.layers[0].slopes[1] += 0.5
    look.back.layers[0].arriving[1] += 0.5
    try:
        view = had(back_view(info, look))
    finally:
        look.back.layers[0].slopes[1] -= 0.5
        look.back.layers[0].arriving[1] -= 0.5
    assert not view.agrees
    assert str(view.verdict).startswith("They differ: 1 Dense · ReLU, h2 has the delta ")


def test_backward_says_why_it_is_not_written_out():
    assert "up to 50 units; this one has 62 units" in str(back_view(*looked_at(experiment("moons", 60))))
    assert "choose a sample" in str(back_view(*looked_at(MOONS, known=False)))
    assert "networks of dense layers" in str(back_view(*looked_at(IMAGES)))


def test_slopes_of_sigmoids_have_a_bound():
    sigmoids = experiment("moons", *deep("sigmoid"), *deep("sigmoid"))
    info, look = looked_at(sigmoids)
    rows = slope_rows(look.slopes)
    assert len(rows) == 4
    for (slope, weights, gain, product, _), behind in pairwise(rows):
        assert slope * weights == pytest.approx(gain)
        assert gain * behind[3] == pytest.approx(product)
    assert "No slope is above 0.25: through 4 layers they leave at most 0.00391." in str(
        slopes_alone(info, look.slopes)
    )
    info, look = looked_at(MOONS)
    assert "at most" not in str(slopes_alone(info, look.slopes))


def test_a_matrix_of_many_numbers_is_not_shown_as_a_table():
    info, look = looked_at(experiment("digits", "flatten", 4))
    found = matrix_of(info, look)
    assert isinstance(found, Matrix)
    assert not found.is_small
