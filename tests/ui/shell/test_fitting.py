"""Every dialog and window of its own fits a small screen at the largest text, with its main buttons in view."""

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QWidget

from tests.helpers.clipped import clipped, sideways
from tests.helpers.dialogs import OPENERS, export, fault, table
from tests.helpers.labs import SECONDS_30
from ui.widgets.fitting import TITLE_BAR, FittingBody, room_for
from ui.widgets.sizes import rescale

SCREEN = (1366, 768)  # pixels of a window that fills a small screen


@pytest.fixture
def bench(qtbot, qapp):
    """A window of a small screen, with everything twice as large as on the desktop."""
    base, plain = QFont(qapp.font()), QWidget()
    rescale(qapp, plain, 2.0, base)
    bench = QWidget()
    bench.resize(*SCREEN)
    bench.show()
    yield bench
    for dialog in bench.findChildren(QDialog):
        dialog.close()
    bench.close()
    bench.deleteLater()
    rescale(qapp, plain, 1.0, base)


@pytest.mark.parametrize("make", OPENERS, ids=lambda make: make.__name__.strip("_"))
def test_it_fits_with_its_buttons_in_view(qtbot, bench, make):
    dialog, buttons = make(bench)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.waitUntil(lambda: not hidden(dialog, buttons), timeout=SECONDS_30)


@pytest.mark.parametrize("make", OPENERS, ids=lambda make: make.__name__.strip("_"))
def test_no_word_of_it_is_clipped_or_beside_the_window(qtbot, bench, make):
    dialog, _buttons = make(bench)
    with qtbot.waitExposed(dialog):
        dialog.show()

    def whole():
        assert not [*clipped(dialog), *sideways(dialog)]

    qtbot.waitUntil(whole, timeout=SECONDS_30)  # layouts settle bit by bit


def hidden(dialog, buttons):
    """What of these is cut, and how large the dialog is where that is too large."""
    shown = [button for button in buttons if button.isVisibleTo(dialog)]
    cut = [button.text() for button in shown if button.visibleRegion().boundingRect() != button.rect()]
    too_large = dialog.width() > SCREEN[0] or dialog.height() > SCREEN[1]
    return [*cut, dialog.size()] if too_large or not shown else cut


def test_what_scrolls_has_its_whole_height_and_a_dialog_no_more_than_the_screen(qtbot, bench):
    dialog, _buttons = export(bench)
    with qtbot.waitExposed(dialog):
        dialog.show()
    area = dialog.findChild(FittingBody)
    last = list(dialog.choices.values())[-1]
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0, timeout=SECONDS_30)
    assert last.visibleRegion().isEmpty()
    last.setFocus()
    area.ensureWidgetVisible(last)
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty(), timeout=SECONDS_30)
    alone = QDialog()
    qtbot.addWidget(alone)
    assert room_for(alone).height() == alone.screen().availableGeometry().height() - TITLE_BAR


def test_letters_of_one_width_grow_with_the_others(qtbot, bench):
    dialog, _buttons = table(bench)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.file.raw.lines.font().pointSizeF() == dialog.font().pointSizeF())
    dialog, _buttons = fault(bench)
    assert dialog.details.font().pointSizeF() == bench.font().pointSizeF()
