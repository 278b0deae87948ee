"""Everything that can be done from a menu, a button or a key, as data.

One table feeds the menus, the buttons of the control bar and the list of keyboard shortcuts, so the three
never disagree. ``ui.app`` says what each of them does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from relulab.training.state import State
from ui.platform.translation import QT_TRANSLATE_NOOP, translate

CONTEXT = "Actions"
BUILT = frozenset({State.READY, State.RUNNING, State.PAUSED, State.FINISHED, State.DIVERGED})
RESTING = frozenset({State.READY, State.PAUSED})
STARTED = frozenset({State.RUNNING, State.PAUSED})


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One command. It is possible in ``states`` of a run; None means always.

    ``menu`` is its menu; a change of ``group`` draws a separator.
    """

    key: str
    text: str
    menu: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    group: int = 0
    states: frozenset[State] | None = None


ACTIONS = (
    ActionSpec(
        "new",
        QT_TRANSLATE_NOOP("Actions", "&New experiment"),
        "file",
        QT_TRANSLATE_NOOP("Actions", "Start from a small network on the moons"),
        shortcuts=("Ctrl+N",),
        icon="new",
    ),
    ActionSpec(
        "open",
        QT_TRANSLATE_NOOP("Actions", "&Open…"),
        "file",
        QT_TRANSLATE_NOOP("Actions", "Open a session or an experiment"),
        shortcuts=("Ctrl+O",),
        icon="open",
    ),
    ActionSpec(
        "save",
        QT_TRANSLATE_NOOP("Actions", "&Save"),
        "file",
        QT_TRANSLATE_NOOP("Actions", "Save the session: the design, all runs and what they measured, to go on later"),
        shortcuts=("Ctrl+S",),
        icon="save",
    ),
    ActionSpec(
        "save-as",
        QT_TRANSLATE_NOOP("Actions", "Save &as…"),
        "file",
        QT_TRANSLATE_NOOP("Actions", "Save the session under another name, or the design alone as an experiment"),
        shortcuts=("Ctrl+Shift+S",),
    ),
    ActionSpec(
        "report",
        QT_TRANSLATE_NOOP("Actions", "&Report…"),
        "file",
        QT_TRANSLATE_NOOP("Actions", "Write a report on the runs as a web page, PDF or Markdown, to hand in"),
        shortcuts=("Ctrl+Shift+R",),
    ),
    ActionSpec(
        "export",
        QT_TRANSLATE_NOOP("Actions", "&Export…"),
        "file",
        QT_TRANSLATE_NOOP("Actions", "Take it out of the lab: code, the trained network, predictions, measurements"),
        shortcuts=("Ctrl+E",),
    ),
    ActionSpec(
        "quit",
        QT_TRANSLATE_NOOP("Actions", "&Quit"),
        "file",
        QT_TRANSLATE_NOOP("Actions", "Close ReLU Lab"),
        shortcuts=("Ctrl+Q",),
        group=1,
    ),
    ActionSpec(
        "train",
        QT_TRANSLATE_NOOP("Actions", "&Train"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "Start training, or go on"),
        shortcuts=("F5", "Ctrl+Return"),
        icon="train",
    ),
    ActionSpec(
        "batch",
        QT_TRANSLATE_NOOP("Actions", "One &batch"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "Learn from one batch, then pause"),
        shortcuts=("F6",),
        icon="step-batch",
        states=RESTING,
    ),
    ActionSpec(
        "epoch",
        QT_TRANSLATE_NOOP("Actions", "One &epoch"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "Learn from all samples once, then pause"),
        shortcuts=("F7",),
        icon="step-epoch",
        states=RESTING,
    ),
    ActionSpec(
        "stop",
        QT_TRANSLATE_NOOP("Actions", "St&op"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "End this run here"),
        shortcuts=("Shift+F5",),
        icon="stop",
        states=STARTED,
    ),
    ActionSpec(
        "reset",
        QT_TRANSLATE_NOOP("Actions", "&Reset"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "Back to step 0 with the same initial weights"),
        shortcuts=("F8",),
        icon="reset",
        group=1,
    ),
    ActionSpec(
        "seed",
        QT_TRANSLATE_NOOP("Actions", "New &seed"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "Back to step 0 with other initial weights and another order of the batches"),
        shortcuts=("F9",),
        icon="seed",
        group=1,
    ),
    ActionSpec(
        "earlier",
        QT_TRANSLATE_NOOP("Actions", "Ear&lier moment"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "Look at the checkpoint before, in every panel"),
        shortcuts=("Alt+Left",),
        group=2,
    ),
    ActionSpec(
        "later",
        QT_TRANSLATE_NOOP("Actions", "La&ter moment"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "Look at the next checkpoint, in every panel"),
        shortcuts=("Alt+Right",),
        group=2,
    ),
    ActionSpec(
        "now",
        QT_TRANSLATE_NOOP("Actions", "&Now"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "Back to where the training stands"),
        shortcuts=("Alt+End",),
        group=2,
    ),
    ActionSpec(
        "branch",
        QT_TRANSLATE_NOOP("Actions", "Branc&h from here…"),
        "run",
        QT_TRANSLATE_NOOP("Actions", "A new run from this moment on, with one change; this run stays as it is"),
        shortcuts=("Ctrl+B",),
        group=2,
    ),
    ActionSpec(
        "restore-layout",
        QT_TRANSLATE_NOOP("Actions", "&Restore layout"),
        "view",
        QT_TRANSLATE_NOOP("Actions", "Put every panel back where it was at the first start"),
        group=2,
    ),
    ActionSpec(
        "help",
        QT_TRANSLATE_NOOP("Actions", "&What do I see?"),
        "help",
        QT_TRANSLATE_NOOP("Actions", "What each panel shows, in plain words"),
        shortcuts=("Shift+F1",),
        icon="help",
    ),
    ActionSpec(
        "tour",
        QT_TRANSLATE_NOOP("Actions", "Show the &tour"),
        "help",
        QT_TRANSLATE_NOOP("Actions", "The three steps of the first start"),
    ),
    ActionSpec(
        "shortcuts",
        QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"),
        "help",
        QT_TRANSLATE_NOOP("Actions", "Every key and what it does"),
        shortcuts=("Ctrl+/",),
    ),
    ActionSpec(
        "log",
        QT_TRANSLATE_NOOP("Actions", "Open the &log folder"),
        "help",
        QT_TRANSLATE_NOOP("Actions", "The file that a report of a fault should come with"),
        group=1,
    ),
    ActionSpec(
        "about",
        QT_TRANSLATE_NOOP("Actions", "&About ReLU Lab"),
        "help",
        QT_TRANSLATE_NOOP("Actions", "Version and licenses"),
        group=1,
    ),
)


def build_actions(parent: QObject, specs: Iterable[ActionSpec] = ACTIONS) -> dict[str, QAction]:
    """One QAction per entry, by key, with text, keys and tips; the theme adds the icons."""
    built = {}
    for spec in specs:
        action = QAction(translate(CONTEXT, spec.text), parent)
        action.setObjectName(f"action-{spec.key}")
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setToolTip(tip_of(spec))
        action.setStatusTip(translate(CONTEXT, spec.tip))
        built[spec.key] = action
    return built


def tip_of(spec: ActionSpec) -> str:
    """The tip with the first key in brackets."""
    tip = translate(CONTEXT, spec.tip)
    if not spec.shortcuts:
        return tip
    return f"{tip} ({QKeySequence(spec.shortcuts[0]).toString(QKeySequence.SequenceFormat.NativeText)})"


def possible(spec: ActionSpec, state: State) -> bool:
    """Whether the command makes sense in this state of the run."""
    return spec.states is None or state in spec.states
