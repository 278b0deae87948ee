"""The figures of a report: drawn by the catalogue, numbered as they come, each with a name that is good for a file."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from PIL import Image

from relulab.report.content.blocks import Block, Figure, Paragraph, Picture
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.figure import FigureKind
from relulab.session.session import PinnedPicture
from relulab.views.parts import ShownRun

LARGEST_PICTURE = 50_000_000  # pixels
DESIGN, DATA = "design", "samples"  # kinds that stand in the sections on the design and on the data


class NumberedFigures:
    """Draws figures and counts them."""

    def __init__(self) -> None:
        self._count = 0

    def of_design(self, run: ShownRun) -> list[Figure]:
        """The picture of the network."""
        return self._draw([kind for kind in FIGURES.values() if kind.key == DESIGN], [run])

    def of_data(self, run: ShownRun) -> list[Figure]:
        """The pictures of the samples."""
        return self._draw([kind for kind in FIGURES.values() if kind.key == DATA], [run])

    def of_all(self, runs: Sequence[ShownRun]) -> list[Figure]:
        """The figures that show several runs on the same axes."""
        return self._draw(_measured(several=True), runs)

    def of_one(self, run: ShownRun) -> list[Figure]:
        """The figures that show one run only."""
        return self._draw(_measured(several=False), [run])

    def pinned(self, pictures: Sequence[PinnedPicture], names: Mapping[str, str]) -> list[Block]:
        """Pinned pictures; ``names`` are those of the runs by their keys. In place of a damaged one stands its note."""
        return [self._pinned(picture, names) for picture in pictures]

    def _pinned(self, picture: PinnedPicture, names: Mapping[str, str]) -> Block:
        title = picture.title or "Pinned picture"
        if not _is_readable(picture.png):
            return Paragraph(f"{title}: this picture is damaged and cannot be shown. {picture.note}".strip())
        self._count += 1
        of = f" of the run “{names[picture.run]}”" if picture.run in names else ""
        alternative = f"{title}: a picture{of} that somebody pinned. {picture.note}".strip()
        return Picture(f"{self._count:02}-pinned", title, picture.note, picture.png, alternative, self._count)

    def _draw(self, kinds: Sequence[FigureKind], runs: Sequence[ShownRun]) -> list[Figure]:
        figures = []
        for kind in kinds:
            drawing = kind.draw(runs)
            if drawing is not None:
                self._count += 1
                figures.append(Figure(f"{self._count:02}-{kind.key}", drawing, self._count))
        return figures


def _measured(several: bool) -> list[FigureKind]:
    return [kind for kind in FIGURES.values() if kind.several is several and kind.key not in (DESIGN, DATA)]


def _is_readable(png: bytes) -> bool:
    """Whether a picture out of a file is a whole one, of a size that can be shown."""
    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as image:
            if image.width * image.height > LARGEST_PICTURE:
                return False
            image.load()
    except (OSError, SyntaxError, ValueError):  # what Pillow raises for a damaged PNG
        return False
    return True
