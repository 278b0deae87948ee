"""Reports as files, read as their users' programs read them: a browser, a PDF reader, a Markdown renderer."""

import dataclasses
import re
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

from relulab.errors import SessionError
from relulab.formatting import NO_BREAK
from relulab.report.content.blocks import Figure, Picture, Quote, Result, Table, Verdict
from relulab.report.content.compose import compose
from relulab.report.writers.html import to_html
from relulab.report.writers.markdown import to_markdown
from relulab.report.writers.pdf import to_pdf
from relulab.report.writers.pdf.flowables import column_widths
from relulab.report.writers.report_formats import REPORT_FORMATS, report_format
from relulab.session.session import Session
from tests.helpers.report_checks import DAY, HOSTILE, LINE, Page, hostile_session, report, session, untrained_session

IMAGE = "/Image"


@cache
def html() -> str:
    return to_html(report())


@cache
def pdf() -> Any:  # a PdfReader, whose objects are typed as any object of a PDF
    return PdfReader(BytesIO(to_pdf(report())))


@cache
def markdown():
    return to_markdown(report(), "report_files")


@cache
def hostile():
    return compose(hostile_session(), DAY)


def words(text: str) -> str:
    """Without line breaks and the spaces that keep a number and its unit together."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def pdf_text(reader: PdfReader) -> str:
    return words(" ".join(page.extract_text() for page in reader.pages))


def rendered_markdown(text: str) -> Page:
    return Page.read(MarkdownIt("commonmark").enable("table").render(text))


def pieces():
    """Texts that every kind of file must hold."""
    for section in report().sections:
        yield section.title
        for block in section.all_blocks:
            if isinstance(block, Result):
                yield from (block.name, block.sentence, block.figure)
            elif isinstance(block, Verdict):
                yield from (block.explanation, block.why, block.evidence, *block.advice)
            elif isinstance(block, Figure):
                yield from (block.drawing.title, block.drawing.caption)
            elif isinstance(block, Picture):
                yield block.note
            elif isinstance(block, Table):
                yield from block.columns


@pytest.mark.parametrize("kind", ["html", "pdf", "markdown"])
def test_every_file_holds_every_part(kind):
    text = {
        "html": lambda: Page.read(html()).text,
        "pdf": lambda: pdf_text(pdf()),
        "markdown": lambda: rendered_markdown(markdown()[0]).text,
    }[kind]()
    flat = re.sub(r"\s", "", text)  # a PDF knows no spaces at the ends of lines
    missing = [piece for piece in pieces() if re.sub(r"\s", "", piece) not in flat]
    assert not missing


# HTML


def test_the_page_needs_nothing_else_and_runs_nothing():
    page = Page.read(html())
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), f"{tag} runs a script"
            if name in ("src", "href", "xlink:href", "srcset", "action", "data"):
                assert value.startswith(("#", "data:image/png;base64,")), f"{tag} loads {value[:40]}"
    assert not page.counts["script"] + page.counts["link"] + page.counts["iframe"]
    assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org/)", html())
    policy = next(one["content"] for one in page.of("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_figures_are_vectors_with_a_title_and_an_alternative_text():
    page = Page.read(html())
    figures = [block for block in report().figures if isinstance(block, Figure)]
    pictures = [block for block in report().figures if isinstance(block, Picture)]
    assert page.counts["svg"] == len(figures)
    assert page.counts["desc"] >= len(figures)
    for figure in figures:
        assert words(figure.drawing.alternative) in page.text
    assert all(svg["role"] == "img" and svg["aria-labelledby"] for svg in page.of("svg"))
    assert [image["alt"] for image in page.of("img")] == [picture.alternative for picture in pictures]
    assert page.counts["figcaption"] == len(figures) + len(pictures)


def test_the_page_has_light_dark_phone_and_print_rules():
    for rule in (
        "@media (prefers-color-scheme: dark)",
        "@media print",
        "@page",
        "break-inside: avoid",
        "@media (max-width:",
        "overflow-x: auto",
    ):
        assert rule in html()
    viewport = next(one["content"] for one in Page.read(html()).of("meta") if one.get("name") == "viewport")
    assert "width=device-width" in viewport
    assert Page.read(html()).of("html") == [{"lang": "en"}]


def test_ids_are_unique_and_every_reference_has_its_target():
    page = Page.read(html())
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {one["href"][1:] for tag, one in page.tags if one.get("href", "").startswith("#")}
    assert targets <= set(ids)


def test_headings_go_down_one_level_at_a_time():
    levels = [int(tag[1]) for tag, _ in Page.read(html()).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_no_line_of_the_page_parts_a_number_from_its_percent():
    text = re.sub(r"(?s)<style.*?</style>|<svg.*?</svg>", "", html())
    assert re.search(rf"\d{NO_BREAK}%", text)
    assert not re.findall(r".{20}\d %", text)


def test_a_strangers_text_never_becomes_markup_in_html():
    text = to_html(hostile())
    page = Page.read(text)
    assert not page.counts["script"]
    assert page.counts["h1"] == 1
    assert not page.counts["em"] + page.counts["code"]
    assert page.counts["a"] == len(hostile().sections), "the contents alone are links"
    assert [entry["content"] for entry in page.of("meta") if entry.get("name") == "author"] == [LINE]
    assert page.text.count(LINE) >= 10


def test_the_page_is_small():
    assert len(html().encode()) < 1_000_000


# PDF


def test_pages_are_numbered():
    pages = pdf().pages
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page.extract_text()


def test_metadata_name_title_author_and_language():
    about = pdf().metadata
    assert (about.title, about.author) == ("Why ReLUs die", "Ada")
    assert about.creator.startswith("ReLU Lab")
    assert pdf().root_object["/Lang"] == "en"
    assert pdf().root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf().pdf_header == "%PDF-1.7"


def test_the_outline_holds_the_sections():
    top = [entry.title for entry in pdf().outline if not isinstance(entry, list)]
    assert top == [report().title, *(section.title for section in report().sections)]


def forms(page):
    objects = page["/Resources"].get("/XObject", {})
    return {name[1:]: objects[name].get_object() for name in objects}


def test_figures_are_the_vector_pages_of_the_plotting_library_with_their_letters():
    placed = {name: form for page in pdf().pages for name, form in forms(page).items() if form["/Subtype"] == "/Form"}
    figures = {block.name: block for block in report().figures if isinstance(block, Figure)}
    assert set(placed) == set(figures)
    for name, form in placed.items():
        content = form.get_data()
        assert b" l\n" in content or b" re\n" in content or b" c\n" in content, f"{name} draws no lines"
        assert form["/Resources"]["/Font"], f"{name} has no letters"
    for page in pdf().pages:
        assert drawn(page.get_contents().get_data()) <= set(forms(page))


def drawn(content: bytes) -> set[str]:
    """The names of what a page or a form draws."""
    return {name.decode() for name in re.findall(rb"/([\w-]+) Do", content)}


def test_curves_have_no_dots_anywhere():
    curves = [form for page in pdf().pages for name, form in forms(page).items() if name.endswith(("-loss", "-dead"))]
    assert curves
    for form in curves:
        inner = form["/Resources"].get("/XObject", {})
        assert not [name for name in drawn(form.get_data()) if inner[f"/{name}"].get_object()["/Subtype"] == IMAGE]


def structure(reader):
    """Every element of the tree as (role, alternative text, page), in reading order."""

    def walk(element):
        element = element.get_object()
        page = element.get("/Pg")
        yield str(element["/S"]), element.get("/Alt", ""), page.get_object() if page is not None else None, element
        for kid in element["/K"]:
            if not isinstance(kid, int):
                yield from walk(kid)

    return [item for kid in reader.root_object["/StructTreeRoot"]["/K"] for item in walk(kid)]


def test_figures_have_their_alternative_text_and_headings_their_rank():
    items = structure(pdf())
    alternatives = [alternative for role, alternative, *_ in items if role == "/Figure"]
    expected = [block.alternative for block in report().figures]
    assert alternatives == expected
    roles = [role for role, *_ in items]
    assert roles.count("/H1") == 1
    assert roles.count("/H2") == len(report().sections)
    assert {"/Table", "/TR", "/TH", "/TD", "/P", "/Caption"} <= set(roles)
    assert pdf().root_object["/MarkInfo"]["/Marked"]


def test_every_mark_in_a_page_belongs_to_one_element():
    tree = pdf().root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = dict(zip(tree[::2], tree[1::2], strict=True))
    for place, page in enumerate(pdf().pages):
        content = page.get_contents().get_data()
        marks = [int(number) for number in re.findall(rb"/MCID (\d+)>> BDC", content)]
        assert sorted(marks) == list(range(len(marks)))
        assert content.count(b"BDC") + content.count(b"BMC") == content.count(b"EMC")
        elements = parents[page["/StructParents"]]
        assert [element.get_object()["/K"] for element in elements] == [[mark] for mark in range(len(marks))]
        assert all(element.get_object()["/Pg"].get_object() == pdf().pages[place] for element in elements)


def long_report(rows):
    table = Table("Many rows.", ("Name", "Number"), tuple((f"row {row}", str(row)) for row in range(rows)))
    sections = tuple(
        dataclasses.replace(report().sections[1], title=f"Section {place}", blocks=(table,)) for place in range(6)
    )
    return dataclasses.replace(report(), sections=sections)


def test_a_table_goes_on_over_pages_with_its_head_on_each():
    reader = PdfReader(BytesIO(to_pdf(long_report(120))))
    texts = [page.extract_text() for page in reader.pages]
    assert all("Name" in text for text in texts if "row " in text)
    assert len(texts) >= 12
    heads = [role for role, *_ in structure(reader) if role == "/TH"]
    assert len(heads) == 2 * 6, "a head that is repeated is content once"
    assert "row 119" in texts[-1]


@pytest.mark.parametrize("rows", range(20, 34))
def test_no_heading_stands_alone_at_the_foot_of_a_page(rows):
    reader = PdfReader(BytesIO(to_pdf(long_report(rows))))
    last = {id(page): role for role, _, page, _ in structure(reader) if page is not None}
    assert not {"/H1", "/H2", "/H3"} & set(last.values())


def test_a_strangers_text_stays_text_in_a_pdf():
    reader = PdfReader(BytesIO(to_pdf(hostile())))
    assert words(LINE) in pdf_text(reader)
    assert reader.metadata.title == LINE
    assert not [page for page in reader.pages if "/Annots" in page]


def test_texts_longer_than_a_page_are_whole():
    name = "word " * 199
    runs = tuple(
        dataclasses.replace(run, name=name, environment={name: name}, history=run.history.up_to(0))
        for run in session().runs[:2]
    )
    note = "sentence. " * 3000
    reader = PdfReader(BytesIO(to_pdf(compose(Session(title=name, notes=note, runs=runs), DAY))))
    assert pdf_text(reader).count("sentence.") == 3000


def test_columns_share_the_width_by_what_stands_in_them():
    widths = column_widths([("a", "number"), ("some words that can be broken " * 9, "12")], 400.0)
    assert sum(widths) == pytest.approx(400.0)
    assert widths[0] > 4 * widths[1]
    assert sum(column_widths([("x" * 300, "y" * 300, "z" * 300)], 400.0)) == pytest.approx(400.0)


# Markdown


def test_markdown_links_to_its_figures_beside_it(tmp_path):
    path = tmp_path / "my report.md"
    report_format(path).write(report(), path)
    page = rendered_markdown(path.read_text("utf-8"))
    images = page.of("img")
    assert len(images) == len(report().figures)
    for image, block in zip(images, report().figures, strict=True):
        alternative = block.alternative
        assert words(image["alt"]) == words(alternative)
        file = tmp_path / image["src"].replace("%20", " ")
        assert file.parent.name == "my report_files"
        assert file.read_bytes().startswith(b"<svg" if file.suffix == ".svg" else b"\x89PNG")


def test_a_strangers_text_never_becomes_markup_in_markdown():
    text, _ = to_markdown(hostile(), "files")
    page, plain = rendered_markdown(text), rendered_markdown(markdown()[0])
    assert not page.counts["script"] + page.counts["a"] + page.counts["code"]
    assert page.counts["h1"] == 1
    assert page.counts["ol"] == plain.counts["ol"] == 0
    assert page.text.count(LINE) >= 10
    rows = [line for line in text.splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert widths <= {3, 4, 5, 6, 7, 8, 9, 10, 11}


def test_markdown_is_readable_as_it_is():
    text, _ = markdown()
    assert text.startswith("# Why ReLUs die\n\n*Ada · 1 March 2026 · made with ReLU Lab")
    assert "97\\." not in text
    assert "\n> Größe ≥ 3  \n> δοκιμή 🙂\n" in text
    assert "\n\n\n" not in text


# All of them


@pytest.mark.parametrize("suffix", list(REPORT_FORMATS))
def test_every_kind_of_file_tells_of_an_untrained_design_and_of_nothing(suffix, tmp_path):
    for number, one in enumerate((untrained_session(), Session())):
        path = tmp_path / f"{number}{suffix}"
        report_format(path).write(compose(one, DAY), path)
        assert path.stat().st_size > 100


def test_an_unknown_kind_of_file_names_the_known_ones():
    assert report_format(Path("REPORT.HTML")).key == ".html"
    for name in ("report.docx", "report", "report.htm"):
        with pytest.raises(SessionError, match=r"\.html.*\.pdf.*\.md"):
            report_format(Path(name))


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    path = blocked / "report.html"
    with pytest.raises(SessionError):
        report_format(path).write(compose(Session(), DAY), path)


def test_the_session_is_quoted_as_it_was_written():
    quotes = [block for section in hostile().sections for block in section.all_blocks if isinstance(block, Quote)]
    assert quotes[0].paragraphs == (HOSTILE,)
