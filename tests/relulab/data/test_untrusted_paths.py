"""A table that an opened file names is not touched before the user allows it."""

import sys

import pytest

from relulab.data import untrusted_paths as withheld
from relulab.data.datasets import DATASETS
from relulab.data.table_reading import table_of
from relulab.data.tables.file import state_of
from relulab.errors import DataMissingError

pytestmark = pytest.mark.usefixtures("no_table_known")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "Größen.csv"
    path.write_text("a,y\n1,0\n2,1\n3,0\n4,1\n", "utf-8")
    return str(path)


def parameters(path):
    return DATASETS["csv"].complete({"path": path, "target": "y"})


def test_a_withheld_table_is_neither_opened_nor_looked_for(table):
    touched = []
    sys.addaudithook(lambda event, values: touched.append(values[0]) if event in ("open", "os.stat") else None)
    assert withheld.withhold([f" {table} "]) == (table,)
    with pytest.raises(DataMissingError, match="was not read"):
        table_of(parameters(table))
    assert table not in map(str, touched)
    withheld.release([table])
    assert len(table_of(parameters(table)).features) == 4
    assert table in map(str, touched)


def test_what_the_user_chose_is_not_withheld(table):
    withheld.release([table])
    assert withheld.withhold([table, "", "other.csv"]) == ("other.csv",)
    assert not withheld.is_withheld(table)
    assert withheld.is_withheld("other.csv ")
    assert withheld.released_files() == ()
    state_of(table)
    assert withheld.released_files() == (table,)
