"""Image sets fetched over real HTTP from this machine, with torchvision's tables of mirrors and checksums."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from relulab.data.dataset import Source
from relulab.data.idx_sets import FASHION_MNIST
from relulab.data.image_files import download_images, import_files, load_images
from relulab.data.loading import load_dataset
from relulab.data.torchvision_import import torchvision_datasets
from relulab.errors import CancelledError, DataCorruptError, DataError, DataMissingError
from relulab.experiment import DataSpec


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


@pytest.fixture
def published(fashion_files: Path, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a web server with the stand-in, which torchvision's table names as the published files."""
    address = serve(fashion_files)
    table = torchvision_datasets().FashionMNIST
    resources = [(file_name, md5(fashion_files / file_name)) for file_name, _ in table.resources]
    monkeypatch.setattr(table, "resources", resources)
    monkeypatch.setattr(table, "mirrors", [f"{address}/absent/", f"{address}/"])
    return address


@pytest.fixture
def kept(own_folders: Path) -> Path:
    return own_folders / "cache" / "FashionMNIST" / "raw"


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_an_absent_set_is_downloaded_when_allowed(published, kept):
    seen: list[tuple[int, int, str]] = []
    sizes = {"train_size": 100, "validation_size": 20, "test_size": 30}
    request = DataSpec.parse({"dataset": "fashion_mnist", "scaling": "unit"} | sizes)
    dataset = load_dataset(request, Source(None, True, lambda *now: seen.append(now)))
    assert dataset.train.inputs == pytest.approx(73 / 255)
    assert dataset.test.targets.tolist() == [*range(10)] * 3
    assert names_in(kept) == sorted(file_name for file_name, _ in torchvision_datasets().FashionMNIST.resources)
    titles = list(dict.fromkeys(what for _, _, what in seen))
    assert titles[0] == "Preparing to download Fashion-MNIST"
    assert titles[1:5] == [f"Downloading Fashion-MNIST ({index} of 4)" for index in (1, 2, 3, 4)]
    assert titles[5] == "Reading Fashion-MNIST"


def test_nothing_is_downloaded_unasked(published, kept):
    with pytest.raises(DataMissingError):
        load_images("fashion_mnist", Source())
    assert not kept.exists()


def test_what_is_there_and_right_is_not_fetched_again(published, kept, monkeypatch):
    download_images("fashion_mnist")
    times = {file.name: file.stat().st_mtime_ns for file in kept.iterdir()}
    (kept / "train-labels-idx1-ubyte.gz").write_bytes(b"damaged")
    monkeypatch.setattr(torchvision_datasets().FashionMNIST, "mirrors", [])
    monkeypatch.setenv("RELULAB_MIRROR", published)
    assert len(load_images("fashion_mnist", Source(allow_download=True)).train) == 60_000
    changed = {file.name for file in kept.iterdir() if file.stat().st_mtime_ns != times[file.name]}
    assert changed == {"train-labels-idx1-ubyte.gz"}


def test_cancelling_keeps_only_whole_files(published, kept):
    def cancel(done: int, total: int, what: str) -> None:
        if "2 of 4" in what and done:
            raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        download_images("fashion_mnist", cancel)
    assert names_in(kept) == ["train-images-idx3-ubyte.gz"]
    download_images("fashion_mnist")
    assert len(names_in(kept)) == 4


def test_a_file_that_is_not_the_published_one_is_refused(fashion_files, serve, kept):
    with pytest.raises(DataCorruptError, match="instead of 8d4fb7e6c68d591d4c3dfef9ec88bf0d"):
        download_images("fashion_mnist", mirrors=[serve(fashion_files)])
    assert names_in(kept) == []


def test_a_mirror_of_files_packed_anew_works_and_only_it_is_asked(fashion_files, serve, kept, monkeypatch):
    """A school's copy has other checksums; what it holds counts. The public addresses are not asked beside it."""
    monkeypatch.setattr(torchvision_datasets().FashionMNIST, "mirrors", ["http://127.0.0.1:1/"])
    monkeypatch.setenv("RELULAB_MIRROR", serve(fashion_files))
    download_images("fashion_mnist")
    assert len(load_images("fashion_mnist", Source()).train) == 60_000
    monkeypatch.setenv("RELULAB_MIRROR", "http://127.0.0.1:1/school")
    (kept / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataMissingError) as caught:
        download_images("fashion_mnist")
    assert "127.0.0.1:1/school" in str(caught.value)
    assert str(caught.value).count("http") == 1


def test_a_mirror_with_a_login_page_is_named_and_nothing_is_kept(serve, kept, monkeypatch):
    def login(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"<!DOCTYPE html><title>Guest network</title>")

    monkeypatch.setenv("RELULAB_MIRROR", serve(answer=login))
    with pytest.raises(DataCorruptError, match=r"not Fashion-MNIST.*web page"):
        download_images("fashion_mnist")
    assert names_in(kept) == []


def test_without_a_network_the_set_stays_absent(kept):
    with pytest.raises(DataMissingError, match="Is this computer online"):
        download_images("mnist", mirrors=["http://127.0.0.1:1"])
    assert names_in(kept) == []


def test_a_cache_that_cannot_be_written_is_named(published, tmp_path, monkeypatch):
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("RELULAB_CACHE", str(tmp_path / "blocked"))
    with pytest.raises(DataError, match=r"blocked.* cannot be written"):
        load_images("fashion_mnist", Source(allow_download=True))


def test_archives_compressed_anew_are_imported(fashion_files, kept, tmp_path):
    folder = tmp_path / "clé USB" / "fashion"
    shutil.copytree(fashion_files, folder)
    import_files("fashion_mnist", [folder])
    assert len(names_in(kept)) == 4
    assert len(load_images("fashion_mnist", Source()).test) == 10_000


@pytest.mark.parametrize("spoilt", ["labels", "unbalanced", "images"])
def test_content_that_is_not_fashion_mnist_is_refused(fashion_files, tmp_path, spoilt, real_mnist):
    for file in fashion_files.iterdir():
        shutil.copy(file, tmp_path)
    name = "train-images-idx3-ubyte.gz" if spoilt == "images" else "train-labels-idx1-ubyte.gz"
    (tmp_path / name).unlink()
    if spoilt == "labels":
        labels = np.arange(60_000) % 11
        (tmp_path / name).write_bytes(bytes([0, 0, 8, 1, 0, 0, 0xEA, 0x60]) + labels.astype(np.uint8).tobytes())
    else:
        shutil.copy(real_mnist / name, tmp_path)
    said = {"labels": "label 10", "unbalanced": "equally frequent", "images": "mean brightness is 0.131"}[spoilt]
    with pytest.raises(DataCorruptError, match=said):
        load_images("fashion_mnist", Source(tmp_path))


def test_the_tables_name_the_files_that_we_read():
    for name in ("MNIST", "FashionMNIST", "KMNIST"):
        table = getattr(torchvision_datasets(), name)
        assert all(file_name in FASHION_MNIST.file_names for file_name, _ in table.resources)
        assert all(mirror.startswith("http") for mirror in table.mirrors)


def test_class_names_are_those_of_torchvision():
    datasets = torchvision_datasets()
    assert FASHION_MNIST.class_names == tuple(datasets.FashionMNIST.classes)
