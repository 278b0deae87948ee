"""The power goes off: a real window is killed while it trains, the next start brings the work back, and it goes on."""

import os
import signal
import subprocess
import sys

from relulab.session.recovery import find_orphans
from relulab.training.run import TrainingRun
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, wait_for
from tests.helpers.paths import ROOT
from ui.platform.settings import Settings

WINDOW = """
import sys
from tests.helpers.labs import moons
from PySide6.QtCore import QTimer
from ui.app import Lab
from ui.startup.application import create_application
from ui.platform.settings import Settings

app = create_application()
lab = Lab(app, Settings())
lab.open(moons())
lab.start_engine()
lab.session_controller.protect()
lab.run_controller.toggle()
copying = QTimer(interval=300, timeout=lab.session_controller.autosaver.save)
copying.start()
copies = []

def tell():
    copies.append(lab.trainer.status.step)
    if len(copies) == 2:
        print("copied twice", flush=True)

lab.session_controller.autosaver.saved.connect(tell)
app.exec()
"""


def killed_while_training():
    """Run a window in a process of its own until it has kept two copies of its work, and kill it."""
    process = subprocess.Popen(
        [sys.executable, "-c", WINDOW], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "copied twice\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        process.stdout.close()


def button(lab, text):
    return next((b for b in lab.window.banner.buttons if b.text() == text and b.isVisible()), None)


def one_step(qtbot, lab):
    step = lab.trainer.status.step
    lab.window.commands["batch"].trigger()
    qtbot.waitUntil(lambda: lab.status.state is State.PAUSED and lab.status.step == step + 1, timeout=SECONDS_30)


def test_killed_while_training_then_recovered_and_continued(qtbot):
    killed_while_training()
    with open_lab(qtbot, settings=Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.session_controller.protect()
        lab.session_controller.asks = False
        qtbot.waitUntil(lambda: button(lab, "Recover") is not None, timeout=SECONDS_30)
        with qtbot.waitSignal(lab.session_controller.autosaver.saved, timeout=SECONDS_30):
            press(qtbot, button(lab, "Recover"))
        wait_for(qtbot, lab, State.PAUSED)
        assert lab.design.value() == moons()
        assert lab.window.isWindowModified()
        step = lab.trainer.status.step
        assert step > 0
        for _ in range(5):
            one_step(qtbot, lab)
        went_on = lab.session_controller.model.snapshot(None, lab.trainer).runs[-1].checkpoints[-1]
        whole = TrainingRun(moons(), lab.store.current.info.dataset)
        whole.measure_start()
        whole.run_until(step + 5)
        assert went_on.step == step + 5
        for name, array in whole.checkpoint().network.items():
            assert (went_on.network[name] == array).all(), "the same as if it had never stopped"
    assert not find_orphans()


def test_what_is_discarded_is_not_offered_again(qtbot):
    killed_while_training()
    with open_lab(qtbot, settings=Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.session_controller.protect()
        qtbot.waitUntil(lambda: button(lab, "Discard") is not None, timeout=SECONDS_30)
        press(qtbot, button(lab, "Discard"))
        qtbot.waitUntil(lambda: not lab.window.banner.message)
        lab.session_controller.asks = False
    assert not find_orphans()


def test_what_is_not_answered_is_offered_again(qtbot):
    killed_while_training()
    for _ in range(2):
        with open_lab(qtbot, settings=Settings()) as lab:
            lab.session_controller.protect()
            qtbot.waitUntil(lambda: button(lab, "Recover") is not None, timeout=SECONDS_30)
            lab.session_controller.asks = False
