"""What a session keeps beside its runs, pictures for reports and maps: looked at, taken out, and put back."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from relulab.formatting import one_line
from relulab.session.model import SessionModel
from relulab.session.session import LONGEST_NAME
from relulab.views.many.kept import map_state
from ui.features.session.taken_out import TakenOut
from ui.widgets.contents import nest
from ui.widgets.fitting import fit
from ui.widgets.labels import Label, set_tip
from ui.widgets.sizes import px, px_size

SIZE, LIST = QSize(820, 460), 300  # pixels


class KeptDialog(QDialog):
    """``edited``: something was taken out, or put back. ``taken_out`` remembers it when the dialog is closed."""

    edited = Signal()

    def __init__(self, model: SessionModel, parent: QWidget, taken_out: TakenOut | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Kept pictures and maps"))
        self._model = model
        self._taken_out = TakenOut(model) if taken_out is None else taken_out
        self.list, self.picture, self.words = QListWidget(), Label(), Label(wordWrap=True)
        self.list.setAccessibleName(self.windowTitle())
        self.list.setFixedWidth(px(LIST))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        self.picture.setMinimumSize(1, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.take_out, self.undo = QPushButton(self.tr("&Take out")), QPushButton(self.tr("&Undo"))
        for button in (self.take_out, self.undo):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        set_tip(self.take_out, self.tr("Keep this no more, in the session and its reports (Delete)"))
        self.take_out.setShortcut("Delete")
        self.take_out.clicked.connect(self._take_out)
        self.undo.clicked.connect(self._put_back)
        side, body, layout = QVBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        for column, part, stretch in ((side, self.picture, 1), (side, self.words, 0), (body, self.list, 0)):
            column.addWidget(part, stretch)
        nest(body, side, 1)
        nest(layout, body, 1)
        layout.addWidget(buttons)
        fit(self, px_size(SIZE).boundedTo(parent.window().size()), buttons)
        self._fill(0)

    def _fill(self, row: int) -> None:
        head = self._model.head
        self.list.clear()
        titles = (*(picture.title for picture in head.pictures), *map(map_state, head.maps))
        self.list.addItems([one_line(title, LONGEST_NAME) for title in titles])
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self.take_out.setEnabled(self.list.count() > 0)
        self.undo.setEnabled(self._taken_out.can_put_back)
        is_empty = not self.list.count()
        for part in (self.list, self.picture):
            part.setVisible(not is_empty)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter if is_empty else Qt.AlignmentFlag.AlignLeft)
        if is_empty:
            self._show(-1)

    @Slot(int)
    def _show(self, row: int) -> None:
        pictures, shown = self._model.head.pictures, QPixmap()
        if 0 <= row < len(pictures):
            shown.loadFromData(pictures[row].png)
            self.words.setText(pictures[row].note)
        elif row < 0:
            self.words.setText(self.tr("Nothing is kept. “Keep for the report” in the windows of many networks does."))
        else:
            self.words.setText(self.tr("A map or table: Map… shows it, and trains what is missing."))
        room = QSize(self.width() - px(LIST) - px(50), self.height() - px(150))
        if not shown.isNull():
            shown = shown.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        self.picture.setPixmap(shown)

    @Slot()
    def _take_out(self) -> None:
        self._taken_out.take_out(self.list.currentRow())
        self._tell()

    @Slot()
    def _put_back(self) -> None:
        self._taken_out.put_back()
        self._tell()

    def _tell(self) -> None:
        self._fill(max(0, self.list.currentRow()))
        self.edited.emit()
