"""Which schedulers may be used."""

from pathlib import Path

import pytest

from relulab.cluster.addresses import CA, CERTIFICATE, KEY, Scheduler, Workers
from relulab.cluster.versions import difference, versions_here
from relulab.errors import SpecError


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("tcp://localhost:1", "tcp://localhost:1"),
        ("tcp://[::1]:8786/", "tcp://[::1]:8786"),
        ("tls://far.example.org:8786", "tls://far.example.org:8786"),
    ],
)
def test_on_this_machine_or_with_tls_it_may_be_used(address: str, url: str) -> None:
    assert Scheduler(address).url == url


@pytest.mark.parametrize("address", ["10.0.0.7:8786", "tcp://far.example.org:8786", "tcp://127.0.0.1.example.org:8786"])
def test_another_machine_without_tls_has_to_be_confirmed(address: str) -> None:
    with pytest.raises(SpecError, match=r"run code.*--trust-network"):
        Scheduler(address)
    assert Scheduler(address, trusted=True).url.startswith("tcp://")


@pytest.mark.parametrize(
    "address", ["", "localhost", "localhost:", "localhost:0", "localhost:99999", "http://a:1", "tcp://:1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SpecError, match="no address"):
        Scheduler(address)


def test_a_folder_of_certificates_is_whole_and_means_tls(tmp_path: Path) -> None:
    for name in (CA, CERTIFICATE):
        (tmp_path / name).touch()
    with pytest.raises(SpecError, match=KEY):
        Scheduler("far.example.org:8786", tmp_path)
    (tmp_path / KEY).touch()
    assert Scheduler("far.example.org:8786", tmp_path).has_tls


@pytest.mark.parametrize(
    ("jobs", "scheduler", "words"), [(0, None, "1 to 256"), (999, None, "1 to 256"), (2, "localhost:1", "one of both")]
)
def test_numbers_of_processes(jobs: int, scheduler: str | None, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        Workers.of(jobs, scheduler)


def test_what_differs_is_named() -> None:
    ours = versions_here()
    assert all(ours.values())
    assert difference(ours, ours) == ""
    assert difference(ours | {"PyTorch": "2.0", "Dask": ""}, ours) == (
        f"PyTorch 2.0 (here {ours['PyTorch']}), Dask is missing (here {ours['Dask']})"
    )
