"""The columns of a table: what decides stands first, wide enough for its pictures; all else that is measured behind."""

from collections.abc import Callable

from PySide6.QtWidgets import QHeaderView, QPushButton, QTableWidget

from relulab.views.many.cures import EXTRAS
from relulab.views.many.map import MEASURES, Measure
from ui.platform.translation import translate
from ui.widgets.labels import set_tip
from ui.widgets.sizes import px

STARTS_AT = len(MEASURES) + len(EXTRAS)  # the strip of the starts; the button behind it
TRY_AT = STARTS_AT + 1
DECIDES = "through"  # the measure that stands first where the chosen one counts nothing
BESIDE = ("accuracy", "steps")  # measures beside the pictures
WIDE, STRIP, COLUMN, TRY = 330, 250, 86, 76  # pixels: an interval, the least of a strip, a number, a button


def lead_of(measure: Measure) -> int:
    """The column of the share that decides."""
    keys = list(MEASURES)
    return keys.index(measure.key if measure.counts is not None else DECIDES)


def arrange(table: QTableWidget, measure: Measure) -> None:
    """Put the columns into their order, and give each its width."""
    header, lead = table.horizontalHeader(), lead_of(measure)
    costs = [len(MEASURES) + place for place in range(len(EXTRAS))]
    beside = [list(MEASURES).index(key) for key in BESIDE]
    least = px(WIDE) + px(STRIP) + px(COLUMN) * len(costs + beside) + px(TRY)
    behind = [*beside, TRY_AT] if table.viewport().width() >= least else [TRY_AT, *beside]  # always in view
    first = [lead, STARTS_AT, *costs, *behind]
    for place, column in enumerate((*first, *(each for each in range(len(MEASURES)) if each not in first))):
        header.moveSection(header.visualIndex(column), place)
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(column, px({lead: WIDE, TRY_AT: TRY}.get(column, COLUMN)))
    shown = first[: first.index(TRY_AT) + 1]
    others = sum(header.sectionSize(column) for column in shown if column != STARTS_AT)
    header.resizeSection(STARTS_AT, max(px(STRIP), table.viewport().width() - others))


def try_button(press: Callable[[], None]) -> QPushButton:
    """The button of a row."""
    button = QPushButton(translate("Tables", "Try"))
    button.setAutoDefault(False)
    button.clicked.connect(press)
    set_tip(button, translate("Tables", "Train your design with this, from your own seed, as a run of its own"))
    return button
