"""A session as a report: its sections in order, and how its runs compare."""

import math
from collections.abc import Sequence
from datetime import date

from relulab.edition import __version__
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import against
from relulab.formatting import capital, count, date_text
from relulab.report.content.blocks import Block, Paragraph, Quote, Report, Result, Section, Table, printable
from relulab.report.content.glossary import glossary_section
from relulab.report.content.numbered_figures import OF_ALL, NumberedFigures
from relulab.report.content.report_runs import ReportRun, alike, experiments, named, told
from relulab.report.content.run_section import health, key_figure, measured_on, run_section, sentence
from relulab.report.content.setup_sections import (
    data_section,
    data_table,
    design_section,
    environment_block,
    fingerprint_table,
    seed_table,
    training_section,
)
from relulab.session.compare import axes_of, nearest_before
from relulab.session.results import Results, results
from relulab.session.session import RunRecord, Session
from relulab.views.runs import KEY_FIGURES, KeyFigure

OF_THE_NETWORK = ("network", "regions")  # figures
TESTED = ("test_accuracy", "test_loss")
UNTESTED = ("final_accuracy", "final_loss")
COSTS = ("dead", "steps", "seconds")
NOTHING_TRAINED = (
    "Nothing has been trained in this session yet. So there are no curves and no findings to report, "
    "only the design. Train it, and make the report again."
)


def compose(session: Session, day: date, *, network: bool = True) -> Report:
    """The report on all runs of ``session`` that are not hidden. ``day`` is the day it is made on.

    ``network``: with pictures of each network and its regions, where the session has weights.
    """
    runs = told(session)
    album = NumberedFigures(() if network else OF_THE_NETWORK)
    sections = (
        _summary(session, runs),
        _notes(session),
        data_section(session, runs, album),
        design_section(session, runs, album),
        training_section(session, runs),
        _curves(runs, album),
        *(run_section(one, runs, session, album) for one in runs),
        _pinned(session, runs, album),
        glossary_section(album.drawn),
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
    groups = alike(runs, _axes)
    blocks: list[Block] = []
    for group in groups:
        if len(groups) > 1:
            blocks.append(Paragraph(f"On the same data with the same loss: {named(group)}."))
        blocks += album.draw([one.shown for one in group], *OF_ALL)
    return Section(title, tuple(blocks))


def _pinned(session: Session, runs: Sequence[ReportRun], album: NumberedFigures) -> Section:
    """Pinned pictures that belong to no run of the report."""
    keys = {one.run.key for one in runs}
    left_out = {run.key for run in session.runs} - keys
    pictures = [picture for picture in session.pictures if picture.run not in keys | left_out]
    return Section("Pinned pictures", tuple(album.pinned(pictures, {})))


def _repeating(session: Session, runs: Sequence[ReportRun]) -> Section:
    """Seeds, data, versions and fingerprints."""
    specs, names = experiments(session, runs)
    if not specs:
        return Section("To repeat it", ())
    blocks: list[Block] = [Paragraph(_how_to_repeat(names)), seed_table(specs, names), fingerprint_table(specs, names)]
    if records := [one.run for one in runs]:
        blocks[2:2] = [data_table(records, names), environment_block(records, names)]
    return Section("To repeat it", tuple(blocks))


def _how_to_repeat(names: Sequence[str]) -> str:
    what = "The run gives" if len(names) == 1 else "The runs give"
    return (
        f"{what} the same losses again with the same experiment, seeds and data, on the same kind of processor with "
        "the same versions and number of threads. Other machines add numbers in another order: there the last digits "
        "differ."
    )


def comparison_table(runs: Sequence[ReportRun]) -> Table:
    """One row per run: what differs from the run that it differs least from, of those before it, and its numbers; the
    best of each column is marked where data and loss are the same.

    Columns in which all runs are equal say nothing and are left out.
    """
    records = [one.run for one in runs]
    found = [results(run) for run in records]
    columns = [figure for figure in _columns(found) if len({figure.of(one) for one in found}) > 1]
    alike_measured = len(alike(runs, _axes)) == 1
    rows = tuple(
        (one.name, _what_is_different(number, runs), *(figure.of(figures) for figure in columns), health(one.run)[1])
        for number, (one, figures) in enumerate(zip(runs, found, strict=True))
    )
    return Table(
        _caption(records) + (" The best of each column is bold." if alike_measured else ""),
        ("Run", "What is different", *(capital(str(figure.title)) for figure in columns), "Verdict"),
        rows,
        frozenset(range(2, 2 + len(columns))),
        frozenset(
            (row, column) for column, figure in enumerate(columns, 2) for row in figure.best_of(found) if alike_measured
        ),
    )


def _axes(one: ReportRun) -> object:
    """Runs with equal axes are drawn together, and one of them is the best."""
    return axes_of(one.run.spec)


def _what_is_different(number: int, runs: Sequence[ReportRun]) -> str:
    """What one run has instead of what its nearest has, which is named where it is not the first."""
    nearest = nearest_before(number, [one.run.spec for one in runs])
    if nearest is None:
        return "(the others are compared with it)" if len(runs) == 2 else "(the first run)"
    words = difference_words(runs[number].run.spec, runs[nearest].run.spec)
    return words if len(runs) == 2 else f"{words} (beside “{runs[nearest].name}”)"


def difference_words(spec: ExperimentSpec, reference: ExperimentSpec) -> str:
    """What ``spec`` has instead of what ``reference`` has, as one text."""
    return capital("; ".join(against(spec, reference))) or "Nothing"


def _caption(runs: Sequence[RunRecord]) -> str:
    samples = " or ".join(dict.fromkeys(measured_on(run) for run in runs))
    others = "The other losses" if _tested(runs) else "Losses"
    return f"The runs side by side. {others} and accuracies are those of {samples}."


def _tested(runs: Sequence[RunRecord] | Sequence[Results]) -> bool:
    """Whether every run was measured on the test set."""
    return all(math.isfinite(run.test_loss) for run in runs)


def _columns(found: Sequence[Results]) -> list[KeyFigure]:
    """The numbers of the test set where every run has them, else those of the end of the run; not all, for room."""
    best = "accuracy" if any(math.isfinite(one.accuracy) for one in found) else "loss"
    return [KEY_FIGURES[key] for key in (*(TESTED if _tested(found) else UNTESTED), best, *COSTS)]
