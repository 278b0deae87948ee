"""Signs, boxes and the text of fields keep their share of larger text, and labels say less before they cut."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.helpers.labs import moons, open_lab
from ui.features.runs.list import RunList
from ui.platform.settings import Settings
from ui.widgets.elided import ElidedLabel
from ui.widgets.icons import FoldButton, sharp_pixmap
from ui.widgets.messages import ProblemLine
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel


@pytest.mark.parametrize("percent", [100, 200])
def test_signs_and_boxes_are_as_large_as_the_text(qtbot, percent):
    with open_lab(qtbot, moons(), Settings(text_size=percent), size=(1366, 768)) as lab:
        fold, line = FoldButton("More"), ProblemLine()
        for widget in (fold, line):
            qtbot.addWidget(widget)
        line.set_text("wrong")
        assert fold.iconSize().width() == px(12) == 12 * percent // 100
        assert line._picture.pixmap().deviceIndependentSize().width() == px(16)
        runs = lab.window.findChild(RunList)
        box = runs.delegate.box_rect(runs.rect())
        assert box.width() >= 0.12 * percent
        margin = lab.control_bar.rate.lineEdit().textMargins().left()
        assert margin == (0 if percent == 100 else px(4)), "the style sheet of larger text gives none"
        lab.text_size.choose(100 if percent == 200 else 200)
        assert lab.control_bar.rate.lineEdit().textMargins().left() != margin


def test_a_fold_button_tells_which_it_is(qtbot):
    button = FoldButton("&More")
    qtbot.addWidget(button)
    assert button.accessibleName() == "More"
    folded = button.icon().pixmap(16, 16).toImage()
    button.show_unfolded(True)
    assert button.icon().pixmap(16, 16).toImage() != folded


def test_a_sign_has_the_density_of_its_widget(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    picture = sharp_pixmap("error", "#ff0000", 16, widget)
    assert picture.width() == round(16 * widget.devicePixelRatioF())


def test_a_label_says_it_in_fewer_words_before_it_cuts_them(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    whole, shorter, shortest = "Now: step 2,200 of 2,200, epoch 100", "Now: step 2,200 of 2,200", "Now: step 2,200"
    label.say(whole, shorter, shortest)
    wide = [label.fontMetrics().horizontalAdvance(words) for words in (whole, shorter, shortest)]
    for width, words in zip(wide, (whole, shorter, shortest), strict=True):
        label.resize(width, 20)
        assert label.shown() == words
    label.resize(wide[-1] // 2, 20)
    assert label.shown().endswith("…")
    label.resize(wide[1], 20)
    label.grab()
    QApplication.processEvents()
    assert whole in label.toolTip()
    assert label.text() == whole, "screen readers are told all of it"


def test_reserved_lines_grow_with_the_text(qtbot):
    label = WrappedLabel("one line")
    qtbot.addWidget(label)
    label.reserve(2)
    font = label.font()
    font.setPointSizeF(2 * font.pointSizeF())
    label.setFont(font)
    assert label.minimumHeight() == 2 * label.fontMetrics().lineSpacing()
