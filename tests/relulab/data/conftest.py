"""Data files for the tests: the real MNIST where it is, a stand-in for Fashion-MNIST, and a web server of our own."""

import gzip
import os
import struct
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.paths import SHARED_DATA

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx(array: np.ndarray) -> bytes:
    """``array`` in the IDX format, written from its description and not with the code under test."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


@pytest.fixture(scope="session")
def real_mnist() -> Path:
    """The folder with the four real MNIST archives, read-only."""
    raw = SHARED_DATA / "MNIST" / "raw"
    if not raw.is_dir():
        pytest.skip(f"the real MNIST files are not in {SHARED_DATA}")
    return raw


@pytest.fixture
def mnist_copy(real_mnist: Path, tmp_path: Path) -> Path:
    """A folder with a space and accents in its name that holds links to the real archives, for a test to spoil."""
    folder = tmp_path / "Données d'été 数据" / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for file in real_mnist.iterdir():
        (folder / file.name).symlink_to(file)
    return folder


@pytest.fixture(scope="session")
def fashion_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four archives that look like Fashion-MNIST to every check but that of the archives' MD5."""
    folder = tmp_path_factory.mktemp("fashion")
    for name in NAMES:
        count = 60_000 if name.startswith("train") else 10_000
        array = np.arange(count) % 10 if "labels" in name else np.full((count, 28, 28), 73)
        (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array), 1))
    return folder


class QuietServer(ThreadingHTTPServer):
    daemon_threads = False  # server_close waits for every answer to end

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start a web server on this machine that serves ``folder``, or gives its own ``answer``; returns its address."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(folder: Path | None = None, answer: Callable[[SimpleHTTPRequestHandler], None] | None = None) -> str:
        handler = type("Handler", (QuietHandler,), {"do_GET": answer} if answer else {})
        server = QuietServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Permissions hold for this test, even where the tests run as root."""
    if os.name != "posix":
        pytest.skip("needs POSIX permissions")
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65_534)  # nobody
    yield
    if was_root:
        os.seteuid(0)
