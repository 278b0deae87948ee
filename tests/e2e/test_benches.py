"""What students find out on the benches, from a fresh start in the real window, with the clicks counted."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from relulab.introspection.relu_sum import Errors, ReluSum
from relulab.measurements.status import UnitStatus
from relulab.session.file.files import load_session
from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord
from relulab.views.activations import unit_sum
from relulab.views.hand_built import HandBuiltView
from relulab.views.hand_built_run import sum_of
from relulab.views.own_points import drawn_points
from tests.helpers.labs import SECONDS_30, open_lab, press, save_as, wait_for
from tests.helpers.mouse import drag
from ui.platform.settings import Settings
from ui.shell.layouts import WATCH
from ui.widgets.palette import DARK

MOST_CLICKS = 12
SMALL_SCREEN = (1366, 768)


class Student:
    """Clicks on what can be seen, and counts."""

    def __init__(self, qtbot, lab):
        self.qtbot, self.lab, self.clicks = qtbot, lab, 0

    def open_bench(self, key):
        """The menu, the entry."""
        window = self.lab.window
        menu = window.menuBar().actionGeometry(window.menu("bench").menuAction())
        assert window.menuBar().rect().contains(menu), "on the small screen"
        window.commands[key].trigger()
        self.clicks += 2

    def open_preset(self, key):
        """The button, the group, the entry."""
        picker = self.lab.design.presets
        assert self.lab.window.rect().contains(picker.mapTo(self.lab.window, QPoint(0, 0))), "on the small screen"
        groups = [action.menu() for action in picker.menu().actions()]
        next(action for menu in groups for action in menu.actions() if action.data() == key).trigger()
        self.clicks += 3
        self.qtbot.waitUntil(lambda: self.lab.run_controller.built == self.lab.run_controller.design)
        wait_for(self.qtbot, self.lab, State.READY)

    def click_unit(self, layer, unit):
        """Its picture in the Network panel; ``layer`` counts in the layout."""
        canvas = self.lab.network.canvas
        column = next(at for at, one in enumerate(canvas.view.columns) if one.measured == layer)
        centre = canvas.layout_now.places[column].rectangle(unit).centre
        at = QPoint(*(round(side) for side in centre))
        assert self.lab.window.rect().contains(canvas.mapTo(self.lab.window, at)), "on the small screen"
        self.qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
        self.clicks += 1

    def click(self, button):
        window = button.window()
        assert window.rect().contains(button.mapTo(window, QPoint(0, 0)))
        assert window.width() <= SMALL_SCREEN[0]
        assert window.height() <= SMALL_SCREEN[1]
        press(self.qtbot, button)
        self.clicks += 1

    def choose(self, combo, key):
        """The list, the entry."""
        assert combo.isVisible()
        combo.setValue(key)
        combo.edited.emit(key)
        self.clicks += 2


@pytest.fixture
def student(qtbot):
    with open_lab(qtbot, None, Settings(), size=SMALL_SCREEN, layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        yield Student(qtbot, lab)


def test_what_relu_does_to_numbers(student):
    """Experiment 12: a table of inputs and outputs, and any other numbers."""
    student.open_bench("activations")
    bench = student.lab.benches.activations
    assert bench.outputs.texts()[0] == ["ReLU", "0", "0", "0", "3", "6"]
    student.choose(bench.combos[2], "leaky_relu")
    assert bench.outputs.texts()[2] == ["Leaky ReLU", "-0.05", "-0.02", "0", "3", "6"]
    assert student.clicks <= MOST_CLICKS


def test_the_sigmoid_of_a_big_number_is_one(qtbot, student):
    """Experiment 10: sums that are large, units that all say 1, and how few digits are left of 1 - sigmoid."""
    lab = student.lab
    student.open_preset("saturation")
    student.click(lab.control_bar.train_button)
    wait_for(qtbot, lab, State.FINISHED)
    assert lab.trainer.status.test_accuracy < 0.2, "it guesses one of ten"
    qtbot.waitUntil(lambda: lab.polling.drawn() and lab.network.canvas.view.step == 1500, timeout=SECONDS_30)
    status = lab.store.current.latest(ProbeRecord)["unit_status"]
    assert (status[100:200] == UnitStatus.SATURATED).all()
    student.click_unit(1, 4)
    qtbot.waitUntil(lambda: lab.inspector.unit == (1, 4), timeout=SECONDS_30)
    student.open_bench("activations")
    bench = lab.benches.activations
    student.click(bench.unit)
    z = bench.place.value()
    assert z == unit_sum(lab.polling.shown.history, (1, 4)).z
    assert z > 36.74, "beyond what 64 bits can tell from infinity"

    def sigmoid():
        return next(row[1:] for row in bench.at_x.texts() if row[0] == "Sigmoid")

    full, half, slope, left_full, left_half = sigmoid()
    assert (full, half, left_full, left_half) == ("1", "1", "0", "0")
    assert float(slope) < 1e-15
    assert "Sigmoid is exactly 1 from x = 16.64 on in 32 bits, and from 36.74 on in 64." in bench.lessons.text()
    bench.set_x(17.0)  # a drag
    student.clicks += 1
    full, half, _, left_full, left_half = sigmoid()
    assert (half, left_half) == ("1", "0"), "32 bits are at their end here"
    assert full == "0.9999999586006244"
    assert float(left_full) == pytest.approx(4.14e-8, rel=1e-3)
    assert student.clicks <= MOST_CLICKS


def test_relu_twice_is_relu_and_sigmoid_thrice_is_flat(student):
    """Experiment 21: values and slopes at 0 of sigmoid, once, twice, three times."""
    student.open_bench("activations")
    bench = student.lab.benches.activations
    seen = []
    for times in (1, 2, 3):
        student.click(bench.switches.button(times))
        sigmoid = bench.at_x.texts()[1]
        seen.append((round(float(sigmoid[1]), 4), round(float(sigmoid[3]), 4)))
    assert seen == [(0.5, 0.25), (0.6225, 0.0588), (0.6508, 0.0134)]
    assert "ReLU: f(f(f(x))) is f(x), everywhere in the picture." in bench.lessons.text()
    assert student.clicks <= MOST_CLICKS


def test_how_cheap_relu_is(qtbot, student):
    """Experiment 24: measured here and now, forward and backward."""
    student.open_bench("activations")
    bench = student.lab.benches.activations
    student.choose(bench.combos[2], "tanh")
    student.choose(bench.combos[3], "elu")
    student.click(bench.cost.measure)
    qtbot.waitUntil(bench.cost.measure.isEnabled, timeout=SECONDS_30)
    costs = {name: (float(there), float(back)) for name, there, back in bench.cost.table.texts()}
    assert set(costs) == {"ReLU", "Sigmoid", "Tanh", "ELU"}
    assert all(min(cost) > 0 for cost in costs.values())
    assert costs["ReLU"][0] < costs["ELU"][0], "an exponential takes longer than a comparison"
    assert student.clicks <= MOST_CLICKS


def test_a_sine_is_built_of_relus_by_hand(qtbot, student):
    """Experiment 25: equal pieces, one kink dragged, and the best that as many pieces can do."""
    student.open_bench("hand-built")
    bench = student.lab.benches.hand_built

    def greatest(line):
        return float(next(row[2] for row in bench.errors.texts() if row[0] == line))

    student.click(bench.equal)
    assert greatest("your ReLUs") == pytest.approx(0.21, abs=0.005)
    qtbot.waitUntil(lambda: "–" not in bench.errors.texts()[2], timeout=SECONDS_30)
    assert greatest("best pieces") == pytest.approx(0.12, abs=0.005)
    unit = bench.built.units[1]
    drag(bench.units_plot.axes, (unit.kink, 0.0), (unit.kink + 0.3, 0.0))
    student.clicks += 1
    assert greatest("your ReLUs") > 0.22
    student.choose(bench.count, "16")
    student.click(bench.best)
    qtbot.waitUntil(lambda: greatest("your ReLUs") < 0.008, timeout=SECONDS_30)
    assert student.clicks <= MOST_CLICKS


def test_what_was_built_goes_on_learning_and_comes_back(qtbot, student):
    """Experiment 25: exactly the weights that were built, then trained, then by hand again."""
    student.open_bench("hand-built")
    bench, lab = student.lab.benches.hand_built, student.lab
    student.choose(bench.count, "8")
    student.click(bench.equal)
    built, target = bench.built, bench.target
    before = HandBuiltView(target, built, None).values
    student.click(bench.learn)
    qtbot.waitUntil(lambda: lab.run_controller.design.model.layers[0].initialization.name == "given")
    wait_for(qtbot, lab, State.READY)
    qtbot.waitUntil(lambda: isinstance(sum_of(lab.polling.shown.history), ReluSum), timeout=SECONDS_30)
    begins = sum_of(lab.polling.shown.history)
    assert isinstance(begins, ReluSum)
    np.testing.assert_allclose(begins.at(target.x), before, atol=1e-5)
    student.click(lab.control_bar.train_button)
    wait_for(qtbot, lab, State.FINISHED)
    student.open_bench("hand-built")
    student.click(bench.back)
    assert len(bench.built.units) == 8
    trained = Errors.of(bench.built.at(target.x), target.curve)
    assert trained.mean_square < 0.5 * Errors.of(before, target.curve).mean_square
    assert student.clicks <= MOST_CLICKS


def test_own_points_are_drawn_learned_and_saved_with_the_session(qtbot, student, tmp_path):
    """Points of two classes by hand, a network that tells them apart, and the file that has both."""
    student.open_bench("own-points")
    sheet, lab = student.lab.benches.own_points, student.lab
    for kind, y in ((0, 0.8), (1, -0.8)):
        student.click(sheet.tools.button(kind))
        for away in (-0.2, 0.0, 0.2):
            drag(sheet.plot.axes, (-1.0, y + away), (1.0, y + away))
        student.clicks += 1  # one long stroke by hand
    points = sheet.drawn
    student.click(sheet.use)
    qtbot.waitUntil(lambda: lab.run_controller.design.data.dataset.name == "own_points")
    wait_for(qtbot, lab, State.READY)
    student.click(lab.control_bar.train_button)
    wait_for(qtbot, lab, State.FINISHED)
    qtbot.waitUntil(lambda: lab.trainer.status.test_accuracy == 1.0, timeout=SECONDS_30)
    assert student.clicks <= MOST_CLICKS
    path = tmp_path / "mine.relulab"
    save_as(qtbot, lab, path)
    (run,) = load_session(path).runs
    data, kept = drawn_points(run.spec)
    assert data == "own_points"
    assert np.array_equal(kept, points)


def test_x_can_be_the_sum_of_a_real_unit(qtbot, student):
    """The unit that is inspected hands its sum to the explorer; the themes of the lab reach its windows."""
    lab = student.lab
    qtbot.waitUntil(lambda: unit_sum(lab.polling.shown.history, (0, 1)) is not None, timeout=SECONDS_30)
    lab.inspector_controller.show_unit(0, 1)
    student.open_bench("activations")
    bench = lab.benches.activations
    student.click(bench.unit)
    assert bench.place.value() == unit_sum(lab.polling.shown.history, (0, 1)).z
    assert "unit 2: its sum for sample 1 of the validation set" in bench.whose.text()
    lab.theme.choose("dark")
    assert bench.value_plot.curves.strokes[0].colour == DARK.lines[0]
    lab.theme.choose("light")
