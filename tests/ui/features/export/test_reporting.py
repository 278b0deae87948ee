"""A report from the window: the question, what is kept of it, the file, and what is said when it fails."""

import dataclasses
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog

from relulab.session.file.files import load_session
from relulab.training.state import State
from tests.helpers.labs import MINUTES_3, moons, open_lab, train, wait_for
from ui.features.export.report_dialog import ReportDialog, ReportOrder
from ui.features.export.reporting import _ordered
from ui.platform.settings import Settings
from ui.widgets.banner import ERROR, SUCCESS


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings(author="Ada")) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def ask(lab) -> ReportDialog:
    lab.window.commands["report"].trigger()
    return lab.window.findChild(ReportDialog)


def save(qtbot, dialog, monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
    buttons = dialog.findChild(QDialogButtonBox)
    accept = next(
        button for button in buttons.buttons() if buttons.buttonRole(button) is QDialogButtonBox.ButtonRole.AcceptRole
    )
    qtbot.mouseClick(accept, Qt.MouseButton.LeftButton)


def order(path, **fields) -> ReportOrder:
    return ReportOrder(**({"title": "T", "author": "A", "notes": "", "runs": frozenset(), "path": str(path)} | fields))


def test_a_report_is_written_while_training_goes_on(qtbot, lab, tmp_path, monkeypatch):
    train(qtbot, lab)
    dialog = ask(lab)
    dialog.title.setText("Does it learn?")
    dialog.notes.setPlainText("I think so.")
    dialog.kind.setCurrentIndex(dialog.kind.findData(".html"))
    with qtbot.waitSignal(lab.reporting.reporter.written, timeout=MINUTES_3):
        save(qtbot, dialog, monkeypatch, tmp_path / "mein Bericht")
        qtbot.waitUntil(lambda: lab.reporting.reporter.busy, timeout=MINUTES_3)
        step = lab.trainer.status.step
        qtbot.waitUntil(lambda: lab.trainer.status.step > step, timeout=MINUTES_3)
    assert lab.status.state is State.RUNNING
    text = (tmp_path / "mein Bericht.html").read_text("utf-8")
    for words in ("Does it learn?", "Ada", "I think so.", "Tiny moons", "It stands at", "Loss and accuracy"):
        assert words in text
    assert not lab.reporting.reporter.busy


def test_the_banner_offers_to_open_the_report(lab, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    path = str(tmp_path / "report.html")
    lab.reporting.reporter.written.emit(path)
    banner = lab.window.banner
    assert banner.level == SUCCESS
    assert path in banner.message
    banner.buttons[0].click()
    assert opened == [path]


def test_title_author_and_notes_are_kept_in_the_session_and_the_author_in_the_settings(
    qtbot, lab, tmp_path, monkeypatch
):  # fmt: skip
    dialog = ask(lab)
    assert (dialog.title.text(), dialog.author.text()) == ("Tiny moons", "Ada")
    dialog.title.setText("Exercise 3")
    dialog.author.setText("Zoë")
    dialog.notes.setPlainText("First.\n\nSecond.")
    with qtbot.waitSignal(lab.reporting.reporter.written, timeout=MINUTES_3):
        save(qtbot, dialog, monkeypatch, tmp_path / "report.md")
    assert lab.documents.folder == str(tmp_path)
    assert lab.session_controller.modified, "there is something new to save"
    with qtbot.waitSignal(lab.session_controller.file.saved, timeout=MINUTES_3):
        lab.documents.sessionNamed.emit(str(tmp_path / "session.relulab"))
    kept = load_session(tmp_path / "session.relulab")
    assert (kept.title, kept.author, kept.notes) == ("Exercise 3", "Zoë", "First.\n\nSecond.")
    again = ask(lab)
    assert again.notes.toPlainText() == "First.\n\nSecond."
    assert again.author.text() == "Zoë"
    again.reject()
    lab.close()
    assert lab.preferences.settings.author == "Zoë"


def test_only_the_chosen_runs_are_ordered(qtbot, lab):
    train(qtbot, lab)
    dialog = ask(lab)
    (key,) = dialog.value().runs
    assert key == lab.session_controller.model.records[0].key
    dialog.runs.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.value().runs == frozenset()
    dialog.reject()
    lab.session_controller.model.set_hidden(key, True)
    dialog = ask(lab)
    assert dialog.value().runs == frozenset(), "a hidden run is offered, but not chosen"
    dialog.reject()


def test_pictures_of_the_network_are_chosen(qtbot, lab, tmp_path):
    train(qtbot, lab)
    dialog = ask(lab)
    assert dialog.value().network
    dialog.network.setChecked(False)
    chosen = dialog.value()
    assert not chosen.network
    dialog.reject()
    session = lab.session_controller.model.snapshot(None, lab.trainer)
    (run,) = _ordered(session, replace(chosen, network=True)).runs
    assert run.checkpoints == session.runs[0].checkpoints[-1:] != ()
    (run,) = _ordered(session, chosen).runs
    assert run.checkpoints == ()


def test_nothing_happens_without_a_file(qtbot, lab, monkeypatch):
    dialog = ask(lab)
    save(qtbot, dialog, monkeypatch, "")
    assert dialog.isVisible()
    assert not lab.reporting.reporter.busy
    dialog.reject()
    assert lab.session_controller.model.head.title == ""


def test_what_goes_wrong_is_told_in_plain_words(qtbot, lab, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with qtbot.waitSignal(lab.reporting.reporter.failed, timeout=MINUTES_3):
        lab.reporting.write(order(blocked / "x.html"), lab.session_controller.gatherer())
        lab.reporting.write(order(tmp_path / "y.html"), lab.session_controller.gatherer())
    assert "already" in lab.window.banner.message
    with qtbot.waitSignal(lab.reporting.reporter.failed, timeout=MINUTES_3):
        pass
    assert lab.window.banner.level == ERROR
    assert lab.window.banner.message.startswith("The report could not be written. The folder")
    assert not lab.reporting.reporter.busy
    assert not (tmp_path / "y.html").exists()


def test_a_session_that_cannot_be_gathered_is_told_too(qtbot, lab, tmp_path):
    def gather():
        raise RuntimeError("unexpected")

    with qtbot.waitSignal(lab.reporting.reporter.failed, timeout=MINUTES_3):
        lab.reporting.write(order(tmp_path / "x.html"), gather)
    assert "log file" in lab.window.banner.message
    assert not lab.reporting.reporter.busy


def test_closing_the_window_ends_a_report(qtbot, lab, tmp_path):
    lab.reporting.write(order(tmp_path / "x.pdf"), lab.session_controller.gatherer())
    assert lab.reporting.reporter.busy
    lab.window.close()
    assert not lab.reporting.reporter.busy
    assert not (tmp_path / "x.pdf").exists()


def test_the_ticked_runs_are_proposed_and_all_or_none_are_a_click_away(qtbot, lab):
    train(qtbot, lab)
    (record,) = lab.session_controller.model.records
    other = dataclasses.replace(record, name="Another", key="another")
    dialogs = [
        ReportDialog(lab.session_controller.model.head, (record, other), None, "", ticked)
        for ticked in ((), {other.key})
    ]
    for dialog in dialogs:
        qtbot.addWidget(dialog)
    assert [dialog.value().runs for dialog in dialogs] == [{record.key, other.key}, {other.key}]
    dialog = dialogs[1]
    assert dialog.how_many.text() == "1 of 2 runs in the report"
    dialog.all.click()
    assert dialog.value().runs == {record.key, other.key}
    dialog.none.click()
    assert dialog.value().runs == frozenset()
    assert dialog.how_many.text() == "0 of 2 runs in the report"


def test_it_is_told_how_far_a_report_is(qtbot, lab, tmp_path):
    counted = []
    train(qtbot, lab)
    lab.reporting.reporter.counted.connect(lambda done, total: counted.append((done, total)))
    (key,) = (record.key for record in lab.session_controller.model.records)
    with qtbot.waitSignal(lab.reporting.reporter.written, timeout=MINUTES_3):
        lab.reporting.write(order(tmp_path / "x.html", runs=frozenset({key})), lab.session_controller.gatherer())
    total = counted[-1][1]
    assert counted == [(number, total) for number in range(1, total + 1)]
    assert total > 3
    lab.notices.show_reporting(3, 9)
    assert lab.window.banner.message == "Writing the report: figure 3 of 9 …"
    lab.notices.complain("Wrong")
    lab.notices.show_reporting(4, 9)
    assert lab.window.banner.message == "Wrong"
