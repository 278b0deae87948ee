"""``relulab report``: what it writes, and what it says when it cannot."""

import pytest
from pypdf import PdfReader

from relulab.session.file.files import save_session
from relulab.session.session import Session
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
