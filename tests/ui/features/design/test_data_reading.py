"""A file that has to be read before anything can be said of its data: beside the window, to be stopped, read once."""

import threading
from pathlib import Path

import pytest

from relulab.data.tables.letters import read_bytes
from relulab.data.tables.understanding import understanding_of
from relulab.experiment import ExperimentSpec
from tests.helpers.design_helpers import DATA, click, open_panel
from tests.helpers.labs import SECONDS_30, moons
from ui.features.design import DesignPanel
from ui.platform.jobs import Job
from ui.widgets.edit import Edit

ROWS = "a,b,price\n" + "".join(f"{n * 1.5},{n % 7},{n * 1000.5}\n" for n in range(60))


@pytest.fixture
def panel(qtbot) -> DesignPanel:
    return open_panel(qtbot, "moons-healthy", DATA)


@pytest.fixture
def spec(tmp_path) -> ExperimentSpec:
    path = tmp_path / "Häuser.csv"
    path.write_text(ROWS, "utf-8")
    dataset = {"name": "csv", "parameters": {"path": str(path)}}
    return ExperimentSpec.parse({"data": {"dataset": dataset}, "training": {"loss": "mse"}})


@pytest.fixture
def readers(monkeypatch) -> list[threading.Thread]:
    """The threads in which a table was read."""
    seen = []

    def noted(*arguments, **options):
        seen.append(threading.current_thread())
        return understanding_of(*arguments, **options)

    monkeypatch.setattr("relulab.data.tables.file.understanding_of", noted)
    return seen


@pytest.fixture
def gate(monkeypatch) -> threading.Event:
    """While it is closed, no table is read to its end; the reading can be stopped."""
    opened = threading.Event()

    def waiting(path, progress):
        while not opened.wait(0.01):
            progress(1, 4, f"Reading {path.name}")
        return read_bytes(path, progress)

    monkeypatch.setattr("relulab.data.tables.file.read_bytes", waiting)
    return opened


def test_a_table_is_read_once_and_never_in_the_thread_of_the_window(qtbot, panel, spec, readers):
    panel.setValue(spec)
    qtbot.waitUntil(
        lambda: panel.data.field(("test_size",)).control.lineEdit().placeholderText() == "Auto (12)", timeout=SECONDS_30
    )
    qtbot.waitUntil(lambda: not panel.data.preview.is_missing, timeout=SECONDS_30)
    assert panel.problem is None
    panel.reload_data()
    qtbot.waitUntil(lambda: not panel.data.reading.busy, timeout=SECONDS_30)
    assert len(readers) == 1
    assert threading.main_thread() not in readers


def test_a_loaded_design_is_no_edit_when_its_data_are_known(qtbot, panel, spec):
    with qtbot.assertNotEmitted(panel.specChanged):
        panel.setValue(spec)
        qtbot.waitUntil(lambda: not panel.data.reading.busy, timeout=SECONDS_30)
    assert panel.problem is None


def test_what_follows_from_the_data_is_part_of_the_same_step(qtbot, panel):
    before = panel.value()
    steps = panel.undo_stack.count()
    with qtbot.waitSignal(panel.specChanged) as announced:
        panel._edit(Edit("Change data set", {("data", "dataset"): "cars"}))
    assert announced.args[0].training.loss == "mse", "a number is predicted now"
    assert panel.undo_stack.count() == steps + 1
    panel.undo_stack.undo()
    assert panel.value() == before


def test_an_edit_is_no_design_before_its_data_are_known(qtbot, panel, spec, gate):
    qtbot.waitUntil(lambda: panel.problem is None, timeout=SECONDS_30)
    panel._edit(_edit_to(spec))
    assert panel.problem is not None
    qtbot.waitUntil(lambda: panel.data.strip.isVisible(), timeout=SECONDS_30)
    qtbot.waitUntil(lambda: panel.data.strip.text() == "Reading Häuser.csv", timeout=SECONDS_30)
    assert panel.data.strip.bar.value() == 25
    gate.set()
    qtbot.waitUntil(lambda: panel.problem is None, timeout=SECONDS_30)
    assert panel.data.strip.isHidden()


def test_reading_is_stopped_at_once_and_begun_again(qtbot, panel, spec, gate):
    panel.setValue(spec)
    qtbot.waitUntil(lambda: panel.data.strip.stop_button.isVisible(), timeout=SECONDS_30)
    click(qtbot, panel.data.strip.stop_button)
    assert panel.problem is not None
    assert "read" in str(panel.problem)
    assert panel.data.strip.again_button.isVisible()
    gate.set()
    qtbot.wait(50)
    assert panel.problem is not None, "what was stopped does not go on by itself"
    click(qtbot, panel.data.strip.again_button)
    qtbot.waitUntil(lambda: panel.problem is None, timeout=SECONDS_30)
    assert panel.data.strip.isHidden()


def test_another_data_set_ends_the_reading(qtbot, panel, spec, gate):
    panel.setValue(spec)
    assert panel.data.reading.busy
    panel.setValue(moons())
    assert not panel.data.reading.busy
    assert panel.problem is None
    gate.set()


def _edit_to(spec: ExperimentSpec) -> Edit:
    return Edit("Change data set", {("data", "dataset"): spec.data.dataset.model_dump(), ("training", "loss"): "mse"})


def test_a_file_that_changed_is_said_and_read_again_with_the_choices(qtbot, panel, spec, readers):
    panel.setValue(spec)
    qtbot.waitUntil(lambda: panel.data.table.picture.isVisible(), timeout=SECONDS_30)
    table = panel.data.table
    table.look()
    qtbot.waitUntil(lambda: not table.findChildren(Job), timeout=SECONDS_30)
    assert table.changed.isHidden()
    with Path(str(spec.data.dataset.parameters["path"])).open("a", encoding="utf-8") as file:
        file.write("1,2,30000.5\n")
    table.look()
    qtbot.waitUntil(table.changed.isVisible, timeout=SECONDS_30)
    panel.reload_data()
    qtbot.waitUntil(
        lambda: panel.data.field(("train_size",)).control.lineEdit().placeholderText() == "Auto (43)",
        timeout=SECONDS_30,
    )
    assert table.changed.isHidden()
    assert panel.value() == spec, "the choices are kept"
    assert len(readers) == 2
