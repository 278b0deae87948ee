"""NumPy and torch start no threads that spin beside the window, whichever way the program is started."""

import os
import subprocess
import sys

import pytest

STARTS = {
    "relulab": "import sys; sys.argv = ['relulab', 'presets']; from ui.startup.launch import main; main()",
    "python -m relulab": (
        "import runpy, sys; sys.argv = ['relulab', 'presets']; runpy.run_module('relulab', run_name='__main__')"
    ),
}
THEN = """
import atexit, os
def tell():
    import numpy
    print('threads', len(os.listdir('/proc/self/task')), os.environ['OPENBLAS_NUM_THREADS'])
atexit.register(tell)
"""


def told(start, **variables):
    """Threads of the process when NumPy is loaded, and what OPENBLAS_NUM_THREADS says."""
    without = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", THEN + start]
    done = subprocess.run(command, env=without | variables, capture_output=True, text=True, timeout=120, check=True)
    last = done.stdout.strip().splitlines()[-1].split()
    assert last[0] == "threads", done.stdout
    return int(last[1]), last[2]


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted by /proc")
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_numpy_computes_in_the_thread_that_asks(start):
    assert told(start) == (1, "1")


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted by /proc")
def test_who_wants_threads_has_them():
    assert told(STARTS["relulab"], OPENBLAS_NUM_THREADS="2") == (min(2, len(os.sched_getaffinity(0))), "2")
