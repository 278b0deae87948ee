"""Cards side by side: none is so narrow that its question is cut."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QFontMetrics

from relulab.experiment.presets import PRESETS
from ui.features.start.cards import WRAPPED, PresetCard
from ui.features.start.flow import Flow


@pytest.fixture
def flow(qtbot):
    flow = Flow()
    qtbot.addWidget(flow)
    flow.set_cards([PresetCard(key, preset.question, preset.title, "1 s") for key, preset in PRESETS.items()])
    return flow


def letters_of(card):
    """In what letters its question is written."""
    return card._fitting(QRect(0, 0, card.width() - round(1.4 * card.line), 2 * card.line + 4))


def lines_of(card, font=None):
    """How many lines its question takes, in the letters that it has or in others."""
    metrics = QFontMetrics(font or letters_of(card))
    room = QRect(0, 0, card.width() - round(1.4 * card.line), 10 * card.line)
    return round(metrics.boundingRect(room, int(WRAPPED), card.text()).height() / metrics.lineSpacing())


def test_no_question_is_cut_however_wide_the_window_is(flow):
    asked = flow.cards[0].sizeHint().width()
    for width in range(asked, 10 * asked, asked // 8):
        flow.resize(width, 100)
        flow.arrange()
        assert [card.key for card in flow.cards if lines_of(card) > 2] == [], width


@pytest.mark.parametrize("points", [7.2, 8.1, 9.0, 9.9, 11.25, 13.5, 18.0])  # from 80 to 200 %
def test_letters_are_smaller_only_where_a_third_line_is_saved(flow, points):
    for card in flow.cards:
        font = QFont(card.font())
        font.setPointSizeF(points)
        card.setFont(font)
        card.resize(card.sizeHint())
        font.setBold(True)
        assert (letters_of(card).pointSizeF() == points) is (lines_of(card, font) <= 2), card.text()


def test_a_row_that_fills_leaves_no_place_empty(qtbot):
    flow = Flow(2, fills=True)
    qtbot.addWidget(flow)
    cards = [PresetCard(key, preset.question, preset.title, "1 s") for key, preset in PRESETS.items()][:3]
    flow.set_cards(cards)
    asked = cards[0].sizeHint().width()
    for width in (4 * asked + 60, round(4.5 * asked)):
        flow.resize(width, 100)
        flow.arrange()
        assert {card.y() for card in cards} == {0}
        assert width - 3 <= cards[-1].geometry().right() + 1 <= width
    flow.resize(2 * asked + 20, 100)
    flow.arrange()
    assert cards[2].y() > 0
