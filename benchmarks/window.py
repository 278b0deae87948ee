"""The real window with all panels live: what it costs the training, and how smooth it stays."""

from __future__ import annotations

import os
import statistics
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time, thread_time
from typing import TYPE_CHECKING, Protocol

from benchmarks.cores import ThreadClock
from benchmarks.result import Result, interleaved, rate

if TYPE_CHECKING:
    from relulab.training.trainer import Trainer
    from ui.plots.network.canvas import NetworkCanvas

SIZE = (1440, 900)
TIMER_MS = 10
FOREVER = 10**9
SEGMENT = 4.0  # seconds of one repeat
REPEATS = 5
CANVAS_PAIRS = 9
INSPECTED_SECONDS = 20.0
STROKES = 60
STROKE_PAUSE = 0.03  # seconds between two pieces of a stroke
INSTRUMENTS_PERCENT = 3.0


class LiveWindow:
    """The application as a user sees it: one window, every live panel visible and drawing."""

    def __init__(self, spec: object, data_root: Path | None = None) -> None:
        from PySide6.QtWidgets import QApplication

        from relulab.experiment import ExperimentSpec
        from relulab.training.state import State
        from ui.app import Lab
        from ui.platform.settings import Settings
        from ui.startup.application import create_application
        from ui.startup.main import EngineIsThere

        assert isinstance(spec, ExperimentSpec)
        existing = QApplication.instance()
        self._app = existing if isinstance(existing, QApplication) else create_application()
        self._ready = State.READY
        self.lab = Lab(self._app, Settings(data_root=str(data_root or "")))
        EngineIsThere(self.lab)
        self.lab.window.resize(*SIZE)
        self.lab.open(spec)
        self.lab.window.resize(*SIZE)
        self._show_all_panels()
        self.lab.start_engine()
        self.until(lambda: self.lab.status.state is State.READY)

    def until(self, condition: Callable[[], bool], seconds: float = 120.0) -> None:
        """Process events until ``condition`` holds."""
        deadline = perf_counter() + seconds
        while not condition():
            self.spin(0.01)
            if perf_counter() > deadline:
                raise TimeoutError(f"still {self.lab.status} after {seconds} s")

    def spin(self, seconds: float) -> None:
        """Run Qt's own event loop, which sleeps while there is nothing to do."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def open(self, path: Path) -> None:
        """Open a session, as from the menu, until its last run is shown by all panels and can go on."""
        from relulab.training.state import State

        opened: list[object] = []
        self.lab.session_controller.file.opened.connect(lambda *what: opened.append(what))
        self.lab.documents.open(str(path))
        self.until(lambda: bool(opened) and self.lab.status.state is State.PAUSED and self.lab.polling.drawn())

    @property
    def trainer_thread(self) -> int:
        """The system's number of the thread that trains."""
        return next(thread.native_id or 0 for thread in threading.enumerate() if thread.name == "trainer")

    def start_training(self) -> Trainer:
        """Train, and return when the first second is over."""
        from relulab.training.state import State

        trainer = self.lab.trainer
        assert trainer is not None
        trainer.train()
        self.until(lambda: trainer.status.state is State.RUNNING)
        self.spin(1.0)
        return trainer

    def rate(self, seconds: float, clock: Clock | None = None) -> float:
        """Steps per second while training live; paused before and after. ``clock`` measures meanwhile."""
        from relulab.training.state import State

        trainer = self.lab.trainer
        assert trainer is not None
        trainer.train()
        self.until(lambda: trainer.status.state is State.RUNNING)
        self.spin(0.5)
        if clock is not None:
            clock.start()
        began, first = perf_counter(), trainer.status.step
        self.spin(seconds)
        steps, elapsed = trainer.status.step - first, perf_counter() - began
        if clock is not None:
            clock.stop(steps)
        trainer.pause()
        self.until(lambda: trainer.status.state is State.PAUSED)
        self.spin(0.2)
        return steps / elapsed

    def lateness(self, seconds: float) -> list[float]:
        """How late each tick of a 10 ms timer came while training live, in ms."""
        from relulab.training.state import State

        trainer = self.start_training()
        ticker = Ticker()
        self.spin(seconds)
        late = ticker.stop()
        trainer.pause()
        self.until(lambda: trainer.status.state is State.PAUSED)
        return late

    def instrument_share(self, seconds: float, unit: tuple[int, int]) -> float:
        """The share of the training time that measuring takes with the inspector open on a unit (0 to 1)."""
        from relulab.training.state import State

        self.lab.inspector_controller.show_unit(*unit)
        self.until(lambda: not self.lab.inspector.visibleRegion().isEmpty())
        trainer = self.start_training()
        before = trainer.status
        self.spin(seconds)
        after = trainer.status
        trainer.pause()
        self.until(lambda: trainer.status.state is State.PAUSED)
        measuring = after.instrument_share * after.seconds - before.instrument_share * before.seconds
        run = self.lab.store.current
        looked = None if run is None else run.unit_details
        if looked is None or looked.step <= before.step:
            raise RuntimeError("nobody looked at the unit while the network trained")
        return measuring / (after.seconds - before.seconds)

    def close(self) -> None:
        self.lab.window.close()
        self.lab.deleteLater()
        self._app.processEvents()

    def _show_all_panels(self) -> None:
        """All of them beside each other, but for those behind the design and the output."""
        from ui.shell.layouts import ALL

        self.lab.window.arrange(ALL)
        self.spin(0.2)
        behind = (self.lab.inspector, self.lab.run_list, self.lab.network, self.lab.one_input, self.lab.compare)
        live = {name: panel for name, panel in self.lab.panels.items() if panel not in behind}
        hidden = [name for name, panel in live.items() if panel.visibleRegion().isEmpty()]
        if hidden:
            raise RuntimeError(f"not all panels are visible: {', '.join(hidden)}")


