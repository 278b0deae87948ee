"""A table in words and as pictures: what is shown is what is in it."""

import numpy as np
import pytest

from relulab.data.tables.choices import Choices
from relulab.data.tables.columns import Role
from relulab.views.table import TableView, facts, readings, sentence
from relulab.views.table_lines import ColumnLine, RunLine, cell, extent, first_values, kind, missing
from relulab.views.table_pictures import gaps_of, proposed_axes, scatter_of, spread_of
from tests.helpers.tables import understood

GAPS = "id;w;ward;kind\n" + "".join(
    f"{1000 + 7 * n};{'' if n % 5 == 0 else f'{n},5'};{'ABC'[n % 3]};{'well' if n % 4 else 'ill'}\n" for n in range(40)
)
PRICES = "rooms,noise,price\n" + "".join(f"{n % 6},{n * 7919 % 101},{1000 * (n % 6) + n}\n" for n in range(200))


@pytest.fixture
def gaps():
    return understood(GAPS)


def test_means_of_classes_are_there_where_they_were_worked_out_and_nowhere_else():
    """Those of a large table take a third of a second, which the window does not have."""
    head = ",".join(["label", *(f"pixel{n}" for n in range(49))])
    rows = "\n".join(",".join([str(n % 3), *(str(n * k % 256) for k in range(49))]) for n in range(30))
    table = understood(f"{head}\n{rows}\n")
    assert TableView(table, Choices()).class_means is None
    means = TableView.worked_out(table, Choices()).class_means
    assert means is not None
    assert means.names == ("0", "1", "2")
    assert means.pictures.shape == (3, 7, 7)
    assert TableView.worked_out(understood(PRICES), Choices()).class_means is None


def test_a_line_of_a_column_says_what_is_in_it(gaps):
    identifier, weight, ward, target = gaps.columns
    assert [str(kind(one)) for one in gaps.columns] == ["identifier", "number", "classes · 3", "classes · 2"]
    assert (first_values(weight), str(extent(weight)), str(missing(weight))) == (
        "– · 1.5 · 2.5",
        "1.5 … 39.5",
        "8 (20 %)",
    )
    assert str(extent(ward)) == "A 14×, B 13×, C 13×"
    assert str(missing(identifier)) == "none"
    assert target.role is Role.TARGET


def test_what_will_be_learned_is_said_with_its_rows_gaps_and_what_is_to_beat(gaps):
    assert str(sentence(gaps)) == "From w and ward the network learns which kind a row has."
    told = {str(fact.title): str(fact.words) for fact in facts(gaps, Choices())}
    assert told == {
        "rows": "40: 28 to train, 4 to validate, 8 to test",
        "features": "1 number, 3 columns of 0 and 1 made of ward",
        "classes": "well (75 %), ill (25 %)",
        "gaps": "in 8 rows of 40",
        "to beat": "always guessing 'well' is right in 75 %",
    }
    dropped = {str(fact.title): str(fact.words) for fact in facts(gaps, Choices(gaps="drop"))}
    assert dropped["rows"].startswith("32: ")


def test_six_choices_have_a_value_and_a_reason(gaps):
    told = {line.key: (str(line.value), str(line.why)) for line in readings(gaps)}
    assert list(told) == ["separator", "numbers", "header", "skip", "missing", "encoding"]
    assert told["numbers"] == ("1234,5", "cells like 1,5")
    assert told["missing"] == ("8 cells", "in w")
    assert all(value and why for value, why in told.values())


def test_lines_left_out_are_named_with_their_reasons():
    table = understood("Lab 3\n\nx,y,c\n1.5,2.5,0\n2.5,3.5,1\n3.5,1.5,0\nSource: own\n")
    skip = next(line for line in readings(table) if line.key == "skip")
    assert str(skip.value) == "3 lines"
    assert "1: " in str(skip.why)
    assert "7: " in str(skip.why)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1969.0, "1969"), (685259.0, "685,259"), (0.19, "0.19"), (None, "–"), ("a\nb", "a b"), (-3, "-3")],
)
def test_values_are_shown_as_read(value, shown):
    assert cell(value) == shown


def test_spreads_count_every_value(gaps):
    _, weight, ward, target = gaps.columns
    assert spread_of(weight).counts.sum() == 32
    assert spread_of(ward).counts.tolist() == [14, 13, 13]
    assert spread_of(target).counts.tolist() == [30, 10]
    rooms = understood(PRICES).columns[0]
    spread = spread_of(rooms)
    assert spread.parted
    assert spread.counts.tolist() == np.bincount(rooms.values.astype(int)).tolist()
    assert spread_of(understood("a,b,c\n" + "1,2,x\n1,3,y\n" * 9).columns[0]) is None, "all are the same"


def test_values_beyond_any_picture_raise_nothing():
    table = understood("a,b,y\n" + "".join(f"{'-' if n % 2 else ''}1.5e308,{n}.5,{n}.5\n" for n in range(20)))
    assert table.columns[0].values is not None
    spread_of(table.columns[0])
    axes = proposed_axes(table)
    assert axes is not None
    scatter_of(table, *axes)


def test_the_scatter_shows_the_feature_that_tells_most_and_the_classes(gaps):
    prices = understood(PRICES)
    assert proposed_axes(prices) == (1, 3), "rooms tell the price, the noise does not"
    scatter = scatter_of(prices, 1, 3)
    assert (len(scatter.x), scatter.of, scatter.x_title, scatter.y_title) == (200, 200, "rooms", "price")
    assert scatter.amounts.min() == 0.0
    assert scatter.amounts.max() == 1.0
    one = scatter_of(gaps, 2, 2)
    assert len(one.x) == 32, "rows with a gap have no place"
    named = [one.names[index] for index in one.classes]
    rows = ~gaps.columns[1].gaps
    assert named == [gaps.columns[3].value(int(row)) for row in np.flatnonzero(rows)]


def test_only_some_rows_of_a_long_table_are_drawn_and_that_is_said():
    table = understood("x,y,c\n" + "".join(f"{n}.5,{n % 7}.25,{n % 2}\n" for n in range(5000)))
    scatter = scatter_of(table, 1, 2)
    assert str(scatter.note) == "1,000 of 5,000 rows"
    assert (scatter.x.min(), scatter.x.max()) == (0.5, 4999.5)


def test_gaps_are_where_they_are(gaps):
    found = gaps_of(gaps)
    assert (found.names, found.missing) == (("w",), (8,))
    assert found.shares.shape == (1, 40)
    assert np.flatnonzero(found.shares[0]).tolist() == list(range(0, 40, 5))
    assert gaps_of(understood(PRICES)) is None


def test_a_run_of_columns_is_one_line_with_its_means():
    head = ",".join(["label", *(f"pixel{n}" for n in range(49))])
    rows = [",".join([str(n % 3), *(str(n * k % 256) for k in range(49))]) for n in range(30)]
    table = understood("\n".join([head, *rows]))
    label, line = TableView.worked_out(table, Choices()).lines
    assert isinstance(label, ColumnLine)
    assert isinstance(line, RunLine)
    assert label.name == "label"
    assert (line.name, str(line.kind), line.run.side) == ("pixel0 … pixel48", "49 numbers", 7)
    assert line.run.means == pytest.approx([one.values.mean() for one in line.columns])
