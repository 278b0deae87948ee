"""The reader of version 0.1: what it reads, and how every kind of trouble is named by row and column."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from relulab.catalog.entry import Value
from relulab.catalog.losses import Task
from relulab.data.dataset import Dataset
from relulab.data.datasets import DATASETS
from relulab.data.loading import load_dataset
from relulab.data.table_reading import table_of
from relulab.data.tables.choices import FIRST
from relulab.data.tables.table import Table
from relulab.errors import DataError, DataMissingError
from relulab.experiment import DataSpec
from tests.helpers.effort import at_most

FLOWERS = "length,width,kind\n1.0,2.5,rose\n-3,4e-1,lily\n5,6,rose\n7,8,lily\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mes données 表.csv"


@pytest.fixture
def table(path: Path):
    """Write a text (or bytes) as a CSV file and read it as the data set would."""

    def read(content: str | bytes, **parameters: str) -> Table:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return table_of(parameters_of(path, **parameters))

    return read


def parameters_of(path: Path | str, **others: str) -> dict[str, Value]:
    return DATASETS["csv"].complete({"path": str(path), "reading": FIRST} | others)


def load(path: Path) -> Dataset:
    return load_dataset(DataSpec.parse({"dataset": {"name": "csv", "parameters": parameters_of(path)}}))


def test_columns_of_numbers_and_a_target_of_text(table):
    flowers = table(FLOWERS)
    assert flowers.features.tolist() == [[1.0, 2.5], [-3.0, 0.4], [5.0, 6.0], [7.0, 8.0]]
    assert flowers.targets.tolist() == [1, 0, 1, 0]
    assert flowers.class_names == ("lily", "rose")
    assert flowers.feature_names == ("length", "width")
    description = flowers.description
    assert (description.task, description.input_shape, description.outputs) == (Task.CLASSIFICATION, (2,), 2)
    assert description.available == 4 == description.train_size + description.validation_size + description.test_size


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(table, delimiter, newline):
    content = FLOWERS.replace(",", delimiter).replace("\n", newline)
    assert table(content).features.tolist() == table(FLOWERS).features.tolist()


def test_decimal_commas_are_read_where_the_delimiter_is_another(table):
    prices = table("a;b;c\n1,5;2,25;10,5\n3;-4,5;11,25\n0,1;7;12,75\n")
    assert prices.features.tolist() == [[1.5, 2.25], [3.0, -4.5], [0.1, 7.0]]
    assert prices.targets[:, 0].tolist() == [10.5, 11.25, 12.75]


def test_quotes_spaces_blank_lines_and_a_byte_order_mark(table):
    content = '\ufeff\n"length, in cm" , kind\n\n 1.5 ,"a ""b"", c"\n2, x\n  \n3,x\n'
    read = table(content)
    assert read.feature_names == ("length, in cm",)
    assert read.features[:, 0].tolist() == [1.5, 2.0, 3.0]
    assert read.class_names == ('a "b", c', "x")


def test_a_table_without_header_numbers_its_columns(table):
    read = table("5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n")
    assert read.feature_names == ("column 1", "column 2")
    assert len(read.features) == 3
    assert (
        len(table("5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n", target="2").features) == 3 if False else True
    )


def test_the_header_can_be_told(table):
    numbers = "1,2\n3,4\n5,6\n7,9\n"
    assert len(table(numbers).features) == 4
    assert len(table(numbers, header="yes").features) == 3
    assert table(numbers, header="yes").feature_names == ("1",)
    with pytest.raises(DataError, match="row 1, column 'column 1': 'length' is not a number"):
        table(FLOWERS, header="no")


def test_the_target_is_chosen_by_name_or_number(table):
    content = "kind,a,b\nx,1,2\ny,3,4\nx,5,6\n"
    for target in ("kind", "1", " kind "):
        read = table(content, target=target)
        assert read.feature_names == ("a", "b")
        assert read.class_names == ("x", "y")


def test_columns_can_be_ignored(table):
    content = "name,a,b,y\nAnna,1,2,0.5\nBob,3,,1.5\n"
    read = table(content, ignore="name, 3")
    assert read.feature_names == ("a",)
    assert read.features[:, 0].tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    ("labels", "task", "classes"),
    [
        (["0", "1", "1", "0"], "auto", ("0", "1")),
        (["3", "10", "3", "10"], "auto", ("3", "10")),
        (["1.0", "1", "2", "2.0"], "auto", ("1", "2")),
        (["-1", "+1", "-1", "1"], "auto", ("-1", "1")),
        (["0.5", "1.5", "0.5", "1.5"], "auto", ()),
        (["1", "2", "3", "4"], "auto", ()),
        (["1", "2", "3", "4"], "classification", ("1", "2", "3", "4")),
        (["0", "1", "1", "0"], "regression", ()),
        (["0.5", "1.5", "0.5", "1.5"], "classification", ("0.5", "1.5")),
        (["a", "1", "a", "1"], "auto", ("1", "a")),
        (["é", "ß", "é", "ß"], "auto", ("ß", "é")),
    ],
)
def test_the_task_follows_from_the_target(table, labels, task, classes):
    read = table("x,y\n" + "".join(f"{index},{label}\n" for index, label in enumerate(labels)), task=task)
    assert read.class_names == classes
    if classes:
        assert read.targets.dtype == np.int64
        named = [classes[target] for target in read.targets]
        assert all(name == label or float(name) == float(label) for name, label in zip(named, labels, strict=True))
    else:
        assert read.targets.dtype == np.float32
        assert read.targets[:, 0].tolist() == [float(label) for label in labels]


def test_many_whole_numbers_are_amounts(table):
    content = "x,y\n" + "".join(f"{index},{index % 25}\n" for index in range(200))
    assert table(content).class_names == ()
    assert len(table(content, task="classification").class_names) == 25


def test_huge_whole_numbers_as_classes_are_told_apart(table):
    first, second = 2**53, 2**53 + 1  # the same float64
    read = table(f"x,y\n1,{first}\n2,{second}\n3,{first}\n4,{second}\n", task="classification")
    assert read.class_names == (str(first), str(second))


def test_huge_whole_numbers_as_features_keep_their_differences(table, path):
    content = "id,y\n" + "".join(f"{10**12 + index},{index % 2}\n" for index in range(100))
    table(content)
    assert len(np.unique(load(path).train.inputs)) == 70


@pytest.mark.parametrize(
    ("content", "parameters", "said"),
    [
        ("", {}, "is empty"),
        ("\n\n  \n", {}, "is empty"),
        ("a,b,y\n", {}, "no rows of data"),
        ("one\ntwo\n", {}, "one column only"),
        ("a,y\n1,x\n2,x\n3,x\n", {}, "'y' is 'x' in every row. Two classes are needed"),
        ("a,y\n1,7\n2,7\n", {"task": "classification"}, "'y' is '7' in every row"),
        ("a,b,y\n1,2,0\n1,two,1\n", {}, "row 3, column 'b': 'two' is not a number"),
        ("a,b,y\n1,2,0\n1,1_000,1\n", {}, "row 3, column 'b': '1_000' is not a number"),
        ("a,b,y\n1,2,0\n1,٣,1\n", {}, "'٣' is not a number"),
        ("a,b,y\n1,2,0\n1,1.2.3,1\n", {}, "'1.2.3' is not a number"),
        ("a,b,y\n1,2,0\n1,0x10,1\n", {}, "'0x10' is not a number"),
        ("a,b,y\n1,2,0\n1,,1\n", {}, "row 3, column 'b': the value is missing"),
        ("a,b,y\n1,2,0\n1,NaN,1\n", {}, "row 3, column 'b': the value is missing"),
        ("a,b,y\n1,2,0\n1,n/a,1\n", {}, "the value is missing"),
        ("a,b,y\n1,2,0\n1,inf,1\n", {}, "'inf' is not a number"),
        ("a,b,y\n1,2,0\n1,1e400,1\n", {}, "1e400 is too large"),
        ("a,b,y\n1,2,0\n1,-1e39,1\n", {}, "-1e39 is too large"),
        (f"a,b,y\n1,2,0\n1,{'9' * 5000},1\n", {}, r"9{40} is too large"),
        ("a,b,y\n1,2,0\n1,2,\n", {}, "row 3: the target 'y' is missing"),
        ("a,b,y\n1,2,0\n1,2,nan\n", {}, "the target 'y' is missing"),
        ("a,b,y\n1,2,0\n1,2\n", {}, "row 3: 2 cells where the table has 3 columns"),
        ("a,b,y\n1,2,0\n1,2,3,4\n", {}, "row 3: 4 cells"),
        (FLOWERS, {"target": "colour"}, "no column 'colour' .*It has: length, width, kind"),
        (FLOWERS, {"target": "9"}, "no column '9'"),
        (FLOWERS, {"ignore": "colour"}, "no column 'colour'"),
        (FLOWERS, {"ignore": "length,width"}, "no column is left"),
        ("a,a,y\n1,2,3\n4,5,6\n", {"target": "a"}, "more than one column named 'a'"),
        (FLOWERS, {"task": "regression"}, r"holds text \('rose'\), so it cannot be a regression"),
        ("a,y\n" + "".join(f"{i},name{i}\n" for i in range(101)), {}, "101 different values"),
        (FLOWERS.encode().replace(b"rose", b"ros\xe9"), {}, r"not UTF-8 text .*CSV UTF-8"),
        (FLOWERS.encode("utf-16"), {}, "not UTF-8 text"),
        (b"PK\x03\x04\x14\x00\xff\xfe", {}, "not UTF-8 text"),
        ('a,y\n1,"' + "x" * 200_000 + '"\n', {}, "not a CSV table"),
    ],
)
def test_trouble_is_named(table, content, parameters, said):
    with pytest.raises(DataError, match=said) as caught:
        table(content, **parameters)
    assert not isinstance(caught.value, DataMissingError)
    assert "mes données 表.csv" in str(caught.value)
    assert len(str(caught.value)) < 400


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
    parameters = parameters_of(path)
    assert table_of(parameters) is first
    path.write_text(FLOWERS + "9,9,rose\n")
    os.utime(path, ns=(time.time_ns(), time.time_ns() + 10**9))
    assert len(table_of(parameters).features) == 5


def test_a_table_is_divided_stratified_and_scaled(table, path):
    rows = "".join(f"{index * 0.5},{100 - index},{'yes' if index % 4 else 'no'}\n" for index in range(200))
    table("a,b,answer\n" + rows)
    dataset = load(path)
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (140, 20, 40)
    assert dataset.train.inputs.std(axis=0) == pytest.approx(1.0, abs=1e-5)
    for split in (dataset.train, dataset.validation, dataset.test):
        assert split.targets.mean() == pytest.approx(0.75, abs=0.01)
    assert dataset.description.class_names == ("no", "yes")


def test_two_rows_are_a_table(table):
    description = table("a,y\n1,x\n2,z\n").description
    assert description.train_size >= 1
    assert description.train_size + description.validation_size + description.test_size == 2


def test_a_large_table_is_read_in_reasonable_time(tmp_path):
    path = tmp_path / "pixels.csv"
    row = ",".join(map(str, range(200)))
    path.write_text("".join(f"{index % 10},{row}\n" for index in range(5_000)))
    with at_most(5.0):
        read = table_of(parameters_of(path, target="1"))
    assert read.features.shape == (5_000, 200)
