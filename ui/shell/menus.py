"""The menus whose entries come from data: presets, themes, threads."""

import os

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from relulab.experiment.presets import PRESETS
from relulab.training.trainer import default_threads
from ui.platform.translation import translate
from ui.shell.theme import DARK, LIGHT, SYSTEM

CONTEXT = "Menus"


def fill_presets(menu: QMenu) -> None:
    """All presets under their headings; each action carries its key as data."""
    menu.setToolTipsVisible(True)
    group = ""
    for preset in PRESETS.values():
        if preset.group != group:
            group = preset.group
            menu.addSection(group)
        action = menu.addAction(preset.title)
        action.setToolTip(preset.summary)
        action.setData(preset.key)


def fill_themes(menu: QMenu, chosen: str) -> QActionGroup:
    """System, light, dark."""
    titles = {
        SYSTEM: translate(CONTEXT, "&Like the system"),
        LIGHT: translate(CONTEXT, "L&ight"),
        DARK: translate(CONTEXT, "&Dark"),
    }
    return _choices(menu, titles, chosen)


def fill_threads(menu: QMenu, chosen: int) -> QActionGroup:
    """How many threads torch computes with; 0 stands for the engine's own choice."""
    cores = os.cpu_count() or 1
    titles = {"0": translate(CONTEXT, "&Automatic ({count})").format(count=default_threads())}
    titles |= {str(count): str(count) for count in range(1, cores)}
    titles[str(cores)] = translate(CONTEXT, "All {count}: the window may stutter").format(count=cores)
    return _choices(menu, titles, str(chosen))


def _choices(menu: QMenu, titles: dict[str, str], chosen: str) -> QActionGroup:
    group = QActionGroup(menu)
    for key, title in titles.items():
        action = QAction(title, menu)
        action.setCheckable(True)
        action.setChecked(key == chosen)
        action.setData(key)
        group.addAction(action)
        menu.addAction(action)
    return group
