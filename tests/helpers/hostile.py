"""Texts that a stranger may put into a file, sessions full of them, and what gives a widget away that believes them."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLabel, QMenu, QWidget

from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.findings import Finding, Severity
from relulab.experiment import ExperimentSpec
from relulab.session.session import PinnedPicture, RunRecord, Session
from relulab.text import as_it_stands
from relulab.training.telemetry import ChangeRecord, FindingsRecord
from tests.helpers.sessions import png, trained

MARK = "stranger.invalid"
HOSTILE = {
    "picture": f'<img src="file:///{MARK}">',
    "link": f'<a href="http://{MARK}">here</a>',
    "picture in words": f'Run 1 <img src="http://{MARK}/a.png" width=5000 height=5000> is fine',
    "escaped": f"&lt;img src={MARK}&gt; &amp; more",
    "bold": f"<b>{MARK}</b>\n<h1>large</h1>",
    "style": f"<style>*{{color:red}}</style><div style='background:url({MARK})'>x</div>",
    "direction": f"a\u202e{MARK}\u2066b\u200f",
    "control": f"a\x00b\x1b[31m{MARK}\x07",
    "lines": "\n".join([MARK] * 4000),
    "long word": "W" * 100_000,
    "long words": f"{MARK} " * 8000,
    "placeholders": f"[*] {{0}} {{x.__class__}} %1 %n &File {MARK}",
    "formula": f'=HYPERLINK("http://{MARK}";"x")',
}
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\x00-\x08\x0b\x0c\x0e-\x1f]")
BELIEVED = re.compile(r"<(img|a|b|h1|style|div)\b[^>]*>", re.IGNORECASE)
LARGEST = 3000  # pixels: no window or dialog needs more


def hostile_run(words: str) -> RunRecord:
    """A run whose every text is ``words``."""
    run = trained("plane", notes=words, message=words)
    spec = run.spec.replace(name=words)
    history = run.history
    layer = history.info.layout.layers[0]
    finding = Finding(
        rule="dead_layer",
        title=words,
        severity=Severity.ERROR,
        explanation=as_it_stands(words),
        why=as_it_stands(words),
        layer=layer.name,
        layer_title=words,
        layer_index=0,
        units=(1, 2),
        measured=0.5,
        unit=words[:50],
        sample=as_it_stands(words),
        began=4,
        cures=(Cure("lower", as_it_stands(words), (Change(("training", "learning_rate"), 0.1),)),),
    )
    history.append(FindingsRecord(12, (finding,), (dataclasses.replace(finding, ended=8),)))
    history.append(ChangeRecord(12, words, words, words))
    history.info = dataclasses.replace(history.info, spec=spec) if hasattr(history.info, "spec") else history.info
    return dataclasses.replace(run, name=words, history=history)


def hostile_session(words: str) -> Session:
    """A session whose every text is ``words``."""
    run = hostile_run(words)
    other = dataclasses.replace(trained("plane", 2), name=words)
    return Session(
        title=words,
        author=words,
        notes=words,
        experiments=(run.spec.replace(name=words), ExperimentSpec(name=words)),
        runs=(run, other),
        pictures=(PinnedPicture(words, png(), words, run.key),),
    )


def offences(root: QWidget) -> list[str]:
    """Where ``root`` or anything in it believes what it is told, or becomes too large."""
    widgets = [root, *root.findChildren(QWidget)]
    found = [f"{name_of(widget)}: {problem}" for widget in widgets for problem in _problems(widget)]
    if root.isWindow() and max(root.minimumSizeHint().height(), root.height(), root.width()) > LARGEST:
        found.append(f"{name_of(root)} is {root.width()} × {root.height()} pixels")
    return found


def name_of(widget: QWidget) -> str:
    """Its kind and those of what it stands in."""
    names = []
    at: QWidget | None = widget
    while at is not None:
        names.append(f"{type(at).__name__}{f' {at.objectName()}' if at.objectName() else ''}")
        at = at.parentWidget()
    return " in ".join(names)


def _problems(widget: QWidget) -> Iterator[str]:
    yield from _believed_tip(widget.toolTip(), "its tip")
    if isinstance(widget, QLabel):
        rich = widget.textFormat() is Qt.TextFormat.RichText
        guesses = widget.textFormat() not in (Qt.TextFormat.PlainText, Qt.TextFormat.RichText)
        if guesses and (MARK in widget.text() or QtGui.Qt.mightBeRichText(widget.text())):
            yield f"guesses what {widget.text()[:60]!r} is"
        if rich and any(MARK in found.group() for found in BELIEVED.finditer(widget.text())):
            yield f"believes {widget.text()[:80]!r}"
        if TURNING.search(widget.text()):
            yield f"turns its text around: {widget.text()[:60]!r}"
        if widget.isVisible() and max(widget.minimumSizeHint().width(), widget.height()) > LARGEST:
            yield f"needs {widget.minimumSizeHint().width()} × {widget.height()} pixels"
    for action in widget.actions():
        yield from _action(action)
    if isinstance(widget, QMenu) and widget.sizeHint().width() > LARGEST:
        yield f"is a menu {widget.sizeHint().width()} pixels wide"
    if isinstance(widget, QComboBox | QAbstractItemView) and widget.model() is not None:
        yield from _items(widget.model())


def _action(action: QAction) -> Iterator[str]:
    yield from _believed_tip(action.toolTip(), f"the tip of {action.text()[:30]!r}")
    if len(action.text()) > 200 or TURNING.search(action.text()):
        yield f"an action says {action.text()[:60]!r} ({len(action.text())} letters)"


def _items(model: QAbstractItemModel) -> Iterator[str]:
    for row in range(min(model.rowCount(), 50)):
        told: Any = model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)
        yield from _believed_tip(str(told or ""), f"the tip of item {row}")


def _believed_tip(tip: str, where: str) -> Iterator[str]:
    if QtGui.Qt.mightBeRichText(tip) and any(MARK in found.group() for found in BELIEVED.finditer(tip)):
        yield f"{where} believes {tip[:80]!r}"
    if len(tip) > 5 * 1500 + 200:
        yield f"{where} has {len(tip)} letters"
    if TURNING.search(tip):
        yield f"{where} turns around: {tip[:60]!r}"


def shown_windows() -> list[QWidget]:
    """Every window and dialog that is open."""
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
