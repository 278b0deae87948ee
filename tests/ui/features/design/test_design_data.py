"""The data page: sets, sizes, and the picture that follows."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from relulab.catalog.losses import Task
from relulab.data.dataset import Description, Source, Split
from relulab.data.datasets import DATASETS
from relulab.experiment import DataSpec
from tests.helpers.design_helpers import DATA, choose, click, has_flag, has_preview, open_panel, type_number
from tests.helpers.own_images import arrays, npz
from tests.helpers.paths import SHARED_DATA
from ui.features.design import DesignPanel
from ui.features.design.preview_loader import PreviewLoader, Samples
from ui.features.design.sample_picture import SamplePicture, image_of, placed
from ui.widgets.edit import Edit
from ui.widgets.icons import line_icon
from ui.widgets.palette import LIGHT


@pytest.fixture
def panel(qtbot) -> DesignPanel:
    return open_panel(qtbot, "moons-healthy", DATA)


def data(panel: DesignPanel) -> DataSpec:
    return panel.value().data


def words(panel: DesignPanel) -> str:
    return panel.data.preview.picture.accessibleDescription()


def test_every_data_set_can_be_chosen(qtbot, panel):
    combo = panel.data.field(("dataset",)).combo
    for key in DATASETS:
        panel.data.field(("dataset",)).combo.setFocus()
        choose(qtbot, combo, key)
        assert data(panel).dataset.name == key
        qtbot.waitUntil(lambda: not panel.data.reading.busy)  # tables are read beside the window
        if key not in ("csv", "own_images"):  # they need a file first
            assert panel.problem is None or panel.problem.where[0] == "model"


def test_data_sets_stand_under_headings(panel):
    combo = panel.data.field(("dataset",)).combo
    lines = range(combo.count())
    headings = [combo.itemText(row) for row in lines if not has_flag(combo, row, Qt.ItemFlag.ItemIsSelectable)]
    assert headings == list(dict.fromkeys(entry.group for entry in DATASETS.values()))


def test_automatic_sizes_are_told_and_can_be_overruled(qtbot, panel):
    control = panel.data.field(("validation_size",)).control
    assert data(panel).validation_size is None
    assert control.lineEdit().placeholderText() == "Auto (100)"
    type_number(qtbot, control, "50")
    assert data(panel).validation_size == 50
    control.lineEdit().clear()
    control.lineEdit().textEdited.emit("")
    qtbot.waitUntil(lambda: data(panel).validation_size is None)
    panel.open_preset("digits-mlp")
    assert control.lineEdit().placeholderText() == "Auto (200)"
    choose(qtbot, panel.data.field(("dataset",)).combo, "csv")
    assert control.lineEdit().placeholderText() == "Auto"
    qtbot.waitUntil(lambda: has_preview(panel))


def test_too_many_samples_are_marked(qtbot):
    panel = open_panel(qtbot, "digits-mlp", DATA)
    type_number(qtbot, panel.data.field(("train_size",)).control, "5000")
    assert panel.problem.where == ("data", "train_size")
    assert "1,797" in panel.data.field(("train_size",)).problem


def test_scaling_noise_and_seed(qtbot, panel):
    choose(qtbot, panel.data.field(("scaling",)).combo, "unit")
    type_number(qtbot, panel.data.field(("label_noise",)).control, "0.25")
    type_number(qtbot, panel.data.field(("seed",)).control, "3")
    assert (data(panel).scaling, data(panel).label_noise, data(panel).seed) == ("unit", 0.25, 3)
    type_number(qtbot, panel.data.field(("label_noise",)).control, "2")
    assert panel.problem.where == ("data", "label_noise")


def test_the_picture_follows_the_design(qtbot, panel):
    assert words(panel).startswith("Training samples before scaling: 500 (upper moon: ")
    before = panel.data.preview.picture.grab().toImage()
    type_number(qtbot, panel.data.field(("dataset",)).row("noise").control, "0.5")
    qtbot.waitUntil(lambda: panel.data.preview.picture.grab().toImage() != before)
    type_number(qtbot, panel.data.field(("train_size",)).control, "40")
    qtbot.waitUntil(lambda: "scaling: 40 (" in words(panel))


def test_absent_images_offer_a_download_and_an_import(qtbot, panel):
    panel.open_preset("mnist-mlp")
    preview = panel.data.preview
    qtbot.waitUntil(lambda: preview.is_missing)
    assert preview.hint.text() == "MNIST is not on this computer yet."
    with qtbot.waitSignal(panel.downloadRequested) as signal:
        click(qtbot, preview.download_button)
    assert signal.args == ["mnist"]
    with qtbot.waitSignal(panel.importRequested) as signal:
        click(qtbot, preview.import_button)
    assert signal.args == ["mnist"]
    panel.open_preset("spiral")
    qtbot.waitUntil(lambda: not preview.is_missing)


def test_damaged_images_offer_a_download_and_an_import_too(qtbot, panel, tmp_path, monkeypatch):
    monkeypatch.setenv("RELULAB_CACHE", str(tmp_path))
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (folder / f"{name}-ubyte.gz").write_bytes(b"half a download")
    panel.open_preset("mnist-mlp")
    preview = panel.data.preview
    qtbot.waitUntil(lambda: preview.is_missing)
    assert "ubyte.gz" in preview.hint.text()
    assert not preview.download_button.isHidden()
    assert not preview.import_button.isHidden()


def test_a_formula_that_cannot_be_read_says_why(qtbot, panel):
    key = next(key for key, entry in DATASETS.items() if any(p.name == "formula" for p in entry.parameters))
    choose(qtbot, panel.data.field(("dataset",)).combo, key)
    field = panel.data.field(("dataset",)).row("formula").control
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "sin(")
    assert panel.problem is not None
    assert panel.problem.where[:2] == ("data", "dataset")
    qtbot.keyClicks(field, "x)")
    assert panel.problem is None
    assert data(panel).dataset.parameters["formula"] == "sin(x)"
    qtbot.waitUntil(lambda: has_preview(panel))


def test_a_table_of_ones_own_is_picked_and_shown(qtbot, panel, tmp_path):
    path = tmp_path / "Meine Tabelle ä.csv"
    path.write_text("x,y,kind\n" + "\n".join(f"{k},{k * k},{'odd' if k % 2 else 'even'}" for k in range(40)), "utf-8")
    choose(qtbot, panel.data.field(("dataset",)).combo, "csv")
    assert "Choose a CSV file" in panel.data.field(("dataset",)).problem
    table = panel.data.table
    assert table.isVisible()
    assert not table.reader_button.isEnabled()
    with qtbot.waitSignal(table.openWanted):
        click(qtbot, table.open_button)
    steps = panel.undo_stack.count()
    panel.use_table(DATASETS["csv"].complete({"path": str(path)}))
    qtbot.waitUntil(lambda: panel.problem is None)
    assert table.name.text() == path.name
    assert "which kind a row has" in table.words.text()
    assert table.picture.plot.scatter.names == ("even", "odd")
    assert panel.undo_stack.count() == steps + 1
    panel.undo_stack.undo()
    assert table.picture.isHidden()


def test_images_of_ones_own_are_picked_read_and_told(qtbot, panel, tmp_path, monkeypatch):
    path = npz(tmp_path / "Meine Bilder.npz", arrays())
    choose(qtbot, panel.data.field(("dataset",)).combo, "own_images")
    assert "Choose the images" in panel.data.field(("dataset",)).problem
    field = panel.data.field(("dataset",)).row("path").control
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(path), ""))
    click(qtbot, field._browse)
    qtbot.waitUntil(lambda: panel.problem is None or panel.problem.where[:1] == ("model",), timeout=20_000)
    qtbot.waitUntil(lambda: has_preview(panel), timeout=20_000)
    assert panel.data._summary.text().startswith("96 images of 8 × 8 pixels, grey, 24 more to test on; 3 classes")
    sizes = panel.data.field(("train_size",)).control.lineEdit().placeholderText()
    assert sizes == "Auto (88)"


def test_what_holds_no_images_is_said_in_the_window(qtbot, panel, tmp_path):
    path = tmp_path / "page.npz"
    path.write_text("<html>log in</html>", "utf-8")
    choose(qtbot, panel.data.field(("dataset",)).combo, "own_images")
    panel.data.edited.emit(Edit("", {("dataset",): {"name": "own_images", "parameters": {"path": str(path)}}}))
    qtbot.waitUntil(lambda: "is a web page" in panel.data.field(("dataset",)).problem, timeout=20_000)
    assert panel.data._summary.text().startswith("Images with labels")


def test_a_table_that_ships_is_drawn_and_not_to_be_exchanged(qtbot, panel):
    choose(qtbot, panel.data.field(("dataset",)).combo, "cars")
    table = panel.data.table
    qtbot.waitUntil(lambda: table.picture.isVisible() and table.picture.plot.scatter is not None)
    assert table.picture.plot.scatter.y_title == "consumption (miles per gallon)"
    assert "off by about" in table.words.text()
    assert table.open_button.isHidden()
    assert panel.data.preview.isHidden()


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the real MNIST is not beside the checkout")
def test_images_of_the_users_own_folder_are_shown(qtbot, panel):
    panel.open_preset("mnist-mlp")
    qtbot.waitUntil(lambda: panel.data.preview.is_missing)
    panel.set_source(Source(root=SHARED_DATA))
    qtbot.waitUntil(lambda: not panel.data.preview.is_missing, timeout=20_000)
    assert "scaling: 500 (" in words(panel)


def test_files_that_came_later_are_found(qtbot, panel, monkeypatch):
    panel.open_preset("mnist-mlp")
    qtbot.waitUntil(lambda: panel.data.preview.is_missing)
    images = Split(np.zeros((3, 1, 28, 28), np.float32), np.arange(3))
    monkeypatch.setattr("ui.features.design.preview_loader.preview_points", lambda *a: images)
    panel.reload_data()
    qtbot.waitUntil(lambda: "scaling: 3 (" in words(panel))


def test_the_newest_request_wins(qtbot, monkeypatch):
    loader = PreviewLoader()
    sizes = []
    loader.loaded.connect(lambda samples: sizes.append(len(samples.points)))
    for size in (10, 20, 30):
        loader.request(DataSpec(train_size=size))
        loader._start()
    qtbot.waitUntil(lambda: sizes == [30])
    with qtbot.assertNotEmitted(loader.loaded, wait=200):
        loader.request(DataSpec(train_size=30))


def samples(inputs: np.ndarray, targets: np.ndarray, **description) -> Samples:
    outputs = description.pop("outputs", 1)
    task = description.pop("task", Task.REGRESSION)
    inputs = inputs.astype(np.float32)
    return Samples(Description(task, inputs.shape[1:], outputs, **description), Split(inputs, targets))


@pytest.fixture
def picture(qtbot) -> SamplePicture:
    picture = SamplePicture()
    qtbot.addWidget(picture)
    picture.resize(300, 170)
    return picture


def colours(picture: SamplePicture) -> set[str]:
    image = picture.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def of_class(picture: SamplePicture, index: int) -> dict[tuple[int, int], str]:
    """Place and colour of what is painted for a single point of class ``index``, without the legend."""
    description = {"task": Task.CLASSIFICATION, "outputs": 2, "class_names": ("one", "two")}
    picture.show_samples(samples(np.zeros((1, 2)), np.array([index]), **description))
    image = picture.grab().toImage()
    height = image.height() - 40
    found = {(x, y): image.pixelColor(x, y).name() for x in range(5, 100) for y in range(5, height)}
    return {place: colour for place, colour in found.items() if colour != picture._colours.background}


def test_classes_differ_in_colour_and_in_shape(picture):
    one, two = of_class(picture, 0), of_class(picture, 1)
    assert picture._colours.class_colour(0) in one.values()
    assert picture._colours.class_colour(1) in two.values()
    assert one.keys() != two.keys()
    assert picture.accessibleDescription() == "Training samples before scaling: 1 (one: 0, two: 1)"


def test_a_curve_a_surface_and_images_are_painted(picture):
    generator = np.random.default_rng(0)
    empty = colours(picture)
    for shape, description in (
        ((20, 1), {}),
        ((20, 2), {}),
        ((20, 5), {"task": Task.CLASSIFICATION, "outputs": 3, "class_names": ("a", "b", "c")}),
        ((20, 1, 8, 8), {"task": Task.CLASSIFICATION, "outputs": 10}),
        ((20, 3, 8, 8), {"task": Task.CLASSIFICATION, "outputs": 10}),
    ):
        inputs = generator.uniform(0, 1, shape)
        classes = description.get("task") is Task.CLASSIFICATION
        targets = np.arange(20) % 3 if classes else generator.normal(size=(20, 1)).astype(np.float32)
        picture.show_samples(samples(inputs, targets, **description))
        assert len(colours(picture)) > len(empty) + 3
    picture.show_samples(None)
    assert colours(picture) == empty


def test_one_point_and_equal_points_are_painted(picture):
    picture.show_samples(samples(np.zeros((1, 2)), np.zeros((1, 1), np.float32)))
    picture.show_samples(samples(np.ones((5, 1)), np.ones((5, 1), np.float32)))
    assert len(colours(picture)) > 2


def test_points_keep_their_places(picture):
    from PySide6.QtCore import QRectF

    where = placed(np.array([0.0, 1.0]), np.array([5.0, 7.0]), QRectF(10, 20, 100, 50))
    assert where.tolist() == [[10.0, 70.0], [110.0, 20.0]]


def test_pixels_become_an_image():
    grey = image_of(np.array([[[0.0, 1.0], [0.5, 2.0]]]))
    assert [grey.pixelColor(x, y).red() for y in range(2) for x in range(2)] == [0, 255, 127, 255]
    red = np.zeros((3, 1, 1))
    red[0] = 1.0
    assert image_of(red).pixelColor(0, 0).name() == "#ff0000"


def test_what_is_not_chosen_yet_is_said_at_its_field_and_not_in_the_place_of_the_picture(qtbot, panel):
    spec = panel.value()
    panel.setValue(spec.replace(data=spec.data.replace(dataset="own_images")))
    preview = panel.data.preview
    qtbot.waitUntil(lambda: preview.is_missing)
    assert preview.hint.text() == "No samples to show yet."
    assert "Choose the images" in str(panel.problem)


def sign_of(panel):
    """The sign on the tab of the data."""
    return panel.tabs.tabIcon(0).pixmap(16, 16).toImage()


def test_what_is_not_chosen_yet_is_a_hint_and_what_is_wrong_is_an_error(qtbot, panel, tmp_path):
    dataset, parts = panel.data.field(("dataset",)), (panel.banner, panel.data.field(("dataset",))._problem)
    hint, error = (
        line_icon(*sign).pixmap(16, 16).toImage() for sign in (("info", LIGHT.muted), ("error", LIGHT.error))
    )
    choose(qtbot, dataset.combo, "own_images")
    assert panel.banner.text() == "Something is still to be chosen."
    assert "Choose the images" in panel.banner.accessibleName()
    assert [part.awaits_choice for part in parts] == [True, True]
    assert sign_of(panel) == hint
    spec = panel.value()
    gone = DATASETS["own_images"].complete({"path": str(tmp_path / "gone.npz")})
    panel.setValue(spec.replace(data=spec.data.replace(dataset=spec.data.dataset.replace(parameters=gone))))
    assert "cannot be read" in dataset.problem
    assert panel.banner.text() == "Something under Data has to be changed."
    assert "cannot be read" in panel.banner.accessibleName()
    assert [part.awaits_choice for part in parts] == [False, False]
    assert sign_of(panel) == error