class Clock(Protocol):
    """Measures something while the network trains."""

    def start(self) -> None: ...
    def stop(self, steps: int) -> None: ...


class CanvasClock:
    """The share of a core that the window's thread takes, and how often the canvas is painted in a second."""

    def __init__(self, canvas: NetworkCanvas) -> None:
        self._canvas = canvas
        self._begun = (0.0, 0.0, 0)
        self.shares: list[float] = []
        self.pictures: list[float] = []

    def start(self) -> None:
        self._begun = perf_counter(), thread_time(), self._canvas.repaints

    def stop(self, _steps: int) -> None:
        began, used, painted = self._begun
        elapsed = perf_counter() - began
        self.shares.append((thread_time() - used) / elapsed)
        self.pictures.append((self._canvas.repaints - painted) / elapsed)


class Ticker:
    """A timer of the window's event loop; says how late its ticks came."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._late: list[float] = []
        self._last = perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TIMER_MS)

    def stop(self) -> list[float]:
        """The lateness of every tick so far, in ms, with that of the one that is due."""
        self._tick()
        self._timer.stop()
        return self._late

    def _tick(self) -> None:
        now = perf_counter()
        self._late.append(max(0.0, (now - self._last) * 1000 - TIMER_MS))
        self._last = now


def live_ratio(
    name: str, preset: str, data_root: Path | None, well_written: bool = False, target: float = 0.90
) -> Iterator[Result]:
    """Throughput with the window over the bare loop, or a well-written one; for the MLP the lateness of a timer too."""
    from benchmarks.engine import mnist
    from benchmarks.loops import bare_loop, good_loop, mnist_spec

    dataset = mnist()
    assert dataset is not None
    spec = mnist_spec(preset, batch_size=128, epochs=None, steps=FOREVER)
    window = LiveWindow(spec, data_root)
    bare = (good_loop if well_written else bare_loop)(spec, dataset)
    clocks = [ThreadClock(thread) for thread in (window.trainer_thread, threading.get_native_id())]

    def bare_rate() -> float:
        clocks[1].start()
        found = rate(bare, SEGMENT)
        clocks[1].stop(round(found * SEGMENT))
        return found

    try:
        live, plain = interleaved(lambda: window.rate(SEGMENT, clocks[0]), bare_rate, REPEATS)
        kind = "well-written" if well_written else "bare"
        against = f"{kind} PyTorch loop, {plain:,.0f} steps/s ({clocks[1].words}); live {live:,.0f} ({clocks[0].words})"
        yield Result(name, live / plain, "x", target, True, against)
        if name == "live_ratio_mlp":
            late = sorted(window.lateness(20.0))
            against = f"10 ms timer, {len(late):,} ticks, MNIST MLP training live"
            yield Result("event_loop_lateness_p99_ms", late[int(0.99 * len(late))], "ms", 5.0, False, against)
            yield Result("event_loop_lateness_max_ms", late[-1], "ms", 33.0, False, against)
            share = 100 * window.instrument_share(INSPECTED_SECONDS, (0, 5))
            against = "of the training time, MNIST MLP live, the inspector open on one unit"
            yield Result("inspector_share", share, "%", INSTRUMENTS_PERCENT, False, against)
    finally:
        window.close()


def canvas_costs() -> Iterator[Result]:
    """What the picture of the network costs: training with it in view over without it, and the window's processor."""
    from relulab.experiment import ExperimentSpec

    layers = [{"kind": "dense", "parameters": {"units": 64}} for _ in range(2)]
    training = {"steps": FOREVER, "batch_size": 32, "optimizer": "adam", "learning_rate": 0.001}
    spec = ExperimentSpec.parse({"data": {"dataset": "moons"}, "model": {"layers": layers}, "training": training})
    window = LiveWindow(spec)
    try:
        window.lab.window.arrange("watch")
        window.lab.window.dock("one_input").hide()  # it would come to the front in place of the canvas
        window.spin(0.5)
        dock, canvas = window.lab.window.dock("network"), window.lab.network.canvas
        clocks = {shown: CanvasClock(canvas) for shown in (True, False)}

        def live(shown: bool) -> float:
            dock.setVisible(shown)
            window.spin(0.3)
            return window.rate(SEGMENT, clocks[shown])

        ratios = [live(True) / live(False) for _ in range(CANVAS_PAIRS)]
    finally:
        window.close()
    against = f"2-64-64-2, canvas in view against hidden, median of {CANVAS_PAIRS} pairs"
    yield Result("live_cost_canvas", statistics.median(ratios), "x", 0.95, True, against)
    share = 100 * (statistics.median(clocks[True].shares) - statistics.median(clocks[False].shares))
    if not (pictures := statistics.median(clocks[True].pictures)):
        raise RuntimeError("The canvas in view was not drawn: the rows would measure nothing.")
    words = f"of a core in the window's thread more than hidden, {pictures:.1f} pictures a second"
    yield Result("canvas_cpu_share", share, "%", 5.0, False, words)


