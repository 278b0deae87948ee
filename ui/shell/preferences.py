"""What the user chose for every window: the theme, the threads, and what the settings file keeps between two starts."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu

from relulab.data.untrusted_paths import note_files, release
from ui.platform.settings import Settings, config_folder, default_processes, load_settings, save_settings
from ui.shell.first_look import DARK, LIGHT, SYSTEM
from ui.shell.theme import Theme
from ui.shell.window import Window
from ui.widgets.banner import INFO
from ui.widgets.spoken import speak

if TYPE_CHECKING:
    from relulab.data.dataset import Source


class Preferences(QObject):
    """The settings of a window, and the menus that change them.

    With ``settings`` given, nothing is read from the user's settings file and nothing written to it.
    """

    def __init__(self, app: QApplication, settings: Settings | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = load_settings() if settings is None else settings
        self._kept = settings is None
        release(self.settings.tables)  # that the user let be read at an earlier start
        note_files(self.settings.tables)
        self.theme = Theme(app, self.settings.theme, self)
        speak()  # to screen readers, in every window from now on

    def data_root(self) -> str:
        """The user's folder of data sets, or an empty text."""
        return self.settings.data_root

    @property
    def pictures(self) -> Path | None:
        """The folder for pictures of sessions; None where nothing is kept."""
        return config_folder() / "sessions" if self._kept else None

    def training_options(self) -> list[str]:
        """Of the command that trains many networks: where data are, and whose workers train a map."""
        known = self.settings
        options = ["--data-root", known.data_root] if known.data_root else []
        if known.scheduler:
            options += ["--scheduler", known.scheduler]
            return options + (["--certificates", known.certificates] if known.certificates else [])
        return options

    def map_processes(self) -> int:
        """How many processes of this machine train a map; where a scheduler's workers do, one asks them."""
        return 1 if self.settings.scheduler else self.settings.processes or default_processes()

    def source(self) -> "Source":
        """Where data sets are read from."""
        from relulab.data.dataset import Source  # here: the first page of a start reads none

        return Source(root=Path(self.data_root()) if self.data_root() else None)

    def fill_menus(self, window: Window) -> None:
        """System, light, dark; how many threads torch computes with (0: the engine's choice); processes for a map."""
        from relulab.training.trainer import default_threads

        themes = {SYSTEM: self.tr("&Like the system"), LIGHT: self.tr("L&ight"), DARK: self.tr("&Dark")}
        cores = os.cpu_count() or 1
        threads = {"0": self.tr("&Automatic ({count})").format(count=default_threads())}
        threads |= {str(count): str(count) for count in range(1, cores)}
        threads[str(cores)] = self.tr("All {count}: the window may stutter").format(count=cores)
        _fill(window.menu("themes"), themes, self.theme.choice).triggered.connect(self._choose_theme)
        processes = {"0": self.tr("&Automatic ({count})").format(count=default_processes())}
        processes |= {str(count): str(count) for count in range(1, cores + 1)}
        _fill(window.menu("processes"), processes, str(self.settings.processes)).triggered.connect(
            lambda action: self.keep(processes=int(action.data()))
        )
        chosen = _fill(window.menu("threads"), threads, str(self.settings.threads)).triggered
        chosen.connect(self._choose_threads)
        next_start = self.tr("The number of threads is used from the next start.")
        chosen.connect(lambda: window.banner.show_message(INFO, next_start))

    def keep(self, **values: Any) -> None:
        """Keep other values of fields of ``Settings``."""
        self.settings = replace(self.settings, **values)
        if self._kept:
            save_settings(self.settings)

    @Slot(QAction)
    def _choose_theme(self, action: QAction) -> None:
        self.settings = replace(self.settings, theme=action.data())
        self.theme.choose(action.data())

    @Slot(QAction)
    def _choose_threads(self, action: QAction) -> None:
        self.settings = replace(self.settings, threads=int(action.data()))


def _fill(menu: QMenu, titles: dict[str, str], chosen: str) -> QActionGroup:
    group = QActionGroup(menu)
    for key, title in titles.items():
        action = QAction(title, menu)
        action.setCheckable(True)
        action.setChecked(key == chosen)
        action.setData(key)
        group.addAction(action)
        menu.addAction(action)
    return group
