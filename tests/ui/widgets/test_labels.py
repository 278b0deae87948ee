"""Labels say what they are given; on the screen no line parts a number from its unit."""

from PySide6.QtWidgets import QLabel

from relulab.formatting import NO_BREAK
from ui.plots.legend import ElidedText, wrap
from ui.widgets.labels import HtmlLabel, Label
from ui.widgets.wrapped import WrappedLabel


def test_what_was_said_is_told_and_what_is_shown_does_not_part_it(qtbot):
    for kind in (Label, WrappedLabel):
        label = kind("a test accuracy of 93 %")
        qtbot.addWidget(label)
        assert label.text() == "a test accuracy of 93 %"
        assert QLabel.text(label) == f"a test accuracy of 93{NO_BREAK}%"
        label.setText("12 MB")
        assert label.text() == "12 MB"
        assert QLabel.text(label) == f"12{NO_BREAK}MB"
        label.clear()
        assert label.text() == QLabel.text(label) == ""


def test_html_is_not_parted(qtbot):
    label = HtmlLabel("<b>93 %</b>")
    qtbot.addWidget(label)
    assert NO_BREAK in label.text()
    label.setText("<i>12 MB</i>")
    assert label.text() == f"<i>12{NO_BREAK}MB</i>"


def test_no_width_parts_it(qtbot):
    text = ElidedText()
    qtbot.addWidget(text)
    words = "right for 93 % of 28 × 28 pixels in 12 MB"
    for width in range(80, 400, 7):
        for line in wrap(words, text.font(), width, 9):
            assert not line.startswith(("%", "×", "MB"))
            assert not line.endswith(("93", "28 ×", "12"))
