"""What a hard crash writes down, and what the next start makes of it."""

import os
import subprocess
import sys

import pytest

from tests.helpers.paths import ROOT
from ui.faults.crash_reports import CrashReport, take_earlier_reports

CRASHES = {
    "abort": "os.abort()",
    "segmentation fault": "faulthandler._sigsegv()",
}
PROCESS = """
import faulthandler, os, sys
from pathlib import Path
from ui.faults.crash_reports import CrashReport

def the_guilty_function():
    {crash}

report = CrashReport(Path(sys.argv[1]))
report.open()
the_guilty_function()
report.close()
"""


def run_and(crash, folder):
    code = PROCESS.format(crash=crash)
    return subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, env=os.environ, capture_output=True)


@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_says_where_every_thread_was(tmp_path, crash):
    folder = tmp_path / "Protokolle für Zoë"
    assert run_and(CRASHES[crash], folder).returncode != 0
    (text,) = take_earlier_reports(folder)
    assert "the_guilty_function" in text
    assert list(folder.iterdir()) == []
    assert take_earlier_reports(folder) == []


def test_a_good_end_leaves_nothing(tmp_path):
    assert run_and("pass", tmp_path).returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_process_that_was_killed_has_nothing_to_tell_and_leaves_no_trace(tmp_path):
    run_and("os.kill(os.getpid(), 9)", tmp_path)
    assert list(tmp_path.iterdir())
    assert take_earlier_reports(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_still_runs_keeps_its_file(tmp_path):
    code = PROCESS.format(crash='print("there", flush=True); sys.stdin.read(); os.abort()')
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "there\n"
    assert take_earlier_reports(tmp_path) == []
    process.communicate("")
    (text,) = take_earlier_reports(tmp_path)
    assert "the_guilty_function" in text


def test_a_folder_that_cannot_be_written_costs_only_the_report(tmp_path, caplog):
    folder = tmp_path / "file"
    folder.write_text("a file where the folder should be")
    report = CrashReport(folder)
    report.open()
    report.close()
    assert "no report of a crash" in caplog.text
    assert take_earlier_reports(folder) == []
