"""Images that stay bytes until they are looked at: the numbers are those of scaling everything at once, bit for bit."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from relulab.callbacks import ignore
from relulab.data.dataset import Split
from relulab.data.idx_sets import read_content
from relulab.data.image_files import SETTLED, _LastRead
from relulab.data.loading import load_dataset
from relulab.data.pixels import PixelCounts, PixelSplit
from relulab.data.shipped import load_digits
from relulab.diagnosis.data_statistics import measured_statistics
from relulab.experiment import DataSpec, ExperimentSpec
from relulab.session.session import DataFingerprint, sample_of
from relulab.training.objective import Objective, PixelSamples
from relulab.training.run import TrainingRun

NOISE = np.random.default_rng(0)
FINGERPRINTS = {"standardized": "608e0fc80b5a6551", "unit": "88abdc07b08730a9"}  # of 0.1.0, which kept float32


@pytest.fixture(params=[(7, 1, 5, 5), (6, 3, 4, 6)])
def split(request) -> PixelSplit:
    pixels = NOISE.integers(0, 256, request.param).astype(np.uint8)
    offset, scale = (NOISE.uniform(1, 90, (request.param[1], 1, 1)).astype(np.float32) for _ in range(2))
    return PixelSplit(pixels, np.arange(len(pixels)), offset, scale)


def at_once(split: PixelSplit) -> np.ndarray:
    scaled = split.pixels.astype(np.float32)
    scaled -= split.offset
    scaled /= split.scale
    return scaled


def test_all_ways_give_the_same_numbers(split):
    whole = at_once(split)
    assert split.inputs.dtype == np.float32
    assert np.array_equal(split.inputs, whole)
    assert np.array_equal(split.first(2).inputs, whole[:2])
    rows = np.array([3, 0, 3])
    assert np.array_equal(split.at(rows).inputs, whole[rows])
    assert split.at(rows).targets.tolist() == [3, 0, 3]
    assert np.array_equal(np.concatenate(list(split.parts())), whole)
    assert (len(split), split.nbytes) == (len(whole), whole.nbytes)
    assert np.array_equal(split.with_targets(np.ones(len(split))).inputs, whole)


def test_moments_are_those_of_the_scaled_numbers(split):
    whole = at_once(split).astype(np.float64)
    expected = pytest.approx((whole.mean(), np.square(whole).mean()), rel=1e-12)
    assert split.moments() == expected
    assert Split(at_once(split), split.targets).moments() == expected


def test_values_are_counted(split):
    table = PixelCounts(split.pixels).table
    for channel, counts in enumerate(table):
        assert counts.tolist() == np.bincount(split.pixels[:, channel].ravel(), minlength=256).tolist()


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_batches_hold_the_numbers_that_numpy_makes(precision):
    dataset = load_dataset(DataSpec.parse({"dataset": {"name": "digits"}, "train_size": 50}))
    assert isinstance(dataset.train, PixelSplit)
    objective = Objective.of(ExperimentSpec().training, dataset)
    dtype = getattr(torch, precision)
    samples = objective.samples(dataset.train, dtype, torch.device("cpu"))
    assert isinstance(samples, PixelSamples)
    whole = torch.from_numpy(dataset.train.inputs).to(dtype)
    rows = torch.tensor([4, 49, 4])
    assert torch.equal(samples.at(rows).inputs, whole[rows])
    assert torch.equal(samples.first(5), whole[:5])
    assert torch.equal(samples.inputs, whole)
    assert len(samples) == 50


@pytest.mark.parametrize("scaling", FINGERPRINTS)
def test_old_sessions_know_their_data(scaling):
    request = {"dataset": {"name": "digits"}, "scaling": scaling, "train_size": 301}
    assert DataFingerprint.of(load_dataset(DataSpec.parse(request))).sha256.startswith(FINGERPRINTS[scaling])


def test_nobody_scales_all_training_images_at_once(monkeypatch):
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": "digits"},
            "model": {"layers": [{"kind": "flatten"}, {"kind": "dense", "parameters": {"units": 4}}]},
            "training": {"steps": 3},
        }
    )
    dataset = load_dataset(spec.data)
    for kind in (PixelSplit, PixelSamples):
        made = vars(kind)["inputs"].fget

        def inputs(self, made=made):
            assert len(self) < len(dataset.train), "all training images were scaled at once"
            return made(self)

        monkeypatch.setattr(kind, "inputs", property(inputs))
    run = TrainingRun(spec, dataset)
    run.measure_start()
    run.run_until(3)
    run.test()
    measured_statistics(spec, dataset)
    DataFingerprint.of(dataset)
    sample_of(dataset)


class Counting:
    """An image set that counts how often it is read."""

    def __init__(self, pool) -> None:
        self.pool, self.times = pool, 0

    def read(self, files, progress):
        self.times += 1
        return self.pool


def old_file(path: Path, content: bytes, age: int) -> Path:
    path.write_bytes(content)
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns - age))
    return path


def test_what_was_read_last_is_read_again_only_when_its_files_change(tmp_path, monkeypatch):
    clock = [0]
    monkeypatch.setattr("relulab.data.image_files.time.time_ns", lambda: clock[0])
    file = old_file(tmp_path / "images", b"one", 0)
    kept, images = _LastRead(), Counting(load_digits())
    clock[0] = file.stat().st_ctime_ns
    for _ in range(2):  # just written: it might be written again in the same instant
        kept.read(images, {"images": file}, ignore)
    assert images.times == 2
    clock[0] += 2 * SETTLED
    pools = [kept.read(images, {"images": file}, ignore) for _ in range(3)]
    assert images.times == 3
    assert pools[0] is pools[2]
    old_file(file, b"two", 10**9)
    clock[0] += 2 * SETTLED
    kept.read(images, {"images": file}, ignore)
    assert images.times == 4


def test_an_archive_of_several_members_is_read_whole(tmp_path):
    path = tmp_path / "two.gz"
    path.write_bytes(gzip.compress(b"one ") + gzip.compress(b"two") + bytes(8))
    assert read_content(path) == b"one two"
