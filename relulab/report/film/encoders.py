"""From pictures to a file: GIF by Pillow, MP4 and WebM by PyAV where that is installed.

A film is put together in memory and written in one go, so a file is whole or not there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from relulab.errors import SpecError
from relulab.export.export_input import how_to_get

Pixels = NDArray[np.uint8]  # (rows, columns, 3)
Shots = Iterator[tuple[Pixels, int]]  # a picture, and for how many of the film's pictures it stays

EXTRA = "film"
GIF_PIXELS = 400_000_000  # of all pictures together, a byte each: they are compared with each other in memory
COLOURS = 255  # of a GIF
PALETTE_FRAMES = 3
HUNDREDTHS = 100  # of a second, in which a GIF counts


@dataclass(frozen=True, slots=True)
class Encoder:
    """One kind of file. ``write`` makes its bytes of shots, and the pictures of a second."""

    suffix: str
    title: str
    write: Callable[[Shots, int], bytes]
    package: str = ""
    codec: str = ""

    @property
    def missing(self) -> str:
        """Why it cannot be written on this machine, and how to change that; empty where it can."""
        if not self.package or find_spec(self.package) is not None:
            return ""
        return f"{self.title} needs the package {self.package}, GIF needs none. {how_to_get(EXTRA)}"


def encoder_of(path: Path) -> Encoder:
    """The one for this name. Raises SpecError where there is none, or where it is not installed."""
    encoder = ENCODERS.get(path.suffix.lower())
    if encoder is None:
        raise SpecError(f"{path}: the name of a film ends in {', '.join(ENCODERS)}.")
    if encoder.missing:
        raise SpecError(f"{path}: {encoder.missing}")
    return encoder


def check_size(path: Path, pictures: int, width: int, height: int) -> None:
    """Raises SpecError for a GIF that would take too much memory."""
    if path.suffix.lower() == ".gif" and pictures * width * height > GIF_PIXELS:
        raise SpecError(
            f"{pictures:,} pictures of {width:,} × {height:,} are too many for a GIF. Make it less wide or shorter, or "
            "with fewer pictures a second; .mp4 and .webm take any size."
        )


def _gif(shots: Shots, rate: int) -> bytes:
    """All pictures in the colours of the first few: with colours of its own each would flicker."""
    first: list[tuple[Pixels, int]] = []
    for shot in shots:
        first.append(shot)
        if len(first) == PALETTE_FRAMES:
            break
    seen = Image.fromarray(np.concatenate([pixels for pixels, _ in first]))
    palette = seen.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    durations: list[int] = []
    shown = 0

    def pictures() -> Iterator[Image.Image]:
        nonlocal shown
        for pixels, count in chain(first, shots):
            before, shown = shown, shown + count
            durations.append(10 * (HUNDREDTHS * shown // rate - HUNDREDTHS * before // rate))
            yield Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.NONE)

    opening, *others = pictures()
    file = BytesIO()
    opening.save(
        file, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=False, disposal=1
    )
    return file.getvalue()


def _video(kind: str, codec: str, options: Mapping[str, str], shots: Shots, rate: int) -> bytes:
    import av

    file = BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, options=dict(options))
        assert isinstance(stream, av.VideoStream), "the codec is one of pictures"
        stream.pix_fmt = "yuv420p"
        for number, pixels in enumerate(pixels for pixels, count in shots for _ in range(count)):
            if not number:
                stream.height, stream.width = pixels.shape[:2]
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def _mp4(shots: Shots, rate: int) -> bytes:
    return _video("mp4", "libx264", {"crf": "18", "preset": "medium"}, shots, rate)


def _webm(shots: Shots, rate: int) -> bytes:
    return _video("webm", "libvpx-vp9", {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "4"}, shots, rate)


ENCODERS: Mapping[str, Encoder] = {
    encoder.suffix: encoder
    for encoder in (
        Encoder(".gif", "GIF", _gif),
        Encoder(".mp4", "MP4", _mp4, "av"),
        Encoder(".webm", "WebM", _webm, "av"),
    )
}
