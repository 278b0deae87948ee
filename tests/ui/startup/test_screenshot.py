"""The picture is of the real window: right size, right theme, right number of steps, every panel drawn."""

import pytest
from PySide6.QtGui import QColor, QImage

from relulab.errors import DataMissingError, SessionError, UnknownKeyError
from relulab.views.network.colours import network_colours
from ui.platform.settings import settings_file
from ui.shell.layouts import WIDE_FROM
from ui.startup.screenshot import take_screenshot
from ui.widgets import palette as palettes


def colours_of(path):
    picture = QImage(str(path))
    return picture, [
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)
    ]


@pytest.mark.parametrize(
    ("theme", "colours", "size"), [("light", palettes.LIGHT, (1280, 800)), ("dark", palettes.DARK, (1024, 700))]
)
def test_size_and_theme(qapp, tmp_path, theme, colours, size):
    path = tmp_path / "Größe.png"
    take_screenshot("moons-healthy", 30, size, theme, path)
    picture, seen = colours_of(path)
    assert (picture.width(), picture.height()) == size
    assert seen.count(colours.window) > 0.15 * len(seen)
    assert QColor(colours.train).name() in seen or QColor(colours.validation).name() in seen
    if size[0] >= WIDE_FROM:
        assert network_colours(colours.dark).frame in seen, "a wide window shows the network"
    assert not settings_file().exists(), "a picture must not change what the user has set"


def test_what_cannot_be_drawn_is_an_error_in_words(qapp, tmp_path):
    with pytest.raises(UnknownKeyError):
        take_screenshot("mnist-mpl", 1, (800, 600), "light", tmp_path / "a.png")
    with pytest.raises(DataMissingError):
        take_screenshot("mnist-mlp", 1, (800, 600), "light", tmp_path / "a.png")
    with pytest.raises(SessionError):
        take_screenshot("moons-healthy", 0, (800, 600), "light", tmp_path / "no folder" / "a.png")
