"""How the file is read: six choices with what is in force, how sure that is and why, above the file itself."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from relulab.data.tables.choices import AUTO, NUMBERS, PARAMETERS, SEPARATORS
from relulab.data.tables.guesses import Sure
from relulab.data.tables.letters import CANDIDATES
from relulab.data.tables.understanding import Understanding
from relulab.formatting import one_line
from relulab.views.table import CHOICES, NAMES, separator_title
from relulab.views.table import Reading as Line
from relulab.views.table_lines import SIGNS, SURE
from ui.features.design.reader.raw_view import RawView
from ui.features.design.reader.reading import Reading
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.controls import TextField
from ui.widgets.elided import ElidedLabel
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import LIGHT, Palette

GAP = 8  # pixels between two choices
ABREAST = (6, 3, 2, 1)  # choices beside each other, by the room that their names take
ENCODINGS = ("utf-8", "utf-16", *CANDIDATES)
EMPTY_IS_FOUND = ("encoding",)  # choices that are texts: nothing in them lets the file decide
HELP = {parameter.name: parameter.help for parameter in PARAMETERS}
SEPARATOR_KEYS = {sign: name for name, sign in SEPARATORS.items()}


class Choice(QWidget):
    """One choice: its name, a list or a line to type, and below them the sign of how sure it is, with the reason."""

    chosen = Signal(str, str)

    def __init__(self, key: str, title: str, items: list[Item] | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.control: Combo | TextField = Combo(items) if items else TextField()
        self.sign = Label()
        self.reason = ElidedLabel()
        self._title = Label(title)
        self._colours = LIGHT
        self._sure: Sure | None = None
        self._arrange(title)
        if isinstance(self.control, Combo):
            self.control.edited.connect(self._pick)
        else:
            self.control.editingFinished.connect(self._typed)

    @property
    def title_width(self) -> int:
        """Pixels that its name takes."""
        return self._title.sizeHint().width()

    def show_choice(self, line: Line | None, value: str, placeholder: str = "") -> None:
        """Show what is in force and why; ``value`` is a key of the list, or what was typed."""
        if isinstance(self.control, TextField):
            self.control.setPlaceholderText(placeholder)
        self.control.setValue(value)
        self._sure = line.sure if line else None
        why = said(line.why) if line else ""
        self.reason.setText(one_line(why, 200))
        sure = said(SURE[line.sure]) if line else ""
        self.sign.setText(SIGNS[line.sure] if line else "")
        set_tip(self.sign, sure)
        self.control.setAccessibleDescription(f"{said(line.value)}, {sure}: {why}" if line else "")
        self._colour()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self._colour()

    def _colour(self) -> None:
        colours = self._colours
        by_sure = {Sure.CERTAIN: colours.good, Sure.LIKELY: colours.accent, Sure.AMBIGUOUS: colours.warning}
        ink = by_sure[self._sure] if self._sure else colours.muted
        self.sign.setStyleSheet(f"color: {ink}; font-weight: 600;")

    def _pick(self, value: str) -> None:
        self.chosen.emit(self.key, "" if value == AUTO and self.key in EMPTY_IS_FOUND else value)

    def _typed(self) -> None:
        if isinstance(self.control, TextField) and self.control.isModified():
            self.control.setModified(False)
            self.chosen.emit(self.key, self.control.text().strip())

    def _arrange(self, title: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.setHorizontalSpacing(4)
        grid.addWidget(self._title, 0, 0, 1, 2)
        grid.addWidget(self.control, 1, 0, 1, 2)
        grid.addWidget(self.sign, 2, 0)
        grid.addWidget(self.reason, 2, 1)
        grid.setColumnStretch(1, 1)
        self._title.setBuddy(self.control)
        self._title.setProperty("role", "muted")
        self.reason.setProperty("role", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.control.setAccessibleName(title)
        self.control.setWhatsThis(HELP[self.key])
        set_tip(self._title, HELP[self.key])


class FilePart(QWidget):
    """``chosen`` carries a choice and its value."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.raw = RawView()
        self.choices = {key: Choice(key, title, items) for key, title, items in self._kinds()}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GAP)
        self._place(len(self.choices))
        for choice in self.choices.values():
            choice.chosen.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        nest(column, self._grid)
        column.addWidget(self.raw)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        widest = max(choice.title_width for choice in self.choices.values())
        self._place(next(many for many in ABREAST if many * (widest + GAP) - GAP <= self.width() or many == 1))

    def _place(self, in_a_row: int) -> None:
        """So many choices beside each other, the others beneath."""
        for place, choice in enumerate(self.choices.values()):
            self._grid.addWidget(choice, *divmod(place, in_a_row))
            self._grid.setColumnStretch(place, int(place < in_a_row))

    def show_reading(self, reading: Reading) -> None:
        """Show how the file is read; where it is no table, what was chosen."""
        table = reading.table
        lines = {line.key: line for line in reading.view.readings} if reading.view else {}
        in_force = _in_force(table) if table else {}
        for key, choice in self.choices.items():
            asked = str(getattr(reading.choices, key))
            if isinstance(choice.control, Combo):
                self._offer(choice.control, in_force.get(key, asked or AUTO))
                choice.show_choice(lines.get(key), in_force.get(key, asked or AUTO))
            else:
                found = said(lines[key].value) if key in lines else ""
                choice.show_choice(lines.get(key), asked, found)
        self.raw.show_lines(reading.lines, table)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.raw.lines.set_theme(palette)
        for choice in self.choices.values():
            choice.set_theme(palette)

    def _offer(self, combo: Combo, value: str) -> None:
        """A value that stands in no list, such as an encoding that only the command line knows."""
        if combo.findData(value) < 0:
            combo.set_items([*self._encodings(), Item(value, value)])

    def _kinds(self) -> list[tuple[str, str, list[Item] | None]]:
        found = Item(AUTO, self.tr("As found"), self.tr("Let the file decide"))
        separators = [found, *(Item(name, separator_title(name)) for name in SEPARATORS)]
        numbers = [found, *(Item(example, example) for example in NUMBERS)]
        names = [found, Item("yes", said(NAMES[True])), Item("no", said(NAMES[False]))]
        lists = {"separator": separators, "numbers": numbers, "header": names, "encoding": self._encodings()}
        return [(key, said(title), lists.get(key)) for key, title in CHOICES.items()]

    def _encodings(self) -> list[Item]:
        return [Item(AUTO, self.tr("As found"), self.tr("Let the file decide")), *(Item(one, one) for one in ENCODINGS)]


def _in_force(table: Understanding) -> Mapping[str, str]:
    """The keys of what was chosen or found."""
    return {
        "separator": SEPARATOR_KEYS[table.separator.value],
        "numbers": table.numbers.value.example,
        "header": "yes" if table.header.value else "no",
        "encoding": table.encoding.value,
    }
