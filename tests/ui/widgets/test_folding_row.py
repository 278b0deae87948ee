"""A row that fits where there is little room."""

from PySide6.QtWidgets import QLabel, QWidget

from ui.widgets.folding_row import FoldingRow


def test_what_may_go_goes_in_order_and_comes_back(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    row = FoldingRow(widget)
    row.setContentsMargins(3, 0, 5, 0)
    row.setSpacing(10)
    labels = [QLabel() for _ in range(4)]
    for label in labels:
        label.setFixedWidth(100)
        row.addWidget(label)
    row.may_go = (labels[1], labels[3])
    assert widget.minimumSizeHint().width() == 100 + 10 + 100 + 8, "without what may go"
    widget.show()
    for width, seen in ((438, "1111"), (437, "1011"), (328, "1011"), (327, "1010"), (218, "1010"), (500, "1111")):
        widget.resize(width, 40)
        widget.layout().activate()
        assert "".join(str(int(label.isVisible())) for label in labels) == seen, width