def stroke_to_maps() -> Iterator[Result]:
    """Each piece of a stroke until its maps are painted: what the user waits for, and the processor time of it all."""
    from relulab.experiment.presets import load_preset

    window = LiveWindow(load_preset("mnist-small-cnn"))
    try:
        window.lab.window.arrange("watch")
        window.lab.window.bring_to_front("one_input")
        window.until(lambda: window.lab.one_input.look is not None)
        window.spin(1.0)
        seconds, computing = zip(*(_stroke(window, piece) for piece in range(STROKES)), strict=True)
    finally:
        window.close()
    used = 1000 * statistics.median(computing)
    against = f"mnist-small-cnn at rest, median of {STROKES}; {used:.0f} ms of processor time"
    yield Result("stroke_to_maps_ms", 1000 * statistics.median(seconds), "ms", 50.0, False, against)


def _stroke(window: LiveWindow, piece: int) -> tuple[float, float]:
    """Seconds from a movement of the mouse to the picture that shows what it drew, and of the processor meanwhile."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    panel, loop = window.lab.one_input, QEventLoop()
    paper, picture, before = panel.source.pad.paper, panel.forward.walk.picture, panel.look

    class Painted(QObject):
        """Ends the loop when the picture of a new look has been painted."""

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it
            if event.type() is QEvent.Type.Paint and panel.look is not before:
                QTimer.singleShot(0, loop.quit)
            return False

    painted, left = Painted(), Qt.MouseButton.LeftButton
    picture.installEventFilter(painted)
    window.spin(STROKE_PAUSE)
    at = QPointF(40.0 + piece % 80, 30.0 + 2 * (piece % 55))
    event = QMouseEvent(QEvent.Type.MouseMove, at, paper.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier)
    began, used = perf_counter(), process_time()
    QApplication.sendEvent(paper, event)
    loop.exec()
    took = perf_counter() - began, process_time() - used
    picture.removeEventFilter(painted)
    return took


def toy_epochs_per_s_live() -> Result:
    from benchmarks.engine import toy_spec

    window = LiveWindow(toy_spec())
    try:
        epochs = statistics.median(window.rate(SEGMENT) for _ in range(REPEATS)) / 25
    finally:
        window.close()
    return Result("toy_epochs_per_s_live", epochs, "epochs/s", 60.0, True, "2-8-8-1, 250 points, batch 10, all panels")


def choose_platform() -> None:
    """The display there is, or offscreen."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform != "linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def measure() -> Iterator[Result]:
    """All benchmarks of the window."""
    choose_platform()
    import torch

    from benchmarks.engine import SHARED_DATA, mnist
    from relulab.training.trainer import default_threads

    torch.set_num_threads(default_threads())
    yield toy_epochs_per_s_live()
    yield from canvas_costs()
    yield from stroke_to_maps()
    if mnist() is None:
        print("MNIST is not on this machine: the MNIST benchmarks are left out.", file=sys.stderr)
        return
    root = SHARED_DATA if SHARED_DATA.is_dir() else None
    yield from live_ratio("live_ratio_mlp", "mnist-mlp", root)
    yield from live_ratio("live_ratio_cnn", "mnist-cnn", root)
    yield from live_ratio("live_ratio_cnn_channels_last", "mnist-cnn", root, True, 0.85)
