"""The kinds of report files, by the suffix of the file: the command line and the window read this registry."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from relulab.callbacks import ignore
from relulab.collector import collector_off
from relulab.data.dataset import Progress
from relulab.errors import SessionError
from relulab.export.export_input import write_bytes
from relulab.registry import Registry
from relulab.report.content.blocks import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFormat:
    """One kind of file. ``key`` is its suffix.

    ``write`` takes the report, the path and a callback for its progress, which counts figures. It raises SessionError.
    """

    key: str
    title: str
    summary: str
    write: Callable[..., None]


def _write_html(report: Report, path: Path, progress: Progress = ignore) -> None:
    from relulab.report.writers.html import to_html

    with collector_off():  # each figure takes away what it leaves
        write_bytes(path, to_html(report, progress).encode())


def _write_pdf(report: Report, path: Path, progress: Progress = ignore) -> None:
    from relulab.report.writers.pdf import to_pdf

    with collector_off():
        write_bytes(path, to_pdf(report, progress))


def _write_markdown(report: Report, path: Path, progress: Progress = ignore) -> None:
    from relulab.report.writers.markdown import to_markdown

    folder = path.with_name(f"{path.stem}_files")
    with collector_off():
        text, files = to_markdown(report, folder.name, progress)
    for name, content in files.items():
        write_bytes(folder / name, content)
    write_bytes(path, text.encode())


REPORT_FORMATS: Registry[ReportFormat] = Registry(
    "kind of report",
    ReportFormat(
        key=".html", title="Web page", summary="one file for every browser, also on a phone", write=_write_html
    ),
    ReportFormat(key=".pdf", title="PDF", summary="pages to print or to hand in", write=_write_pdf),
    ReportFormat(
        key=".md", title="Markdown", summary="text, with its figures in a folder beside it", write=_write_markdown
    ),
)


def report_format(path: Path) -> ReportFormat:
    """The kind of file that ``path`` asks for by its suffix. Raises SessionError that names all kinds."""
    suffix = path.suffix.lower()
    if suffix in REPORT_FORMATS:
        return REPORT_FORMATS[suffix]
    known = ", ".join(f"{key} ({entry.title})" for key, entry in REPORT_FORMATS.items())
    ending = f"'{path.suffix}'" if path.suffix else "no ending"
    raise SessionError(f"A report is not written to a file with {ending}: {path.name}. Choose one of: {known}.")
