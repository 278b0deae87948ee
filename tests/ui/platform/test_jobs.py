"""Work beside the window: how it ends, and that the window may go away at any moment."""

import threading
import time

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from ui.platform import jobs
from ui.platform.jobs import Job, window_thread


@pytest.fixture
def owner(qtbot):
    owner = QObject()
    yield owner
    owner.deleteLater()


def ended(qtbot, job):
    """What the job told, in order, in the window's thread."""
    told = []

    def note(what):
        assert QThread.currentThread() is QApplication.instance().thread()
        told.append(what)

    job.progressed.connect(lambda done, total, what: note((done, total, what)))
    job.succeeded.connect(lambda: note("succeeded"))
    job.failed.connect(lambda error: note(str(error)))
    job.cancelled.connect(lambda: note("cancelled"))
    with qtbot.waitSignal(job.destroyed):
        job.start()
    return told


def test_progress_comes_before_the_end(qtbot, owner):
    assert ended(qtbot, Job(lambda progress: progress(3, 3, "a"), owner)) == [(3, 3, "a"), "succeeded"]


def test_what_goes_wrong_is_told(qtbot, owner):
    def work(progress):
        raise ValueError("no such thing")

    assert ended(qtbot, Job(work, owner)) == ["no such thing"]


def test_a_job_ends_at_its_next_report_when_it_is_cancelled(qtbot, owner):
    def work(progress):
        job.cancel()
        progress(1, 2, "")

    job = Job(work, owner)
    assert ended(qtbot, job) == ["cancelled"]


def test_a_closed_job_says_nothing_any_more(qtbot, owner):
    told, may = [], threading.Event()

    def work(progress):
        may.wait(60)

    job = Job(work, owner)
    job.succeeded.connect(lambda: told.append("succeeded"))
    job.start()
    job.close(timeout=0)
    may.set()
    job._thread.join()
    QApplication.processEvents()
    assert not told


def test_the_window_goes_away_while_its_jobs_tell_of_progress(qtbot, monkeypatch):
    """A dialog that was left while its table was read ended the program: found by the random user."""
    monkeypatch.setattr(jobs, "PROGRESS_INTERVAL", 0.0)
    stop = threading.Event()

    def work(progress):
        while not stop.is_set():
            progress(1, 1, "on and on")
            window_thread().call(holders[-1], lambda: None)
            time.sleep(0)  # others take their turn

    holders, threads = [], []
    for _ in range(100):
        holders.append(QObject())
        job = Job(work, holders[-1])
        job.progressed.connect(lambda *_told: None)
        job.start()
        threads.append(job._thread)
        QApplication.processEvents()
        delete(holders[-1])
        if len(threads) % 4 == 0:
            stop.set()
            for thread in threads[-4:]:
                thread.join()
            stop.clear()
    assert not any(thread.is_alive() for thread in threads)
