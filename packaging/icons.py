"""The icon in the formats of Windows and macOS: python packaging/icons.py FOLDER. Drawn by Qt from the one SVG."""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICON = Path(__file__).resolve().parent.parent / "resources" / "icons" / "relulab.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256)
LARGEST = 1024


def drawn(size: int) -> Image.Image:
    """The icon, ``size`` pixels wide."""
    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(str(ICON)).render(painter)
    painter.end()
    buffer = QBuffer()
    picture.save(buffer, "PNG")
    return Image.open(BytesIO(bytes(buffer.data().data())))


if __name__ == "__main__":
    app = QGuiApplication([])
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    largest = drawn(max(SIZES))
    others = [drawn(size) for size in SIZES[:-1]]
    largest.save(folder / "relulab.ico", sizes=[(size, size) for size in SIZES], append_images=others)
    drawn(LARGEST).save(folder / "relulab.icns")
