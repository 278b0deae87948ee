"""CIFAR-10 is read from its pickles without unpickling them."""

import hashlib
import io
import pickle
import struct
import tarfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from relulab.data.cifar import ARCHIVE, BATCHES, FOLDER, parse_batch
from relulab.data.dataset import Source
from relulab.data.image_files import download_images, import_files, load_images
from relulab.data.torchvision_import import torchvision_datasets
from relulab.errors import DataCorruptError, DataMissingError

LABELS = np.arange(10_000) * 7 % 10


def batch(index: int, labels: np.ndarray = LABELS) -> bytes:
    """A batch as Python 2 pickled it: the opcodes of the published files, around pixels of our own."""
    items = b"".join(
        b"(" + b"".join(b"K" + bytes([label]) for label in labels[start : start + 1000]) + b"e"
        for start in range(0, len(labels), 1000)
    )
    pixels = pixels_of(index).tobytes()
    return (
        b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training batch 1 of 5q\x03U\x06labelsq\x04]q\x05"
        + items
        + b"U\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87Rq\x09"
        b"(K\x01M\x10'M\x00\x0c\x86cnumpy\ndtype\nq\nU\x02u1K\x00K\x01\x87Rq\x0b"
        b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T"
        + struct.pack("<i", len(pixels))
        + pixels
        + b"tbU\tfilenamesq\x0c]q\r(U\x05a.pngq\x0eU\x05b.pngq\x0feu."
    )


def pixels_of(index: int) -> np.ndarray:
    return (np.arange(10_000 * 3072) % 251 + index).astype(np.uint8).reshape(10_000, 3072)


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cifar é") / FOLDER
    folder.mkdir()
    for index, name in enumerate(BATCHES):
        (folder / name).write_bytes(batch(index))
    return folder


@pytest.fixture(scope="module")
def archive(batches: Path) -> Path:
    path = batches.parent / "archive" / ARCHIVE
    path.parent.mkdir()
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        tar.add(batches, FOLDER)
    return path


@pytest.fixture
def published(batches: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let torchvision's table name our batches as the published ones."""
    table = torchvision_datasets().CIFAR10
    lists = [[name, hashlib.md5((batches / name).read_bytes()).hexdigest()] for name in BATCHES]
    monkeypatch.setattr(table, "train_list", lists[:-1])
    monkeypatch.setattr(table, "test_list", lists[-1:])
    monkeypatch.setattr(table, "tgz_md5", hashlib.md5(archive.read_bytes()).hexdigest())


def test_a_batch_gives_what_unpickling_gives():
    content = batch(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's notice about pickles of Python 2
        reference = pickle.loads(content, encoding="latin1")
    split = parse_batch(content, "here")
    assert np.array_equal(split.inputs.reshape(10_000, -1), reference["data"])
    assert split.targets.tolist() == reference["labels"]
    assert split.inputs.shape == (10_000, 3, 32, 32)


def test_a_hostile_batch_runs_nothing(tmp_path):
    marker = tmp_path / "ran"

    class Hostile:
        def __reduce__(self):
            return (Path.touch, (marker,))

    with pytest.raises(DataCorruptError):
        parse_batch(pickle.dumps({"labels": [1, 2], "data": Hostile()}, protocol=2), "here")
    assert not marker.exists()


@pytest.mark.parametrize(
    "content", [b"", b"not a pickle", batch(0)[:500_000], batch(0, LABELS[:9_999]), batch(0, LABELS + 1)]
)
def test_a_damaged_batch_is_named(content):
    with pytest.raises(DataCorruptError, match="here"):
        parse_batch(content, "here")


def test_folder_and_archive_give_the_same(batches, archive, published):
    for root in (batches.parent, batches, archive.parent):
        pool = load_images("cifar10", Source(root))
        assert pool.train.inputs.shape == (50_000, 3, 32, 32)
        assert pool.test.inputs.shape == (10_000, 3, 32, 32)
        assert np.array_equal(pool.test.inputs.reshape(10_000, -1), pixels_of(5))
        assert np.array_equal(pool.train.inputs[10_000:20_000].reshape(10_000, -1), pixels_of(1))
        assert np.array_equal(pool.train.targets, np.tile(LABELS, 5))


def test_other_files_than_the_published_are_refused(batches):
    with pytest.raises(DataCorruptError, match="data_batch_1 is damaged"):
        load_images("cifar10", Source(batches))


def test_a_cut_archive_is_refused(archive, tmp_path, published):
    (tmp_path / ARCHIVE).write_bytes(archive.read_bytes()[:100_000])
    with pytest.raises(DataCorruptError, match="damaged archive"):
        load_images("cifar10", Source(tmp_path))
    (tmp_path / ARCHIVE).write_bytes(b"not an archive")
    with pytest.raises(DataCorruptError, match="damaged archive"):
        load_images("cifar10", Source(tmp_path))


def test_an_archive_without_the_batches_is_refused(tmp_path, published):
    with tarfile.open(tmp_path / ARCHIVE, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("readme.html"), io.BytesIO())
    with pytest.raises(DataCorruptError, match="damaged archive"):
        load_images("cifar10", Source(tmp_path))


def test_a_missing_batch_is_named(batches, tmp_path):
    for file in list(batches.iterdir())[1:]:
        (tmp_path / file.name).hardlink_to(file)
    with pytest.raises(DataMissingError, match="lacks"):
        load_images("cifar10", Source(tmp_path))


def test_download_and_import(archive: Path, batches: Path, published, serve: Callable[..., str], own_folders: Path):
    kept = own_folders / "cache" / "CIFAR10"
    download_images("cifar10", mirrors=[serve(archive.parent)])
    assert [file.name for file in kept.iterdir()] == [ARCHIVE]
    import_files("cifar10", [batches])
    assert sorted(file.name for file in kept.iterdir()) == sorted(BATCHES)
    assert len(load_images("cifar10", Source()).test) == 10_000


def test_class_names_are_in_the_published_order():
    assert load_names()[3] == "cat"
    assert len(load_names()) == 10


def load_names() -> tuple[str, ...]:
    from relulab.data.datasets import DATASETS

    return DATASETS["cifar10"].describe({}).class_names
