"""A command that goes on telling: every line before its end, and nothing behind a stop."""

import json

from relulab.experiment import ExperimentSpec
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from tests.helpers.labs import MINUTES_3
from ui.platform.telling_process import TellingProcess


def asked(count, steps=5):
    """For ``relulab population``: so many runs, of which each end is a line."""
    data = {"dataset": "moons", "train_size": 40, "validation_size": 20, "test_size": 20}
    sweep = Sweep.of(ExperimentSpec.parse({"data": data, "training": {"steps": 5}}), {}, range(count), "same")
    found = json.loads(Asked(sweep, is_map=True).text())
    found["spec"]["training"]["steps"] = steps
    return json.dumps(found)


def test_all_lines_come_before_its_end(qtbot):
    process, lines, at_end = TellingProcess(), [], []
    process.told.connect(lines.append)
    process.succeeded.connect(lambda: at_end.append(len(lines)))
    with qtbot.waitSignal(process.succeeded, timeout=MINUTES_3):
        process.ask(["population"], asked(4))
    assert at_end == [len(lines)]
    ended = [json.loads(line) for line in lines if json.loads(line).get("end")]
    assert sorted(one["run"] for one in ended) == [0, 1, 2, 3]
    process.close()


def test_a_reason_comes_after_it_failed(qtbot):
    process = TellingProcess()
    with qtbot.waitSignal(process.failed, timeout=MINUTES_3) as failed:
        process.ask(["population"], asked(1, steps=-1))
    assert "steps" in failed.args[0]
    process.close()


def test_behind_a_stop_nothing_is_told_and_it_can_be_asked_again(qtbot):
    process, lines = TellingProcess(), []
    process.told.connect(lines.append)
    process.ask(["population"], asked(2))
    process.stop()
    assert not process.busy
    qtbot.wait(50)
    assert lines == []
    with qtbot.waitSignal(process.succeeded, timeout=MINUTES_3):
        process.ask(["population"], asked(2))
    assert lines
    process.close()
