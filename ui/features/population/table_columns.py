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
FIRSTS_AT = TRY_AT + 1  # pictures of the first starts
DECIDES = "through"  # the measure that stands first where the chosen one counts nothing
BESIDE = ("accuracy", "steps")  # measures beside the pictures
WIDE, STRIP, COLUMN, TRY = 330, 250, 86, 76  # pixels: an interval, the least of a strip, a number, a button
FIRSTS = 138  # pixels of three pictures


def lead_of(measure: Measure) -> int:
    """The column of the share that decides."""
    keys = list(MEASURES)
    return keys.index(measure.key if measure.counts is not None else DECIDES)


def arrange(table: QTableWidget, measure: Measure, *, firsts: bool | None) -> None:
    """Put the columns into their order, and give each its width. ``firsts``: whether pictures of starts are shown; None
    where there is room for them.
    """
    header, lead = table.horizontalHeader(), lead_of(measure)
    costs = [len(MEASURES) + place for place in range(len(EXTRAS))]
    beside = [list(MEASURES).index(key) for key in BESIDE]
    least = px(WIDE) + px(STRIP) + px(COLUMN) * len(costs + beside) + px(TRY)
    room = table.viewport().width()
    has_firsts = room >= least + px(FIRSTS) if firsts is None else firsts
    table.setColumnHidden(FIRSTS_AT, not has_firsts)
    pictures = [FIRSTS_AT] if has_firsts else []
    least += len(pictures) * px(FIRSTS)
    if room >= least:
        behind = [*costs, *beside, TRY_AT]
    elif room >= least - px(COLUMN) * len(beside):
        behind = [*costs, TRY_AT, *beside]
    else:
        behind = [TRY_AT, *costs, *beside]
    first = [*pictures, lead, STARTS_AT, *behind]  # the button is always in view
    for place, column in enumerate((*first, *(each for each in range(len(MEASURES)) if each not in first))):
        header.moveSection(header.visualIndex(column), place)
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(column, px({lead: WIDE, TRY_AT: TRY, FIRSTS_AT: FIRSTS}.get(column, COLUMN)))
    shown = first[: first.index(TRY_AT) + 1]
    others = sum(header.sectionSize(column) for column in shown if column not in (STARTS_AT, FIRSTS_AT))
    others += px(FIRSTS) if has_firsts else 0
    header.resizeSection(STARTS_AT, max(px(STRIP), table.viewport().width() - others))


def try_button(press: Callable[[], None]) -> QPushButton:
    """The button of a row."""
    button = QPushButton(translate("Tables", "Try"))
    button.setAutoDefault(False)
    button.clicked.connect(press)
    set_tip(button, translate("Tables", "Train your design with this, from your own seed, as a run of its own"))
    return button
