"""What the file alone does not decide, with the answers as large buttons: asked before anything is learned."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from relulab.data.tables.guesses import Question
from relulab.formatting import capital, one_line
from relulab.text import text
from ui.platform.translation import said
from ui.widgets.labels import Label, as_entry, set_tip

AT_ONCE = 2  # questions that stand above the table; the others follow
LONGEST_ANSWER = 120  # letters


class QuestionBox(QFrame):
    """``answered`` carries a question and the answer that was chosen. ``room``: pixels in which answers stand side by
    side.
    """

    answered = Signal(object, object)

    def __init__(self, room: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.setObjectName("banner")  # the look of what wants attention
        self.setProperty("level", "warning")
        self.answers: list[QPushButton] = []
        self._questions: tuple[Question, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._parts: list[QWidget] = []
        self.hide()

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Ask these, unless they are asked already."""
        if tuple(questions) == self._questions:
            return
        self._questions = tuple(questions)
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts, self.answers = [], []
        for place, question in enumerate(questions[:AT_ONCE]):
            self._ask(question, len(questions) if place == 0 else 0)
        self.setAccessibleName(" ".join(said(question.words) for question in questions))
        self.setVisible(bool(questions))

    def _ask(self, question: Question, count: int) -> None:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        words = Label(said(question.words), wordWrap=True)
        words.setObjectName("question")
        row.addWidget(words, 1)
        if count:
            number = Label(said(text("{count:question|questions} before training", count=count)))
            number.setProperty("role", "muted")
            row.addWidget(number)
        choices = QWidget()
        buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight, choices)
        buttons.setContentsMargins(0, 0, 0, 0)
        for answer in question.answers:
            meaning = capital(said(answer.means))
            button = QPushButton(as_entry(one_line(meaning, LONGEST_ANSWER)))
            set_tip(button, meaning)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setMinimumHeight(2 * self.fontMetrics().height())
            button.clicked.connect(lambda _=False, chosen=answer: self.answered.emit(question, chosen))
            buttons.addWidget(button)
            self.answers.append(button)
        if choices.sizeHint().width() > self._room:
            buttons.setDirection(QBoxLayout.Direction.TopToBottom)
        for part in (head, choices):
            self._column.addWidget(part)
            self._parts.append(part)
