"""The wiring of the window: design, control bar, panels, messages and files, with the real engine."""

import gc
import json

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QDialog, QTextBrowser
from shiboken6 import isValid

from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from tests.helpers.labs import LIVE_PANELS, SECONDS_30, moons, open_lab, press, train, wait_for
from ui.platform.settings import Settings, load_settings, settings_file
from ui.shell.first_look import DARK
from ui.widgets import palette as palettes
from ui.widgets.banner import ERROR, INFO, WARNING


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        yield lab


def enabled(lab):
    keys = ("train", "batch", "epoch", "stop", "reset", "seed")
    return {key for key in keys if lab.window.commands[key].isEnabled()}


def test_the_window_stands_before_the_engine(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        assert lab.window.isVisible()
        assert lab.control_bar.state.text() in ("Loading the engine…", "Building the network…")
        wait_for(qtbot, lab, State.READY)
        assert lab.window.windowTitle() == "Tiny moons[*] – ReLU Lab"
        qtbot.waitUntil(lab.polling.drawn)
        assert not any(lab.panels[key].is_empty for key in LIVE_PANELS)


def test_the_whole_window_fits_a_small_screen_and_uses_a_large_one(qtbot, lab):
    """With every button and every panel that there is; what a narrow bar does without comes back."""
    window, bar = lab.window, lab.control_bar
    for width, height in ((1024, 700), (1440, 900), (1024, 700)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: bar.slider.isVisible() == (window.width() > 1250))
        assert (window.width(), window.height()) == (width, height)
        hint = window.minimumSizeHint()
        assert hint.width() <= 1024
        assert hint.height() <= 700
        assert bar.rate.isVisible()
        assert bar.device.isVisible()
        assert bar.more.isVisible()


def test_a_window_that_closes_at_once_starts_no_engine(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        lab.window.close()
        started = lab.trainer
        lab.start_engine()
        assert lab.trainer is started


def test_a_closed_window_leaves_no_part_of_itself(qtbot, qapp):
    """Whoever opens sessions all day must not collect the windows of the morning."""
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        train(qtbot, lab)
    del lab

    def left() -> set[type]:
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        ours = [thing for thing in gc.get_objects() if type(thing).__module__.startswith("ui.")]
        return {type(thing) for thing in ours if issubclass(type(thing), QObject) and isValid(thing)}

    qtbot.waitUntil(lambda: not left(), timeout=SECONDS_30)


def test_buttons_are_enabled_where_they_make_sense(qtbot, lab):
    controls = lab.control_bar
    assert enabled(lab) == {"train", "batch", "epoch", "seed"}
    train(qtbot, lab)
    assert enabled(lab) == {"train", "stop", "reset", "seed"}
    assert controls.train_button.text() == "Pause"
    press(qtbot, controls.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    assert enabled(lab) == {"train", "batch", "epoch", "stop", "reset", "seed"}
    assert controls.train_button.text() == "Train"
    press(qtbot, controls.step_buttons["stop"])
    wait_for(qtbot, lab, State.FINISHED)
    assert enabled(lab) == {"train", "reset", "seed"}
    assert "Test accuracy" in controls.numbers.text()
    press(qtbot, controls.step_buttons["reset"])
    wait_for(qtbot, lab, State.READY)


def test_space_and_f5_train_and_pause(qtbot, lab):
    lab.window.activateWindow()
    qtbot.waitActive(lab.window)
    lab.panels["loss"].setFocus()
    qtbot.keyClick(lab.window, Qt.Key.Key_Space)
    wait_for(qtbot, lab, State.RUNNING)
    qtbot.keyClick(lab.window, Qt.Key.Key_F5)
    wait_for(qtbot, lab, State.PAUSED)


def test_the_learning_rate_is_one_value_in_two_places(qtbot, lab):
    train(qtbot, lab)
    run = lab.store.current
    lab.control_bar.rate.setFocus()
    qtbot.keyClick(lab.control_bar.rate, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: len(run.changes) == 1)
    rate = lab.control_bar.rate.value()
    assert lab.design.value().training.learning_rate == rate
    assert run.changes[0].what == "learning rate"
    assert lab.store.current is run
    assert not lab.control_bar.keep_design.isVisible()
    lab.design.undo_stack.undo()
    qtbot.waitUntil(lambda: len(run.changes) == 2)
    assert lab.control_bar.rate.value() == 0.05
    assert lab.store.current is run


def test_a_changed_design_is_marked_and_can_be_taken_back(qtbot, lab):
    train(qtbot, lab)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    run = lab.store.current
    spec = lab.design.value()
    lab.design.data.edited.emit(_edit(("seed",), 3))
    assert lab.design.value().data.seed == 3
    assert lab.control_bar.keep_design.isVisible()
    press(qtbot, lab.control_bar.keep_design)
    assert lab.design.value() == spec
    assert not lab.control_bar.keep_design.isVisible()
    assert lab.store.current is run


def _edit(path, value):
    from ui.widgets.edit import Edit

    return Edit("Change", {path: value})


def test_a_preset_is_a_new_experiment(qtbot, lab):
    train(qtbot, lab)
    run = lab.store.current
    lab.design.open_preset("sine-fit")
    qtbot.waitUntil(lambda: lab.store.current is not run)
    wait_for(qtbot, lab, State.READY)
    assert lab.store.current.info.spec.name == lab.design.value().name
    assert lab.control_bar.rate.value() == lab.design.value().training.learning_rate
    lab.design.undo_stack.undo()
    assert lab.design.value() == moons()


def test_every_preset_is_in_the_menu(qtbot, lab):
    from relulab.experiment.presets import PRESETS

    keys = [action.data() for action in lab.window.menu("presets").actions() if action.data()]
    assert keys == list(PRESETS)
    next(a for a in lab.window.menu("presets").actions() if a.data() == "spiral").trigger()
    assert "piral" in lab.design.value().name


def test_an_invalid_design_keeps_train_disabled(qtbot, lab):
    conv = {"kind": "conv2d"}
    lab.run_controller.load(moons().replace(model=moons().model.replace(layers=[conv])))
    assert isinstance(lab.design.problem, SpecError)
    assert enabled(lab) == set()
    lab.run_controller.load(moons())
    wait_for(qtbot, lab, State.READY)
    assert "train" in enabled(lab)


def test_a_table_that_is_no_table_is_explained(qtbot, lab, tmp_path):
    table = tmp_path / "Größen und Maße.csv"
    table.write_text("a,b,y\n1,two,3\n4,5,6\n", "utf-8")
    data = {"dataset": {"name": "csv", "parameters": {"path": str(table), "target": "y"}}}
    spec = ExperimentSpec.parse({"data": data, "training": {"loss": "mse"}})
    lab.run_controller.load(spec)
    qtbot.waitUntil(lambda: lab.status.state is State.FAILED or lab.design.problem is not None)
    if lab.design.problem is None:
        assert lab.window.banner.level == ERROR
        assert "two" in lab.window.banner.message
        assert "Traceback" not in lab.window.banner.message
    else:
        assert enabled(lab) == set()
    lab.run_controller.load(moons())
    wait_for(qtbot, lab, State.READY)
    assert not lab.window.banner.isVisible()


def test_a_diverged_run_is_explained_and_reset_helps(qtbot, lab):
    lab.run_controller.load(moons(learning_rate=1e6, loss="mse"))
    wait_for(qtbot, lab, State.READY)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.DIVERGED)
    banner = lab.window.banner
    assert banner.level == ERROR
    assert "step" in banner.message
    assert enabled(lab) == {"train", "reset", "seed"}
    press(qtbot, banner.buttons[0])
    wait_for(qtbot, lab, State.READY)
    assert not banner.isVisible()


def test_missing_data_offer_a_download_and_a_folder(qtbot, lab):
    lab.run_controller.load(ExperimentSpec.parse({"data": {"dataset": "mnist"}, "model": {"layers": ["flatten"]}}))
    wait_for(qtbot, lab, State.FAILED)
    banner = lab.window.banner
    assert banner.level == WARNING
    assert "MNIST" in banner.message
    assert [button.text() for button in banner.buttons] == ["Download", "Choose folder…"]


def test_a_download_that_fails_is_explained_and_one_that_is_cancelled_says_nothing(qtbot, lab, monkeypatch):
    monkeypatch.setenv("RELULAB_MIRROR", "http://127.0.0.1:9/none")
    monkeypatch.setattr("relulab.data.image_files.torchvision_datasets", _only_the_own_mirror)
    lab.run_controller.load(ExperimentSpec.parse({"data": {"dataset": "mnist"}, "model": {"layers": ["flatten"]}}))
    wait_for(qtbot, lab, State.FAILED)
    press(qtbot, lab.window.banner.buttons[0])
    assert lab.fetcher.dialog.isVisible()
    qtbot.waitUntil(lambda: not lab.fetcher.busy, timeout=30_000)
    assert lab.window.banner.level == ERROR
    assert "could not be downloaded" in lab.window.banner.message


def _only_the_own_mirror():
    from types import SimpleNamespace

    published = SimpleNamespace(resources=[("train-images-idx3-ubyte.gz", "0" * 32)], mirrors=[])
    return SimpleNamespace(MNIST=published)


def test_files_are_saved_and_opened_again(qtbot, lab, tmp_path):
    path = tmp_path / "mein Übungsblatt.json"
    with qtbot.waitSignal(lab.documents.saved, timeout=SECONDS_30):
        lab.documents.save(lab.design.value(), str(path))
    assert ExperimentSpec.from_json(path.read_text("utf-8")) == moons()
    assert lab.window.banner.isVisible()
    lab.design.open_preset("sine-fit")
    lab.window.fileDropped.emit(str(path))
    qtbot.waitUntil(lambda: lab.design.value() == moons(), timeout=SECONDS_30)
    assert lab.documents.folder == str(tmp_path)


def test_a_file_of_another_kind_is_told_what_can_be_opened(qtbot, lab, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\xff")
    with qtbot.waitSignal(lab.documents.failed, timeout=SECONDS_30):
        lab.window.fileDropped.emit(str(path))
    assert "opens sessions (.relulab)" in lab.window.banner.message
    assert "under Data" in lab.window.banner.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no json at all", "not JSON"),
        (b"\xff\xfe\x00binary", "not a text file"),
        (json.dumps({"schema_version": 99}).encode(), "update"),
        (json.dumps({"model": {"layres": []}}).encode(), "layres"),
        (None, "could not be read"),
    ],
    ids=["text", "binary", "from the future", "typo", "absent"],
)
def test_a_file_that_is_no_experiment_is_explained(qtbot, lab, tmp_path, content, words):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    with qtbot.waitSignal(lab.documents.failed, timeout=SECONDS_30):
        lab.documents.open(str(path))
    assert lab.window.banner.level == ERROR
    assert words in lab.window.banner.message
    assert lab.design.value() == moons()


def test_saving_where_nothing_can_be_written_is_explained(qtbot, lab, tmp_path):
    with qtbot.waitSignal(lab.documents.failed, timeout=SECONDS_30):
        lab.documents.save(lab.design.value(), str(tmp_path / "no folder" / "x.json"))
    assert lab.window.banner.level == ERROR
    assert "could not be saved" in lab.window.banner.message


def test_settings_are_kept_between_two_starts(qtbot):
    with open_lab(qtbot, moons()) as lab:
        wait_for(qtbot, lab, State.READY)
        dark = next(a for a in lab.window.menu("themes").actions() if a.data() == DARK)
        dark.trigger()
        assert lab.theme.palette is palettes.DARK
        assert all(panel.palette_now is palettes.DARK for panel in lab.panels.values())
        lab.window.dock("gradients").hide()
        next(a for a in lab.window.menu("threads").actions() if a.data() == "1").trigger()
        assert lab.window.banner.level == INFO
    assert settings_file().exists()
    settings = load_settings()
    assert (settings.theme, settings.threads) == (DARK, 1)
    with open_lab(qtbot, moons()) as again:
        assert again.theme.palette is palettes.DARK
    next_start = load_settings()
    assert next_start.theme == DARK


def test_hiding_a_panel_adds_nothing_to_the_loss_curve(qtbot, lab):
    """Playground's issue 184: toggling a view added a point."""
    train(qtbot, lab)
    press(qtbot, lab.control_bar.train_button)
    wait_for(qtbot, lab, State.PAUSED)
    qtbot.waitUntil(lab.polling.drawn)
    run, step = lab.store.current, lab.trainer.status.step
    before = run.columns(StepRecord, "step", "loss")
    for action in lab.window.menu("panels").actions():
        action.trigger()
        action.trigger()
    lab.theme.choose(DARK)
    qtbot.waitUntil(lab.polling.drawn)
    after = run.columns(StepRecord, "step", "loss")
    assert all((b == a).all() for b, a in zip(before, after, strict=True))
    assert lab.trainer.status.step == step


def test_the_help_menu_has_answers(qtbot, lab):
    for key in ("help", "shortcuts", "about"):
        lab.window.commands[key].trigger()
    dialogs = [dialog for dialog in lab.window.findChildren(QDialog) if dialog.isVisible()]
    texts = [dialog.findChild(QTextBrowser).toPlainText() for dialog in dialogs]
    assert len(texts) == 3
    assert "Loss" in texts[0]
    assert "F5" in texts[1]
    assert "PyTorch" in texts[2]
    for dialog in dialogs:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not any(dialog.isVisible() for dialog in lab.window.findChildren(QDialog)))


def test_the_output_is_not_computed_while_nobody_looks(qtbot, lab):
    lab.window.dock("output").hide()
    qtbot.waitUntil(lambda: not lab.trainer._worker.pictures_wanted)
    lab.window.bring_to_front("output")
    qtbot.waitUntil(lambda: lab.trainer._worker.pictures_wanted)
