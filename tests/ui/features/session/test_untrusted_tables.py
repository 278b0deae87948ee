"""Files that name a table: nothing of it is read before somebody presses the button."""

import pytest

from relulab.data import untrusted_paths as withheld
from relulab.experiment import ExperimentSpec
from relulab.session.file.files import load_session, save_session
from relulab.session.session import Session
from relulab.training.state import State
from tests.helpers.labs import moons, open_lab, press, wait_for
from ui.platform.settings import Settings
from ui.widgets.banner import WARNING

LONG = 30_000


pytestmark = pytest.mark.usefixtures("no_table_known")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "Maße.csv"
    path.write_text("a,b,y\n" + "".join(f"{n * 1.5},{n % 7},{n % 2}\n" for n in range(60)), "utf-8")
    return path


@pytest.fixture
def spec(table):
    dataset = {"name": "csv", "parameters": {"path": str(table), "target": "y"}}
    return ExperimentSpec.parse(
        {
            "name": "From a table",
            "data": {"dataset": dataset},
            "model": {"layers": ["dense"]},
            "training": {"steps": 30},
        }
    )


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def read_the_data(qtbot, lab):
    (button,) = lab.window.banner.buttons
    assert button.text() == "Read the data"
    press(qtbot, button)


def test_an_experiment_that_names_a_table_asks_first(qtbot, lab, spec, table, tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(spec.to_json(), "utf-8")
    with qtbot.waitSignal(lab.documents.opened, timeout=LONG):
        lab.documents.open(str(path))
    assert lab.window.banner.level == WARNING
    assert str(table) in lab.window.banner.message
    assert "was not read" in str(lab.design.problem)
    read_the_data(qtbot, lab)
    qtbot.waitUntil(lambda: lab.store.current.info.spec.name == "From a table", timeout=LONG)
    assert lab.design.problem is None
    assert lab.store.current.info.dataset.train.inputs.shape[1] == 2


def test_a_session_shows_its_run_and_asks_before_it_goes_on(qtbot, spec, table, tmp_path):
    path = tmp_path / "session.relulab"
    with open_lab(qtbot, spec, Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.FINISHED)
        with qtbot.waitSignal(lab.session_controller.file.saved, timeout=LONG):
            lab.session_controller._save_to(str(path))
    content = table.read_bytes()
    table.unlink()  # nobody notices: nothing is read
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.documents.open(str(path))
        qtbot.waitUntil(lambda: str(table) in lab.window.banner.message, timeout=LONG)
        assert lab.window.banner.level == WARNING
        assert lab.polling.shown.run.info.spec == spec
        table.write_bytes(content)
        read_the_data(qtbot, lab)
        wait_for(qtbot, lab, State.FINISHED)
        assert lab.trainer.status.step == 30


def test_a_path_that_the_user_picks_is_read_at_once(qtbot, lab, spec, table, monkeypatch):
    withheld.withhold([str(table)])
    lab.run_controller.load(spec)
    assert "was not read" in str(lab.design.problem)
    monkeypatch.setattr("ui.widgets.file_dialogs.QFileDialog.getOpenFileName", lambda *a: (str(table), ""))
    press(qtbot, lab.design.data.table.open_button)
    assert not withheld.is_withheld(str(table))
    qtbot.waitUntil(lambda: list(withheld.released_files()) == [str(table)])  # a drive may be slow: a job asks it


def test_an_opened_session_reads_nothing(spec, table, tmp_path):
    save_session(Session(experiments=(spec,)), tmp_path / "stranger.relulab")
    table.unlink()
    assert load_session(tmp_path / "stranger.relulab").experiments == (spec,)
