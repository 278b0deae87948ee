"""The student's formula: what it computes, what it refuses and how it says so."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relulab.data.expression import Expression
from relulab.errors import DataError
from tests.helpers.effort import at_most


def value(formula: str, x: float = 0.5) -> float:
    return float(Expression(formula, 0.1, 2.0)(np.array([x]))[0])


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x", 0.5),
        ("3", 3.0),
        ("sin(3*x) + 0.5*x", math.sin(1.5) + 0.25),
        ("-x**2", -0.25),
        ("x^2 + 1", 1.25),
        ("2^-x", 2**-0.5),
        ("x²·π", 0.25 * math.pi),
        ("x³ − 1", 0.125 - 1),
        ("e**x", math.exp(0.5)),
        ("tan(x)/cos(x)", math.tan(0.5) / math.cos(0.5)),
        ("exp(-x) * log(x) - sqrt(x)", math.exp(-0.5) * math.log(0.5) - math.sqrt(0.5)),
        ("abs(x - 1) + sign(x - 1)", -0.5),
        ("tanh(1e-1 * x)", math.tanh(0.05)),
        ("min(x, 0.2) + max(x, 0.7)", 0.9),
        ("where(x > 0.4, log(x - 0.4), 1)", math.log(0.1)),
        ("where(x <= 0.5, 2, 3) * (x != 0.5) + (x == 0.5)", 1.0),
        ("(x >= 0.5) + (x < 0.5)", 1.0),
        ("relu(x - 1) + floor(2.5)", 2.0),
        ("y = x + 1", 1.5),
        ("f(x) = x", 0.5),
        ("+x\n + .5", 1.0),
    ],
)
def test_computes(formula, expected):
    assert value(formula) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("2x", r"write \* between a number and what follows it: 2\*x"),
        ("3(x+1)", r"3\*\("),
        ("2 sin(x)", r"2\*s"),
        ("x +", "at its end"),
        ("(x + 1", "at character"),
        ("x = 3", "at character"),
        ("sin x", "at character"),
        ("sin", r"write sin\(x\)"),
        ("sin + 1", r"write sin\(x\)"),
        ("sin()", "takes 1 value"),
        ("max(x)", r"takes 2 values in its brackets, as in max\(x, 0\)"),
        ("where(x, 1)", r"where\(x > 0, x, 0\)"),
        ("x(x + 1)", r"write \* to multiply"),
        ("(x + 1)(x - 1)", r"write \* to multiply"),
        ("t + 1", "'t' is not known"),
        ("sinus(x)", "'sinus' is not known"),
        ("x if x > 1 else 0", "write where"),
        ("x and 1", "write where"),
        ("1 < x < 2", "cannot be used"),
        ("not x", "cannot be used"),
        ("x // 2", "cannot be used"),
        ("x % 2", "'%' .* has no meaning"),
        ("x, 1", "cannot be used"),
        ("True", "cannot be used"),
        ("sin(x=1)", "cannot be used"),
        ("sin(*x)", "cannot be used"),
        ("lambda: 1", "no meaning"),
        ("x.real", "'x.real' cannot be used"),
        ("x.__class__", "cannot be used"),
        ("().__class__.__bases__", "cannot be used"),
        ("__import__('os').system('ls')", "has no meaning"),
        ("__import__(x)", "'__import__' is not known"),
        ("open(x)", "'open' is not known"),
        ("eval(x)", "'eval' is not known"),
        ("[x for x in x]", "no meaning"),
        ("x\0", "no meaning"),
        ("x # 1", "no meaning"),
        ("x; x", "no meaning"),
        ("sin(x)" + " + sin(x)" * 40, "at most 200"),
        ("-" * 190 + "x", "nested"),
        ("(" * 99 + "x" + ")" * 99 + "+", "understood|nested"),
        ("x**1000", "exponent '1000'"),
        ("x**x**x**x**(9*x)", "exponent"),
        ("9" * 150 + "**" + "9", "too large"),
        ("1e999", "too large"),
        ("1e6*1e6*x", "keep its values within"),
        ("1/(x - x)", "no finite value at x = 0.1"),
        ("log(x - 1)", "no finite value at x = 0.1"),
        ("sqrt(-x)", "no finite value"),
        ("exp(exp(exp(9*x)))", "no finite value|keep its values"),
    ],
)
def test_refuses_and_says_why(formula, said):
    with pytest.raises(DataError, match=said):
        Expression(formula, 0.1, 2.0)


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0)])
def test_the_range_must_go_upwards(low, high):
    with pytest.raises(DataError, match="upwards"):
        Expression("x", low, high)


@given(st.text(alphabet="x0123456789.+-*/()<>=!,^ esincoabwhrmpltqg_²π·'\"[]{}:\n", max_size=60))
def test_any_text_is_computed_or_refused_politely(text):
    try:
        values = Expression(text, -1.0, 1.0)(np.linspace(-1.0, 1.0, 11))
    except DataError:
        return
    assert np.isfinite(values).all()


def test_a_formula_of_the_allowed_length_takes_no_time():
    with at_most(1.0):
        Expression("x" + "**1" * 60, 0.1, 2.0)(np.linspace(0.1, 2.0, 1000))


def test_keeps_the_shape_of_x():
    assert Expression("1", 0.0, 1.0)(np.zeros((4, 3))).shape == (4, 3)
    assert Expression("x", 0.0, 1.0)(np.zeros(0)).shape == (0,)
    assert Expression("(x+1)**x", 0.0, 1.0)(np.zeros(0)).shape == (0,)
