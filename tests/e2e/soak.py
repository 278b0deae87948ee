"""A seeded random user of the real window: clicks, keys, odd text, files, dialogs, sizes, while it trains.

``python3 dev.py soak --actions 10000 --seed 1``. The window runs in a process of its own, so that a crash is seen like
an exception: both print the seed and the last actions.
"""

import argparse
import faulthandler
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ODD = (
    "", "0", "-1", "1e300", "-1e38", "nan", "inf", "1e-320", "0,5", "9" * 400, "3", "7", "0.01", "<img src='x'>",
    "<b>bold", "\u202ereversed", "a\x00b", "W" * 5000, "🙂" * 50, "=1+1", "{0} {x.y} %1", "sin(1/x)", "x" * 300, "CON",
)  # fmt: skip
KEYS = ("Tab", "Backtab", "Return", "Escape", "Up", "Down", "Left", "Right", "Home", "End", "Space", "Delete", "F1")
SECONDS_WITHOUT_SIGN = 120  # then the window hangs
POPUP_MS = 100
TOLD = 30  # of the last actions
NEVER = {"quit", "close"}


class RandomUser:
    """``act`` does one thing at random and says what, before it does it, to ``tell``."""

    def __init__(self, seed: int, folder: Path, tell: Callable[[str], None]) -> None:
        from PySide6.QtCore import QTimer
        from PySide6.QtGui import QDesktopServices
        from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

        from ui.app import Lab
        from ui.platform.settings import Settings

        self.random, self._folder, self._tell = random.Random(seed), folder, tell
        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        self._app = app
        for name in ("getOpenFileName", "getSaveFileName"):
            setattr(QFileDialog, name, lambda *_given, **_named: (self._path(), ""))
        QFileDialog.getOpenFileNames = lambda *_given, **_named: ([self._path()], "")  # type: ignore[method-assign]
        QFileDialog.getExistingDirectory = lambda *_given, **_named: str(folder)  # type: ignore[method-assign]
        QMessageBox.exec = lambda box: self._answer(box)  # type: ignore[method-assign]
        QDesktopServices.openUrl = lambda *_given: True  # type: ignore[method-assign]
        self.lab = Lab(self._app, Settings())
        self.lab.open()
        self._popups = QTimer(interval=POPUP_MS)  # a menu that was clicked waits in a loop of its own
        self._popups.timeout.connect(self._leave_popup)
        self._popups.start()
        self._acts: tuple[Callable[[], None], ...] = (
            self._click, self._click, self._click, self._key, self._key, self._type, self._type, self._command,
            self._command, self._menu, self._undo, self._resize, self._drop, self._leave, self._wait, self._choose,
            self._drag, self._wheel, self._context_menu,
        )  # fmt: skip

    def act(self) -> None:
        self.random.choice(self._acts)()
        self._app.processEvents()

    def close(self) -> None:
        self._popups.stop()
        self.lab.close()
        self._app.processEvents()

    def _leave_popup(self) -> None:
        popup = self._app.activePopupWidget()
        if popup is not None:
            popup.close()

    def _path(self) -> str:
        files = sorted(str(path) for path in self._folder.iterdir() if path.is_file())
        new = self._folder / self.random.choice(("a.relulab", "b.json", "c", "d.png", "e.csv", "x" * 300, "CON.json"))
        return self.random.choice([*files, str(new), ""])

    def _answer(self, box: Any) -> int:
        return int(self.random.choice((box.buttons() and [box.standardButton(b).value for b in box.buttons()]) or [0]))

    def _widgets(self, kind: type) -> list[Any]:
        windows = [widget for widget in self._app.topLevelWidgets() if widget.isVisible()]
        modal = self._app.activeModalWidget()
        found = [w for window in ([modal] if modal else windows) for w in window.findChildren(kind)]
        return [widget for widget in found if widget.isVisible() and widget.isEnabled()]

    def _one(self, kind: type) -> Any:
        found = self._widgets(kind)
        return self.random.choice(found) if found else None

    def _click(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QAbstractButton, QWidget

        widget = self._one(self.random.choice((QAbstractButton, QAbstractButton, QWidget)))
        if widget is not None:
            words = widget.text() if isinstance(widget, QAbstractButton) else ""
            self._tell(f"click {type(widget).__name__} {widget.objectName()} {str(words)[:40]!r}")
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def _place(self, widget: Any) -> Any:
        from PySide6.QtCore import QPoint

        return QPoint(self.random.randrange(max(1, widget.width())), self.random.randrange(max(1, widget.height())))

    def _drag(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QWidget

        widget = self._one(QWidget)
        if widget is not None:
            self._tell(f"drag in {type(widget).__name__} {widget.objectName()}")
            QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=self._place(widget))
            QTest.mouseMove(widget, self._place(widget))
            QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=self._place(widget))
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=self._place(widget))

    def _wheel(self) -> None:
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QWidget

        widget = self._one(QWidget)
        if widget is not None:
            self._tell(f"wheel in {type(widget).__name__} {widget.objectName()}")
            place, turned = QPointF(self._place(widget)), QPoint(0, self.random.choice((-1200, -120, 120, 1200)))
            there, no_keys = QPointF(widget.mapToGlobal(place)), Qt.KeyboardModifier.NoModifier
            none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
            self._app.sendEvent(widget, QWheelEvent(place, there, QPoint(), turned, none, no_keys, phase, False))

    def _context_menu(self) -> None:
        from PySide6.QtGui import QContextMenuEvent
        from PySide6.QtWidgets import QWidget

        widget = self._one(QWidget)
        if widget is not None:
            self._tell(f"context menu of {type(widget).__name__} {widget.objectName()}")
            place = self._place(widget)
            asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, widget.mapToGlobal(place))
            self._app.sendEvent(widget, asked)

    def _key(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        widget, key = self._app.focusWidget(), self.random.choice(KEYS)
        if widget is not None:
            self._tell(f"key {key} in {type(widget).__name__} {widget.objectName()}")
            QTest.keyClick(widget, getattr(Qt.Key, f"Key_{key}"))

    def _type(self) -> None:
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QKeyEvent
        from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QPlainTextEdit

        widget = self._one(self.random.choice((QLineEdit, QAbstractSpinBox, QPlainTextEdit)))
        if widget is not None:
            words = self.random.choice(ODD)
            self._tell(f"type {words[:20]!r} into {type(widget).__name__} {widget.accessibleName()}")
            widget.setFocus()
            if hasattr(widget, "selectAll"):
                widget.selectAll()
            event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, words)
            self._app.sendEvent(widget, event)  # QTest ends the process at letters beyond Latin 1

    def _command(self) -> None:
        commands = [c for key, c in self.lab.window.commands.items() if key not in NEVER and c.isEnabled()]
        command = self.random.choice(commands)
        self._tell(f"command {command.key}")
        command.trigger()

    def _menu(self) -> None:
        from PySide6.QtWidgets import QMenu

        menu = self.random.choice(self.lab.window.findChildren(QMenu))
        menu.aboutToShow.emit()
        quits = {self.lab.window.commands[key] for key in NEVER if key in self.lab.window.commands}
        entries = [a for a in menu.actions() if a.isEnabled() and not a.isSeparator()]  # headings too are separators
        actions = [action for action in entries if action.menu() is None and action not in quits]
        if actions:
            action = self.random.choice(actions)
            self._tell(f"menu {menu.title()[:30]!r}: {action.text()[:40]!r}")
            action.trigger()

    def _undo(self) -> None:
        stack = self.lab.design.undo_stack
        for _ in range(self.random.randint(1, 5)):
            self._tell("undo or redo")
            self.random.choice((stack.undo, stack.redo))()

    def _resize(self) -> None:
        size = self.random.choice(((640, 400), (800, 600), (1440, 900), (1920, 1080), (300, 200)))
        self._tell(f"size {size}")
        self.lab.window.resize(*size)

    def _drop(self) -> None:
        path = self._path()
        self._tell(f"drop {path[-60:]!r}")
        if path:
            self.lab.window.fileDropped.emit(path)

    def _leave(self) -> None:
        from PySide6.QtWidgets import QDialog

        for dialog in [w for w in self._app.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]:
            self._tell(f"leave {type(dialog).__name__}")
            dialog.reject()

    def _choose(self) -> None:
        from PySide6.QtWidgets import QComboBox

        combo = self._one(QComboBox)
        rows = [row for row in range(combo.count()) if combo.itemData(row)] if combo is not None else []
        if rows:
            index = self.random.choice(rows)
            self._tell(f"choose {index} of {combo.accessibleName()}")
            combo.setCurrentIndex(index)
            combo.activated.emit(index)

    def _wait(self) -> None:
        from PySide6.QtTest import QTest

        self._tell("wait")
        QTest.qWait(self.random.randint(10, 200))


