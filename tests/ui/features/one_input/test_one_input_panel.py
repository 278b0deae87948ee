"""One input in the real window: chosen, drawn and typed; while it trains, looked back at, in another run."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetrics

from relulab.experiment import ExperimentSpec
from relulab.session.looking_back import steps_with_weights
from relulab.training.state import State
from relulab.views.network.columns import network_columns
from relulab.views.one_input.path import path_of
from relulab.views.output import ClassesOutput, PlaneOutput
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, stroke, train, train_some, wait_for
from tests.helpers.small_runs import experiment
from ui.platform.settings import Settings
from ui.shell.layouts import WATCH

DIGITS = experiment("digits", {"kind": "conv2d", "parameters": {"channels": 3}}, "flatten", 5, size=200, steps=30)


def open_panel(qtbot, lab):
    """In the front, with the first input followed."""
    wait_for(qtbot, lab, State.READY)
    lab.window.bring_to_front("one_input")
    qtbot.waitUntil(lambda: lab.one_input.look is not None and not lab.one_input.is_empty, timeout=SECONDS_30)
    return lab.one_input


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings(), layout=WATCH, size=(1366, 768)) as lab:
        yield lab


@pytest.fixture
def panel(qtbot, lab):
    return open_panel(qtbot, lab)


@pytest.fixture
def images(qtbot):
    with open_lab(qtbot, DIGITS, Settings(), layout=WATCH, size=(1366, 768)) as lab:
        yield open_panel(qtbot, lab)


def looks_at(qtbot, panel, inputs):
    qtbot.waitUntil(lambda: np.allclose(panel.look.question.inputs, inputs, atol=1e-5), timeout=SECONDS_30)


def is_paper(values):
    """Without ink, but for what scaling there and back leaves."""
    return bool((np.abs(values) < 1e-4).all())


def is_column(image):
    """Ink from top to bottom in the middle, and nowhere else."""
    return is_paper(image[:, [0, 1, 6, 7]]) and bool((image[1:7, [3, 4]] > 3).all())


def test_samples_are_walked_through(qtbot, lab, panel):
    split = lab.polling.shown.history.info.dataset.validation
    looks_at(qtbot, panel, split.inputs[0])
    press(qtbot, panel.source.after)
    looks_at(qtbot, panel, split.inputs[1])
    panel.source.sample.setValue(7)
    looks_at(qtbot, panel, split.inputs[6])
    assert "It says" in panel.answer.text()
    press(qtbot, panel.source.before)
    looks_at(qtbot, panel, split.inputs[5])
    assert panel.source.sample.maximum() == len(split)


def test_forward_goes_layer_by_layer(qtbot, panel):
    page = panel.forward
    assert page.walk.picture.revealed == range(3), "at first everything is to be seen"
    press(qtbot, page.walk.steps.back)
    assert page.walk.picture.revealed == range(2)
    assert page.walk.steps.name.text() == "1 Dense · ReLU"
    assert page.walk.lines.text().count("ReLU(") == 2 * 6
    press(qtbot, page.walk.steps.back)
    assert page.walk.lines.text().startswith("x₁ = ")
    assert not page.walk.steps.back.isEnabled()
    press(qtbot, page.walk.steps.ahead)
    assert page.walk.picture.current == 1


def test_play_goes_through_all_steps_and_stops(qtbot, panel):
    steps = panel.forward.walk.steps
    steps._timer.setInterval(10)
    press(qtbot, steps.play)
    qtbot.waitUntil(lambda: not steps.play.isChecked(), timeout=SECONDS_30)
    assert steps.step == 2
    assert not steps._timer.isActive()


def test_hiding_the_units_that_are_off_changes_exactly_nothing(qtbot, panel):
    page = panel.forward
    assert not page.walk.verdict.isVisible()
    press(qtbot, page.hide_off)
    off = panel.look.cut
    assert off == int((panel.look.way.pre_activations[0] <= 0).sum()) > 0
    words = "1 value" if off == 1 else f"{off} values"
    assert (
        page.walk.verdict.text() == f"Computed again without the {words} switched off: the outputs change by exactly 0."
    )
    hidden = [unit for unit in range(6) if page.walk.picture._is_hidden(1, unit)]
    assert len(hidden) == off


def test_a_point_of_the_plane_is_chosen(qtbot, lab, panel):
    data = lab.polling.shown.history.info.dataset
    panel.source.numbers.fields[0].setValue(0.5)
    own = np.array([0.5, panel.source.numbers.values[1]])
    looks_at(qtbot, panel, (own - data.offset) / data.scale)
    assert panel.source.what.text() == "chosen by you"
    panel.pages.setCurrentWidget(panel.backward)
    assert "choose a sample" in panel.backward.why_not.text()
    press(qtbot, panel.source.after)
    looks_at(qtbot, panel, data.validation.inputs[1])
    assert panel.source.numbers.fields[0].value() == pytest.approx(float(panel.look.inputs[0]), abs=1e-4)


def test_a_number_is_typed(qtbot):
    with open_lab(qtbot, experiment("sine", 4, loss="mse"), Settings(), layout=WATCH) as lab:
        panel = open_panel(qtbot, lab)
        panel.source.numbers.fields[0].setValue(0.25)
        data = lab.polling.shown.history.info.dataset
        looks_at(qtbot, panel, (np.array([0.25]) - data.offset) / data.scale)
        assert panel.bars.bars[0].name == "target"


def test_a_stroke_becomes_an_image_and_the_bars_follow(qtbot, images):
    paper = images.source.pad.paper
    press(qtbot, images.source.pad.empty)
    qtbot.waitUntil(lambda: is_paper(images.look.inputs), timeout=SECONDS_30)
    before = [bar.value for bar in images.bars.bars]
    stroke(paper, [(84, y) for y in range(20, 151, 10)])
    qtbot.waitUntil(lambda: is_column(images.look.inputs[0]), timeout=SECONDS_30)
    assert [bar.value for bar in images.bars.bars] != before
    assert images.source.what.text() == "drawn by you"
    assert not any(bar.is_right for bar in images.bars.bars)


def test_a_sample_lies_on_the_pad_and_can_be_painted_over(qtbot, images):
    split = images._history.info.dataset.validation
    own = images._history.info.dataset.original(split.inputs[:1])[0, 0]
    np.testing.assert_array_equal(images.source.pad.paper.image(), own)
    qtbot.mouseClick(images.source.pad.paper, Qt.MouseButton.LeftButton, pos=QPoint(10, 90))
    qtbot.waitUntil(lambda: images.look.inputs[0, 4, 0] > 3, timeout=SECONDS_30)
    np.testing.assert_allclose(images.look.inputs[0, :, 2:], own[:, 2:], atol=1e-4)
    qtbot.mouseClick(images.source.pad.paper, Qt.MouseButton.RightButton, pos=QPoint(10, 90))
    qtbot.waitUntil(lambda: is_paper(images.look.inputs[0, 4, 0]), timeout=SECONDS_30)
    images.source.choose(0)
    looks_at(qtbot, images, split.inputs[0])


def test_a_point_that_is_clicked_in_the_output_is_followed(qtbot, lab, panel):
    qtbot.waitUntil(lambda: not lab.output.is_empty, timeout=SECONDS_30)
    plot = lab.output.views[PlaneOutput].widget.axes
    pixel = plot.pixel_of(QPointF(0.5, 0.2)).toPoint()
    qtbot.mouseClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=pixel)
    qtbot.waitUntil(lambda: np.allclose(panel.look.question.inputs, (0.5, 0.2), atol=0.05), timeout=SECONDS_30)
    np.testing.assert_allclose(panel.source.numbers.values, panel.look.inputs, atol=1e-3)


def test_an_image_that_is_clicked_is_followed(qtbot):
    with open_lab(qtbot, DIGITS, Settings(), layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        thumbnails = lab.output.views[ClassesOutput].thumbnails
        qtbot.waitUntil(lambda: len(thumbnails.cells()) > 4 and thumbnails.isVisible(), timeout=SECONDS_30)
        qtbot.mouseClick(thumbnails, Qt.MouseButton.LeftButton, pos=thumbnails.cells()[3].center())
        qtbot.waitUntil(lambda: not lab.one_input.visibleRegion().isEmpty(), timeout=SECONDS_30)
        qtbot.waitUntil(lambda: lab.one_input.look is not None, timeout=SECONDS_30)
        looks_at(qtbot, lab.one_input, lab.polling.shown.history.info.dataset.validation.inputs[3])


def test_a_cell_of_the_confusion_matrix_has_its_first_sample_followed(qtbot):
    with open_lab(qtbot, DIGITS, Settings(), layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        view = lab.output.views[ClassesOutput]
        lab.output.part.setCurrentIndex(1)
        qtbot.waitUntil(lambda: view.matrix.isVisible() and view.matrix.counts.sum() > 0, timeout=SECONDS_30)
        wrong = view.matrix.counts - np.diag(np.diag(view.matrix.counts))
        true, predicted = (int(place) for place in np.unravel_index(wrong.argmax(), wrong.shape))
        at = view.matrix.rect_of((true, predicted)).center()
        qtbot.mouseClick(view.matrix, Qt.MouseButton.LeftButton, pos=at)
        panel, split = lab.one_input, lab.polling.shown.history.info.dataset.validation
        qtbot.waitUntil(lambda: panel.look is not None, timeout=SECONDS_30)
        qtbot.waitUntil(lambda: int(np.argmax(panel.look.shares)) == predicted, timeout=SECONDS_30)
        index = panel.source.sample.value() - 1
        assert int(split.targets[index]) == true
        looks_at(qtbot, panel, split.inputs[index])


def test_maps_stand_beside_their_kernels(images):
    columns = images.forward.walk.picture.columns
    assert [column.values.shape for column in columns] == [(1, 8, 8), (3, 6, 6), (5,), (10,)]
    assert columns[1].kernels.shape == (3, 3, 3)
    places = images.forward.walk.picture._places()
    assert places[1].kernel > 4
    assert all(place.body.contains(cell) for place in places for cell in place.cells)


def test_why_and_backward_and_slopes_are_pages(qtbot, panel):
    panel.pages.setCurrentWidget(panel.why)
    assert panel.why.title.text().startswith("Why “")
    assert panel.why.matrix.rowCount() == 2
    assert panel.why.matrix.item(0, 2).text()
    panel.pages.setCurrentWidget(panel.backward)
    assert panel.backward.walk.verdict.text().startswith("✓ Checked: ")
    assert panel.backward.walk.lines.text().startswith("loss = ")
    press(qtbot, panel.backward.walk.steps.ahead)
    assert "slope of the loss" in panel.backward.walk.lines.text()
    press(qtbot, panel.backward.walk.steps.ahead)
    assert panel.backward.walk.lines.text().count("× slope ") == 6
    panel.pages.setCurrentWidget(panel.slopes)
    qtbot.waitUntil(lambda: panel.slopes.table.rowCount() == 1, timeout=SECONDS_30)
    assert "through 1 layer" in panel.slopes.alone.text()


def test_a_badge_that_fails_is_red(qtbot, panel):
    panel.pages.setCurrentWidget(panel.backward)
    good = panel.backward.walk.verdict.styleSheet()
    panel.look.back.layers[0].quotients[2] += 1.0
    panel._draw_page()
    assert panel.backward.walk.verdict.text().startswith("✗ They differ: 1 Dense · ReLU, h3 has the delta ")
    assert panel.backward.walk.verdict.styleSheet() != good
    assert panel.palette_now.error in panel.backward.walk.verdict.styleSheet()


def test_the_matrix_stands_right_below_the_reasons(qtbot, panel):
    panel.pages.setCurrentWidget(panel.why)
    page = panel.why
    qtbot.waitUntil(lambda: page.matrix.isVisible() and page.lines.geometry().bottom() > 0)
    gap = page.about.geometry().top() - page.lines.geometry().bottom()
    assert 0 <= gap <= page.fontMetrics().height(), "no empty half page between"


def test_the_reasons_are_whole_where_there_is_room(qtbot, images):
    images.pages.setCurrentWidget(images.why)
    lines = images.why.lines
    images.refresh()
    images.asked.emit()
    qtbot.waitUntil(lambda: lines.isVisible() and lines.minimumHeight() > 0, timeout=SECONDS_30)
    qtbot.waitUntil(lambda: lines.height() >= min(lines.label.heightForWidth(lines.viewport().width()),
                                                  images.why.height() // 2), timeout=SECONDS_30)  # fmt: skip


def test_short_names_stand_whole_beside_their_bars(qtbot, panel, monkeypatch):
    written = []

    def whole():
        written.clear()
        panel.bars.repaint()
        names = [words for words, _, _ in written]
        rooms = [room >= metrics.horizontalAdvance(words) for words, room, metrics in written]
        return names == ["upper moon", "✓ lower moon"] and all(rooms)

    monkeypatch.setattr(
        QFontMetrics, "elidedText", lambda self, words, mode, room: written.append((words, room, self)) or words
    )
    qtbot.waitUntil(whole, timeout=SECONDS_30)  # the panel gets its room in turns


def test_it_follows_the_training_and_looks_back(qtbot, lab, panel):
    assert panel.look.step == 0
    train_some(qtbot, lab)
    qtbot.waitUntil(lambda: panel.look.step == lab.trainer.status.step, timeout=SECONDS_30)
    now = panel.look.outputs
    step = lab.polling.shown.run.checkpoints[0].step
    lab.timeline_controller.look_at(step)
    qtbot.waitUntil(lambda: panel.look is not None and panel.look.step == step, timeout=SECONDS_30)
    assert not np.allclose(panel.look.outputs, now)
    assert f"at step {step}" in panel.footer.text()
    lab.timeline_controller.go_to_now()
    qtbot.waitUntil(lambda: panel.look is not None and panel.look.step > step, timeout=SECONDS_30)
    np.testing.assert_allclose(panel.look.outputs, now)


def test_nothing_is_computed_while_nobody_looks(qtbot, lab, panel):
    lab.window.bring_to_front("network")
    train(qtbot, lab)
    seen = panel.look.step
    reached = lab.trainer.status.step
    qtbot.waitUntil(lambda: lab.trainer.status.step > reached + 300, timeout=SECONDS_30)
    assert panel.look.step == seen or panel.look.step < reached


def test_another_design_is_followed_with_its_own_data(qtbot, lab, panel):
    lab.run_controller.load(ExperimentSpec.parse(experiment("iris", 5, size=80).model_dump()))
    qtbot.waitUntil(lambda: panel.look is not None and panel.look.inputs.shape == (4,), timeout=SECONDS_30)
    assert len(panel.source.numbers.fields) == 4
    assert panel.source.numbers.fields[0].text().startswith("sepal_length = ")
    assert len(network_columns(panel._history.info)) == 3


def test_nothing_is_asked_about_another_run_than_the_chosen_input_is_of(qtbot, lab, panel):
    """A page is turned after a design with other data was built, before the panel was drawn again."""
    polled = lab.polling
    polled.stop()  # no panel is drawn
    lab.run_controller.load(DIGITS)
    qtbot.waitUntil(lambda: polled.shown.history.info.spec.model == DIGITS.model, timeout=SECONDS_30)
    panel.pages.setCurrentWidget(panel.why)
    assert lab.one_input_controller._job is None
    polled.start(lab.trainer)
    qtbot.waitUntil(lambda: panel.look is not None and panel.look.inputs.shape == (1, 8, 8), timeout=SECONDS_30)
    assert not panel.is_empty


def test_without_weights_it_says_so(qtbot, lab, panel):
    train_some(qtbot, lab)
    run = lab.polling.shown.run
    kept = steps_with_weights(run)
    lab.polling.shown.show_moment(run, next(step for step in range(1, 10_000) if step not in kept))
    qtbot.waitUntil(lambda: panel.empty.text() == "The weights of this moment were not kept.", timeout=SECONDS_30)
    assert panel.is_empty


def test_values_are_read_out_by_keys(qtbot, panel):
    picture = panel.forward.walk.picture
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_Right)
    assert picture.reader.current == (0, 0)
    qtbot.keyClick(picture, Qt.Key.Key_Right)
    assert picture.reader.current == (1, 0)
    state = "on" if panel.look.way.on[0][0, 0] else "off"
    assert f", {state} · fed most by x" in picture.accessibleDescription()


@pytest.mark.parametrize("size", [(300, 200), (520, 300), (1400, 900)])
def test_cells_stay_in_their_columns_at_any_size(qtbot, images, size):
    picture = images.forward.walk.picture
    picture.resize(*size)
    for place in picture._places():
        assert all(place.body.adjusted(-1, -1, 1, 1).contains(cell) for cell in place.cells)


def test_pointing_at_a_map_lights_its_path(qtbot, images):
    """What is not on it fades; a kernel lies on the line from the input to the map."""
    picture = images.forward.walk.picture
    before = picture.grab().toImage()
    path = path_of(picture.columns, 1, 0)
    picture.reader.show_cell((1, 0))
    assert "fed most by map 1 (100 %)" in picture.accessibleDescription()
    assert "feeds most h" in picture.accessibleDescription()
    after = picture.grab().toImage()
    places = picture._places()
    lit = {step.unit for step in path.behind}
    cells = [(unit, cell.center().toPoint()) for unit, cell in enumerate(places[2].cells)]
    inner = [(unit, QPoint(at.x(), at.y() - 6)) for unit, at in cells]  # beside letters
    background = QColor(images.palette_now.background)
    for unit, at in inner:
        if unit not in lit and not picture.reader.card.geometry().contains(at):
            towards = QColor(after.pixel(at)), QColor(before.pixel(at))
            distances = [abs(c.red() - background.red()) + abs(c.blue() - background.blue()) for c in towards]
            assert distances[0] <= distances[1]
    picture.reader.show_cell(None)
    assert picture.grab().toImage() == before
