"""The control bar: everything one does while a network trains, and how far it is.

The bar knows no trainer. Its buttons are the commands of the run; what is edited here is announced by signals,
and controllers decide what comes of it.
"""

import math
from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from relulab.catalog.entry import real
from relulab.durations import remaining
from relulab.experiment import TrainingSpec
from relulab.experiment.described_fields import setting_title
from relulab.formatting import capital, percentage, rounded
from relulab.training.state import State, Status
from ui.features.training.devices import CPU, Devices
from ui.features.training.live_settings_row import LiveSettings
from ui.platform.translation import said, translate
from ui.shell.commands import Command
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.elided import ElidedLabel
from ui.widgets.explained import LONGEST_VALUE, Shown, explained, explained_at
from ui.widgets.folding_row import FoldingRow
from ui.widgets.icons import line_icon
from ui.widgets.labels import Label, set_tip
from ui.widgets.number_field import CommittedNumber
from ui.widgets.palette import Palette
from ui.widgets.sizes import px, px_size

SHARE_SECONDS = 10.0  # before that, what each instrument may take at the start of a run weighs more than it will
RATE = real("learning_rate", "Learning rate", 0.1, 1e-12, 1e6)
SLIDER_LOW, SLIDER_HIGH, SLIDER_STEPS = -5, 1, 20  # powers of ten, and slider positions in each
PROGRESS_STEPS = 1000
BETWEEN = " · "  # the numbers of a run
SETTINGS = 8  # what stands right of the buttons, the stretch included
RATE_EXTRA = 36  # pixels for the arrows and the frame


