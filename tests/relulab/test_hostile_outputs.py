"""Whatever is written says the text of a stranger and does nothing with it: every format, every place for a text.

FAULTS R2 and R13. A report on a session full of it has the same tags as one of harmless words. One text holds all of
them, because a report takes seconds.
"""

import csv
import dataclasses
import io
import json
import re
import struct
import tracemalloc
import unicodedata
import zlib
from functools import cache
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

from relulab.api import train
from relulab.errors import SpecError
from relulab.experiment import ExperimentSpec
from relulab.export.code import notebook, script
from relulab.export.csv_tables import history_tables
from relulab.export.export_input import write_table
from relulab.report.content.compose import compose
from relulab.report.figures.catalogue import FIGURES
from relulab.report.figures.theme import LIGHT
from relulab.report.figures.writing import to_pdf as drawing_to_pdf
from relulab.report.figures.writing import to_png, to_svg
from relulab.report.writers.html import to_html
from relulab.report.writers.markdown import to_markdown
from relulab.report.writers.pdf import to_pdf
from relulab.session.file.files import load_session, save_session
from relulab.session.session import PinnedPicture, Session
from relulab.untrusted import MIB
from relulab.views.parts import ShownRun
from tests.helpers.hostile_texts import HALVES, HOSTILE, MARK, hostile_session
from tests.helpers.report_checks import DAY, Page
from tests.helpers.sessions import png

HARMLESS = "harmless words"
SHORT = {name: words for name, words in HOSTILE.items() if len(words) < 1000}
ALL = " ".join(" ".join(words.split("\n")) for words in SHORT.values())[:1000]  # what a line of a session may hold
LONGEST = "\n".join([ALL] * 100)  # 60 kB of notes
QUOTES = "x\"\"\"'''; 1/0 # {1/0} \\"
STARTERS = {"=", "+", "-", "@"}


@cache
def report(words):
    return compose(hostile_session(words), DAY)


def tags(page):
    """The tags, and the attributes that could load or run something."""
    loading = [
        (name, key)
        for name, attributes in page.tags
        for key, value in attributes.items()
        if key in ("href", "src", "srcset", "style") or key.startswith("on")
        if value and not value.startswith(("#", "data:image/png;base64,"))
        if key != "style" or MARK in value
    ]
    return page.counts, loading


@pytest.mark.slow
def test_r2_a_web_page_has_the_tags_of_harmless_words():
    usual, _ = tags(Page.read(to_html(report(HARMLESS))))
    counts, loading = tags(Page.read(to_html(report(ALL))))
    assert {name for name in usual | counts if usual[name] != counts[name]} <= {"span", "br"}, "labels of long names"
    assert not loading


@pytest.mark.slow
def test_r2_markdown_has_the_tags_of_harmless_words():
    def rendered(words):
        return Page.read(MarkdownIt("commonmark").enable("table").render(to_markdown(report(words), "files")[0]))

    usual, _ = tags(rendered(HARMLESS))
    counts, loading = tags(rendered(ALL))
    assert usual == counts
    assert all(name == "img" for name, _ in loading), "the figures are files"


@pytest.mark.slow
def test_r2_a_pdf_runs_and_asks_for_nothing():
    data = to_pdf(report(ALL))
    reader = PdfReader(BytesIO(data))
    assert not [page for page in reader.pages if "/Annots" in page or "/AA" in page]
    assert not {"/OpenAction", "/AA", "/AcroForm", "/URI"} & set(reader.root_object)
    assert not re.search(rb"/(JavaScript|JS|URI|Launch|SubmitForm|EmbeddedFile)\b", data)


@pytest.mark.slow
def test_r2_long_notes_of_it_are_text_in_every_report():
    notes = compose(Session(notes=LONGEST), DAY)
    page = Page.read(to_html(notes))
    assert page.text.count(MARK) >= 100
    assert not tags(page)[1]
    assert to_markdown(notes, "files")[0].count(MARK) >= 100
    assert PdfReader(BytesIO(to_pdf(notes))).pages


def drawn(shown):
    """Every figure that can be drawn of these runs."""
    return [drawing for kind in FIGURES.values() if (drawing := kind.draw(shown)) is not None]


@cache
def runs_once():
    return hostile_session(HARMLESS).runs


def shown_runs(words):
    return [ShownRun(words, run.history, number) for number, run in enumerate(hostile_session(words).runs)]


def test_r2_drawings_run_and_load_nothing():
    for drawing in drawn(shown_runs(ALL)):
        text = to_svg(drawing, theme=LIGHT)
        elements = list(ElementTree.fromstring(text).iter())
        assert not {"script", "a", "foreignObject"} & {element.tag.rpartition("}")[2] for element in elements}
        links = [value for element in elements for key, value in element.attrib.items() if key.endswith("href")]
        assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)


@pytest.mark.parametrize("words", [SHORT["control"] + SHORT["direction"], SHORT["markdown"], HALVES])
def test_r2_a_curve_of_any_name_can_be_written(words):
    drawing = FIGURES["loss"].draw([ShownRun(words, run.history, place) for place, run in enumerate(runs_once())])
    ElementTree.fromstring(to_svg(drawing, theme=LIGHT))
    assert to_png(drawing, dpi=30).startswith(b"\x89PNG")
    assert drawing_to_pdf(drawing).startswith(b"%PDF")


def computed(text):
    """The cells of a CSV table that a spreadsheet would compute."""
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            seen = "".join(letter for letter in cell if letter.isprintable() and not letter.isspace())
            first = unicodedata.normalize("NFKC", seen[:1])
            try:
                float(cell)
            except ValueError:
                if first in STARTERS:
                    yield cell


FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "+1+1", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1",
    "\x00=1", "\u200b=1", "\ufeff=1", "\u202e=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201", "\ufe66=", "--1", "=",
    "-", "+1e5e",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_r13_no_text_of_a_table_is_computed(formula, tmp_path):
    write_table(tmp_path / "a.csv", (formula, "b"), [(formula, -1.5), (np.str_(formula), "2"), ("-1.5", "a")])
    text = (tmp_path / "a.csv").read_bytes().decode()
    assert not list(computed(text))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["'" + formula.replace("\r", "\n"), "b"]
    assert [row[1] for row in rows[1:]] == ["-1.5", "2", "a"], "numbers and plain words stay"


def test_r13_no_cell_of_what_is_written_of_a_run_is_computed(tmp_path):
    formula = FORMULAS[1]
    tables = dict(history_tables(hostile_session(formula).runs[0].history))
    assert formula in tables["changes"]["what"]
    for name, columns in tables.items():
        write_table(tmp_path / f"{name}.csv", list(columns), zip(*columns.values(), strict=True))
    for kind in FIGURES.values():
        if (table := kind.table(shown_runs(formula))) is not None:
            write_table(tmp_path / f"figure-{kind.key}.csv", table.columns, table.rows)
    written = list(tmp_path.glob("*.csv"))
    assert len(written) > len(FIGURES)
    for path in written:
        assert not list(computed(path.read_bytes().decode())), path.name


def test_r13_a_table_can_hold_whatever_a_cell_may_say(tmp_path):
    said = (HALVES, ALL, "a\r=1", "a\r\n=1", "a\u2028=1", HOSTILE["lines"], *SHORT.values())
    write_table(tmp_path / "a.csv", (HALVES,), [(words,) for words in said])
    text = (tmp_path / "a.csv").read_bytes().decode()
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 1 + len(said), "a text stays in its row"
    assert not list(computed(text))
    assert "\r" not in text


def table_of(folder, words):
    """An experiment on a table whose columns and classes are called so, on one line."""
    path = folder / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([f"{words} a", f"b {words}", f"{words} y"])
        writer.writerows([n * 1.5, n % 7, words if n % 2 else f"no {words}"] for n in range(60))
    dataset = {"name": "csv", "parameters": {"path": str(path), "target": f"{words} y"}}
    return ExperimentSpec.parse({"name": words, "data": {"dataset": dataset}, "training": {"steps": 3}})


@pytest.mark.parametrize("kind", ["script", "markdown", "quotes"])
def test_r13_names_of_columns_and_classes_are_no_code(kind, tmp_path):
    words = (SHORT | {"quotes": QUOTES})[kind].split("\n")[0]
    result = train(table_of(tmp_path, words))
    described = result.history.info.dataset.description
    written = script(result.spec, described, [0.5], "x.py")
    compile(written, "x.py", "exec")
    cells = json.loads(notebook(result.spec, described, [0.5]))["cells"]
    assert not any("<script" in "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    compile("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"), "x", "exec")
    for drawing in drawn([ShownRun("Run", result.history)]):
        ElementTree.fromstring(to_svg(drawing, theme=LIGHT))


@pytest.mark.parametrize("words", SHORT.values(), ids=SHORT)
def test_r2_a_session_gives_the_text_back(words, tmp_path):
    path = tmp_path / "a.relulab"
    run = dataclasses.replace(runs_once()[1], name=words, message=words)
    save_session(Session(title=words, author=words, notes=words, runs=(run,)), path)
    session = load_session(path)
    (again,) = session.runs
    assert (session.title, session.author, session.notes, again.name, again.message) == (words,) * 5


def pixel_bomb():
    """A whole black picture with as many pixels as a file may have."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 16_384, 16_384, 1, 0, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress((b"\0" + bytes(2048)) * 16_384)
    chunks = [
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (header, pixels)
    ]
    return png()[:8] + b"".join(chunks) + png()[-12:]


def chunk_bomb():
    """A whole picture with a text of 100 MB that takes 100 kB."""
    text = zlib.compress(b"a\0\0" + bytes(100 * MIB))
    body = b"zTXt" + b"a\0\0" + text
    return png()[:33] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + png()[33:]


PICTURES = {
    "bomb": pixel_bomb,
    "text bomb": chunk_bomb,
    "cut": lambda: png(30, 30)[:-40],
    "wrong checksum": lambda: png(30, 30)[:-30] + b"x" + png(30, 30)[-29:],
    "no picture": lambda: b"\x89PNG\r\n\x1a\n" + b"<svg/>" * 10,
    "of another kind": lambda: b"GIF89a" + bytes(100),
    "empty": lambda: b"",
}


@pytest.mark.parametrize("kind", PICTURES)
def test_r15_a_picture_that_cannot_be_shown_ends_no_report(kind):
    data = PICTURES[kind]()
    tracemalloc.start()
    written = compose(Session(pictures=(PinnedPicture("Mine", data, "my note"),)), DAY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * MIB
    page = Page.read(to_html(written))
    assert "Mine: this picture is damaged and cannot be shown. my note" in page.text
    assert not page.of("img")
    assert PdfReader(BytesIO(to_pdf(written))).pages


def test_r15_halves_of_letters_are_refused_where_they_are_given():
    with pytest.raises(SpecError, match="name"):
        ExperimentSpec.parse({"name": HALVES})
    with pytest.raises(SpecError):
        ExperimentSpec.from_json(json.dumps({"name": HALVES}))
