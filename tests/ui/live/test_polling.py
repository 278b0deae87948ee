"""The bridge pulls: visible panels draw what is new, at their own pace, and nothing else happens."""

import sys
import threading
from dataclasses import replace
from time import perf_counter

import pytest
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from relulab.session.store import SessionStore
from relulab.training.state import State, Status
from relulab.training.telemetry import ChangeRecord, Glance, ProbeRecord, StepRecord
from tests.helpers.histories import probe_record, started, step_record
from tests.helpers.labs import SECONDS_30
from ui.live import polling as bridge_module
from ui.live.polling import Polling


class RecordingPanel(QWidget):
    """Notes when it drew which revision of which history."""

    drawn_from: tuple[type, ...] = ()
    glances = True
    interval = 0.1

    def __init__(self):
        super().__init__()
        self.drawn = []
        self.times = []

    def show_history(self, history):
        self.drawn.append((history, history.revision if history else None))
        self.times.append(perf_counter())


class Source:
    """Where a trainer's status would come from."""

    def __init__(self):
        self.status = Status()


@pytest.fixture
def store():
    return SessionStore()


@pytest.fixture
def polling(qtbot, store):
    polling = Polling(store)
    yield polling
    polling.stop()


def shown(qtbot, polling, count=1):
    panels = [RecordingPanel() for _ in range(count)]
    for panel in panels:
        qtbot.addWidget(panel)
        panel.resize(100, 100)
        panel.show()
        qtbot.waitExposed(panel)
        polling.add_panel(panel)
    return panels


def ticks(qtbot, polling, count):
    """Wait for ``count`` polls."""
    for _ in range(count):
        with qtbot.waitSignal(polling._timer.timeout, timeout=SECONDS_30):
            pass


def test_a_panel_draws_the_newest_state(qtbot, store, polling):
    (panel,) = shown(qtbot, polling)
    store.append(started())
    store.append(step_record(0))
    polling.start(Source())
    qtbot.waitUntil(lambda: bool(panel.drawn) and panel.drawn[-1] == (store.current, store.current.revision))
    store.append(step_record(1))
    qtbot.waitUntil(lambda: panel.drawn[-1][1] == store.current.revision)
    store.append(started())
    qtbot.waitUntil(lambda: panel.drawn[-1][0] is store.runs[1])


def test_nothing_is_drawn_while_nothing_is_new(qtbot, store, polling):
    (panel,) = shown(qtbot, polling)
    store.append(started())
    polling.start(Source())
    qtbot.waitUntil(lambda: len(panel.drawn) == 1)
    ticks(qtbot, polling, 10)
    assert len(panel.drawn) == 1


def test_news_of_a_run_that_is_drawn_together_with_the_shown_one_are_drawn(qtbot, store, polling):
    (panel,) = shown(qtbot, polling)
    for _ in range(2):
        store.append(started())
        store.append(step_record(0))
        store.append(step_record(1))
    first, second = store.runs
    polling.start(Source())
    qtbot.waitUntil(lambda: bool(panel.drawn))
    polling.shown.show_run(first)
    qtbot.waitUntil(lambda: bool(panel.drawn) and panel.drawn[-1][0] is first)
    count = len(panel.drawn)
    second.append(step_record(2))
    ticks(qtbot, polling, 5)
    assert len(panel.drawn) == count, "it is nothing to a panel that shows another run"
    polling.draw_with((first, second))
    qtbot.waitUntil(lambda: len(panel.drawn) == count + 1)
    second.append(step_record(3))
    qtbot.waitUntil(lambda: len(panel.drawn) == count + 2)
    assert panel.drawn[-1][0] is first
    assert polling.drawn()


def test_training_takes_the_stage(qtbot, store, polling):
    for _ in range(2):
        store.append(started())
        store.append(step_record(0))
        store.append(step_record(1))
    polling.start(Source())
    ticks(qtbot, polling, 1)
    for state, live in ((State.PAUSED, False), (State.FINISHED, False), (State.RUNNING, True)):
        polling.shown.show_run(store.runs[0])
        with qtbot.waitSignal(polling.stateChanged):
            polling.report_state(Status(state=state))
        assert polling.shown.live is live


def test_a_panel_behind_another_tab_does_not_draw_until_it_is_seen(qtbot, store, polling):
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    front, back = RecordingPanel(), RecordingPanel()
    tabs.addTab(front, "front")
    tabs.addTab(back, "back")
    tabs.show()
    qtbot.waitExposed(tabs)
    polling.add_panel(front)
    polling.add_panel(back)
    seen = []
    polling.panelVisible.connect(lambda panel, visible: seen.append((panel, visible)))
    store.append(started())
    polling.start(Source())
    qtbot.waitUntil(lambda: len(front.drawn) == 1)
    ticks(qtbot, polling, 3)
    assert not back.drawn
    tabs.setCurrentWidget(back)
    qtbot.waitUntil(lambda: len(back.drawn) == 1)
    assert seen == [(front, True), (back, False), (front, False), (back, True)]
    tabs.setCurrentWidget(front)  # comes back without news: nothing to draw
    ticks(qtbot, polling, 3)
    assert len(front.drawn) == 1


