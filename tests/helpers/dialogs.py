"""Every dialog and window of its own, each made alone, for tests that try all of them, with its main buttons."""

from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QWidget

from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.export.formats import FORMATS
from relulab.session.model import SessionModel
from relulab.session.session import Session
from relulab.session.store import SessionStore
from relulab.training.run import TrainingRun
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
from ui.widgets.palette import LIGHT

SPEC = ExperimentSpec.parse(
    {
        "name": "Moons",
        "data": {"dataset": "moons", "train_size": 60},
        "model": {"layers": ["dense"]},
        "training": {"batch_size": 20, "epochs": 2},
    }
)


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


def open_reader(qtbot, path) -> TableDialog:
    """The reader of tables on a small screen, reading ``path``."""
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1366, 768)
    dialog = TableDialog(parent, LIGHT)
    dialog.show()
    dialog.show_table(str(path), None)
    return dialog
