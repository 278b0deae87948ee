"""The output panel: boundary, curve, samples, confusion matrix, scatter."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor

from relulab.experiment import ExperimentSpec
from relulab.formatting import number, percent
from relulab.session.history import RunHistory
from relulab.training.schedule import NEVER
from relulab.training.state import State
from relulab.views.colours import rgb_of
from relulab.views.output import ClassesOutput, CurveOutput, PlaneOutput, ScatterOutput
from tests.helpers.histories import blobs, classes_picture, curve, digits, moons, plane, scatter, sine, started
from tests.helpers.labs import LONG, SECONDS_30, open_lab, train, wait_for
from tests.helpers.recording import EVERY_MOMENT
from ui.live.output import OutputPanel
from ui.platform.settings import Settings
from ui.plots.plane_plot import class_pixels
from ui.widgets.palette import LIGHT


@pytest.fixture
def panel(qtbot):
    panel = OutputPanel()
    qtbot.addWidget(panel)
    panel.resize(560, 380)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def run_with(dataset, picture, units=(8, 2)):
    run = RunHistory(started(units, dataset))
    run.append(picture)
    return run


# ---- the plane


def test_the_colour_is_that_of_the_likeliest_class_and_the_surer_the_stronger():
    shares = np.array([[1.0, 0.5, 0.2, np.nan], [0.0, 0.5, 0.8, np.nan]], np.float32).reshape(2, 1, 4)
    pixels = class_pixels(shares, LIGHT)[0].astype(int)
    white, blue, orange = (rgb_of(c).astype(int) for c in (LIGHT.background, LIGHT.lines[0], LIGHT.lines[1]))

    def distance(one, other):
        return np.abs(one - other).sum()

    assert distance(pixels[0], blue) < distance(pixels[1], blue)
    assert distance(pixels[1], white) < distance(pixels[0], white)
    assert distance(pixels[2], orange) < distance(pixels[2], blue)


@pytest.mark.parametrize(("data", "classes"), [(moons(), 2), (blobs(5), 5)])
def test_the_boundary_is_drawn_where_the_network_has_it(panel, data, classes):
    picture = plane(800, classes)
    panel.show_history(run_with(data, picture))
    view = panel.views[PlaneOutput]
    image = view.widget.axes.plot.grab().toImage()
    size = picture.values.shape[1]
    colours = np.array([rgb_of(panel.palette_now.class_colour(i)) for i in range(classes)], int)
    background = rgb_of(panel.palette_now.background).astype(int)
    for place in ((-1.85, -1.85), (1.85, -1.85), (-1.85, 1.85), (1.85, 1.85), (1.9, 0.1)):
        pixel = view.widget.axes.pixel_of(QPointF(*place)).toPoint()
        colour: Any = QColor(image.pixelColor(pixel)).getRgb()
        seen = np.array(colour[:3], int)
        column, row = (int((c + 2) / 4 * size) for c in place)
        expected = int(picture.values[:, row, column].argmax())
        full = background + 0.6 * (colours - background)
        assert int(np.abs(full - seen).sum(1).argmin()) == expected, place


def test_training_and_test_points_have_symbols_of_their_own(panel):
    data = moons()
    panel.show_history(run_with(data, plane(800)))
    points = panel.views[PlaneOutput].widget.points
    for item, split in ((points.train, data.train), (points.test, data.test)):
        x, y = item.getData()
        np.testing.assert_allclose(np.column_stack([x, y]), split.inputs)
        brushes = [spot.brush().color().name() for spot in item.points()]
        assert brushes == [panel.palette_now.class_colour(int(k)) for k in split.targets]
    assert points.train.opts["symbol"] != points.test.opts["symbol"]
    assert [entry.name for entry in panel.legend.entries] == ["upper", "lower", "training", "test"]


def test_a_point_of_the_plane_can_be_read(panel):
    picture = plane(800)
    panel.show_history(run_with(moons(), picture))
    plot = panel.views[PlaneOutput].widget
    reading = plot.read((1.0, -1.5))
    row, column = int(0.5 / 4 * 64), int(3.0 / 4 * 64)
    assert [row.name for row in reading.rows] == ["upper", "lower"]
    assert [row.texts[0] for row in reading.rows] == [number(float(v), 3) for v in picture.values[:, row, column]]
    assert plot.cell_at(plot.axes.pixel_of(QPointF(2.5, 0.0)).toPoint()) is None


def test_a_single_output_for_two_classes_is_read_as_the_second_one(panel):
    two = plane(800)
    panel.show_history(run_with(moons(), two))
    image = panel.views[PlaneOutput].widget.picture.image
    panel.show_history(run_with(moons(), replace(two, values=two.values[1:])))
    assert panel.views[PlaneOutput].widget.picture.image == image


def test_a_surface_is_drawn_as_values(panel):
    two = plane(800)
    panel.show_history(run_with(sine(features=2), replace(two, values=two.values[:1])))
    assert panel.legend.entries[0].name.count("…") == 1
    assert panel.views[PlaneOutput].widget.read((0.0, 0.0)).rows[0].name == "output"


# ---- curves and scatter


def test_the_fitted_curve_and_the_data(panel):
    data, picture = sine(), curve(800)
    panel.show_history(run_with(data, picture))
    plot = panel.views[CurveOutput].widget
    (stroke,) = plot.curves.strokes
    np.testing.assert_allclose(stroke.x, picture.x)
    np.testing.assert_allclose(stroke.y, picture.y[0])
    x, y = plot.points.train.getData()
    np.testing.assert_allclose(np.column_stack([x, y]), np.column_stack([data.train.inputs, data.train.targets]))
    low, high = plot.axes.y_range
    assert low <= min(y.min(), stroke.y.min())
    assert max(y.max(), stroke.y.max()) <= high
    assert plot.axes.x_range == (picture.x[0], picture.x[-1])


def test_predictions_against_targets(panel):
    picture = scatter(800)
    panel.show_history(run_with(sine(features=4), picture))
    x, y = panel.views[ScatterOutput].widget.points.train.getData()
    np.testing.assert_array_equal([x, y], [picture.target, picture.predicted])
    explained = 1 - np.sum((picture.target - picture.predicted) ** 2) / np.sum(
        (picture.target - picture.target.mean()) ** 2
    )
    assert panel.footer.text().startswith(f"R² {explained:.3f} · 300 validation samples")


# ---- classes


def test_samples_show_what_they_are_taken_for(panel):
    data = digits()
    picture = classes_picture(800, data, wrong=(3, 7))
    panel.show_history(run_with(data, picture, (8, 10)))
    shown = panel.views[ClassesOutput].thumbnails
    assert [t.is_right for t in shown.answers] == [i not in (3, 7) for i in range(16)]
    assert [t.true for t in shown.answers] == [str(k) for k in data.validation.targets[:16]]
    right, wrong = shown.answers[0], shown.answers[3]
    assert shown.caption(right) == (right.true, "90 %")
    assert shown.caption(wrong) == (f"✗ {wrong.predicted}", f"is {wrong.true}")
    assert f"✗ {wrong.predicted} is {wrong.true}" in shown.accessibleDescription()
    assert len(shown.cells()) == 16
    assert all(shown.rect().contains(cell) for cell in shown.cells())


def test_the_confusion_matrix_holds_the_counts(panel, qtbot):
    data = digits()
    picture = classes_picture(800, data)
    panel.show_history(run_with(data, picture, (8, 10)))
    matrix = panel.views[ClassesOutput].matrix
    np.testing.assert_array_equal(matrix.counts, picture.confusion)
    assert matrix.read((0, 1)).heading == "0 taken for 1"
    row = int(picture.confusion[0].sum())
    assert matrix.read((0, 1)).rows[0].name == f"3 of {row} ({percent(3 / row)})"
    first = matrix._grid()
    place = QPointF(first.left() + 1.5 * first.width(), first.top() + 0.5 * first.height())
    assert matrix.cell_at(place.toPoint()) == (0, 1)
    qtbot.mouseMove(matrix, place.toPoint())
    assert matrix.reader.card.isVisible()
    assert matrix.cell_at(QPoint(1, 1)) is None
    total, right = int(picture.confusion.sum()), int(np.trace(picture.confusion))
    assert f"Right: {right} of {total} validation samples ({100 * right / total:.1f} %)" in panel.footer.text()


def test_a_narrow_panel_shows_samples_or_matrix(panel):
    data = digits()
    panel.show_history(run_with(data, classes_picture(800, data), (8, 10)))
    view = panel.views[ClassesOutput]
    assert view.thumbnails.isVisible()
    assert view.matrix.isVisible()
    assert not panel.part.isVisible()
    panel.resize(320, 220)
    assert panel.part.isVisible()
    assert (view.thumbnails.isVisible(), view.matrix.isVisible()) == (True, False)
    panel.part.setCurrentIndex(1)
    assert (view.thumbnails.isVisible(), view.matrix.isVisible()) == (False, True)
    panel.show_history(run_with(moons(), plane(1)))
    assert not panel.part.isVisible()


def test_classes_that_are_no_images_show_the_matrix_alone(panel):
    data = blobs(3)
    panel.show_history(run_with(data, classes_picture(5, data)))
    view = panel.views[ClassesOutput]
    assert view.matrix.isVisible()
    assert not view.thumbnails.isVisible()
    assert view.matrix.names == ("blob 0", "blob 1", "blob 2")


def test_training_samples_stand_in_where_there_is_no_validation(panel):
    data = digits()
    data = replace(
        data,
        validation=replace(data.validation, inputs=data.validation.inputs[:0], targets=data.validation.targets[:0]),
    )
    picture = replace(
        classes_picture(5, digits()), samples=np.arange(4), probabilities=np.full((4, 10), 0.1, np.float32)
    )
    panel.show_history(run_with(data, picture, (8, 10)))
    shown = panel.views[ClassesOutput].thumbnails.answers
    assert [t.true for t in shown] == [str(k) for k in data.train.targets[:4]]
    assert "training samples" in panel.footer.text()


def test_the_keyboard_reads_the_plane(panel, qtbot):
    picture = plane(800)
    run = run_with(moons(), picture)
    panel.show_history(run)
    plot = panel.views[PlaneOutput].widget
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(plot.axes.plot, key)
    assert plot.reader.current == pytest.approx((-0.1, 0.1))
    assert plot.axes.plot.accessibleDescription() == plot.read((-0.1, 0.1)).text
    other = replace(picture, step=801, values=picture.values[::-1].copy())
    run.append(other)
    panel.show_history(run)
    assert f"{other.values[0, 33, 30]:.3g}" in plot.reader.card.text(), "the reading follows the picture"
    for _ in range(90):
        qtbot.keyClick(plot.axes.plot, Qt.Key.Key_Right)
    assert plot.reader.current[0] == pytest.approx(2.0)
    assert plot.reader.card.isVisible()
    qtbot.keyClick(plot.axes.plot, Qt.Key.Key_Escape)
    assert not plot.reader.card.isVisible()


def test_the_keyboard_reads_the_matrix(panel, qtbot):
    data = digits()
    panel.show_history(run_with(data, classes_picture(800, data), (8, 10)))
    matrix = panel.views[ClassesOutput].matrix
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(matrix, key)
        walked.append(matrix.reader.current)
    assert walked == [(0, 0), (0, 1), (1, 1), (0, 1), (0, 1), (0, 0)]
    assert matrix.accessibleDescription() == matrix.read((0, 0)).text
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert matrix.reader.current is None


def images_of(panel):
    """The step of the weights that the images in view are answered by; 0 where it is that of the picture."""
    _, _, step = panel.footer.text().partition("the images at step ")
    return int(step.replace(",", "") or 0)


def test_t2_the_images_in_view_are_answered_anew_while_it_trains(qtbot):
    """The validation set, and with it the picture, is not measured at all between the start and the pause."""
    spec = ExperimentSpec.parse(
        {
            "data": {"dataset": "digits"},
            "model": {"layers": ["flatten", {"kind": "dense", "parameters": {"units": 8}}]},
            "training": {"steps": LONG, "learning_rate": 0.001},
        }
    )
    with open_lab(
        qtbot, spec, Settings(), recording=replace(EVERY_MOMENT, evaluations=NEVER, judged=False, glances=False)
    ) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.window.dock("output").raise_()
        train(qtbot, lab)
        run, panel = lab.store.trained, lab.panels["output"]
        steps = []
        for _ in range(3):
            before = len(steps) and steps[-1]
            qtbot.waitUntil(lambda before=before: images_of(panel) > before, timeout=SECONDS_30)
            steps.append(images_of(panel))
            assert steps[-1] <= run.answers.step
        assert run.picture.step == 0
        lab.window.commands["train"].trigger()
        wait_for(qtbot, lab, State.PAUSED)
        qtbot.waitUntil(lambda: images_of(panel) == 0, timeout=SECONDS_30)