def test_a_panel_that_was_never_seen_is_told_too(qtbot, store, polling):
    panel = RecordingPanel()
    qtbot.addWidget(panel)
    polling.add_panel(panel)
    with qtbot.waitSignal(polling.panelVisible) as told:
        polling.start(Source())
    assert told.args == [panel, False]


def test_drawing_is_spread_and_each_panel_rests(qtbot, store, polling, monkeypatch):
    monkeypatch.setattr(bridge_module, "LONGEST_REST", 0.0)  # whatever a drawing costs on this machine
    panels = shown(qtbot, polling, 5)
    store.append(started())
    polling.start(Source())
    for step in range(30):
        store.append(step_record(step))
        before = [len(panel.drawn) for panel in panels]
        ticks(qtbot, polling, 1)
        drew = sum(len(panel.drawn) - n for panel, n in zip(panels, before, strict=True))
        assert drew <= bridge_module.PANELS_PER_TICK
    counts = [len(panel.drawn) for panel in panels]
    assert min(counts) >= 3
    assert max(counts) - min(counts) <= 2, f"no panel starves: {counts}"
    for panel in panels:
        gaps = [b - a for a, b in zip(panel.times, panel.times[1:], strict=False)]
        assert min(gaps) >= 0.99 * RecordingPanel.interval


def test_while_a_network_trains_one_panel_is_drawn_in_a_tick(qtbot, store, polling):
    panels, source = shown(qtbot, polling, 4), Source()
    source.status = Status(state=State.RUNNING)
    store.append(started())
    polling.start(source)
    for tick in range(12):
        store.append(step_record(tick))
        before = sum(len(panel.drawn) for panel in panels)
        ticks(qtbot, polling, 1)
        assert sum(len(panel.drawn) for panel in panels) - before <= 1
    assert all(panel.drawn for panel in panels), "each in its turn"


def test_a_panel_is_drawn_for_what_it_draws_and_seldom_for_the_rest(qtbot, store, polling, monkeypatch):
    monkeypatch.setattr(bridge_module, "LATEST", 1e9)
    losses, units, both, everything = shown(qtbot, polling, 4)
    losses.drawn_from, units.drawn_from, both.drawn_from = (StepRecord,), (ProbeRecord,), (StepRecord, ProbeRecord)
    units.glances = False
    panels = (losses, units, both, everything)

    def drawn_after(record):
        """Which of the panels are drawn because of ``record``."""
        qtbot.waitUntil(polling.drawn)
        before = [len(panel.drawn) for panel in panels]
        store.append(record)
        qtbot.waitUntil(polling.drawn)
        ticks(qtbot, polling, 8)
        return [len(panel.drawn) - count for panel, count in zip(panels, before, strict=True)]

    store.append(started())
    polling.start(Source())
    qtbot.waitUntil(lambda: all(panel.drawn for panel in panels))
    assert drawn_after(step_record(1)) == [1, 0, 1, 1]
    assert drawn_after(probe_record(2)) == [0, 1, 1, 1]
    assert drawn_after(Glance(probe_record(3), 5)) == [0, 0, 1, 1]
    assert drawn_after(ChangeRecord(3, "rate", "0.1", "0.2")) == [1, 1, 1, 1], "what comes seldom is everybody's"
    monkeypatch.setattr(bridge_module, "LATEST", 0.0)
    assert drawn_after(probe_record(5))[1] == 1
    store.append(step_record(6))  # nothing of its own is new, but what it shows grows old
    qtbot.waitUntil(lambda: units.drawn[-1][1] == store.current.revision)


def test_a_panel_that_cannot_draw_is_told_once_and_stops_nobody(qtbot, store, polling, caplog):
    good, bad = shown(qtbot, polling, 2)
    bad.show_history = lambda history: 1 / 0
    failed = []
    polling.panelFailed.connect(failed.append)
    store.append(started())
    polling.start(Source())
    for step in range(3):
        store.append(step_record(step))
        qtbot.waitUntil(lambda: bool(good.drawn) and good.drawn[-1][1] == store.current.revision)
        ticks(qtbot, polling, 5)
    assert failed == [bad]
    assert caplog.text.count("cannot draw") == 1


def test_states_arrive_in_the_windows_thread_in_order(qtbot, store, polling):
    class Listener(QObject):
        def __init__(self):
            super().__init__()
            self.heard = []

        @Slot(object)
        def hear(self, status):
            self.heard.append((status.state, QThread.isMainThread()))

    listener = Listener()
    polling.stateChanged.connect(listener.hear, Qt.ConnectionType.DirectConnection)  # in the thread that emits
    states = [State.PREPARING, State.READY, State.RUNNING, State.FINISHED]

    def work():
        for state in states:
            polling.report_state(Status(state=state))

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(listener.heard) == len(states))
    assert listener.heard == [(state, True) for state in states]


