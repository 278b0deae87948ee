"""Pages of matplotlib as form XObjects: a figure keeps its lines and letters exactly as they were drawn."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import cast

from matplotlib.backends.backend_pdf import PdfPages
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, IndirectObject, NameObject, StreamObject

from relulab.report.figures.figure import Drawing
from relulab.report.figures.theme import LIGHT, styled

FORM = "/XObject"


def pages_of(drawings: Sequence[Drawing]) -> list[PageObject]:
    """A page for each drawing, out of one document: its fonts are worked out once for all, which takes the longest."""
    file = BytesIO()
    with styled(LIGHT), PdfPages(file) as pages:
        for drawing in drawings:
            pages.savefig(drawing.paint(LIGHT), facecolor=LIGHT.background)
    return list(PdfReader(file).pages) if drawings else []


def size_of(page: PageObject) -> tuple[float, float]:
    """Its width and height in points."""
    return float(page.mediabox.width), float(page.mediabox.height)


def add_form(writer: PdfWriter, page: PageObject) -> IndirectObject:
    """Put a figure into the document, to be drawn by pages with ``Do``."""
    contents = page.get_contents()
    resources = cast(DictionaryObject, page["/Resources"].get_object())
    form = StreamObject()
    form.set_data(contents.get_data() if contents is not None else b"")
    width, height = size_of(page)
    form.update(
        {
            NameObject("/Type"): NameObject(FORM),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(FloatObject(side) for side in (0, 0, width, height)),
            NameObject("/Resources"): resources.clone(writer),
            NameObject("/Group"): DictionaryObject(  # so that half-transparent bands mix inside the figure
                {NameObject("/S"): NameObject("/Transparency"), NameObject("/CS"): NameObject("/DeviceRGB")}
            ),
        }
    )
    return writer._add_object(form.flate_encode())  # pypdf offers no public way to add an object


def give(page: PageObject, forms: Mapping[str, IndirectObject]) -> None:
    """Let a page draw ``forms`` by their names."""
    resources = DictionaryObject(cast(DictionaryObject, page["/Resources"].get_object()))
    drawn = DictionaryObject(cast(DictionaryObject, resources.get(FORM, DictionaryObject()).get_object()))
    for name, place in forms.items():
        drawn[NameObject(f"/{name}")] = place
    resources[NameObject(FORM)] = drawn
    page[NameObject("/Resources")] = resources
