"""Images of the user's own: found by what files hold, checked whole, and refused in words where they are not clear."""

import tracemalloc

import numpy as np
import pytest

from relulab.data.datasets import DATASETS
from relulab.data.idx_sets import idx_content, read_content
from relulab.data.image_search import Search
from relulab.data.loading import load_dataset
from relulab.data.own_images import KEY, known, understand
from relulab.data.untrusted_paths import withhold
from relulab.errors import CancelledError, DataError
from relulab.experiment import ExperimentSpec
from relulab.untrusted import MIB, read_plain
from tests.helpers.own_images import CLASSES, COUNT, LAYOUTS, SIDE, TESTED, arrays, idx, npz, saved, written, zipped

pytestmark = pytest.mark.usefixtures("no_table_known")


def loaded(path, **data):
    spec = ExperimentSpec.parse({"data": {"dataset": {"name": KEY, "parameters": {"path": str(path)}}, **data}})
    return load_dataset(spec.data)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_images(tmp_path, layout):
    made = arrays()
    found = understand(str(LAYOUTS[layout](tmp_path, made)))
    np.testing.assert_array_equal(found.train.inputs[:, 0], made["train-images"])
    np.testing.assert_array_equal(found.train.targets, made["train-labels"] - 1)
    assert found.test is not None
    np.testing.assert_array_equal(found.test.inputs[:, 0], made["test-images"])
    np.testing.assert_array_equal(found.test.targets, made["test-labels"] - 1)
    description = found.description
    assert (description.input_shape, description.class_names) == ((1, SIDE, SIDE), ("1", "2", "3"))
    assert (description.train_size, description.validation_size, description.test_size) == (88, 8, 24)


def test_a_set_is_learned_from_as_any_other(tmp_path):
    path = npz(tmp_path / "mine.npz", arrays())
    dataset = loaded(path, scaling="unit", train_size=60)
    assert [len(split) for split in (dataset.train, dataset.validation, dataset.test)] == [60, 8, TESTED]
    assert 0.0 <= dataset.train.inputs.min() < dataset.train.inputs.max() <= 1.0
    assert set(dataset.train.targets.tolist()) == set(range(CLASSES))


def test_without_a_test_part_some_are_kept_aside(tmp_path):
    made = arrays()
    path = npz(tmp_path / "mine.npz", {"images": made["train-images"], "labels": made["train-labels"]})
    dataset = loaded(path)
    assert [len(split) for split in (dataset.train, dataset.validation, dataset.test)] == [67, 10, 19]


@pytest.mark.parametrize("last", [True, False])
def test_colours_lie_first_or_last(tmp_path, last):
    colours = np.random.default_rng(0).integers(0, 256, (30, 3, 10, 12)).astype(np.uint8)
    images = np.moveaxis(colours, 1, 3) if last else colours
    path = npz(tmp_path / "mine.npz", {"images": images, "labels": np.arange(30) % 4})
    np.testing.assert_array_equal(understand(str(path)).train.inputs, colours)


def test_what_was_found_is_said(tmp_path):
    path = npz(tmp_path / "mine.npz", arrays())
    assert str(known({"path": str(path)})) == "", "before it is read nothing is known"
    sentence = str(understand(str(path)).sentence)
    assert sentence.startswith("96 images of 8 × 8 pixels, grey, 24 more to test on; 3 classes of 32 to 32 images; ")
    assert "train-images.npy, " in sentence
    assert str(known({"path": str(path)})) == sentence


def test_a_file_that_has_changed_is_read_again(tmp_path):
    path = npz(tmp_path / "mine.npz", arrays())
    entry, parameters = DATASETS[KEY], {"path": str(path)}
    entry.read(parameters, lambda *_: None)
    assert entry.is_read(parameters)
    before = entry.version(parameters)
    npz(path, arrays(classes=2))
    assert entry.version(parameters) != before
    assert not entry.is_read(parameters)
    assert entry.describe(parameters).outputs == 2


def changed(**others):
    return arrays() | others


