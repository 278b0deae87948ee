"""A session as a report: which sections there are, in which order, and what stands in each."""

from collections.abc import Sequence
from datetime import date

from relulab.edition import __version__
from relulab.formatting import count, date_text
from relulab.report.content.blocks import Block, Paragraph, Quote, Report, Result, Section, printable
from relulab.report.content.comparison import comparison_table
from relulab.report.content.numbered_figures import NumberedFigures
from relulab.report.content.report_runs import ReportRun, told
from relulab.report.content.reproducibility import data_table, environment_block, fingerprint_table, seed_table
from relulab.report.content.run_section import run_section
from relulab.report.content.run_summary import health, key_figure, sentence
from relulab.report.content.setup_sections import data_section, design_section, training_section
from relulab.session.session import Session

NOTHING_TRAINED = (
    "Nothing has been trained in this session yet. So there are no curves and no findings to report, "
    "only the design. Train it, and make the report again."
)


def compose(session: Session, day: date) -> Report:
    """The report on all runs of ``session`` that are not hidden. ``day`` is the day it is made on."""
    runs = told(session)
    album = NumberedFigures()
    sections = (
        _summary(session, runs),
        _notes(session),
        data_section(session, runs, album),
        design_section(session, runs, album),
        training_section(session, runs),
        _curves(runs, album),
        *(run_section(one, runs, session, album) for one in runs),
        _pinned(session, runs, album),
        _repeating(session, runs),
    )
    report = Report(
        title=_title(session),
        author=session.author,
        made=date_text(day),
        program=f"ReLU Lab {__version__}",
        sections=tuple(section for section in sections if section.blocks or section.sections),
    )
    clean: Report = printable(report)
    return clean


def _title(session: Session) -> str:
    """What the session is called, or else its first design."""
    named = [*session.experiments, *(run.spec for run in session.runs)]
    return session.title or (named[0].name if named else "") or "Report"


def _summary(session: Session, runs: Sequence[ReportRun]) -> Section:
    if not runs:
        return Section("In short", (Paragraph(NOTHING_TRAINED),))
    blocks: list[Block] = [
        Result(one.name, one.label, sentence(one.run), *key_figure(one.run), *health(one.run), one.run.colour)
        for one in runs
    ]
    if len(runs) > 1:
        blocks.append(comparison_table(runs))
    if hidden := len(session.runs) - len(runs):
        blocks.append(Paragraph(f"{count(hidden, 'run')} of this session {'is' if hidden == 1 else 'are'} left out."))
    return Section("In short", tuple(blocks))


def _notes(session: Session) -> Section:
    return Section("Notes", (Quote(session.notes),) if session.notes.strip() else ())


def _curves(runs: Sequence[ReportRun], album: NumberedFigures) -> Section:
    """Measurements that can be seen for all runs at once."""
    title = "What was measured" if len(runs) == 1 else "The runs side by side"
    return Section(title, tuple(album.of_all([one.shown for one in runs])) if runs else ())


def _pinned(session: Session, runs: Sequence[ReportRun], album: NumberedFigures) -> Section:
    """Pinned pictures that belong to no run of the report."""
    keys = {one.run.key for one in runs}
    left_out = {run.key for run in session.runs} - keys
    pictures = [picture for picture in session.pictures if picture.run not in keys | left_out]
    return Section("Pinned pictures", tuple(album.pinned(pictures, {})))


def _repeating(session: Session, runs: Sequence[ReportRun]) -> Section:
    """Seeds, data, versions and fingerprints."""
    records, names = [one.run for one in runs], [one.name for one in runs]
    specs = [run.spec for run in records]
    if not runs:
        specs, names = list(session.experiments[:1]), [spec.name for spec in session.experiments[:1]]
    if not specs:
        return Section("To repeat it", ())
    blocks: list[Block] = [Paragraph(_how_to_repeat(names)), seed_table(specs, names), fingerprint_table(specs, names)]
    if records:
        blocks[2:2] = [data_table(records, names), environment_block(records, names)]
    return Section("To repeat it", tuple(blocks))


def _how_to_repeat(names: Sequence[str]) -> str:
    what = "The run gives" if len(names) == 1 else "The runs give"
    return (
        f"{what} the same losses again with the same experiment, seeds and data, on the same kind of processor with "
        "the same versions and number of threads. Other machines add numbers in another order: there the last digits "
        "differ."
    )
