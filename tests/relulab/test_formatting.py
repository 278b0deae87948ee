"""How values are written."""

import math
from datetime import date

import pytest

from relulab.formatting import (
    MOST_LINES,
    count,
    date_text,
    listed,
    mid_sentence,
    number,
    number_ranges,
    one_line,
    percent,
    percentage,
    quoted,
    readable,
    rounded,
    shortened,
    signed,
    times,
    value_text,
)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (0.0, "0"), (0.05, "0.05"), (-0.5, "-0.5"), (0.123456, "0.1235"), (300.0, "300"), (999.96, "1,000"),
        (12345.6, "12,346"), (2.5e6, "2.5e6"), (1e-5, "1e-5"), (math.nan, "not a number"), (-math.inf, "infinite"),
    ],
)  # fmt: skip
def test_a_number_in_a_sentence(given, text):
    assert number(given) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [(0.12345, "0.123"), (12345.6, "12,346"), (1e-8, "1 × 10⁻⁸"), (-2.5, "−2.5"), (math.nan, "–"), (-math.inf, "−∞")],
)
def test_a_number_in_print(given, text):
    assert number(given, 3, printed=True) == text


@pytest.mark.parametrize("given", [0.1 + 0.2, 1e-8, 12000.0, 1 / 3, 1e22, 5e-324])
def test_a_number_with_all_its_digits_gives_the_value_back(given):
    assert float(number(given, None).replace(",", "")) == given


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0026, "0.26 %"), (0.0314, "3.1 %"), (0.54, "54 %"), (0.1234, "12.3 %"), (1.0, "100 %"), (0.0, "0 %")],
)
def test_a_share_with_the_decimals_that_tell_something(share, text):
    assert percent(share) == text


def test_a_share_in_a_column_has_always_as_many_decimals():
    assert (percent(0.5, 0), percent(0.5, 2), percent(math.nan, 2)) == ("50 %", "50.00 %", "–")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (0.012345, "0.0123"), (12345.6, "12,300"), (999999.0, "1e6"), (3.0226e7, "3.02e7"),
        (1e-30, "1e-30"), (-1234.5, "-1,230"), (math.inf, "infinite"), (math.nan, "not a number"),
    ],
)  # fmt: skip
def test_a_measured_value_has_three_digits(value, text):
    assert rounded(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"), (1.0, "100 %"), (0.935, "94 %"), (0.031, "3.1 %"), (1e-30, "1e-28 %"), (0.9996, "99.96 %"),
        (0.999999, "almost 100 %"), (0.996, "99.6 %"), (3.5, "350 %"), (1e9, "more than 1,000 %"),
        (math.inf, "more than 1,000 %"), (math.nan, "an unknown share"),
    ],
)  # fmt: skip
def test_a_share_in_a_sentence_is_never_all_or_nothing_by_rounding(share, text):
    assert percentage(share) == text


def test_how_many_times():
    assert (times(1.0), times(0.999), times(31.6), times(math.inf)) == (
        "1.00 times",
        "0.999 times",
        "31.6 times",
        "infinitely many times",
    )


def test_counts_that_are_no_whole_numbers():
    assert [count(amount, "epoch") for amount in (1.0, 2.5, 3e7, math.inf, math.nan)] == [
        "1 epoch",
        "2.5 epochs",
        "3e7 epochs",
        "infinitely many epochs",
        "an unknown number of epochs",
    ]


def test_counts_and_lists():
    assert (count(1, "unit"), count(12000, "unit"), count(2, "class", "classes")) == (
        "1 unit",
        "12,000 units",
        "2 classes",
    )
    assert [listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert number_ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"


@pytest.mark.parametrize(
    ("chosen", "text"),
    [(None, "as proposed"), (True, "yes"), (5000, "5,000"), (1e-8, "1e-8"), (0.1 + 0.2, "0.3"), ("x", "x")],
)  # fmt: skip
def test_values_of_parameters(chosen, text):
    assert value_text(chosen) == text


def test_days_and_long_names():
    assert date_text(date(2025, 11, 24)) == "24 November 2025"
    assert shortened("a long name", 7) == "a long…"
    assert shortened("short", 7) == "short"


@pytest.mark.parametrize(
    ("title", "inside"),
    [("Learning rate", "learning rate"), ("L2 penalty", "L2 penalty"), ("ReLU", "ReLU"), ("Bias", "bias")],
)
def test_titles_inside_a_sentence(title, inside):
    assert mid_sentence(title) == inside


@pytest.mark.parametrize("given", ["a < b & c", "Größe ≥ 3\nδοκιμή 🙂", "12 300", "‎".strip("‎"), "שלום"])
def test_r2_what_can_be_read_stays_as_it_stands(given):
    assert readable(given) == given


@pytest.mark.parametrize(
    ("given", "shown"),
    [("a\u202eb", "ab"), ("a\x00b\x1b[0m", "a b [0m"), ("a\ud800b", "a\ufffdb"), ("\u2066a\u2069", "a")],
)
def test_r2_what_turns_text_around_is_left_out(given, shown):
    assert readable(given) == shown


def test_r12_what_is_endless_is_cut_in_its_middle():
    shown = readable("begin " + "x" * 100_000 + " end", 100)
    assert len(shown) == 100
    assert shown.startswith("begin ")
    assert shown.endswith(" end")
    assert readable("a\n" * 1000).count("\n") <= MOST_LINES
    assert one_line("a\n b\t c") == "a b c"


@pytest.mark.parametrize(
    "given", ["x" * 10_000, 10**5000, -(10**5000), ["x"] * 10_000, b"x" * 9999, "a\nb\u202e"], ids=range(6)
)
def test_r12_a_quote_is_short_and_stands_on_one_line(given):
    shown = quoted(given)
    assert len(shown) <= 62
    assert shown.isprintable()


def test_a_list_of_hundreds_of_numbers_is_not_written_out_but_told_apart():
    points = "; ".join(["0.531 -0.664 1"] * 400)
    changed = points[:3000] + "9" + points[3001:]
    words = [value_text(given) for given in (points, changed)]
    assert all(len(each) < 120 and each.startswith("0.531 -0.664 1; ") for each in words)
    assert "6,398 letters" in words[0]
    assert words[0] != words[1]
    assert value_text("sin(x)" * 30) == "sin(x)" * 30


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("-2", "−2"), ("-0.5 … -.25", "−0.5 … −.25"), ("bias -1, (-3)", "bias −1, (−3)"), ("[-1, 1]", "[−1, 1]"),
        ("1e-6", "1e-6"), ("-2.5e-6", "−2.5e-6"), ("2025-11-24", "2025-11-24"), ("mnist-8-2", "mnist-8-2"),
        ("--seed 1", "--seed 1"), ("a - 1", "a - 1"), ("none", "none"),
    ],
)  # fmt: skip
def test_numbers_below_zero_get_the_sign_of_print(words, shown):
    assert signed(words) == shown