def furnish(folder: Path) -> None:
    """The files that the user finds: good ones, a broken one, a stranger's."""
    from relulab.session.file.files import save_session
    from tests.helpers.hostile_texts import HOSTILE, hostile_session
    from tests.helpers.sessions import rich_session

    save_session(rich_session(), folder / "rich.relulab")
    save_session(hostile_session(HOSTILE["picture in words"]), folder / "stranger.relulab")
    (folder / "broken.relulab").write_bytes(b"PK\x03\x04 no session")
    (folder / "design.json").write_text('{"name": "<b>x", "training": {"steps": 50}}', "utf-8")
    (folder / "table.csv").write_text("a,b,c\n" + "1,2,0\n3,4,1\n" * 40, "utf-8")


def use(actions: int, seed: int, folder: Path) -> int:
    """Be the user, in this process; 1 at the first exception that nobody caught."""
    faulthandler.enable()
    caught: list[str] = []
    with (folder.parent / "actions.log").open("w", encoding="utf-8", errors="replace") as told:
        number = 0

        def tell(what: str) -> None:
            told.write(f"{number}: {what}\n")
            told.flush()

        def hook(kind: type[BaseException], error: BaseException, trace: Any) -> None:
            caught.append(f"{kind.__name__}: {error}")
            sys.__excepthook__(kind, error, trace)

        user = RandomUser(seed, folder, tell)
        sys.excepthook = hook
        for number in range(1, actions + 1):  # noqa: B007  # told above
            faulthandler.dump_traceback_later(SECONDS_WITHOUT_SIGN, exit=True)
            user.act()
            if caught or not user.lab.window.isVisible():
                break
        else:
            tell("all done")
        faulthandler.dump_traceback_later(SECONDS_WITHOUT_SIGN, exit=True)
        user.close()
        faulthandler.cancel_dump_traceback_later()
    return 1 if caught else 0


