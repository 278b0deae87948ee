"""Pictures and numbers of the panels to the clipboard and to files: the menu, the kinds of files, what goes wrong."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord, UnitTraceRecord
from relulab.views.colours import rgb_of
from relulab.views.parts import ShownRun
from tests.helpers.histories import history, plane
from tests.helpers.labs import MINUTES_3, moons, open_lab, train, wait_for
from ui.faults.notices import Notices
from ui.features.export.plot_export import PlotExport
from ui.features.findings import FindingsPanel
from ui.features.inspector import InspectorPanel
from ui.features.session.documents import Documents
from ui.live.gradients import GradientsPanel
from ui.live.histograms import HistogramsPanel
from ui.live.loss import LossPanel
from ui.live.output import OutputPanel
from ui.live.units import UnitsPanel
from ui.platform.settings import Settings
from ui.plots.overlay import Compared
from ui.widgets.banner import ERROR, SUCCESS, Banner
from ui.widgets.palette import LIGHT
from ui.widgets.picture_menu import Wish

PNG, SVG, PDF = "PNG picture, as on the screen (*.png)", "SVG drawing: {} (*.svg)", "PDF drawing: {} (*.pdf)"
CSV = "CSV table: {} (*.csv)"
PANELS = (LossPanel, GradientsPanel, UnitsPanel, HistogramsPanel, OutputPanel)


@pytest.fixture
def desk(qtbot, tmp_path):
    """A window that holds nothing but the exports."""
    window = QWidget()
    qtbot.addWidget(window)
    exports = PlotExport(window, Documents(window, str(tmp_path)), Notices(Banner(window)))
    yield exports
    exports.close()


@pytest.fixture
def show(qtbot, desk):
    def make(kind, run=None):
        panel = kind()
        qtbot.addWidget(panel)
        panel.resize(560, 380)
        panel.show()
        qtbot.waitExposed(panel)
        panel.show_history(run)
        desk.add_panel(panel)
        wait_until_still(qtbot, panel)
        return panel

    return make


def wait_until_still(qtbot, panel):
    """Labels that got longer move what is beneath them in the next round of the event loop."""
    before = []

    def still():
        before[:] = [*before[-1:], panel.picture().toImage()]
        return len(before) == 2 and before[0] == before[1]

    qtbot.waitUntil(still, timeout=MINUTES_3)


@pytest.fixture
def choose(monkeypatch):
    """Answer the next dialog; returns what it offered."""
    asked = []

    def answer(path, kind):
        def dialog(_parent, _title, proposal, kinds):
            asked[:] = [proposal, kinds.split(";;")]
            return str(path), kind

        monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
        return asked

    return answer


@pytest.fixture
def save(qtbot, desk, choose):
    """Choose in the menu of a panel, answer the dialog, and wait for the file."""

    def do(panel, wish, path, kind):
        asked = choose(path, kind)
        with qtbot.waitSignal(desk.exported, timeout=MINUTES_3) as signal:
            panel.export_menu.by_wish[wish].trigger()
        return Path(signal.args[0]), asked

    return do


def whole_run(**options):
    run = history(**{"steps": 200, "probe_every": 40, **options})
    run.append(plane(200))
    return run


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows, name):
    return [float(row[name]) if row[name] else float("nan") for row in rows]


@pytest.mark.parametrize("kind", [LossPanel, GradientsPanel, UnitsPanel])
def test_t16_the_numbers_of_all_runs_that_are_drawn_are_saved(show, save, tmp_path, kind):
    runs = [whole_run() for _ in range(5)]
    panel = show(kind)
    panel.show_overlay(tuple(Compared(f"run {i}", i, (run,)) for i, run in enumerate(runs)))
    panel.show_history(runs[0])
    path, (_, kinds) = save(panel, Wish.NUMBERS, tmp_path / "numbers.csv", "")
    assert {row["run"] for row in rows_of(path)} == {f"run {i}" for i in range(5)}
    assert "CSV table: Units (*.csv)" not in kinds, "the cells of one unit are not what is drawn of several runs"


def open_menu(panel, target=None):
    """A right click, or the menu key."""
    target = target or panel
    place = QPoint(40, 40)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, target.mapToGlobal(place))
    QApplication.sendEvent(target, event)


def test_a_right_click_in_the_plot_opens_the_menu_and_no_other(qtbot, show):
    panel = show(LossPanel, whole_run())
    viewport = panel.loss.axes.plot.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.RightButton, pos=QPoint(60, 60))
    assert QApplication.activePopupWidget() is None  # pyqtgraph's own menu, with an export that fails
    open_menu(panel, viewport)
    assert QApplication.activePopupWidget() is panel.export_menu
    texts = [action.text().replace("&", "") for action in panel.export_menu.actions()]
    assert texts == ["Copy picture", "Save picture…", "Save numbers…", "Save film…"]
    assert all(action.isEnabled() for action in panel.export_menu.actions())
    panel.export_menu.close()


def test_an_empty_panel_has_nothing_to_copy_and_findings_have_no_numbers(show):
    panel = show(LossPanel)
    open_menu(panel)
    assert not any(action.isEnabled() for action in panel.export_menu.actions())
    panel.export_menu.close()
    findings = show(FindingsPanel)
    findings.export_menu.allow(picture=True, numbers=bool(findings.figures))
    assert [action.isEnabled() for action in findings.export_menu.actions()] == [True, True, False, False]


def test_the_copied_picture_is_the_screen_at_twice_its_density(qtbot, desk, show):
    panel = show(LossPanel, whole_run())
    with qtbot.waitSignal(desk.copied):
        panel.export_menu.by_wish[Wish.COPY].trigger()
    image = QGuiApplication.clipboard().image()
    width = max(panel.legend.width(), panel.loss.parentWidget().width())
    assert image.width() == 2 * (width + 16)
    assert image.pixelColor(0, 0).name() == LIGHT.window
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    assert {LIGHT.train, LIGHT.validation} <= colours


def test_the_saved_picture_is_that_of_the_screen(show, save, tmp_path):
    panel = show(UnitsPanel, whole_run())
    path, asked = save(panel, Wish.PICTURE, tmp_path / "bild", PNG)
    assert path == tmp_path / "bild.png"
    saved = QImage(str(path))
    saved.setDevicePixelRatio(2)
    assert saved == panel.picture().toImage().convertToFormat(saved.format())
    assert asked[1] == [PNG, *(kind.format(name) for name in ("Units", "Dead units") for kind in (SVG, PDF))]
    assert asked[0].endswith("Experiment Units.png")


@pytest.mark.parametrize("kind", PANELS)
def test_every_panel_saves_drawings_and_numbers(show, save, tmp_path, kind):
    panel = show(kind, whole_run())
    titles = [figure.title for figure in panel.figure_kinds()]
    for number, title in enumerate(titles):
        svg, _ = save(panel, Wish.PICTURE, tmp_path / f"{number}.svg", SVG.format(title))
        text = svg.read_text("utf-8")
        assert text.startswith("<svg ")
        assert "var(" not in text
        assert LIGHT.background in text
        pdf, _ = save(panel, Wish.PICTURE, tmp_path / f"{number}.pdf", PDF.format(title))
        assert pdf.read_bytes().startswith(b"%PDF-")
        table, asked = save(panel, Wish.NUMBERS, tmp_path / f"{number}.csv", CSV.format(title))
        assert len(rows_of(table)) > 1
        assert asked[1] == [CSV.format(other) for other in titles]


def test_the_saved_numbers_are_those_of_the_history(show, save, tmp_path):
    run = whole_run()
    path, _ = save(show(LossPanel, run), Wish.NUMBERS, tmp_path / "loss", CSV.format("Loss and accuracy"))
    rows = rows_of(path)
    assert path.suffix == ".csv"
    expected = np.concatenate([run.columns(kind, "loss")[0] for kind in (StepRecord, EvaluationRecord)])
    np.testing.assert_array_equal(numbers(rows, "loss"), expected)
    path, _ = save(show(GradientsPanel, run), Wish.NUMBERS, tmp_path / "u.csv", CSV.format("Size of the updates"))
    found = np.array(numbers(rows_of(path), "update_ratio"), np.float32)
    np.testing.assert_array_equal(found, run.columns(StepRecord, "update_ratio")[0].ravel())


def test_an_earlier_moment_is_saved_as_it_is_shown(show, save, tmp_path):
    panel = show(LossPanel, whole_run())
    panel.show_history(whole_run().up_to(50))
    path, _ = save(panel, Wish.NUMBERS, tmp_path / "then.csv", CSV.format("Loss and accuracy"))
    assert max(numbers(rows_of(path), "step")) <= 50


def test_all_runs_that_a_panel_shows_are_saved(show, save, tmp_path):
    class Both(LossPanel):
        def shown_runs(self):
            return (ShownRun("first", whole_run()), ShownRun("second", whole_run(steps=80), 1))

    path, asked = save(show(Both, whole_run()), Wish.NUMBERS, tmp_path / "both.csv", CSV.format("Loss and accuracy"))
    assert {row["run"] for row in rows_of(path)} == {"first", "second"}
    assert "first Loss and accuracy" in asked[0]


def test_the_inspector_saves_the_unit_that_is_looked_at(show, save, tmp_path):
    run = whole_run()
    record = run.latest(ProbeRecord)
    zeros = np.zeros(len(record["unit_status"]), np.float32)
    run.append(UnitTraceRecord(0, zeros, zeros + 2, zeros))
    panel = show(InspectorPanel, run)
    assert panel.figure_kinds() == ()
    panel.choose(0, 3)
    path, _ = save(panel, Wish.NUMBERS, tmp_path / "unit.csv", CSV.format("One unit"))
    rows = rows_of(path)
    assert {(row["layer"], row["unit"]) for row in rows} == {(run.info.layout.layers[0].name, "3")}
    assert [row["value"] for row in rows if row["quantity"] == "weight norm"] == ["2.0"]


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("a", SVG.format("Size of the updates"), "a.svg"),
        ("b.svg", SVG.format("Size of the updates"), "b.svg"),
        ("a.SVG", PNG, "a.SVG"),
        ("a.b", PNG, "a.b.png"),
        ("a.pdf", SVG.format("Gradients"), "a.pdf"),
    ],
)
def test_a_typed_ending_decides_what_is_written(show, save, tmp_path, typed, kind, written):
    path, _ = save(show(GradientsPanel, whole_run()), Wish.PICTURE, tmp_path / typed, kind)
    assert path.name == written
    begins = {".svg": b"<svg ", ".png": b"\x89PNG", ".pdf": b"%PDF"}[path.suffix.lower()]
    assert path.read_bytes().startswith(begins)
    if "updates" in kind:
        assert b"Size of the updates" in path.read_bytes()


def test_the_next_file_is_proposed_where_the_last_one_went(show, save, tmp_path):
    panel = show(LossPanel, whole_run())
    (tmp_path / "sub").mkdir()
    save(panel, Wish.NUMBERS, tmp_path / "sub" / "a.csv", CSV.format("Loss and accuracy"))
    _, asked = save(panel, Wish.NUMBERS, tmp_path / "sub" / "b.csv", CSV.format("Loss and accuracy"))
    assert Path(asked[0]).parent == tmp_path / "sub"


@pytest.mark.parametrize("kind", [PNG, SVG.format("Loss and accuracy")])
def test_a_file_that_cannot_be_written_is_told_in_words(qtbot, desk, show, choose, tmp_path, kind):
    panel = show(LossPanel, whole_run())
    (tmp_path / "file").write_text("not a folder")
    choose(tmp_path / "file" / "x.png", kind)
    with qtbot.waitSignal(desk.failed, timeout=MINUTES_3) as signal:
        panel.export_menu.by_wish[Wish.PICTURE].trigger()
    assert "file" in signal.args[0]
    assert "Traceback" not in signal.args[0]
    assert (tmp_path / "file").read_text() == "not a folder"


def test_a_figure_without_measurements_says_so(qtbot, desk, show, choose, tmp_path):
    panel = show(OutputPanel, whole_run())
    panel.show_history(history(steps=50, probe_every=10))  # without a picture
    choose(tmp_path / "x.csv", CSV.format("Output of the network"))
    with qtbot.waitSignal(desk.failed, timeout=MINUTES_3) as signal:
        panel.export_menu.by_wish[Wish.NUMBERS].trigger()
    assert "nothing to save yet" in signal.args[0]
    assert not (tmp_path / "x.csv").exists()


def test_a_dialog_that_is_left_writes_nothing(qtbot, desk, show, save, choose, tmp_path):
    panel = show(LossPanel, whole_run())
    save(panel, Wish.PICTURE, tmp_path / "a.png", PNG)
    choose("", "")
    panel.export_menu.by_wish[Wish.PICTURE].trigger()
    assert [path.name for path in tmp_path.glob("*.*")] == ["a.png"]


def test_the_window_has_the_menu_in_every_title_and_tells_what_became_of_it(qtbot, choose, tmp_path):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train(qtbot, lab)
        for key, panel in lab.panels.items():
            button = lab.window.dock(key).titleBarWidget().menu_button
            assert button.menu() is panel.export_menu
            assert button.accessibleName() == f"Copy or save {panel.title}"
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert lab.window.dock("design").titleBarWidget().menu_button.isHidden()
        menu = lab.panels["loss"].export_menu
        choose(tmp_path / "x.svg", SVG.format("Loss and accuracy"))
        with qtbot.waitSignal(lab.plot_export.exported, timeout=MINUTES_3):
            menu.by_wish[Wish.PICTURE].trigger()
        assert lab.window.banner.level == SUCCESS
        assert "x.svg" in lab.window.banner.message
        choose(tmp_path / "x.svg" / "y.csv", CSV.format("Loss and accuracy"))
        with qtbot.waitSignal(lab.plot_export.failed, timeout=MINUTES_3):
            menu.by_wish[Wish.NUMBERS].trigger()
        assert lab.window.banner.level == ERROR
        with qtbot.waitSignal(lab.plot_export.copied):
            menu.by_wish[Wish.COPY].trigger()
        assert "Loss and accuracy" in lab.window.banner.message


def test_colours_of_the_picture_are_those_of_the_theme(show):
    panel = show(HistogramsPanel, whole_run())
    image = panel.picture().toImage()
    assert tuple(image.pixelColor(1, 1).getRgb()[:3]) == tuple(rgb_of(LIGHT.window))


def test_the_window_does_not_wait_for_matplotlib():
    code = "import sys, ui.app; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