def test_numbers_are_told_when_they_change_and_not_too_often(qtbot, store, polling):
    source = Source()
    heard = []
    polling.statusPolled.connect(lambda status: heard.append((status.step, perf_counter())))
    polling.start(source)
    began = perf_counter()
    step = 0
    while perf_counter() - began < 0.6:
        step += 1
        source.status = replace(source.status, step=step)
        ticks(qtbot, polling, 1)
    qtbot.waitUntil(lambda: heard[-1][0] == step)
    assert len(heard) <= 0.6 / bridge_module.STATUS_INTERVAL + 3
    told = len(heard)
    ticks(qtbot, polling, 8)
    assert len(heard) == told


def test_drawn_means_every_visible_panel(qtbot, store, polling):
    assert not polling.drawn()
    (panel,) = shown(qtbot, polling)
    store.append(started())
    assert not polling.drawn()
    polling.start(Source())
    qtbot.waitUntil(polling.drawn)
    store.append(step_record(0))
    assert not polling.drawn()
    panel.hide()
    assert not polling.drawn()


def test_signals_lose_no_references(qapp):
    """PYSIDE-3474: PySide6 6.12.0 loses a reference to None or True at every emit and dies after some hundred."""

    class Emitter(QObject):
        sent = Signal(object, bool)

        @Slot(object, bool)
        def hear(self, nothing, flag):
            pass

    emitter = Emitter()
    emitter.sent.connect(emitter.hear)
    before = [sys.getrefcount(thing) for thing in (None, True, False)]
    for _ in range(10_000):
        emitter.sent.emit(None, True)
        emitter.sent.emit(None, False)
    after = [sys.getrefcount(thing) for thing in (None, True, False)]
    assert all(abs(b - a) < 1_000 for a, b in zip(before, after, strict=True)), (before, after)


def test_a_chosen_moment_is_drawn_until_a_new_run_begins(qtbot, store, polling):
    (panel,) = shown(qtbot, polling)
    store.append(started())
    for step in range(3):
        store.append(step_record(step))
    polling.start(Source())
    qtbot.waitUntil(lambda: bool(panel.drawn) and panel.drawn[-1][0] is store.current)
    polling.shown.show_moment(store.current, 1)
    qtbot.waitUntil(lambda: panel.drawn[-1][0] is polling.shown.history)
    assert polling.drawn()
    assert panel.drawn[-1][0] is not store.current
    store.append(started())
    qtbot.waitUntil(lambda: panel.drawn[-1][0] is store.current)
    assert polling.shown.live


def resting(qtbot, store, polling):
    """A panel in a window where nothing happens any more."""
    (panel,) = shown(qtbot, polling)
    store.append(started())
    polling.start(Source())
    for _ in range(2):  # what a late painting has woken rests again
        qtbot.waitUntil(lambda: polling._timer.interval() == bridge_module.RESTING_MS)
        qtbot.wait(1)
    return panel


def test_where_nothing_happens_it_looks_seldom_and_draws_nothing(qtbot, store, polling):
    panel = resting(qtbot, store, polling)
    drawn = len(panel.drawn)
    ticks(qtbot, polling, 2)
    qtbot.waitUntil(lambda: polling._timer.interval() == bridge_module.RESTING_MS)
    assert len(panel.drawn) == drawn


def test_a_record_from_another_thread_wakes_it_and_is_drawn(qtbot, store, polling):
    panel = resting(qtbot, store, polling)
    told = []
    polling.restChanged.connect(told.append)
    thread = threading.Thread(target=store.append, args=(step_record(0),))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: panel.drawn[-1] == (store.current, store.current.revision))
    assert told[0] is False
    with qtbot.waitSignal(polling.restChanged, check_params_cb=lambda rests: rests, timeout=SECONDS_30):
        pass  # and it rests again


@pytest.mark.parametrize("happens", ["state", "choice", "run", "of a run that goes on", "in view"])
def test_whatever_can_change_something_wakes_it(qtbot, store, polling, happens):
    panel = resting(qtbot, store, polling)
    if happens == "of a run that goes on":
        record = store.recorder(lambda info: store.current)
        record(started())
        polling.wake()
        with qtbot.waitSignal(polling.restChanged, check_params_cb=lambda rests: rests, timeout=SECONDS_30):
            pass
    with qtbot.waitSignal(polling.restChanged, check_params_cb=lambda rests: not rests, timeout=SECONDS_30):
        {
            "state": lambda: polling.report_state(Status(state=State.PAUSED)),
            "choice": lambda: polling.draw_with(store.runs),
            "run": lambda: store.append(started()),
            "of a run that goes on": lambda: record(step_record(0)),
            "in view": panel.repaint,
        }[happens]()


@pytest.mark.parametrize("state", [State.RUNNING, State.PREPARING])
def test_it_does_not_rest_while_something_is_worked_on(qtbot, store, polling, state):
    (panel,) = shown(qtbot, polling)
    store.append(started())
    source = Source()
    source.status = Status(state=state)
    polling.start(source)
    qtbot.waitUntil(lambda: bool(panel.drawn))
    rested = []
    polling.restChanged.connect(rested.append)
    ticks(qtbot, polling, bridge_module.IDLE_TICKS + 5)
    assert rested == []
    source.status = Status(state=State.PAUSED)
    qtbot.waitUntil(lambda: rested == [True])
