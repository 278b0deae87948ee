"""A seeded random user of the window finds no exception, no crash and no standstill."""

import subprocess
import sys

import pytest

from tests.helpers.paths import ROOT

ACTIONS = 300


@pytest.mark.timeout(600)
def test_three_hundred_random_actions_end_well() -> None:
    command = [sys.executable, "-m", "tests.e2e.soak", "--actions", str(ACTIONS), "--seed", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert f"{ACTIONS} of {ACTIONS} actions" in done.stdout
