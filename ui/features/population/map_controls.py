"""What a map goes over: two settings with their values, and how many starts; said at once where it cannot be."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QSpinBox, QWidget

from relulab.errors import ReluLabError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.formatting import capital
from relulab.model.memory import show_bytes
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.session.limits import MAP_RUNS as MOST_RUNS  # longer sweeps are for the command line
from relulab.text import NOTHING, text
from relulab.views.many.progress import rough_words
from relulab.views.many.settings import MAP_SETTINGS
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.labels import Label, set_tip
from ui.widgets.messages import ProblemLine
from ui.widgets.wrapped import WrappedLabel

STARTS, MOST_STARTS = 4, 100
FIRST, SECOND, NONE = "training.learning_rate", "hidden.bias", ""
WEIGHED_MS = 400  # after the last letter
AMOUNT = text("{cells:cell|cells} × {starts:start|starts} = {runs:network|networks}")
WEIGHED = text("{networks}, about {memory} of memory")
TIMED = text("{weighed} and {time} of one processor core")
LACKING = text("Train the {missing:network|networks} that this map still lacks; the others stay as they are")
LONGEST_NAME = 20  # letters of a setting that stay visible


class MapControls(QWidget):
    """``trainWanted`` carries the chosen sweep, ``stopWanted`` ends it, ``goOnWanted`` trains what is missing."""

    trainWanted = Signal(object)
    stopWanted = Signal()
    goOnWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec: ExperimentSpec | None = None
        items = [Item(path, said(setting.title)) for path, setting in MAP_SETTINGS.items()]
        self.across = Combo(items)
        self.up = Combo([Item(NONE, self.tr("nothing else")), *items])
        for combo in (self.across, self.up):
            combo.setMinimumContentsLength(LONGEST_NAME)
        self.across_values, self.up_values = QLineEdit(), QLineEdit()
        self.starts = QSpinBox(minimum=1, maximum=MOST_STARTS, value=STARTS)
        self.train, self.stop = QPushButton(self.tr("&Train the map")), QPushButton(self.tr("&Stop"))
        self.go_on = QPushButton(self.tr("&Go on"))
        self.amount = WrappedLabel()
        self.busy = False
        self.problem = ProblemLine()
        self._check_soon = QTimer(self, singleShot=True, interval=0)
        self._check_soon.timeout.connect(self.check)
        self._weigh_soon = QTimer(self, singleShot=True, interval=WEIGHED_MS)
        self._weigh_soon.timeout.connect(self._weigh)
        self._weighed: Sweep | None = None
        self._arrange()
        self._connect()
        self.choose({path: MAP_SETTINGS[path].values for path in (FIRST, SECOND)}, STARTS)
        self.show_busy(False)

    def set_spec(self, spec: ExperimentSpec) -> None:
        """The design that the map is of. What it amounts to is worked out when the window has been painted."""
        self.spec = spec
        self.problem.set_text("")
        self._check_soon.start()

    def choose(self, over: Mapping[str, str], starts: int) -> None:
        """One or two settings with their values, and so many starts."""
        (across, values), (up, up_values) = (*over.items(), (NONE, ""))[:2]
        self.across.setValue(across)
        self.across_values.setText(values)
        self.up.setValue(up)
        self.up_values.setText(up_values)
        self.up_values.setEnabled(bool(up))
        for edit in (self.across_values, self.up_values):
            edit.setCursorPosition(0)
        self.starts.setValue(starts)
        self.check()

    def show_busy(self, busy: bool, *, missing: int = 0) -> None:
        """Whether a map is being trained; if not, how many networks of the one that is shown are ``missing``."""
        self.busy = busy
        self.stop.setVisible(busy)
        self.train.setVisible(not busy)
        self.go_on.setVisible(not busy and missing > 0)
        set_tip(self.go_on, said(LACKING.filled(missing=missing)))

    @Slot()
    def check(self) -> Sweep | None:
        """The sweep as it is chosen now; None, with the reason said, where there is none."""
        self._check_soon.stop()
        try:
            sweep = self._sweep()
        except ReluLabError as error:
            self.problem.set_text(self._named(str(error)))
            self.amount.setText("")
            self.train.setEnabled(False)
            self._weigh_soon.stop()
            return None
        self.problem.set_text("")
        self.amount.setText(said(AMOUNT.filled(cells=sweep.cells, starts=len(sweep.seeds), runs=len(sweep))))
        self.train.setEnabled(True)
        self._weighed = sweep
        self._weigh_soon.start()
        return sweep

    def _named(self, reason: str) -> str:
        """A reason with the name of the setting, as it stands in the box, in place of its path."""
        for path in (self.across.value(), self.up.value()):
            if path and reason.startswith(f"{path}:"):
                return capital(said(MAP_SETTINGS[path].title)) + reason.removeprefix(path)
        return reason

    @Slot()
    def _weigh(self) -> None:
        """Say how much memory and about how long it takes, when nothing more is typed."""
        if self._weighed is not None:
            memory = show_bytes(self._weighed.memory_needed())
            words = WEIGHED.filled(networks=self.amount.text(), memory=memory)
            if (time := rough_words(Asked(self._weighed, is_map=True).seconds)) != NOTHING:
                words = TIMED.filled(weighed=words, time=time)
            self.amount.setText(said(words))
            self._weighed = None

    def _sweep(self) -> Sweep:
        if self.spec is None:
            raise SpecError(self.tr("The design is not complete yet."))
        first, second = self.across.value(), self.up.value()
        if first == second:
            raise SpecError(self.tr("Choose two different settings, or “nothing else” for the second."))
        over = {first: self.across_values.text()} | ({second: self.up_values.text()} if second else {})
        sweep = Sweep.of(self.spec, over, self.starts.value(), "fresh" if second else "same")
        if len(sweep) > MOST_RUNS:
            words = self.tr(
                "This map has {runs} networks; a window shows at most {most}. Choose fewer values or starts, "
                "or use “relulab sweep” on the command line."
            )
            raise SpecError(words.format(runs=f"{len(sweep):,}", most=f"{MOST_RUNS:,}"))
        return sweep

    @Slot()
    def start(self) -> None:
        """Train what is chosen."""
        sweep = self.check()
        if sweep is not None:
            self.trainWanted.emit(sweep)

    @Slot(object)
    def _choose_across(self, path: str) -> None:
        self.across_values.setText(MAP_SETTINGS[path].values)
        self.check()

    @Slot(object)
    def _choose_up(self, path: str) -> None:
        self.up_values.setEnabled(bool(path))
        self.up_values.setText(MAP_SETTINGS[path].values if path else "")
        self.check()

    def _connect(self) -> None:
        self.across.edited.connect(self._choose_across)
        self.up.edited.connect(self._choose_up)
        for edit in (self.across_values, self.up_values):
            edit.textEdited.connect(lambda _text: self.check())
        self.starts.valueChanged.connect(lambda _count: self.check())
        self.train.clicked.connect(self.start)
        self.stop.clicked.connect(self.stopWanted)
        self.go_on.clicked.connect(self.goOnWanted)

    def _arrange(self) -> None:
        tip = self.tr("log:FROM:TO:COUNT, lin:FROM:TO:COUNT, or values with commas")
        rows = ((self.tr("A&cross"), self.across, self.across_values), (self.tr("&Up"), self.up, self.up_values))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, (word, combo, edit) in enumerate(rows):
            label = Label(word)
            label.setBuddy(combo)
            edit.setAccessibleName(self.tr("Values: {axis}").format(axis=word.replace("&", "")))
            set_tip(edit, tip)
            grid.addWidget(label, row, 0)
            grid.addWidget(combo, row, 1)
            grid.addWidget(edit, row, 2)
        starts = Label(self.tr("Sta&rts"))
        starts.setBuddy(self.starts)
        grid.addWidget(starts, 0, 3)
        grid.addWidget(self.starts, 0, 4)
        for button, place in ((self.train, (1, 3, 1, 2)), (self.stop, (1, 3, 1, 2)), (self.go_on, (1, 5))):
            button.setAutoDefault(False)
            grid.addWidget(button, *place)
        grid.setAlignment(self.go_on, Qt.AlignmentFlag.AlignLeft)
        self.amount.setProperty("role", "muted")
        self.amount.reserve(1)  # it is empty, short and long, and buttons are above and below it
        grid.addWidget(self.amount, 2, 1, 1, 5)
        grid.addWidget(self.problem, 3, 0, 1, 6)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(5, 1)
