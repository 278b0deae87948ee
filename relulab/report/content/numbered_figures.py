"""The figures of a report: drawn by the catalogue, numbered as they come, each with a name that is good for a file."""

from collections.abc import Collection, Mapping, Sequence
from io import BytesIO

from PIL import Image

from relulab.report.content.blocks import Block, Figure, Paragraph, Picture
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.figure import FigureKind
from relulab.session.session import PinnedPicture
from relulab.views.parts import ShownRun

LARGEST_PICTURE = 50_000_000  # pixels
DESIGN, DATA = FIGURES["design"], FIGURES["samples"]  # they stand in the sections on the design and on the data
_MEASURED = [kind for kind in FIGURES.values() if kind not in (DESIGN, DATA)]
OF_ALL = [kind for kind in _MEASURED if kind.several]  # several runs on the same axes
OF_ONE = [kind for kind in _MEASURED if not kind.several]


class NumberedFigures:
    """Draws figures and counts them; none of the kinds whose keys are ``left_out``."""

    def __init__(self, left_out: Collection[str] = ()) -> None:
        self._count = 0
        self._left_out = left_out
        self.drawn: set[str] = set()  # keys of the kinds of figures

    def draw(self, runs: Sequence[ShownRun], *kinds: FigureKind) -> list[Figure]:
        """The figures of these kinds; one for which nothing was measured is left out."""
        figures = []
        for kind in kinds:
            drawing = None if kind.key in self._left_out else kind.draw(runs)
            if drawing is not None:
                self._count += 1
                self.drawn.add(kind.key)
                figures.append(Figure(f"{self._count:02}-{kind.key}", drawing, self._count))
        return figures

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


def _is_readable(png: bytes) -> bool:
    """Whether a picture out of a file is a whole one, of a size that can be shown."""
    try:
        with Image.open(BytesIO(png), formats=("PNG",)) as image:
            if image.width * image.height > LARGEST_PICTURE:
                return False
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):  # what Pillow raises for a bad PNG
        return False
    return True
