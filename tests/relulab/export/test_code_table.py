"""Exported code reads a table as ReLU Lab does, however it is written."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.data.tables.choices import FIRST
from relulab.errors import DataError
from relulab.experiment import ExperimentSpec
from relulab.export.code import script
from tests.relulab.data.tables.test_forty import FORTY

GAPS = "w;x;colour;label\n" + "".join(
    f"{'?' if row % 5 == 0 else row};{'-200' if row % 7 == 0 else row % 9},5;"
    f"{['red', 'NA', 'blue'][row % 3]};{row % 2}\n"
    for row in range(40)
)
MORE = {
    "gaps": (GAPS, {"missing": "-200, usual"}),
    "rows with gaps dropped": (GAPS, {"missing": '"-200,5", "-200"', "gaps": "drop"}),
    "words with quotation marks": ('word,x\n"it\'s ""so""",1.5\nso,2.5\nso,3.5\n"it\'s ""so""",4.5\n', {}),
    "lines of the table's width above it": (
        "Anna, 2026\nx,c\n1.5,a\n2.5,b\n3.5,a\n4.5,b\n", {"skip": "1", "header": "yes"},
    ),
    "version 0.1": ("a;b;c\n1,5;2,25;0\n2,5;3,5;1\n3,5;4,5;0\n4,5;1,5;1\n", {"reading": FIRST}),
    "a target with gaps": ("x,y\n" + "".join(f"{row}.5,{row * 1.5 if row % 4 else 'n/a'}\n" for row in range(20)), {}),
    "chosen types": (
        "n;size;code;c\n" + "".join(
            f"{row % 3},5;{'?' if row % 3 else row};{row % 4:02};{row % 5}\n" for row in range(40)
        ),
        {"types": "size=number, code=class, c=class, n=class"},
    ),
    "a chosen number": (
        "n,c\n" + "".join(f"{row % 5},{row % 5 + 1}\n" for row in range(40)), {"types": "c=number"},
    ),
    "a late odd row": (
        "x,c\n" + "".join(f"{row}.5,{'ab'[row % 2]}\n" + ("1,2,3\n\n" if row == 50 else "") for row in range(150)), {},
    ),
}  # fmt: skip
NOT_LEARNED = ("4", "6", "8", "10", "14", "17", "19", "22", "25", "32", "35a", "38a", "40b")  # asked, or no feature
TABLES = {key: (content, {}) for key, (content, *_) in FORTY.items() if key != "40a"} | MORE


@pytest.mark.parametrize("key", TABLES)
def test_exported_code_reads_the_same_samples(key: str, tmp_path: Path) -> None:
    content, parameters = TABLES[key]
    table = tmp_path / "Tabelle 1.csv"
    table.write_bytes(content if isinstance(content, bytes) else content.encode())
    dataset = {"name": "csv", "parameters": {"path": str(table), **parameters}}
    data = {"dataset": dataset, "train_size": 1, "validation_size": 0, "test_size": 1, "target_scaling": "raw"}
    if key in MORE:
        data = {"dataset": dataset}
    spec = ExperimentSpec.parse({"data": data})
    if key in NOT_LEARNED:
        with pytest.raises(DataError):
            load_dataset(spec.data)
        return
    loaded = load_dataset(spec.data)
    if not loaded.description.class_names:
        spec = spec.replace(training=spec.training.replace(loss="mse"))
    (tmp_path / "script.py").write_text(script(spec, loaded.description, [0.5], "script.py"), "utf-8")
    names = runpy.run_path(str(tmp_path / "script.py"), run_name="exported")
    splits = (loaded.train, loaded.validation, loaded.test)
    for (x, y), split in zip(names["load_data"](table), splits, strict=True):
        np.testing.assert_allclose(x.numpy(), split.inputs, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(y.numpy(), split.targets, rtol=1e-6, atol=1e-6)
