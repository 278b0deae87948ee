"""Downloads over real HTTP from this machine: mirrors, checksums, cancelling, broken connections."""

import hashlib
import socket
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest

from relulab.data.download import download
from relulab.errors import CancelledError, DataCorruptError, DataError, DataMissingError

CONTENT = np.random.default_rng(0).bytes(300_000)
MD5 = hashlib.md5(CONTENT).hexdigest()


@pytest.fixture
def address(serve: Callable[..., str], tmp_path: Path) -> str:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "file.gz").write_bytes(CONTENT)
    (folder / "wrong.gz").write_bytes(CONTENT[:-1] + b"?")
    return serve(folder)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "cache é" / "file.gz"


def left_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_a_file_arrives_and_progress_counts_its_bytes(address, target):
    seen: list[tuple[int, int, str]] = []
    download([f"{address}/file.gz"], target, MD5, lambda *now: seen.append(now))
    assert target.read_bytes() == CONTENT
    assert left_in(target.parent) == ["file.gz"]
    assert seen[0] == (0, len(CONTENT), "file.gz")
    assert seen[-1] == (len(CONTENT), len(CONTENT), "file.gz")
    assert [done for done, _, _ in seen] == sorted({done for done, _, _ in seen})
    assert len(seen) > 3


def test_the_next_mirror_is_asked_when_one_fails(address, target):
    urls = [f"{address}/absent.gz", f"{address}/wrong.gz", "http://127.0.0.1:1/file.gz", f"{address}/file.gz"]
    download(urls, target, MD5)
    assert target.read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing(address, target):
    with pytest.raises(DataCorruptError, match=rf"instead of {MD5}"):
        download([f"{address}/wrong.gz"], target, MD5)
    assert left_in(target.parent) == []


def test_a_wrong_file_does_not_replace_a_right_one(address, target):
    target.parent.mkdir()
    target.write_bytes(CONTENT)
    with pytest.raises(DataCorruptError):
        download([f"{address}/wrong.gz"], target, MD5)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/file.gz", "refused"),
        ("http://name.invalid/file.gz", "online"),
        ("{address}/absent.gz", "404"),
        ("ftp://127.0.0.1/file.gz", "only http and https"),
        ("file:///etc/hostname", "only http and https"),
        ("http://", "file.gz could not be downloaded"),
    ],
)
def test_no_network_says_what_was_tried(address, target, url, said):
    with pytest.raises(DataMissingError, match=said) as caught:
        download([url.format(address=address)], target, MD5)
    assert "import it" in str(caught.value)
    assert "Errno" not in str(caught.value)
    assert left_in(target.parent) == []


def test_cancelling_stops_at_once_and_leaves_nothing(address, target):
    def cancel(done: int, total: int, what: str) -> None:
        if done:
            raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        download([f"{address}/file.gz", f"{address}/file.gz"], target, MD5, cancel)
    assert left_in(target.parent) == []


Handler = SimpleHTTPRequestHandler


def announce(handler: Handler, size: int | None = len(CONTENT)) -> None:
    handler.send_response(200)
    if size is not None:
        handler.send_header("Content-Length", str(size))
    handler.end_headers()
    handler.wfile.flush()


def wait_for_hanging_up(handler: Handler) -> None:
    handler.connection.settimeout(60.0)
    handler.connection.recv(1)


def cut_off(handler: Handler) -> None:
    """Announce the whole file, send half of it and hang up."""
    announce(handler)
    handler.wfile.write(CONTENT[: len(CONTENT) // 2])


def silent(handler: Handler) -> None:
    """Announce a file and then say nothing."""
    announce(handler)
    wait_for_hanging_up(handler)


def slow(handler: Handler) -> None:
    """Send a little, and nothing more."""
    announce(handler)
    handler.wfile.write(CONTENT[:1000])
    handler.wfile.flush()
    wait_for_hanging_up(handler)


def garbage(handler: Handler) -> None:
    handler.wfile.write(b"this is not HTTP\r\n\r\n")


def without_length(handler: Handler) -> None:
    announce(handler, size=None)
    handler.wfile.write(CONTENT)


def test_a_connection_that_breaks_off_is_named(serve, target):
    with pytest.raises(DataMissingError, match=r"ended after 150,000 of 300,000 bytes"):
        download([f"{serve(answer=cut_off)}/file.gz"], target, MD5)
    assert left_in(target.parent) == []


def test_a_silent_server_is_given_up(serve, target):
    with pytest.raises(DataMissingError, match="timed out"):
        download([f"{serve(answer=silent)}/file.gz"], target, MD5, timeout=0.2)
    assert left_in(target.parent) == []


def test_cancelling_works_on_a_slow_line(serve, target):
    def cancel(done: int, total: int, what: str) -> None:
        if done:
            raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        download([f"{serve(answer=slow)}/file.gz"], target, MD5, cancel)
    assert left_in(target.parent) == []


def test_an_answer_that_is_not_http_is_refused(serve, target):
    with pytest.raises(DataMissingError, match="not HTTP"):
        download([f"{serve(answer=garbage)}/file.gz"], target, MD5)


def test_a_file_of_unknown_size_arrives(serve, target):
    totals = set()
    download([f"{serve(answer=without_length)}/file.gz"], target, MD5, lambda done, total, what: totals.add(total))
    assert target.read_bytes() == CONTENT
    assert totals == {0}


def test_a_folder_that_cannot_be_written_is_not_the_networks_fault(address, tmp_path):
    (tmp_path / "blocked").write_text("")
    with pytest.raises(DataError, match="cannot be written") as caught:
        download([f"{address}/file.gz"], tmp_path / "blocked" / "file.gz", MD5)
    assert not isinstance(caught.value, DataMissingError)


def test_the_timeout_also_holds_for_the_connection(target):
    with socket.create_server(("127.0.0.1", 0)) as listener:  # accepts, and never answers
        port = listener.getsockname()[1]
        with pytest.raises(DataMissingError, match="timed out"):
            download([f"http://127.0.0.1:{port}/file.gz"], target, MD5, timeout=0.2)
