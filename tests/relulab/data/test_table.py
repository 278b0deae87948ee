"""The data set ``csv``: what the samples of a table are, and what cannot be learned."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from relulab.catalog.entry import Value
from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset
from relulab.data.datasets import DATASETS
from relulab.data.loading import load_dataset
from relulab.data.table_reading import settled, table_of
from relulab.data.tables.guesses import OpenQuestionError
from relulab.data.tables.table import Table
from relulab.errors import DataError, DataMissingError
from relulab.experiment import DataSpec

FLOWERS = "length,width,kind\n1.0,2.5,rose\n-3,4e-1,lily\n5,6,rose\n7,8,lily\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mes données 表.csv"


@pytest.fixture
def table(path: Path) -> Callable[..., Table]:
    """Write a text (or bytes) as a file and read it as the data set would."""

    def read(content: str | bytes, **parameters: str) -> Table:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return table_of(parameters_of(path, **parameters))

    return read


def parameters_of(path: Path | str, **others: str) -> dict[str, Value]:
    return DATASETS["csv"].complete({"path": str(path)} | others)


def load(path: Path, target_scaling: str | None = None, **parameters: str) -> Dataset:
    dataset = {"name": "csv", "parameters": parameters_of(path, **parameters)}
    return load_dataset(DataSpec.parse({"dataset": dataset, "target_scaling": target_scaling}))


def test_columns_of_numbers_and_a_target_of_words(table):
    flowers = table(FLOWERS)
    assert flowers.features.tolist() == [[1.0, 2.5], [-3.0, 0.4], [5.0, 6.0], [7.0, 8.0]]
    assert (flowers.targets.tolist(), flowers.class_names) == ([1, 0, 1, 0], ("lily", "rose"))
    assert flowers.feature_names == ("length", "width")
    description = flowers.description
    assert (description.task, description.input_shape, description.outputs) == (Task.CLASSIFICATION, (2,), 2)
    assert description.available == 4 == description.train_size + description.validation_size + description.test_size


def test_words_become_columns_of_0_and_1(table):
    colours = table(
        "colour,x,y\n" + "".join(f"{['red', 'blue', 'NA'][row % 3]},{row}.5,{row * 0.25}\n" for row in range(12))
    )
    assert colours.feature_names == ("colour: blue", "colour: red", "x")
    assert colours.features[:2, :2].tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert np.isnan(colours.features[2, :2]).all()
    assert colours.words == ((0, 2),)


def test_words_can_be_left_out(table):
    content = "colour,x,y\n" + "".join(f"{['red', 'blue'][row % 2]},{row}.5,{row * 0.25}\n" for row in range(12))
    assert table(content, words="ignore").feature_names == ("x",)


def test_gaps_are_filled_from_the_training_rows(table, path):
    rows = [f"{row if row % 4 else ''},{'red' if row % 3 else 'blue'},{row % 2}" for row in range(60)]
    rows[7] = rows[8] = rows[9] = ",NA,1"
    table("x,colour,label\n" + "\n".join(rows) + "\n")
    dataset = load(path)
    whole = np.concatenate(
        [dataset.original(part.inputs) for part in (dataset.train, dataset.validation, dataset.test)]
    )
    x = np.sort(whole[:, 0].round(3))
    own = np.sort([row for row in range(60) if row % 4 and row not in (7, 9)])
    left = list(x)
    for value in own:
        left.remove(value)
    assert len(left) == 60 - len(own)
    assert len(set(left)) == 1, "one median for all of them"
    known = dataset.original(dataset.train.inputs)[:, 0].round(3)
    assert np.median([value for value in known if value != left[0]]) == pytest.approx(left[0], abs=1.5)
    assert set(np.unique(whole[:, 1:].round(4))) == {0.0, 1.0}


def test_rows_with_gaps_can_be_dropped(table):
    content = "x,z,label\n" + "".join(f"{row if row % 4 else ''},{row * 2},{row % 2}\n" for row in range(12))
    assert len(table(content).features) == 12
    dropped = table(content, gaps="drop")
    assert len(dropped.features) == 9
    assert np.isfinite(dropped.features).all()


def test_rows_without_a_target_teach_nothing(table):
    read = table("x,y\n1.5,0.5\n2.5,\n3.5,1.5\n4.5,?\n5.5,2.25\n")
    assert read.features[:, 0].tolist() == [1.5, 3.5, 5.5]
    assert read.targets[:, 0].tolist() == [0.5, 1.5, 2.25]


def test_classes_are_in_the_order_of_their_numbers(table):
    read = table("x,label\n" + "".join(f"{row}.5,{(2, 10, 1)[row % 3]}\n" for row in range(12)))
    assert read.class_names == ("1", "2", "10")
    assert read.targets[:3].tolist() == [1, 2, 0]


def test_huge_whole_numbers_as_classes_are_told_apart(table):
    first, second = 2**53, 2**53 + 1  # the same float64
    rows = "".join(f"{row}.5,{(first, second)[row % 2]}\n" for row in range(8))
    with pytest.raises(DataError, match="in every row"):
        table("x,label\n" + rows, task="classification")


def test_the_target_of_a_table_is_standardized_unless_raw_is_chosen(table, path):
    rows = "".join(f"{row}.5,{row * row % 37 + 0.5},{120_000 + row * 1_000.5:.1f}\n" for row in range(100))
    table("x,z,price\n" + rows)
    dataset = load(path)
    assert dataset.train.targets.mean() == pytest.approx(0.0, abs=1e-6)
    assert dataset.train.targets.std() == pytest.approx(1.0, abs=1e-6)
    assert dataset.scales_targets
    raw = load(path, "raw")
    assert not raw.scales_targets
    for scaled, own in zip(
        (dataset.train, dataset.validation, dataset.test), (raw.train, raw.validation, raw.test), strict=True
    ):
        np.testing.assert_allclose(dataset.original_targets(scaled.targets), own.targets, rtol=1e-6)
    assert raw.train.targets.min() > 119_000


def test_targets_of_formulas_stay_as_they_are_unless_scaling_is_chosen():
    assert not load_dataset(DataSpec.parse({"dataset": "sine"})).scales_targets
    scaled = load_dataset(DataSpec.parse({"dataset": "sine", "target_scaling": "standardized"}))
    assert scaled.train.targets.std() == pytest.approx(1.0, abs=1e-6)
    classes = load_dataset(DataSpec.parse({"dataset": "moons", "target_scaling": "standardized"}))
    assert not classes.scales_targets


def test_name_and_unit_of_the_target_are_known(table):
    content = "x,price\n" + "".join(f"{row}.5,${row * 1_000 + 500}.25\n" for row in range(9))
    description = table(content).description
    assert (description.target_name, description.target_unit) == ("price", "$")
    assert table(content, unit="dollars").description.target_unit == "dollars"


@pytest.mark.parametrize(
    ("content", "parameters", "said"),
    [
        ("", {}, "is empty"),
        ("a,b,y\n", {}, "no rows of data"),
        ("one\ntwo\n", {}, "one column only"),
        ("a,y\n1,7\n2,7\n3,7\n", {"task": "classification", "target": "y"}, "'y' is '7' in every row"),
        ("a,b,y\n1,2,0\n2,1e39,1\n3,4,0\n4,5,1\n", {}, "line 3, column 'b': 1e[+]39 is too large"),
        ("a,b,y\n1,2,0\n2,1e400,1\n3,4,0\n4,5,1\n", {}, "Column 'b' holds numbers, but '1e400' in line 3"),
        (FLOWERS, {"target": "colour"}, "no column 'colour' .*It has: length, width, kind"),
        (FLOWERS, {"ignore": "colour"}, "no column 'colour'"),
        (FLOWERS, {"ignore": "length,width"}, "no column is left to learn from"),
        ("a,a,y\n1,2,3\n4,5,6\n", {"target": "a"}, "more than one column named 'a'"),
        (FLOWERS, {"task": "regression"}, r"holds words \('rose'\), so it cannot be a number"),
        ("a,y\n" + "".join(f"{i}.5,name{i}\n" for i in range(101)), {"target": "y"}, "101 different values"),
        ("t,y\n" + "".join(f"word {i},{i % 2}\n" for i in range(120)), {"use": "t"}, "120 different words; up to 100"),
        (b"PK\x03\x04\x14\x00\xff\xfe", {}, "an Excel workbook"),
    ],
)
def test_trouble_is_named(table, content, parameters, said):
    with pytest.raises(DataError, match=said) as caught:
        table(content, **parameters)
    assert not isinstance(caught.value, DataMissingError)
    assert "mes données 表.csv" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_an_open_question_stops(table):
    with pytest.raises(OpenQuestionError, match="thousands") as caught:
        table("km;kg;c\n1.250;3;a\n2.375;4;b\n1.500;5;a\n3.125;6;b\n")
    assert [question.about for question in caught.value.questions] == ["numbers"]
    assert caught.value.awaits_choice


@pytest.mark.parametrize(
    "path", ["", "   ", "/nowhere/at all.csv", "folder", "a\0b", "~nobody at all/x.csv", os.devnull]
)
def test_a_file_that_is_not_there_is_asked_for(path, tmp_path):
    if path == "folder":
        path = str(tmp_path)
    with pytest.raises(DataMissingError):
        table_of(parameters_of(path))


def test_the_file_is_read_again_only_when_it_changed(table, path):
    first = table(FLOWERS)
    assert table_of(parameters_of(path)) is first
    path.write_text(FLOWERS + "9,9,rose\n")
    assert len(table_of(parameters_of(path)).features) == 5


def test_a_table_is_divided_stratified_and_scaled(table, path):
    rows = "".join(f"{index * 0.5},{100 - index},{'yes' if index % 4 else 'no'}\n" for index in range(200))
    table("a,b,answer\n" + rows)
    dataset = load(path, ignore="", use="b")
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (140, 20, 40)
    assert dataset.train.inputs.std(axis=0) == pytest.approx(1.0, abs=1e-5)
    for split in (dataset.train, dataset.validation, dataset.test):
        assert split.targets.mean() == pytest.approx(0.75, abs=0.01)
    assert dataset.description.class_names == ("no", "yes")


def test_what_was_found_out_can_be_written_down(table, path):
    content = "Lab 3\nid;x;note, long;y\n" + "".join(f"{row + 5};{row},5;text {row};{row % 2}\n" for row in range(12))
    first = table(content)
    again = settled(parameters_of(path))
    assert again["separator"] == "semicolon"
    assert again["numbers"] == "1234,5"
    assert again["header"] == "yes"
    assert again["target"] == "y"
    assert again["task"] == "classification"
    assert again["ignore"] == 'id, "note, long"'
    np.testing.assert_array_equal(table_of(again).features, first.features)
    assert settled(again) == again


def test_what_is_asked_or_missing_stays_open(table, path):
    missing = parameters_of("gone.csv")
    assert settled(missing) == missing
    path.write_text("mass\n1,5\n2,25\n3,5\n")
    assert settled(parameters_of(path)) == parameters_of(path)
