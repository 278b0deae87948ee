"""T1: the same is said of a run on an idle and on a busy machine, in the window and on the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.load import Row, compare
from benchmarks.verdicts import command, verdicts

QUICK = ("circle-linear", "dying-relu")
LONG = ("deep-xavier", "overfitting", "dying-bias", "digits-mlp")


@pytest.fixture(autouse=True)
def usual_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes choose their number of threads as they do for a user."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("preset", [*QUICK, *(pytest.param(preset, marks=pytest.mark.slow) for preset in LONG)])
def test_t1_the_same_is_said_alone_and_beside_eight_busy_processes(preset: str) -> None:
    row = compare(preset, 0, 8, None)
    assert row.rules, "something is said of it"
    assert not row.others


@pytest.mark.timeout(600)
def test_a_run_that_is_another_one_is_told_apart(tmp_path: Path) -> None:
    outs = {str(seed): tmp_path / f"{seed}.json" for seed in (0, 1)}
    commands = {name: command("command line", QUICK[0], out, int(name)) for name, out in outs.items()}
    said = verdicts(commands, outs)
    assert said["0"] != said["1"]


def test_a_process_that_fails_is_told_with_its_words(tmp_path: Path) -> None:
    out = tmp_path / "none.json"
    with pytest.raises(RuntimeError, match="no-such-preset"):
        verdicts({"it": command("command line", "no-such-preset", out)}, {"it": out})


@pytest.mark.skipif(os.name == "nt", reason="there, a process is not told that its parent has ended")
def test_the_busy_processes_end_with_their_parent() -> None:
    program = (
        "import os\nfrom benchmarks.verdicts import busy_machine\n"
        "with busy_machine(2):\n    print(1, flush=True)\n    os._exit(0)\n"
    )
    # the pipe is closed, and this returns, when the last of them has ended
    told = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=240)
    assert told.stdout == b"1\n"


def test_a_row_names_the_ways_in_which_something_else_was_said() -> None:
    assert str(Row("spiral", 0, ("plateau", "dying"), ())) == "| `spiral` | 0 | plateau, dying | yes |"
    assert str(Row("spiral", 1, (), ("window",))) == "| `spiral` | 1 | nothing | **no**: window |"
