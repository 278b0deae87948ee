"""Make the pictures of the start page and say how long its experiments take: every preset is trained to its end.

    python3 packaging/start_pictures.py FOLDER

FOLDER holds the files of MNIST. Written are ``resources/start/KEY-light.png`` and ``-dark.png`` for each preset, and
``runs.json`` with the seconds of processor time that training took on this machine with the measurements of the window.
"""

import json
import os
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image  # noqa: E402 (from this checkout)
from PySide6.QtCore import QBuffer, QIODevice, QSize  # noqa: E402
from PySide6.QtGui import QGuiApplication, QImage  # noqa: E402

from relulab.data.dataset import Source  # noqa: E402
from relulab.data.loading import load_dataset  # noqa: E402
from relulab.errors import DivergedError  # noqa: E402
from relulab.experiment.presets import PRESETS, Preset  # noqa: E402
from relulab.session.history import RunHistory  # noqa: E402
from relulab.session.store import SessionStore  # noqa: E402
from relulab.training.run import TrainingRun  # noqa: E402
from relulab.training.schedule import LIVE  # noqa: E402
from relulab.training.trainer import torch_threads  # noqa: E402
from ui.plots.miniature import LOSS, OUTPUT, UNITS, miniature  # noqa: E402
from ui.widgets.palette import palette  # noqa: E402

TARGET = ROOT / "resources" / "start"
SIZE = QSize(266, 84)  # pixels of the screen
COLOURS = 64  # of a picture
KINDS = {
    UNITS: ("dying-relu", "dying-bias", "born-dead", "unscaled-input", "saturation", "signal-dies"),
    LOSS: ("clipping-rescue", "constant-init", "sigmoid-vanishing", "exploding", "deep-xavier", "deep-he",
           "softmax-inside", "overfitting"),
}  # fmt: skip


def main() -> None:
    app = QGuiApplication([])
    wanted = sys.argv[2:]
    source = Source(root=Path(sys.argv[1]))
    TARGET.mkdir(exist_ok=True)
    file = TARGET / "runs.json"
    runs = json.loads(file.read_text("utf-8")) if file.exists() else {}
    for preset in PRESETS.values():
        if wanted and preset.key not in wanted:
            continue
        history, seconds = trained(preset, source)
        runs[preset.key] = {"seconds": max(0.1, round(seconds, 1))}
        print(f"{preset.key:<20}{seconds:6.1f} s")
        kind = next((kind for kind, keys in KINDS.items() if preset.key in keys), OUTPUT)
        for dark in (False, True):
            picture = miniature(history, SIZE, palette(dark), kind)
            (TARGET / f"{preset.key}-{'dark' if dark else 'light'}.png").write_bytes(small(picture))
    ordered = {key: runs[key] for key in PRESETS if key in runs}
    file.write_text(json.dumps(ordered, indent=2) + "\n", "utf-8")
    app.quit()


def trained(preset: Preset, source: Source) -> tuple[RunHistory, float]:
    """The run at its end, with a picture of what it computes, and how many seconds of processor time it took."""
    spec = preset.spec()
    store = SessionStore()
    with torch_threads(1):  # so that processor time is what a user waits who does nothing else
        run = TrainingRun(spec, load_dataset(spec.data, source), recording=LIVE, record=store.append)
        run.measure_start()
        began = process_time()
        with suppress(DivergedError):  # as some of them are meant to
            run.run_until(run.total_steps)
        seconds = process_time() - began
        run.instruments.measure_picture()
    assert store.current is not None
    return store.current, seconds


def small(picture: QImage) -> bytes:
    """As a PNG of few colours."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide6 knows no format as text
    image = Image.open(BytesIO(buffer.data().data())).convert("RGB")
    written = BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
