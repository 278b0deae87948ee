"""A field for one number, whole or real, that takes what people type: 0.001, 1e-3, 0,001.

Qt's spin boxes end at 2^31 (a seed does not), round reals to a fixed number of decimals, and silently put back
the old value when the text makes no sense. Here the text stays and says what is wrong with it.

A typed number counts after a short pause, at Enter or on leaving the field: 1e-3 begins with a 1, which nobody meant.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from relulab.catalog.entry import Kind, Parameter, Value
from relulab.formatting import number
from ui.widgets.sizes import indent

Number = int | float
SHORTEST = 8  # characters that stay visible however narrow the form is
PADDING = 5  # pixels above and below the text, as in a combo box
PAUSE_MS = 300  # without a key, after which a typed text is read


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty field stands for: ``value`` in the design, ``text`` on the screen ("Auto (500)").

    Stepping up or down from there begins at ``start``.
    """

    value: Value | None
    text: str
    start: int = 0


class NumberField(QAbstractSpinBox):
    """Edits a number of ``parameter``'s kind and range. ``edited`` carries each valid value that a user enters.

    Whole numbers step by 1, real ones by their leading digit (0.1, 0.2, … 1, 2); from 0 by that of the default.
    """

    edited = Signal(object)
    problemChanged = Signal(str)

    def __init__(self, parameter: Parameter, empty: Empty | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameter = parameter
        self._empty = empty
        self._value: Value | None = parameter.default
        self.problem = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccelerated(True)
        indent(self)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._read)
        self.lineEdit().textEdited.connect(self._pause.start)
        self.editingFinished.connect(self.finish)
        self.set_empty(empty)
        self.revert()

    def value(self) -> Value | None:
        """The last valid value."""
        return self._value

    def setValue(self, value: Value | None) -> None:
        """Show ``value``. A text that stands for it already, or that is being corrected, stays as it was typed."""
        if value != self._value or type(value) is not type(self._value):
            self._value = value
            self.revert()

    def revert(self) -> None:
        """Drop a text that is no value."""
        self._pause.stop()
        self.lineEdit().setText(self._text_of(self._value))
        self._set_problem("")

    def set_empty(self, empty: Empty | None) -> None:
        """Say anew what an empty field stands for."""
        self._empty = empty
        self.lineEdit().setPlaceholderText(empty.text if empty else "")
        self.lineEdit().setClearButtonEnabled(empty is not None)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), field_height(self))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * SHORTEST, field_height(self))

    def stepBy(self, steps: int) -> None:
        value = self._start()
        for _ in range(abs(steps)):
            value = self._bounded(self._next(value, math.copysign(1, steps)))
        self._take(value)
        self.revert()
        self.lineEdit().selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        value, enabled = self._start(), QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._bounded(value + 1) > value:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._bounded(value - 1) < value:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return enabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed: ``problem`` says what is wrong with it."""
        return QValidator.State.Acceptable, text, position

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window, whose steps are edits of the design and not letters."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and is_undo_or_redo(event):
            event.ignore()
            return False
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling past a field must not change it."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.lineEdit().selectAll()

    def _read(self) -> None:
        try:
            value = self._parsed(self.lineEdit().text())
        except ValueError as error:
            self._set_problem(str(error))
        else:
            self._set_problem("")
            self._take(value)

    def finish(self) -> None:
        """Read a typed text now, without waiting for the pause."""
        if self._pause.isActive():
            self._pause.stop()
            self._read()
        if not self.problem:
            self.lineEdit().setText(self._text_of(self._value))

    def _take(self, value: Value | None) -> None:
        if value != self._value:
            self._value = value
            self.edited.emit(value)

    def _set_problem(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.problemChanged.emit(problem)

    def _parsed(self, text: str) -> Value | None:
        text = text.strip()
        if not text and self._empty is not None:
            return self._empty.value
        try:
            number = float(text.replace(",", ".") if text.count(",") == 1 else text)
        except ValueError:
            message = self.tr("{field} must be a number, not “{text}”.") if text else self.tr("{field} needs a number.")
            raise ValueError(message.format(field=self._parameter.title, text=text)) from None
        return self._parameter.check(number)

    def _text_of(self, value: Value | None) -> str:
        is_empty = value is None or (self._empty is not None and value == self._empty.value)
        return "" if is_empty else number_text(self._number(value))

    def _start(self) -> Number:
        """Where stepping begins: the value, or the number that an empty field stands for."""
        return self._empty.start if self._value is None and self._empty is not None else self._number(self._value)

    def _number(self, value: Value | None) -> Number:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{self._parameter.title} holds {value!r}, which is no number")
        return value

    def _next(self, value: Number, sign: float) -> Number:
        if self._parameter.kind is Kind.INTEGER:
            return value + int(sign)
        return next_real(float(value), sign, float(self._number(self._parameter.default)))

    def _bounded(self, value: Number) -> Number:
        low, high = self._parameter.minimum, self._parameter.maximum
        value = value if low is None else max(value, low)
        value = value if high is None else min(value, high)
        return int(value) if self._parameter.kind is Kind.INTEGER else value


def field_height(widget: QWidget) -> int:
    """The height of a field with one line of text, in pixels: that of a combo box, whatever the font."""
    return widget.fontMetrics().height() + 2 * PADDING


def number_text(value: Number) -> str:
    """The shortest text that gives the number back: 0.001, 1e-8, 5."""
    return number(value, None).replace(",", "")


def next_real(value: float, sign: float, default: float) -> float:
    """The next number up or down in the leading digit: 0.1 → 0.2 and 0.09; from 0 in that of ``default``."""
    exact = Decimal(repr(value))
    magnitude = exact.adjusted() if exact else Decimal(repr(default)).adjusted() if default else -1
    towards_zero = exact * int(sign) < 0
    if towards_zero and abs(exact) == Decimal(1).scaleb(magnitude):
        magnitude -= 1
    return float(exact + int(sign) * Decimal(1).scaleb(magnitude))


def is_undo_or_redo(event: QKeyEvent) -> bool:
    """Whether the keys are the platform's undo or redo."""
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


class CommittedNumber(NumberField):
    """``committed`` carries each finished value; a text that is no number gives way to the value before.

    For values that act at once on a running network: typing 1e-3 passes through 1, and a learning rate of 1 for half
    a second ruins a network. A typed number counts when it is finished (Enter, or leaving the field), a step with the
    arrows at once.
    """

    committed = Signal(object)

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent=parent)
        self._finished: Value | None = self.value()
        self.editingFinished.connect(self._commit)

    def setValue(self, value: Value | None) -> None:
        super().setValue(value)
        self._finished = self.value()

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        self._commit()

    @Slot()
    def _commit(self) -> None:
        if self.problem:
            super().setValue(self._finished)
            self.revert()
        elif self.value() != self._finished:
            self._finished = self.value()
            self.committed.emit(self._finished)
