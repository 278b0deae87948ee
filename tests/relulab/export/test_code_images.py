"""Exported code reads images of the user's own as ReLU Lab does, in whatever layout they lie."""

import runpy

import numpy as np
import pytest

from relulab.data.loading import load_dataset
from relulab.data.own_images import KEY
from relulab.experiment import ExperimentSpec
from relulab.export.code import script
from tests.helpers.own_images import LAYOUTS, arrays, npz

COLOURS = {"images": np.random.default_rng(0).integers(0, 256, (60, 10, 12, 3)).astype(np.uint8),
           "labels": np.arange(60) * 7 % 4 + 3}  # fmt: skip
MORE = {"colours without a test part": lambda folder, _made: npz(folder / "c.npz", COLOURS)}


@pytest.mark.parametrize("layout", [*LAYOUTS, *MORE])
@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_exported_code_reads_the_same_images(tmp_path, layout, noise):
    path = (LAYOUTS | MORE)[layout](tmp_path, arrays())
    dataset = {"name": KEY, "parameters": {"path": str(path)}}
    data = {"dataset": dataset, "train_size": 40, "label_noise": noise}
    spec = ExperimentSpec.parse({"data": data, "model": {"layers": ["flatten"]}})
    loaded = load_dataset(spec.data)
    (tmp_path / "script.py").write_text(script(spec, loaded.description, [0.5], "script.py"), "utf-8")
    names = runpy.run_path(str(tmp_path / "script.py"), run_name="exported")
    base = path.parent if layout == "one packed IDX file among others" else path
    splits = (loaded.train, loaded.validation, loaded.test)
    for (x, y), split in zip(names["load_data"](base), splits, strict=True):
        np.testing.assert_allclose(x.numpy().reshape(split.inputs.shape), split.inputs, rtol=1e-6, atol=1e-6)
        np.testing.assert_array_equal(y.numpy(), split.targets)
