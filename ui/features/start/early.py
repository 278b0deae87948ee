"""The start page in the empty window, before the lab is imported: what is chosen on it waits until that is there.

Nothing at the top here imports plots, histories or panels.
"""

from collections.abc import Sequence

from PySide6.QtGui import QPixmap

from ui.features.start.cards import SessionCard
from ui.features.start.page import StartPage
from ui.features.start.remembered import RememberedSessions
from ui.shell.preferences import Preferences
from ui.shell.window import Window

RECENT = 8  # sessions at most


def show_early(window: Window, preferences: Preferences) -> StartPage:
    """Cover the empty ``window`` with the page; the ``StartController`` takes it over."""
    with preferences.theme.in_one_go():
        page = StartPage(window)
    page.wait()
    page.set_theme(preferences.theme.palette)
    show_sessions(page, preferences.settings.recent, RememberedSessions(preferences.pictures))
    page.at_start.setChecked(preferences.settings.start_page)
    page.begin()
    return page


def show_sessions(page: StartPage, paths: Sequence[str], remembered: RememberedSessions) -> None:
    """Put the sessions at ``paths`` on the page, with what was kept of them."""
    cards = []
    for path in paths[:RECENT]:
        known = remembered.look(path, page.colours.dark)
        card = SessionCard(path, known.name, known.more)
        card.show_picture(QPixmap.fromImage(known.picture))
        cards.append(card)
    page.show_sessions(cards)
