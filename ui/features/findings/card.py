"""One finding as a card: what it is, what it means, how one knows, why it happens, what to try."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from relulab.diagnosis.findings import Finding, Severity
from relulab.formatting import capital
from relulab.views.findings import SEVERITIES, evidence, explained, explanation, heading
from relulab.views.many.ready import ReadyTable
from relulab.views.parts import colour_of
from ui.features.findings.cure_button import CureButton, ShownCure
from ui.features.findings.table_button import TableButton
from ui.platform.translation import said
from ui.widgets.contents import nest
from ui.widgets.explained import Shown, explained_at
from ui.widgets.icons import FoldButton, sharp_pixmap
from ui.widgets.labels import Label
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px, share
from ui.widgets.wrapped import WrappedLabel

ICON = 16  # pixels
GAP = 6


class CardHeading(QAbstractButton):
    """Checked while the card is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = Label()
        self._title = WrappedLabel()
        self._place = Label()
        self._arrow = Label()
        self._icon, self._colour = "", ""
        self._arrange()
        self.toggled.connect(self._draw)

    def show_heading(self, icon: str, colour: str, text: str, place: str) -> None:
        """An icon in its colour, a title, and at the right end where it is."""
        if (icon, colour) != (self._icon, self._colour):
            self._icon, self._colour = icon, colour
            self._draw()
        self._title.setText(text)
        if place != self._place.text():
            self._place.setText(place)
        self.setAccessibleName(", ".join(part for part in (text, place) if part))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The labels paint themselves; here is only the frame of the focus."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.5 * share()))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(4), px(4))

    def _draw(self) -> None:
        muted = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        for label, name, colour in (
            (self._sign, self._icon, self._colour),
            (self._arrow, "unfolded" if self.isChecked() else "folded", muted),
        ):
            if name:
                label.setPixmap(sharp_pixmap(name, colour, ICON, self))
        self.setAccessibleDescription(self.tr("details shown") if self.isChecked() else self.tr("details hidden"))

    def _arrange(self) -> None:
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        self._place.setProperty("role", "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 4, 2, 4)
        layout.setSpacing(GAP)
        for label in (self._sign, self._title, self._place, self._arrow):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(self._sign, 0, top)
        layout.addWidget(self._title, 1)
        layout.addWidget(self._place, 0, top)
        layout.addWidget(self._arrow, 0, top)


MARGIN = 8  # pixels
RADIUS = 5
STRIPE = 4  # pixels of the severity's colour at the left edge
INDENT = 20  # pixels that a consequence stands behind its cause


class FindingCard(QWidget):
    """Shows one finding, and keeps what the user has opened while the finding changes.

    ``wanted`` carries the ``ShownCure`` whose button was pressed; ``action`` is what these buttons say. ``tableWanted``
    carries the ready table that was asked for.
    """

    wanted = Signal(object)
    tableWanted = Signal(object)

    def __init__(self, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding: Finding | None = None
        self.heading = CardHeading()
        self.explanation = WrappedLabel()
        self.evidence = WrappedLabel()
        self.why_button = FoldButton(self.tr("Why?"))
        self.why = WrappedLabel()
        self.rows: list[CureButton] = []
        self.table: TableButton | None = None
        self._action = action
        self._indent = 0
        self._colours: Palette = LIGHT
        self._details = QWidget()
        self._column = QVBoxLayout(self._details)
        self._offers, self._tables = QVBoxLayout(), QVBoxLayout()
        self._arrange()
        for part in (self.heading, self.explanation, self.evidence, self.why):
            explained_at(part, self._explained)
        self.heading.toggled.connect(self._details.setVisible)
        self.why_button.toggled.connect(self._show_why)

    def show_finding(
        self, finding: Finding, offers: Sequence[ShownCure], colours: Palette, opened: bool = True
    ) -> None:
        """Show ``finding`` with these of its cures; what stays the same is not touched.

        ``opened`` says whether a new card begins open; notes and consequences begin closed.
        """
        first = self.finding is None
        self.finding, self._colours = finding, colours
        style = SEVERITIES[finding.severity]
        title = said(heading(finding.severity, finding.title))
        self.heading.show_heading(style.icon, colour_of(style.role, colours), title, finding.layer_title)
        self.explanation.setText(said(explanation(finding)))
        self.evidence.setText(capital(said(evidence(finding))))
        self.why.setText(said(finding.why))
        if [row.offer for row in self.rows] != list(offers):
            self._show_cures(offers)
        self._margins(INDENT if finding.because else 0)
        if first:
            self.heading.setChecked(opened and not finding.because and finding.severity is not Severity.INFO)
            self._details.setVisible(self.heading.isChecked())
        self.update()

    def offer_table(self, table: ReadyTable | None) -> None:
        """Offer a table behind the cures; None where there is none."""
        if table is (self.table.table if self.table is not None else None):
            return
        if self.table is not None:
            self._tables.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
        self.table = TableButton(table) if table is not None else None
        if self.table is not None:
            self.table.wanted.connect(self.tableWanted)
            self._tables.addWidget(self.table)

    def _explained(self, _at: QPoint | None) -> Shown:
        """This finding: what was measured, beside its threshold, and why it happens."""
        finding = self.finding
        if finding is None:
            return Shown("finding")
        return Shown("finding", name=finding.title, sentence=said(finding.why), value=explained(finding))

    def host(self, box: QWidget) -> None:
        """Give ``box`` a place at the end of the card, and open it."""
        self._column.addWidget(box)
        self.heading.setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        role = QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()).adjusted(self._indent + 0.5, 0.5, -0.5, -0.5), px(RADIUS), px(RADIUS))
        painter.fillPath(shape, self.palette().color(role.Base))
        if self.finding is not None:
            painter.setClipPath(shape)
            colour = colour_of(SEVERITIES[self.finding.severity].role, self._colours)
            painter.fillRect(self._indent, 0, px(STRIPE), self.height(), QColor(colour))
            painter.setClipping(False)
        painter.setPen(QPen(self.palette().color(role.Mid), share()))
        painter.drawPath(shape)

    def _margins(self, indent: int) -> None:
        self._indent = px(indent)
        self.setContentsMargins(px(indent + STRIPE + MARGIN), px(2), px(MARGIN), px(MARGIN - 2))

    def _show_cures(self, offers: Sequence[ShownCure]) -> None:
        for row in self.rows:
            self._offers.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [CureButton(offer, self._action) for offer in offers]
        for row in self.rows:
            row.wanted.connect(self.wanted)
            self._offers.addWidget(row)

    @Slot(bool)
    def _show_why(self, shown: bool) -> None:
        self.why.setVisible(shown)
        self.why_button.show_unfolded(shown)

    def _arrange(self) -> None:
        self.evidence.setProperty("role", "muted")
        self.why.hide()
        self.why_button.setAccessibleName(self.tr("Why does this happen?"))
        self.why_button.setCheckable(True)
        self._offers.setSpacing(4)
        column = self._column
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.explanation)
        proof = QHBoxLayout()
        proof.addWidget(self.evidence, 1)
        proof.addWidget(self.why_button, 0, Qt.AlignmentFlag.AlignTop)
        nest(column, proof)
        column.addWidget(self.why)
        nest(column, self._offers)
        nest(column, self._tables)
        layout = QVBoxLayout(self)
        self._margins(0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.heading)
        layout.addWidget(self._details)
