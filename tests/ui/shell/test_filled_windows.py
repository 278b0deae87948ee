"""Windows of many networks, and the reader of tables, with all that they say: at the largest text on a small screen."""

from contextlib import contextmanager

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import QWidget

from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.views.many.counts import Share
from relulab.views.many.rate_test import RateTest
from relulab.views.many.seeds import Starts
from tests.helpers.clipped import clipped, sideways
from tests.helpers.labs import SECONDS_30
from tests.relulab.population.designs import design
from ui.features.design.reader import TableDialog
from ui.features.population.final_losses import FinalLosses
from ui.features.population.interval_scale import IntervalScale
from ui.features.population.loss_curves import LossCurves
from ui.features.population.map_table import MapTable
from ui.features.population.map_window import MapWindow
from ui.features.population.rate_plot import RatePlot
from ui.features.population.rate_window import RateWindow
from ui.features.population.seeds_window import SeedsWindow
from ui.shell.theme import style_sheet
from ui.widgets.fitting import FittingBody
from ui.widgets.focus_ring import FocusRing
from ui.widgets.palette import LIGHT
from ui.widgets.sizes import rescale

SCREEN = (1366, 768)  # pixels of a window that fills a small screen
COUNT = 8
QUESTIONS = "x,y,c\n1.5,2.5,0\n2.5,oops,1\n0.5,1.5,0,9\n2.2,3,1\nhello\n1.1,2,0\n3.5,1,1\n1.2,2.2,0\n3.3,1.2,1\n"
CLEAR = "area,price,kind\n" + "".join(f"{40 + i}.5,{100 + 3 * i},{'flat' if i % 2 else 'house'}\n" for i in range(40))


@contextmanager
def twice_as_large(qapp):
    base, plain = QFont(qapp.font()), QWidget()
    rescale(qapp, plain, 2.0, base)
    try:
        yield
    finally:
        rescale(qapp, plain, 1.0, base)


@pytest.fixture
def bench(qapp):
    """A window of a small screen, with everything twice as large as on the desktop."""
    with twice_as_large(qapp):
        bench = QWidget()
        bench.resize(*SCREEN)
        bench.show()
        qapp.setStyleSheet(style_sheet(LIGHT))
        yield bench
        qapp.setStyleSheet("")
        bench.close()
        bench.deleteLater()


@pytest.fixture(scope="module")
def starts():
    """Starts that end in different ways."""
    starts = Starts(design(), COUNT)
    Asked(Sweep.of(design(), {"training.learning_rate": [0.1, 40.0]}, COUNT // 2)).train(None, starts.take)
    return starts


@pytest.fixture(scope="module")
def rates():
    test = RateTest(design(units=(8,)))
    Asked(Sweep.of(test.starts.spec, {}, test.starts.total)).train(None, test.take)
    return test


def whole(qtbot, dialog):
    """All of its words are there, and nothing lies beside it; the columns of a table may."""

    def look():
        aside = [found for found in sideways(dialog) if not found.startswith(MapTable.__name__)]
        assert not [*clipped(dialog), *aside]

    qtbot.waitUntil(look, timeout=SECONDS_30)  # layouts settle bit by bit


def test_many_starts(qtbot, bench, starts):
    window = SeedsWindow(bench, LIGHT)
    window.show()
    window.begin(starts)
    whole(qtbot, window)
    window.grid.point(3)  # what is said of one stays in view
    whole(qtbot, window)
    assert window.keep.visibleRegion().boundingRect() == window.keep.rect()


@pytest.mark.parametrize("units", [(), (4, 8)])
def test_a_map_and_a_table(qtbot, bench, units):
    over = {"training.learning_rate": [0.01, 50.0]} | ({"hidden.units": list(units)} if units else {})
    sweep = Sweep.of(design(steps=40), over, 2, "fresh" if units else "same")
    window = MapWindow(bench, LIGHT)
    window.set_spec(sweep.spec)
    window.show()
    window.begin(sweep)
    Asked(sweep, is_map=True).train(None, window.take)
    window.refresh()
    window.show_busy(False)
    whole(qtbot, window)
    window.map.setCurrentCell(0, 1)
    whole(qtbot, window)
    assert window.keep.visibleRegion().boundingRect() == window.keep.rect()


def test_rates(qtbot, bench, rates):
    window = RateWindow(bench, LIGHT)
    window.show()
    window.begin(rates)
    window.show_busy(False)
    whole(qtbot, window)
    window.headline.setText(2 * window.headline.text())  # whatever it says
    whole(qtbot, window)


@pytest.mark.parametrize("content", [QUESTIONS, CLEAR], ids=["asked", "clear"])
def test_a_table_that_was_read(qtbot, bench, tmp_path, content):
    file = tmp_path / "table.csv"
    file.write_text(content)
    dialog = TableDialog(bench, LIGHT)
    dialog.show()
    dialog.show_table(str(file))
    whole(qtbot, dialog)  # while it is read
    qtbot.waitUntil(lambda: dialog.is_shown and not dialog.reader.busy, timeout=SECONDS_30)
    whole(qtbot, dialog)
    assert bool(dialog.questions.answers) is (content is QUESTIONS)
    assert dialog.footer.use_button.visibleRegion().boundingRect() == dialog.footer.use_button.rect()
    dialog.close()


def test_a_picture_that_gets_the_focus_does_not_push_its_title_out_of_view(qtbot, bench, starts):
    ring = FocusRing(bench)
    window = SeedsWindow(bench, LIGHT)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    window.begin(starts)
    whole(qtbot, window)
    window.count.setFocus(Qt.FocusReason.TabFocusReason)
    (area,) = window.findChildren(FittingBody)
    area.verticalScrollBar().setValue(0)
    window.grid.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.frame.widget() is window.grid
    assert area.verticalScrollBar().maximum() > 0
    assert not window.headline.visibleRegion().isEmpty()


def painted(make, wide, high):
    """What it paints, in shades of grey."""
    widget = make()
    widget.set_theme(LIGHT)
    widget.resize(wide, high)
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)


def pixels(image):
    row = image.bytesPerLine()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), row)[:, : image.width()] / 255


@pytest.mark.parametrize("kind", [IntervalScale, FinalLosses, LossCurves, RatePlot])
def test_what_is_painted_by_hand_is_the_same_in_twice_the_size(qapp, starts, rates, kind):
    def make():
        widget = kind()
        if isinstance(widget, IntervalScale):
            widget.show_share(Share(4, 20), "share of starts that die", "#aa0000", 0.6)
        elif isinstance(widget, RatePlot):
            widget.show_test(rates)
        else:
            widget.show_starts(starts)
            widget.point(0)
        return widget

    wide, high = (310, 56) if kind is IntervalScale else (480, 400)
    plain = painted(make, wide, high)
    with twice_as_large(qapp):
        large = painted(make, 2 * wide, 2 * high)
    small = large.scaled(QSize(wide, high), mode=Qt.TransformationMode.SmoothTransformation)
    ink, found = blurred(1 - pixels(plain)), blurred(1 - pixels(small))
    assert ink.max() > 0.2
    assert np.abs(ink - found).max() < 0.5 * ink.max(), np.argwhere(np.abs(ink - found) > 0.5 * ink.max())[:3]


def blurred(ink, side=9):
    """The mean of each square: letters may lie a pixel aside, but not somewhere else."""
    high, wide = (length - length % side for length in ink.shape)
    return ink[:high, :wide].reshape(high // side, side, wide // side, side).mean(axis=(1, 3))
