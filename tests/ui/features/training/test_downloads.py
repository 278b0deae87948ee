"""Long work runs beside the window: progress, cancel, and an end that is always told."""

import threading

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtWidgets import QPushButton, QWidget

from relulab.errors import DataMissingError
from tests.helpers.paths import SHARED_DATA
from ui.faults.notices import Notices
from ui.features.training.downloads import Fetcher
from ui.platform.jobs import Job
from ui.widgets.banner import Banner

SHARED_MNIST = SHARED_DATA / "MNIST" / "raw"


def ended(job):
    """What a job ended with, and whether the window's thread heard of it."""
    ends = []
    job.succeeded.connect(lambda: ends.append(("succeeded", QThread.isMainThread())))
    job.cancelled.connect(lambda: ends.append(("cancelled", QThread.isMainThread())))
    job.failed.connect(lambda error: ends.append((error, QThread.isMainThread())))
    return ends


def test_a_job_works_in_another_thread_and_ends_in_this_one(qtbot):
    threads, told = [], []

    def work(progress):
        threads.append(threading.current_thread())
        progress(1, 2, "half")
        progress(2, 2, "all")

    job = Job(work)
    ends = ended(job)
    job.progressed.connect(lambda *what: told.append(what))
    job.start()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == [("succeeded", True)]
    assert threads[0] is not threading.main_thread()
    assert told == [(1, 2, "half"), (2, 2, "all")]


def test_a_job_that_fails_tells_why(qtbot):
    def work(progress):
        raise DataMissingError("no network")

    job = Job(work)
    ends = ended(job)
    job.start()
    qtbot.waitUntil(lambda: bool(ends))
    assert str(ends[0][0]) == "no network"


def test_a_job_can_be_cancelled(qtbot):
    reached = threading.Event()

    def work(progress):
        while True:
            progress(0, 0, "for ever")
            reached.set()

    job = Job(work)
    ends = ended(job)
    job.start()
    assert reached.wait(60)
    job.cancel()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == [("cancelled", True)]


def test_progress_of_a_fast_job_does_not_flood_the_window(qtbot):
    told = []

    def work(progress):
        for done in range(100_000):
            progress(done, 100_000, "")

    job = Job(work)
    ends = ended(job)
    job.progressed.connect(lambda *what: told.append(what))
    job.start()
    qtbot.waitUntil(lambda: bool(ends))
    assert len(told) < 200


def test_closing_says_nothing_any_more(qtbot):
    started = threading.Event()

    def work(progress):
        started.set()
        while True:
            progress(0, 0, "")

    job = Job(work)
    ends = ended(job)
    job.start()
    assert started.wait(60)
    job.close()
    qtbot.wait(50)
    assert ends == []


@pytest.fixture
def fetcher(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    fetcher = Fetcher(window, Notices(Banner(window)))
    yield fetcher
    fetcher.close()


def test_files_that_are_not_there_are_explained(qtbot, fetcher, tmp_path):
    with qtbot.waitSignal(fetcher.failed, timeout=20_000) as failed:
        fetcher.take_in("mnist", [tmp_path])
        assert fetcher.busy
        assert fetcher.dialog.isVisible()
    assert isinstance(failed.args[0], DataMissingError)
    assert not fetcher.busy
    assert fetcher.dialog is None


def test_cancel_ends_an_import(qtbot, fetcher, monkeypatch):
    def endless(name, paths, progress):
        while True:
            progress(0, 0, "copying")

    monkeypatch.setattr("relulab.data.image_files.import_files", endless)
    failed = []
    fetcher.failed.connect(failed.append)
    fetcher.take_in("mnist", [])
    qtbot.mouseClick(fetcher.dialog.findChild(QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not fetcher.busy)
    assert failed == []


@pytest.mark.skipif(not SHARED_MNIST.is_dir(), reason="the real MNIST is not on this machine")
def test_the_real_mnist_is_taken_in(qtbot, fetcher, own_folders):
    from relulab.data.dataset import Source
    from relulab.data.image_files import load_images

    with pytest.raises(DataMissingError):
        load_images("mnist", Source())
    with qtbot.waitSignal(fetcher.fetched, timeout=60_000) as fetched:
        fetcher.take_in("mnist", [SHARED_MNIST])
    assert fetched.args == ["mnist"]
    assert len(load_images("mnist", Source()).train) == 60_000
