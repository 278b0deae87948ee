"""No line of the window ends in dots, at the sizes and in the arrangements that people have."""

import pytest

from relulab.experiment.presets import load_preset
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, open_lab, train_some, wait_for
from ui.live.footer import Footer
from ui.shell.layouts import LAYOUTS, WATCH

LONG = "Ein Übungslauf mit größeren Schrittweiten, çà et là ein sehr langer Name, der nirgends hinpasst"
SIZES = ((1366, 768), (1024, 700))


def cut(window):
    """The lines below panels in view that end in dots, or say nothing though they could."""
    for footer in window.findChildren(Footer):
        if not footer.visibleRegion().isEmpty():
            shown = " ".join(footer.lines())
            if "…" in shown or bool(shown) != bool(footer.text()):
                yield shown, footer.text(), footer.width()


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["moons-healthy", "sine-fit", "mnist-small-cnn"])
def test_no_line_below_a_panel_ends_in_dots(qtbot, preset):
    with open_lab(qtbot, load_preset(preset).replace(name=LONG), size=SIZES[0]) as lab:
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        lab.units.unitClicked.emit(0, 1)
        runs = lab.panels["runs"]
        lab.window.bring_to_front("runs")
        qtbot.waitUntil(lambda: bool(runs.model.rows), timeout=SECONDS_30)
        runs.referenceChosen.emit(runs.model.rows[0].key)
        qtbot.waitUntil(lambda: LONG[:20] in runs.footer.text(), timeout=SECONDS_30)

        def whole():
            assert not list(cut(lab.window))

        for size in SIZES:
            lab.window.resize(*size)
            for layout in LAYOUTS:
                lab.window.arrange(layout)
                qtbot.waitUntil(whole, timeout=SECONDS_30)  # layouts settle bit by bit
            lab.window.arrange(WATCH)
            for key in lab.panels:
                lab.window.bring_to_front(key)
                qtbot.waitUntil(whole, timeout=SECONDS_30)
            assert lab.window.size().toTuple() == size