class ControlBar(QWidget):
    """Buttons, device, learning rate and progress.

    ``trainingChanged`` carries changed fields of ``TrainingSpec`` by name; ``designKept`` says that the user
    wants the design of the run back.
    """

    trainingChanged = Signal(dict)
    designKept = Signal()

    def __init__(self, commands: Iterable[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        buttons = {command.key: command.button() for command in commands}
        self.train_button = buttons.pop("train")
        self.step_buttons = buttons
        self.device = Combo()
        self.rate = CommittedNumber(RATE)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.more = QToolButton()
        self.settings = LiveSettings(self)
        self.state = Label()
        self.progress = QProgressBar()
        self.numbers = ElidedLabel()
        self.changed = Label()
        self.keep_design = QToolButton()
        self._buttons = FoldingRow()
        self._number_keys: tuple[str, ...] = ()
        self._devices = Devices((CPU,), self.tr("Looking for CUDA devices…"))
        self._describe()
        self._arrange()
        self._connect()
        explained(self.rate, "learning_rate")
        explained(self.progress, "progress_share")
        explained_at(self.numbers, self._explained_number)
        self.show_status(Status())

    def _explained_number(self, at: QPoint | None) -> Shown | None:
        """The number of the run that the mouse is over; the first one for who asks by F1."""
        told, x = self.numbers.shown(), 0 if at is None else at.x()
        metrics, left = self.numbers.fontMetrics(), 0
        for words, key in zip(told.split(BETWEEN), self._number_keys, strict=False):
            wide = metrics.horizontalAdvance(words)
            if left <= x < left + wide:
                area = QRect(left, 0, wide, self.numbers.height())
                return Shown(key, area=area, words=words if len(words) <= LONGEST_VALUE else "")
            left += wide + metrics.horizontalAdvance(BETWEEN)
        return None

    def set_training(self, training: TrainingSpec) -> None:
        """Show the values of the design without telling anybody."""
        self.settings.set_value(training)
        self.rate.setValue(training.learning_rate)
        self._place_slider(training.learning_rate)
        self._select_device(training.device)

    def set_devices(self, devices: Devices) -> None:
        """Offer the devices that were found."""
        self._devices = devices
        self._select_device(self.device.value() or CPU.key)

    def show_status(self, status: Status) -> None:
        """Show where the run stands."""
        self.state.setText(state_text(status))
        done = status.step / status.total_steps if status.total_steps else 0.0
        self.progress.setValue(round(PROGRESS_STEPS * done))
        busy = status.state is State.PREPARING or (status.state is State.EMPTY and not status.message)
        self.progress.setMaximum(0 if busy else PROGRESS_STEPS)
        self._number_keys, numbers = keys_of(status), numbers_of(status)
        fewer = [BETWEEN.join(numbers[:few]) for few in range(len(numbers) - 1, 0, -1)]
        over = status.state is State.FINISHED and bool(status.message)
        self.numbers.say(BETWEEN.join(numbers), *(shorter_result(status.message) if over else fewer))

    def show_changed(self, changed: bool, running: bool, unfinished: bool = False, longer: bool = False) -> None:
        """Say that the design is no longer that of the run, and how it becomes the next, or that it cannot yet.

        ``longer``: the run can go on to the end of the design by a command of its own.
        """
        longer_later = self.tr("Only the length changed: Pause to train on to it")
        applies = longer_later if longer else self.tr("Design changed: Reset applies it")
        anew = self.tr("Only the length changed") if longer else self.tr("Design changed: Train starts it anew")
        text = applies if running else anew
        self.changed.setText(self.tr("Design changed: not complete yet") if unfinished else text)
        self.changed.setVisible(changed)
        self.keep_design.setVisible(changed)

    def add_speed(self, speed: QWidget) -> None:
        """Put the choice of the watch speed behind the buttons."""
        self._buttons.insertWidget(self._buttons.count() - SETTINGS, _rule())
        self._buttons.insertWidget(self._buttons.count() - SETTINGS, speed)
        slider, *others = self._buttons.may_go
        self._buttons.may_go = (slider, *others[:-1], speed, *others[-1:])

    def add_commands(self, beside_train: Iterable[Command], going_on: Command) -> None:
        """Put the buttons of these behind Train; what goes on stands beside the state, while it can be used."""
        button = going_on.button()
        self._facts.insertWidget(self._facts.indexOf(self.keep_design), button)
        button.setVisible(going_on.isEnabled())
        going_on.enabledChanged.connect(button.setVisible)
        for place, command in enumerate(beside_train, 1):
            button = command.button()
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setProperty("role", "words")
            self._buttons.insertWidget(place, button)
            self._buttons.may_go = (*self._buttons.may_go, button)  # the menu Run has it, too

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.more.setIcon(line_icon("live", palette.foreground))

    def _describe(self) -> None:
        self.train_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in self.step_buttons.values():
            button.setAccessibleName(button.defaultAction().text().replace("&", ""))
        for button in (self.more, self.keep_design):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.device.setAccessibleName(self.tr("Device"))
        self._select_device(CPU.key)
        self.rate.setAccessibleName(said(setting_title("learning_rate")))
        set_tip(self.rate, self.tr("Learning rate: acts at once, without a reset. Arrow keys step 1, 2, 5, 10"))
        self.slider.setAccessibleName(self.tr("Learning rate, logarithmic"))
        set_tip(self.slider, self.rate.toolTip())
        self.slider.setRange(SLIDER_LOW * SLIDER_STEPS, SLIDER_HIGH * SLIDER_STEPS)
        self.slider.setPageStep(SLIDER_STEPS)
        self.more.setText(self.tr("Clipping, L1, L2"))
        self.more.setAccessibleName(self.tr("Clipping and penalties"))
        set_tip(self.more, self.tr("Gradient clipping, L1 and L2: act at once, without a reset"))
        self.progress.setAccessibleName(self.tr("Progress of the run"))
        self.progress.setTextVisible(False)
        self.numbers.setAccessibleName(self.tr("Numbers of the run"))
        self.numbers.setProperty("role", "muted")
        self.changed.setObjectName("changed-label")
        self.keep_design.setText(self.tr("Go back"))
        set_tip(self.keep_design, self.tr("Back to the design of this run, which goes on as it was"))
        self.keep_design.setObjectName("changed-button")
        self.show_changed(False, False)

    def _arrange(self) -> None:
        buttons = self._buttons
        buttons.setSpacing(4)
        buttons.addWidget(self.train_button)
        for key, button in self.step_buttons.items():
            if key == "reset":
                buttons.addWidget(_rule())
            button.setIconSize(px_size(QSize(20, 20)))
            buttons.addWidget(button)
        buttons.addStretch(1)
        rate = Label(self.tr("Learning &rate"))
        rate.setBuddy(self.rate)
        device = Label(self.tr("De&vice"))
        device.setBuddy(self.device)
        self.rate.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.00000000") + RATE_EXTRA)
        self.slider.setMinimumWidth(px(90))
        self.slider.setMaximumWidth(px(180))
        for widget in (rate, self.rate, self.slider, self.more, _rule(), device, self.device):
            buttons.addWidget(widget)
        self._facts = facts = QHBoxLayout()
        facts.setSpacing(10)
        facts.addStrut(self.keep_design.sizeHint().height())  # nothing moves when the button comes
        facts.addWidget(self.state)
        facts.addWidget(self.changed)
        facts.addWidget(self.keep_design)
        facts.addWidget(self.progress, 2)
        facts.addWidget(self.numbers, 5)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(4)
        nest(layout, buttons)
        nest(layout, facts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._buttons.may_go = (self.slider, device, rate, self.device)

    def _connect(self) -> None:
        self.rate.committed.connect(self._change_rate)
        self.slider.valueChanged.connect(self._slide)
        self.settings.changed.connect(self.trainingChanged)
        self.device.edited.connect(lambda key: self.trainingChanged.emit({"device": key}))
        self.more.clicked.connect(self._open_settings)
        self.keep_design.clicked.connect(self.designKept)

    def _select_device(self, key: str) -> None:
        """Offer the known devices and ``key``, even where this machine lacks it: the design names it."""
        tip = self.tr("The device that computes")
        if self._devices.note:
            tip = f"{tip}\n{self._devices.note}"
        items = [Item(device.key, device.title, tip) for device in self._devices.found]
        if key not in [item.key for item in items]:
            items.append(Item(key, self.tr("{device} (not found here)").format(device=key), tip))
        self.device.set_items(items)
        self.device.setValue(key)

    def _place_slider(self, rate: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(slider_position(rate))
        self.slider.blockSignals(False)

    @Slot(object)
    def _change_rate(self, value: float) -> None:
        self._place_slider(value)
        self.trainingChanged.emit({"learning_rate": value})

    @Slot(int)
    def _slide(self, position: int) -> None:
        self.rate.setValue(slider_rate(position))
        self.trainingChanged.emit({"learning_rate": slider_rate(position)})

    @Slot()
    def _open_settings(self) -> None:
        self.settings.adjustSize()
        corner = self.more.mapToGlobal(QPoint(self.more.width(), self.more.height() + 4))
        self.settings.move(corner.x() - self.settings.width(), corner.y())
        self.settings.show()
        self.settings.clipping.setFocus()


def slider_position(rate: float) -> int:
    """The index on the slider of a learning rate."""
    return round(math.log10(rate) * SLIDER_STEPS)


def slider_rate(position: int) -> float:
    """The learning rate at an index of the slider, to two digits."""
    return float(f"{10 ** (position / SLIDER_STEPS):.2g}")


def state_text(status: Status) -> str:
    """The state in a word or two."""
    if status.state is State.EMPTY and not status.message:
        return translate("ControlBar", "Loading the engine…")
    if status.state is State.FAILED and status.step == 0:
        return translate("ControlBar", "Could not start")
    own = {
        State.EMPTY: translate("ControlBar", "No network yet"),
        State.PREPARING: translate("ControlBar", "Building the network…"),
        State.READY: translate("ControlBar", "Ready"),
        State.FAILED: translate("ControlBar", "Stopped by a problem"),
        State.CLOSED: translate("ControlBar", "Closing…"),
    }
    if status.state in own:
        return own[status.state]
    from relulab.views.runs import STATES  # not at the top: the bar is there before there are runs

    return capital(said(STATES[status.state]))


def numbers_of(status: Status) -> list[str]:
    """The numbers of a run, the most wanted first."""
    if not status.total_steps:
        return []
    if status.state is State.FINISHED and status.message:
        return [status.message]
    numbers = [
        translate("ControlBar", "Epoch {epoch} of {epochs}").format(
            epoch=_counted(status.epoch), epochs=_counted(status.total_epochs)
        ),
        translate("ControlBar", "step {step} of {steps}").format(
            step=f"{status.step:,}", steps=f"{status.total_steps:,}"
        ),
    ]
    if status.eta is not None:
        numbers.append(translate("ControlBar", "{time} left").format(time=said(remaining(status.eta))))
    if status.samples_per_second:
        numbers.append(translate("ControlBar", "{count} samples/s").format(count=rounded(status.samples_per_second)))
    if status.seconds >= SHARE_SECONDS and status.instrument_share:
        numbers.append(
            translate("ControlBar", "instruments cost {share}").format(share=percentage(status.instrument_share))
        )
    return numbers


def shorter_result(message: str) -> list[str]:
    """What came of a run in fewer words, the result last: without how long it took, then the result alone."""
    sentences = message.split(". ")
    later = [". ".join(sentences[begin:]) for begin in range(1, len(sentences))]
    tested = [words.partition(" on ")[0] for words in sentences if words.startswith("Test ")]
    return [*later, *tested]


def keys_of(status: Status) -> tuple[str, ...]:
    """Which quantities ``numbers_of`` tells, in its order."""
    if status.state is State.FINISHED and status.message:
        return ("test_result",)
    known = {
        "time_left": status.eta is not None,
        "samples_per_second": bool(status.samples_per_second),
        "instrument_share": status.seconds >= SHARE_SECONDS and bool(status.instrument_share),
    }
    return ("progress", "progress_share", *(key for key, is_told in known.items() if is_told))


def _counted(epochs: float) -> str:
    """A number of epochs: a tenth only where it says something."""
    return f"{epochs:,.0f}" if epochs >= 1000 else f"{epochs:,.1f}".removesuffix(".0")


def _rule() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    return line
