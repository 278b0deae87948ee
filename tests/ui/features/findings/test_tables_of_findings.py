"""A finding whose cures are in a ready table offers it by one click: the run from many starts, in the real window."""

import pytest

from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.findings import Finding, Severity
from relulab.text import text
from relulab.training.state import State
from relulab.views.many.ready import TABLES, table_for
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from ui.features.findings.cards import CardColumn

ILL = {"learning_rate": 50.0, "steps": 60}  # it diverges, or its units die


def finding(rule, *cures):
    offered = tuple(Cure(key, text("Do it"), (Change(("training", "steps"), 7),)) for key in cures)
    return Finding(rule, rule, Severity.ERROR, text("So."), text("Because."), cures=offered)


@pytest.fixture
def column(qtbot):
    column = CardColumn("Try")
    qtbot.addWidget(column)
    return column


def tables(column):
    return [card.table.table.key if card.table is not None else "" for card in column.cards]


def test_each_table_is_offered_once_and_goes_with_its_cures(column):
    first, second, third = finding("a", "smaller_rate"), finding("b", "leaky"), finding("c", "dropout")
    for shown, offered in (
        ((first, second, third), ["cures", "", "overfitting"]),
        ((second, third), ["cures", "overfitting"]),
        ((finding("b"), third), ["", "overfitting"]),
    ):
        column.show_findings(shown, lambda _finding: ())
        column.offer_tables(table_for)
        assert tables(column) == offered


def test_what_stays_the_same_is_not_touched(column):
    column.show_findings((finding("a", "rai"),), lambda _finding: ())
    column.offer_tables(table_for)
    before = column.cards[0].table
    column.offer_tables(table_for)
    assert column.cards[0].table is before


def test_one_click_trains_the_table_of_the_run(qtbot):
    with open_lab(qtbot, moons(**ILL)) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.FINISHED, State.DIVERGED)
        cards, last = lab.findings.of_run, lab.store.current.findings
        qtbot.waitUntil(lambda: lab.findings._record is last, timeout=SECONDS_30)  # cards come and go until then
        card = next(card for card in cards.cards if card.table is not None)
        qtbot.waitUntil(card.isVisible, timeout=SECONDS_30)  # Qt shows it in a later turn of the event loop
        if not card.heading.isChecked():  # what came as a consequence begins closed
            press(qtbot, card.heading)
        button = card.table
        assert button.table is TABLES["cures"]
        spec = lab.store.current.info.spec
        lab.findings.area.ensureWidgetVisible(button.button)
        press(qtbot, button.button)
        maps = lab.maps
        assert maps.dialog.view.sweep.spec == spec, "of the run, whatever the design is now"
        assert maps.dialog.view.sweep.seeds == tuple(range(20))
        assert maps.dialog.measure.value() == "through"
        assert maps.training.busy
        maps.dialog.close()
        assert not maps.training.busy
