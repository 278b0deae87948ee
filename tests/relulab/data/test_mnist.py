"""The real MNIST: read right, from every layout, and refused when anything is wrong with it."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from relulab.data.dataset import Source
from relulab.data.idx_sets import MNIST
from relulab.data.image_files import import_files, load_images
from relulab.data.loading import load_dataset
from relulab.errors import CancelledError, DataCorruptError, DataError, DataMissingError
from relulab.experiment import DataSpec

TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]  # of the ten digits, as published
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def spoil(folder: Path, name: str, content: bytes) -> None:
    """Replace a link to a real file by other content."""
    (folder / name).unlink()
    (folder / name).write_bytes(content)


def swap(folder: Path, first: str, second: str) -> None:
    (folder / first).rename(folder / "spare")
    (folder / second).rename(folder / first)
    (folder / "spare").rename(folder / second)


def load(root: Path):
    return load_images("mnist", Source(root))


def test_it_is_the_published_set(real_mnist):
    pool = load(real_mnist.parents[1])
    assert pool.train.inputs.shape == (60_000, 1, 28, 28)
    assert pool.test.inputs.shape == (10_000, 1, 28, 28)
    assert pool.train.inputs.dtype == np.uint8
    assert pool.train.targets[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(pool.train.targets).tolist() == TRAIN_COUNTS
    assert np.bincount(pool.test.targets).tolist() == TEST_COUNTS
    assert pool.train.inputs.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert pool.train.inputs.std() / 255 == pytest.approx(0.3081, abs=5e-5)


def test_torchvision_reads_the_same(real_mnist, tmp_path):
    from relulab.data.torchvision_import import torchvision_datasets

    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for file in real_mnist.glob("t10k*.gz"):
        (raw / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
    for file in real_mnist.glob("train*.gz"):
        (raw / file.stem).touch()  # torchvision only looks whether they are there
    theirs = torchvision_datasets().MNIST(str(tmp_path), train=False)
    ours = load(real_mnist.parents[1]).test
    assert np.array_equal(ours.inputs[:, 0], theirs.data.numpy())
    assert np.array_equal(ours.targets, theirs.targets.numpy())


def test_a_request_divides_and_scales_it(real_mnist):
    sizes = {"train_size": 1000, "validation_size": 500, "test_size": 200}
    request = DataSpec.parse({"dataset": "mnist", "scaling": "unit"} | sizes)
    dataset = load_dataset(request, Source(real_mnist.parents[1]))
    pool = load(real_mnist.parents[1])
    assert np.array_equal(dataset.train.targets, pool.train.targets[:1000])
    assert np.array_equal(dataset.validation.targets, pool.train.targets[-500:])
    assert np.array_equal(dataset.test.targets, pool.test.targets[:200])
    assert dataset.train.inputs == pytest.approx(pool.train.inputs[:1000] / 255.0)
    with pytest.raises(DataError, match="60,000 training samples, but 60000 training \\+ 5000 validation"):
        load_dataset(request.replace(train_size=60_000, validation_size=None), Source(real_mnist.parents[1]))


@pytest.mark.parametrize("layout", ["MNIST/raw", "raw", "MNIST", "."])
def test_every_layout_is_found_and_nothing_is_written(real_mnist, tmp_path, layout):
    root = tmp_path / "Mes données é 数据"
    folder = root / layout
    folder.mkdir(parents=True)
    for file in real_mnist.iterdir():
        (folder / file.name).symlink_to(file)
    source = Source(root)
    before = sorted(tmp_path.rglob("*"))
    load_images("mnist", source)
    assert sorted(tmp_path.rglob("*")) == before


def test_raw_files_and_the_other_spelling_are_read(mnist_copy):
    for name in ("t10k-labels-idx1-ubyte", "t10k-images-idx3-ubyte"):
        content = gzip.decompress((mnist_copy / f"{name}.gz").read_bytes())
        (mnist_copy / f"{name}.gz").unlink()
        (mnist_copy / name.replace("-idx", ".idx")).write_bytes(content)
    assert np.bincount(load(mnist_copy).test.targets).tolist() == TEST_COUNTS


def test_the_cache_is_used_without_a_folder(real_mnist, own_folders):
    kept = own_folders / "cache" / "MNIST" / "raw"
    kept.parent.mkdir(parents=True)
    kept.symlink_to(real_mnist)
    assert len(load_images("mnist", Source()).train) == 60_000


def test_the_users_folder_comes_first_and_a_damaged_one_is_passed_over(mnist_copy, real_mnist, own_folders):
    spoil(mnist_copy, "t10k-labels-idx1-ubyte.gz", b"damaged")
    with pytest.raises(DataCorruptError, match=str(mnist_copy / "t10k-labels-idx1-ubyte.gz")):
        load(mnist_copy)
    kept = own_folders / "cache" / "MNIST" / "raw"
    kept.parent.mkdir(parents=True)
    kept.symlink_to(real_mnist)
    assert len(load(mnist_copy).test) == 10_000


def test_absent_files_are_explained(tmp_path):
    with pytest.raises(
        DataMissingError, match=r"Download it, import its files, or name the folder that holds them"
    ) as caught:
        load(tmp_path / "nowhere")
    assert f"There is no folder {tmp_path / 'nowhere'}" in str(caught.value)


def test_a_lacking_file_is_named(mnist_copy):
    (mnist_copy / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataMissingError, match="lacks train-labels-idx1-ubyte"):
        load(mnist_copy)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "it holds labels, not images. Were the files swapped",
        ),
        ("t10k-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "Were the files swapped"),
        (
            "t10k-labels-idx1-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "it holds the 10,000 test samples, not the training",
        ),
        ("t10k-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz", "it holds the 10,000 test samples"),
    ],
)
def test_swapped_files_are_recognised(mnist_copy, first, second, said):
    """In a folder, what files hold counts and not their names; in the cache, names are ours, and a swap is damage."""
    swap(mnist_copy, first, second)
    with pytest.raises(DataCorruptError, match=said):
        import_files("mnist", [mnist_copy])
    assert np.bincount(load(mnist_copy).train.targets).tolist() == TRAIN_COUNTS


@pytest.mark.parametrize("damage", ["cut archive", "cut content", "one byte", "longer", "empty", "web page"])
def test_damage_is_noticed(mnist_copy, damage):
    name = "train-labels-idx1-ubyte.gz"
    archive = (mnist_copy / name).read_bytes()
    content = gzip.decompress(archive)
    spoilt = {
        "cut archive": archive[: len(archive) // 2],
        "cut content": content[:-100],
        "one byte": content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
        "longer": content + b"\0",
        "empty": b"",
        "web page": b"<!DOCTYPE html><title>404</title>",
    }
    spoil(mnist_copy, name, spoilt[damage])
    with pytest.raises(DataCorruptError, match="train-labels-idx1-ubyte"):
        load(mnist_copy)


def test_a_changed_pixel_is_noticed(mnist_copy):
    name = "t10k-images-idx3-ubyte.gz"
    content = bytearray(gzip.decompress((mnist_copy / name).read_bytes()))
    content[100_000] ^= 1
    spoil(mnist_copy, name, bytes(content))
    with pytest.raises(DataCorruptError, match="has the right size, but not the content of MNIST"):
        load(mnist_copy)


def test_it_is_not_taken_for_another_set(real_mnist):
    for name in ("fashion_mnist", "kmnist"):
        with pytest.raises(DataCorruptError, match="belongs to another data set"):
            load_images(name, Source(real_mnist))


def test_importing_copies_checked_files_into_the_cache(real_mnist, own_folders):
    import_files("mnist", sorted(real_mnist.iterdir()))
    kept = own_folders / "cache" / "MNIST" / "raw"
    assert {file.name for file in kept.iterdir()} == {file.name for file in real_mnist.iterdir()}
    assert (kept / "train-images-idx3-ubyte.gz").read_bytes() == (
        real_mnist / "train-images-idx3-ubyte.gz"
    ).read_bytes()


def test_importing_a_folder_replaces_what_was_damaged(real_mnist, own_folders):
    kept = own_folders / "cache" / "MNIST" / "raw"
    kept.mkdir(parents=True)
    (kept / "t10k-labels-idx1-ubyte").write_bytes(b"damaged")
    import_files("mnist", [real_mnist.parents[1]])
    assert load_images("mnist", Source()).test.targets[0] == 7
    assert not (kept / "t10k-labels-idx1-ubyte").exists()


def test_importing_too_little_or_damaged_files_copies_nothing(mnist_copy, own_folders):
    with pytest.raises(DataMissingError, match=r"train-images-idx3-ubyte, .* not found"):
        import_files("mnist", [mnist_copy / "t10k-labels-idx1-ubyte.gz", mnist_copy / "t10k-images-idx3-ubyte.gz"])
    spoil(mnist_copy, "t10k-labels-idx1-ubyte.gz", b"damaged")
    with pytest.raises(DataCorruptError):
        import_files("mnist", [mnist_copy])
    assert not (own_folders / "cache").exists()


def test_loading_can_be_cancelled(real_mnist):
    def cancel(done: int, total: int, what: str) -> None:
        raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        load_images("mnist", Source(real_mnist, progress=cancel))


def test_content_checksums_are_complete():
    assert set(MNIST.content_md5) == set(MNIST.missing([]))