TWICE = {"train-b-images.npy": saved(arrays()["train-images"])}
WRONG = {
    "two sets": (lambda folder: written(folder, idx(arrays()) | TWICE), "more than one way"),
    "two without names": (lambda folder: npz(folder / "x.npz", dict(zip("abcd", [*list(arrays().values())[:2]] * 2,
                                                                       strict=True))), "more than one way"),
    "labels that no training image has": (
        lambda folder: npz(folder / "x.npz", changed(**{"test-labels": np.full(TESTED, 9, np.uint8)})),
        "the label 9, which no training image has"),
    "one class": (lambda folder: npz(folder / "x.npz", changed(**{"train-labels": np.ones(COUNT, np.uint8)})),
                  "1 different labels"),
    "too many classes": (
        lambda folder: npz(folder / "x.npz", {"images": np.zeros((300, 6, 6), np.uint8), "labels": np.arange(300)}),
        "300 different labels"),
    "numbers that are no pixels": (
        lambda folder: npz(folder / "x.npz", changed(**{"train-images": np.full((COUNT, 8, 8), 256, np.int64)})),
        "outside of 0 to 255"),
    "images of two sizes": (
        lambda folder: npz(folder / "x.npz", changed(**{"test-images": np.zeros((TESTED, 9, 9), np.uint8)})),
        "not of one size"),
    "no labels": (lambda folder: npz(folder / "x.npz", {"images": np.zeros((20, 8, 8), np.uint8)}), "as many labels"),
    "labels of another number": (
        lambda folder: npz(folder / "x.npz", {"images": np.zeros((20, 8, 8), np.uint8), "labels": np.arange(19)}),
        "as many labels"),
    "decimals": (lambda folder: npz(folder / "x.npz", {"images": np.zeros((20, 8, 8)), "labels": np.arange(20) % 2}),
                 "holds no images"),
    "giant images": (
        lambda folder: npz(folder / "x.npz", {"images": np.zeros((4, 300, 300), np.uint8), "labels": np.arange(4)}),
        "holds no images"),
    "a web page": (lambda folder: written(folder, {"x.npz": b"<!DOCTYPE html><html>log in</html>"}) / "x.npz",
                   "is a web page"),
    "an empty file": (lambda folder: written(folder, {"x.npz": b""}) / "x.npz", "is empty"),
    "a cut archive": (
        lambda folder: written(folder, {"x.npz": npz(folder / "y.npz", arrays()).read_bytes()[:-300]}) / "x.npz",
        "holds no images"),
    "a cut IDX file": (
        lambda folder: written(folder, idx(arrays()) | {"train-images-idx3-ubyte": idx_content(
            arrays()["train-images"])[:-1]}), "is cut off"),
    "nothing": (lambda folder: folder / "absent", "cannot be read"),
    "objects": (lambda folder: npz(folder / "x.npz", {"images": np.array([{}] * 20), "labels": np.arange(20)}),
                "holds no images"),
    "a header that lies": (
        lambda folder: written(folder, {
            "train-images-idx3-ubyte": b"\0\0\x08\x03" + (0x7FFFFFFF).to_bytes(4) + (8).to_bytes(4) * 2,
            "train-labels-idx1-ubyte": b"\0\0\x08\x01" + (0x7FFFFFFF).to_bytes(4)}), "more than the 256 MiB"),
}  # fmt: skip


HEADERS = {
    "of no end": "{'descr': '|u1', 'fortran_order': False, 'shape': (20, 8,",
    "of Python 2": "{'descr': '|u1', 'fortran_order': False, 'shape': (20L, 8L, 8L), }",
    "of nothing": "",
    "no table": "[1, 2]",
    "with a shape of words": "{'descr': '|u1', 'fortran_order': False, 'shape': ('a', 8, 8), }",
    "with a negative shape": "{'descr': '|u1', 'fortran_order': False, 'shape': (-20, 8, 8), }",
    "of one number": "{'descr': '|u1', 'fortran_order': False, 'shape': (), }",
    "of fields": "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (20, 8, 8), }",
    "that is deep": "(" * 3000,
}


def test_a_folder_that_may_not_be_listed_is_no_error_of_its_own(tmp_path, monkeypatch):
    written(tmp_path, idx(arrays()))

    def closed(_folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", closed)
    with pytest.raises(DataError, match="as many labels"):
        understand(str(tmp_path / "train-images-idx3-ubyte"))


@pytest.mark.parametrize("kind", HEADERS)
def test_odd_headers_are_no_arrays(tmp_path, kind):
    header = HEADERS[kind].encode()
    npy = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(1280)
    path = zipped(tmp_path / "x.zip", {"images.npy": npy, "labels.npy": saved(np.arange(20) % 2)})
    with pytest.raises(DataError, match="holds no images"):
        understand(str(path))


def test_an_archive_with_a_member_without_a_name_is_read(tmp_path):
    files = {f"{name}.npy": saved(array) for name, array in arrays().items()}
    path = zipped(tmp_path / "x.zip", files | {"QQQQ": b"1"})
    path.write_bytes(path.read_bytes().replace(b"QQQQ", bytes(4)))
    assert len(understand(str(path)).train) == COUNT


def test_a_small_file_takes_little_memory(tmp_path):
    """Python makes room for all the bytes that are asked for, so they are asked for in parts."""
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(idx_content(arrays()["train-images"]))
    tracemalloc.start()
    try:
        assert len(read_content(path)) == path.stat().st_size
        assert len(Search.below([path]).arrays[0].bytes()) == COUNT
        assert len(read_plain(path, 2**31)) == path.stat().st_size
        assert tracemalloc.get_traced_memory()[1] < 10 * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_learned_from_is_said(tmp_path, kind):
    make, words = WRONG[kind]
    with pytest.raises(DataError, match=words):
        understand(str(make(tmp_path)))


def test_an_archive_that_unpacks_to_more_than_it_says_is_refused(tmp_path):
    head = b"\0\0\x08\x03" + (4).to_bytes(4) + (8).to_bytes(4) * 2
    files = {"train-images": head + b"\0" * 10**7, "train-labels": idx_content(np.arange(4, dtype=np.uint8))}
    with pytest.raises(DataError, match="longer than it says"):
        understand(str(zipped(tmp_path / "bomb.zip", files)))


def test_reading_can_be_stopped(tmp_path):
    path = npz(tmp_path / "mine.npz", arrays())

    def stop(*_):
        raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        understand(str(path), stop)
    assert len(understand(str(path)).train) == COUNT, "what was stopped is no answer"


def test_a_path_out_of_an_opened_file_is_not_looked_at(tmp_path):
    path = npz(tmp_path / "mine.npz", arrays())
    withhold([str(path)])
    with pytest.raises(DataError, match="was not read"):
        understand(str(path))
    assert DATASETS[KEY].is_read({"path": str(path)}), "there is nothing to wait for"
    assert DATASETS[KEY].version({"path": str(path)}) is None
