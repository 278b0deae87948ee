"""The structure of a PDF: which letters are a heading, a paragraph, a cell, and what a figure shows.

Screen readers need it, and search and copying profit. While reportlab draws, every piece is marked in the page
(``Structure.marked``); afterwards ``attach`` writes the tree of elements that the marks belong to (ISO 32000-1, 14.7).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

Parents = defaultdict[int, dict[int, IndirectObject]]  # by page and mark
Cell = tuple[int, int]  # the table and the row that a cell belongs to


@dataclass(frozen=True, slots=True)
class Tag:
    """What a piece is: H1, H2, P, TH, TD, Figure, Caption …; ``alternative`` says in words what a figure shows."""

    role: str
    alternative: str = ""
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece as it lies in a page (from 0): ``number`` is its mark there."""

    tag: Tag
    page: int
    number: int


class Structure:
    """Collects the marks of a document in reading order. ``forms``: which figures each page (from 0) draws."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.forms: defaultdict[int, set[str]] = defaultdict(set)
        self._counts: defaultdict[int, int] = defaultdict(int)

    @contextmanager
    def marked(self, canvas: Any, tag: Tag) -> Iterator[None]:
        """Mark what is drawn meanwhile."""
        page = canvas.getPageNumber() - 1
        number = self._counts[page]
        self._counts[page] += 1
        self.marks.append(Mark(tag, page, number))
        canvas.addLiteral(f"/{tag.role} <</MCID {number}>> BDC")
        yield
        canvas.addLiteral("EMC")

    def attach(self, writer: PdfWriter, language: str) -> None:
        """Write the tree into a document whose pages hold the marks."""
        root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot"), NameObject("/K"): ArrayObject()})
        root_place = writer._add_object(root)  # pypdf offers no public way to add an object
        document = _child(writer, "Document", root_place)
        parents: Parents = defaultdict(dict)
        for table, marks in groupby(self.marks, key=lambda mark: mark.tag.cell and mark.tag.cell[0]):
            if table is None:
                for mark in marks:
                    _add(writer, document, mark, parents)
            else:
                _add_table(writer, document, marks, parents)
        root[NameObject("/ParentTree")] = writer._add_object(_parent_tree(writer, parents))
        catalogue = writer.root_object
        catalogue[NameObject("/StructTreeRoot")] = root_place
        catalogue[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
        catalogue[NameObject("/Lang")] = TextStringObject(language)


@contextmanager
def artifact(canvas: Any) -> Iterator[None]:
    """Mark what is drawn meanwhile as no part of the content: page numbers, repeated heads of tables."""
    canvas.addLiteral("/Artifact BMC")
    yield
    canvas.addLiteral("EMC")


def _child(writer: PdfWriter, role: str, parent: IndirectObject) -> IndirectObject:
    """A new element below ``parent``."""
    element = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/StructElem"),
            NameObject("/S"): NameObject(f"/{role}"),
            NameObject("/P"): parent,
            NameObject("/K"): ArrayObject(),
        }
    )
    place = writer._add_object(element)
    _of(parent)["/K"].append(place)
    return place


def _of(place: IndirectObject) -> Any:
    """The element that lies there."""
    return place.get_object()


def _add(writer: PdfWriter, parent: IndirectObject, mark: Mark, parents: Parents) -> None:
    """An element for one mark."""
    place = _child(writer, mark.tag.role, parent)
    element = _of(place)
    element[NameObject("/Pg")] = writer.pages[mark.page].indirect_reference
    element["/K"].append(NumberObject(mark.number))
    if mark.tag.alternative:
        element[NameObject("/Alt")] = TextStringObject(mark.tag.alternative)
    parents[mark.page][mark.number] = place


def _add_table(writer: PdfWriter, parent: IndirectObject, marks: Iterable[Mark], parents: Parents) -> None:
    """A table with its rows and cells."""
    table = _child(writer, "Table", parent)
    for _, cells in groupby(marks, key=lambda mark: mark.tag.cell):
        row = _child(writer, "TR", table)
        for mark in cells:
            _add(writer, row, mark, parents)


def _parent_tree(writer: PdfWriter, parents: Parents) -> DictionaryObject:
    """From each page's marks back to their elements."""
    numbers = ArrayObject()
    for page, elements in sorted(parents.items()):
        writer.pages[page][NameObject("/StructParents")] = NumberObject(page)
        writer.pages[page][NameObject("/Tabs")] = NameObject("/S")
        numbers += [NumberObject(page), ArrayObject(elements[number] for number in range(len(elements)))]
    return DictionaryObject({NameObject("/Nums"): numbers})