def main() -> int:
    """Start the user in a process of its own; on an exception or a crash print the seed and the last actions."""
    parser = argparse.ArgumentParser(prog="dev.py soak", description=__doc__)
    parser.add_argument("--actions", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder is not None:
        return use(given.actions, given.seed, given.folder)
    with tempfile.TemporaryDirectory(prefix="relulab-soak-") as place:
        folder = Path(place) / "files"
        folder.mkdir()
        furnish(folder)
        own = {f"RELULAB_{name}": str(Path(place) / name.lower()) for name in ("CACHE", "CONFIG", "LOG", "STATE")}
        environment = {**os.environ, **own, "RELULAB_MIRROR": "http://127.0.0.1:9"}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        told = ["--actions", str(given.actions), "--seed", str(given.seed), "--folder", str(folder)]
        code = subprocess.run([sys.executable, "-m", "tests.e2e.soak", *told], env=environment, check=False).returncode
        lines = (Path(place) / "actions.log").read_text("utf-8", "replace").splitlines()
        if code:
            print(f"Seed {given.seed}, exit status {code}. The last actions:", *lines[-TOLD:], sep="\n  ")
        print(f"Seed {given.seed}: {lines[-1].partition(':')[0] if lines else 0} of {given.actions} actions.")
        return code


if __name__ == "__main__":
    sys.exit(main())
