"""``relulab report``: what it writes, and what it says when it cannot."""

import os
import sys

import pytest
from pypdf import PdfReader

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.session.file.files import save_session
from relulab.session.session import DataFingerprint, RunRecord, Session
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from tests.helpers.sessions import trained


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """A saved session with two short runs."""
    path = tmp_path_factory.mktemp("sessions") / "exercise 3.relulab"
    runs = tuple(trained(kind, 2) for kind in ("curve", "curve"))
    save_session(Session(title="Exercise 3", author="Ada", notes="A note.", runs=runs), path)
    return path


def test_a_web_page_from_a_session_alone(call, folder, session):
    result = call("report", session, "--out", folder / "report.html")
    assert result.exit_code == 0
    assert "Web page" in result.output
    text = (folder / "report.html").read_text("utf-8")
    for words in ("<h1>Exercise 3</h1>", "Ada", "A note.", "A run of curve", "A run of curve #2"):
        assert words in text


def test_title_author_and_runs_can_be_chosen(call, folder, session):
    arguments = ("--title", "Mine", "--author", "Zoë", "--run", "A run of curve")
    assert call("report", session, "--out", folder / "report.pdf", *arguments).exit_code == 0
    about = PdfReader(folder / "report.pdf").metadata
    assert (about.title, about.author) == ("Mine", "Zoë")


def test_markdown_with_its_figures(call, folder, session):
    assert call("report", session, "--out", folder / "report.md").exit_code == 0
    assert (folder / "report.md").read_text("utf-8").startswith("# Exercise 3\n")
    assert list((folder / "report_files").glob("*.svg"))


@pytest.mark.parametrize("name", ["report.docx", "report"])
def test_an_unknown_kind_of_file_is_refused_with_the_known_ones(call, folder, session, name):
    result = call("report", session, "--out", folder / name)
    assert result.exit_code == 2
    for suffix in (".html", ".pdf", ".md"):
        assert suffix in result.output
    assert not (folder / name).exists()


def test_an_unknown_run_is_refused_with_the_known_ones(call, folder, session):
    result = call("report", session, "--out", folder / "report.html", "--run", "nobody")
    assert result.exit_code == 2
    assert "nobody" in result.output
    assert "A run of curve" in result.output


def test_a_file_that_is_no_session_is_told(call, folder):
    (folder / "no.relulab").write_text("no")
    result = call("report", folder / "no.relulab", "--out", folder / "report.html")
    assert result.exit_code == 5
    assert "cannot be opened" in result.output
    assert not (folder / "report.html").exists()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "private.csv"
    path.write_text("a,b,y\n" + "".join(f"{n * 1.5},{n % 7},{n % 2}\n" for n in range(60)), "utf-8")
    return path


@pytest.fixture
def opened():
    """The names of all files that are opened or looked at from now on."""
    touched, listening = [], [True]

    def hear(event, values):
        if listening and event in ("open", "os.stat", "os.listdir", "socket.connect"):
            touched.append(str(values[0]))

    sys.addaudithook(hear)
    yield touched
    listening.clear()


@pytest.fixture
def of_a_stranger(table, tmp_path, no_table_known):
    """A session with a run and an untrained design, both of a table that only the file names."""
    dataset = {"name": "csv", "parameters": {"path": str(table), "target": "y"}}
    spec = ExperimentSpec.parse(
        {"data": {"dataset": dataset}, "model": {"layers": ["dense"]}, "training": {"steps": 3}}
    )
    store = SessionStore()
    run = TrainingRun(spec, load_dataset(spec.data), record=store.append)
    run.measure_start()
    run.run_until(3)
    record = RunRecord("a run", store.current, DataFingerprint.of(run.dataset), checkpoints=(run.checkpoint(),))
    paths = tmp_path / "run.relulab", tmp_path / "design.relulab"
    save_session(Session(runs=(record,), experiments=(spec,)), paths[0])
    save_session(Session(experiments=(spec.replace(name="other"),)), paths[1])
    return paths


def test_r5_no_command_reads_what_only_a_session_names(call, folder, of_a_stranger, table, opened):
    run, design = of_a_stranger
    opened.clear()
    for path in (run, design):
        assert call("report", path, "--out", folder / "report.html").exit_code == 0
    assert "was not read" in (folder / "report.html").read_text("utf-8")
    for command in (
        ("diagnose", run),
        ("export", run, "--format", "pytorch"),
        ("export", run, "--format", "predictions"),
    ):
        result = call(*command, "--out", folder / "out")
        assert result.exit_code == 3
        assert "--read-tables" in result.stderr
    assert str(table) not in opened


def test_r5_what_the_user_allows_is_read(call, folder, of_a_stranger, table, opened):
    run, _ = of_a_stranger
    os.utime(table, (1, 1))  # what was read before is not remembered
    opened.clear()
    result = call("export", run, "--format", "predictions", "--out", folder / "out.csv", "--read-tables")
    assert result.exit_code == 0, result.stderr
    assert str(table) in opened
