"""Every dialog and window of its own fits a small screen at the largest text, with its main buttons in view."""

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.export.formats import FORMATS
from relulab.session.model import SessionModel
from relulab.session.session import Session
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
from tests.helpers.clipped import clipped, sideways
from tests.helpers.labs import SECONDS_30
from tests.helpers.recording import EVERY_MOMENT
from ui.faults.controller import FaultDialog
from ui.features.benches.activation_window import ActivationWindow
from ui.features.benches.hand_built_window import HandBuiltWindow
from ui.features.benches.points_window import PointsWindow
from ui.features.design.reader import TableDialog
from ui.features.export.controller import ExportDialog, FormatOffer, Group
from ui.features.export.film_dialog import FilmDialog, first_order
from ui.features.export.report_dialog import ReportDialog
from ui.features.population.map_window import MapWindow
from ui.features.population.rate_window import RateWindow
from ui.features.population.seeds_window import SeedsWindow
from ui.features.session.kept_dialog import KeptDialog
from ui.features.timeline.branching import BranchDialog
from ui.shell.help import show_about
from ui.widgets.fitting import TITLE_BAR, FittingBody, room_for
from ui.widgets.palette import LIGHT
from ui.widgets.sizes import rescale

SCREEN = (1366, 768)  # pixels of a window that fills a small screen
SPEC = ExperimentSpec.parse(
    {
        "name": "Moons",
        "data": {"dataset": "moons", "train_size": 60},
        "model": {"layers": ["dense"]},
        "training": {"batch_size": 20, "epochs": 2},
    }
)


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


def branch(parent):
    store = SessionStore()
    run = TrainingRun(SPEC, load_dataset(SPEC.data), recording=EVERY_MOMENT, record=store.append)
    run.measure_start()
    dialog = BranchDialog(store.current.info, store.current.checkpoints[0], 3.0, parent)
    return dialog, dialog.buttons.buttons()


def film(parent):
    dialog = FilmDialog("Run", (0, 1, 2), first_order("network", dark=False), parent)
    return dialog, dialog.buttons.buttons()


def export(parent):
    offers = tuple(FormatOffer(format_) for format_ in FORMATS.values())
    dialog = ExportDialog([Group("Runs", offers), Group("Tables", offers, "There is no run.")], "", parent)
    return dialog, dialog.buttons.buttons()


def report(parent):
    dialog = ReportDialog(Session(), (), SPEC, "Ada", parent=parent)
    return dialog, dialog.buttons.buttons()


def kept(parent):
    dialog = KeptDialog(SessionModel(SessionStore()), parent)
    return dialog, dialog.findChild(QDialogButtonBox).buttons()


def about(parent):
    dialog = show_about(parent)
    return dialog, dialog.findChild(QDialogButtonBox).buttons()


def table(parent):
    dialog = TableDialog(parent, LIGHT)
    return dialog, [dialog.footer.use_button, dialog.footer.cancel_button]


def seeds(parent):
    dialog = SeedsWindow(parent)
    return dialog, [dialog.again, dialog.keep]


def map_(parent):
    dialog = MapWindow(parent)
    return dialog, [dialog.keep, *dialog.controls.findChildren(QPushButton)]


def rates(parent):
    dialog = RateWindow(parent)
    dialog.use.setText("Use 0.001")
    return dialog, [dialog.use, dialog.keep, dialog.again]


def activations(parent):
    dialog = ActivationWindow(LIGHT, lambda: None, parent)
    return dialog, dialog.combos


def by_hand(parent):
    dialog = HandBuiltWindow(LIGHT, lambda: None, parent)
    return dialog, [dialog.equal, dialog.best, dialog.nothing]


def points(parent):
    dialog = PointsWindow(LIGHT, parent)
    return dialog, [dialog.use, dialog.undo, dialog.clear]


def fault(parent):
    dialog = FaultDialog(parent, "Traceback: " + "a line of it\n" * 20)
    return dialog, [dialog.go_on_button, dialog.save_button]


OPENERS = (
    branch, film, export, report, kept, about, table, seeds, map_, rates, activations, by_hand, points, fault,
)  # fmt: skip


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
