"""``docs/exam.md``, written from the results."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.exam.cost import REPEATS, TIMED
from benchmarks.exam.detectors import DETECTORS
from benchmarks.exam.experiments import HELD_OUT, LISTED, Experiment, experiments
from benchmarks.exam.results import Results
from benchmarks.exam.score import OURS, Judge, Mark, Share, Summary, by_experiment, mark, rebuilt, summarize
from benchmarks.exam.sitting import SEEDS, Sitting
from relulab.catalog.losses import Task
from relulab.experiment.changes import changes, in_words

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[1] / "docs" / "exam.md"
EVERYWHERE = 0.5  # of the healthy experiments: a condition that fires on more of them tells nothing


def page(results: Results) -> str:
    """The whole page."""
    parts = [_text("introduction.md").format(machine=results.machine, found=results.found, seeds=SEEDS)]
    parts += ["## The listed experiments", *_chapter(experiments(LISTED), results.listed)]
    if results.held_out:
        parts += [_text("held_out.md"), *_chapter(experiments(HELD_OUT), results.held_out)]
    if results.costs:
        parts += [_text("cost.md").format(repeats=REPEATS), *_costs(results)]
    return "\n\n".join(parts) + "\n"


def _text(name: str) -> str:
    return (FOLDER / "chapters" / name).read_text("utf-8").strip()


def _chapter(listed: Sequence[Experiment], sittings: Sequence[Sitting]) -> Iterator[str]:
    runs = by_experiment(sittings)
    ill = [e for e in listed if e.is_ill]
    twins = {e.ill: e for e in listed if e.ill}
    unusual = [e for e in listed if not e.is_ill and not e.ill]
    ours = summarize(OURS, listed, sittings)
    anytime = [summarize(judge, listed, sittings) for judge in rebuilt(at_end=False)]
    yield f"{len(ill)} ill experiments, {len(twins)} twins, {len(unusual)} healthy ones that look unusual."
    yield _summaries("said at any time", [ours, *anytime])
    yield _comparison(ours, anytime)
    yield "The same, of what stands at the end of the runs:"
    yield _summaries("stands at the end", [ours, *(summarize(j, listed, sittings) for j in rebuilt(at_end=True))])
    yield "### What ReLU Lab says of the ill ones"
    yield (
        f"With how many of {SEEDS} seeds. Test results are accuracies, in a regression losses: medians. In brackets\n"
        "stands what ReLU Lab itself shows as a consequence of the others."
    )
    yield _table(
        (
            "name",
            "shows",
            "the twin differs in",
            "test: ill → twin",
            "detected",
            "cause",
            "first",
            "what stands (seeds)",
        ),
        (_ill_row(e, twins[e.name], runs) for e in ill),
    )
    yield "### What it says of the healthy ones"
    yield _table(
        ("name", "looks unusual by", "test", "alarms", "warnings and errors (seeds)"),
        (_healthy_row(e, runs) for e in [*unusual, *_alarmed(twins.values(), runs)]),
    )
    yield "The twins that are not in this table raised no alarm with any seed."
    yield "### What the rebuilt tools say"
    yield f"Of {SEEDS} seeds: with an alarm / with one that points to the cause; of healthy ones those with an alarm."
    judges = rebuilt(at_end=False)
    yield _table(("name", *(judge.name for judge in judges)), (_tools_row(e, judges, runs[e.name]) for e in listed))
    yield "### Which of their conditions fire"
    yield from _conditions(listed, runs)


def _summaries(what: str, summaries: Iterable[Summary]) -> str:
    head = (what, "ill", "detected", "right cause", "first", "healthy", "alarms", "precision")
    rows = (
        (
            s.judge.name if s.judge is OURS else f"{s.judge.name} (rebuilt)",
            str(s.detected.total),
            _share(s.detected),
            _share(s.right),
            str(s.first.count),
            str(s.alarms.total),
            _share(s.alarms),
            f"{s.precision.value:.2f}" if s.precision.total else "",
        )
        for s in summaries
    )
    return _table(head, rows)


def _comparison(ours: Summary, others: Sequence[Summary]) -> str:
    better = [
        other.judge.name
        for other in others
        if other.alarms.value <= ours.alarms.value and other.detected.value > ours.detected.value
    ]
    if better:
        return f"A greater share detected at no greater share of alarms than ReLU Lab: {', '.join(better)}."
    return "No rebuilt detector sees a greater share of the ill ones at as few alarms as ReLU Lab."


def _ill_row(ill: Experiment, twin: Experiment, runs: dict[str, list[Sitting]]) -> tuple[str, ...]:
    found = mark(OURS, ill, runs[ill.name])
    assert found is not None, "ReLU Lab judges every run"
    return (
        f"`{ill.name}`",
        ill.shows,
        in_words(changes(ill.spec, twin.spec)),
        f"{_result(runs[ill.name])} → {_result(runs[twin.name])}",
        str(found.detected),
        str(found.right),
        str(found.first),
        _standing(runs[ill.name]),
    )


def _healthy_row(healthy: Experiment, runs: dict[str, list[Sitting]]) -> tuple[str, ...]:
    sittings = runs[healthy.name]
    found = mark(OURS, healthy, sittings)
    assert found is not None, "ReLU Lab judges every run"
    shows = healthy.shows or f"(the twin of `{healthy.ill}`)"
    return f"`{healthy.name}`", shows, _result(sittings), str(found.detected), _standing(sittings)


def _alarmed(twins: Iterable[Experiment], runs: dict[str, list[Sitting]]) -> list[Experiment]:
    return [twin for twin in twins if any(found.is_illness for run in runs[twin.name] for found in run.findings)]


def _tools_row(experiment: Experiment, judges: Sequence[Judge], sittings: list[Sitting]) -> tuple[str, ...]:
    marks = [mark(judge, experiment, sittings) for judge in judges]
    return f"`{experiment.name}`", *(_seen(found, experiment.is_ill) for found in marks)


def _seen(found: Mark | None, is_ill: bool) -> str:
    if found is None:
        return "–"
    return f"{found.detected} / {found.right}" if is_ill else str(found.detected)


def _conditions(listed: Sequence[Experiment], runs: dict[str, list[Sitting]]) -> Iterator[str]:
    """Every condition with the numbers of ill and healthy experiments in which it fires with most seeds."""
    rows, everywhere = [], []
    for tool in DETECTORS:
        judged = [e for e in listed if not tool.classes_only or _has_classes(e)]
        for key, condition in tool.conditions.items():
            fires = [e for e in judged if 2 * sum(key in s.alarms[tool.name] for s in runs[e.name]) > len(runs[e.name])]
            ill, healthy = (_among(fires, judged, is_ill) for is_ill in (True, False))
            counts = (f"{share.count} of {share.total}" for share in (ill, healthy))
            rows.append((tool.name, f"`{key}`", condition.meaning, *counts))
            if healthy.value > EVERYWHERE:
                everywhere.append(f"`{key}` ({tool.name})")
    yield "At any time of the run, with most of the seeds."
    yield _table(("tool", "condition", "holds where", "ill", "healthy"), rows)
    if everywhere:
        yield f"On more than half of the healthy experiments fire: {', '.join(everywhere)}."


def _among(fires: Sequence[Experiment], judged: Sequence[Experiment], is_ill: bool) -> Share:
    return Share(sum(e.is_ill is is_ill for e in fires), sum(e.is_ill is is_ill for e in judged))


def _costs(results: Results) -> Iterator[str]:
    named = {cost.experiment: None for cost in results.costs}
    judges = {cost.judge: None for cost in results.costs}
    found = {
        (cost.judge, cost.experiment): f"{cost.ms_per_step:.3f} ms, {cost.percent:.0f} %" for cost in results.costs
    }
    yield _table(
        ("judge", *(f"`{name}`" for name in TIMED if name in named)),
        ((judge, *(found.get((judge, name), "–") for name in TIMED if name in named)) for judge in judges),
    )


def _has_classes(experiment: Experiment) -> bool:
    return experiment.spec.data.dataset.describe().task is Task.CLASSIFICATION


def _standing(sittings: Sequence[Sitting]) -> str:
    """The warnings and errors at the end with the number of seeds, in brackets those that others of them explain."""
    causes, consequences = Counter[str](), Counter[str]()
    for sitting in sittings:
        ill = [found for found in sitting.findings if found.is_illness]
        causes.update(list(dict.fromkeys(found.rule for found in ill if not found.because)))
        consequences.update(list(dict.fromkeys(found.rule for found in ill if found.because)))
    shown = [", ".join(f"{rule} {count}" for rule, count in part.items()) for part in (causes, consequences)]
    return f"{shown[0] or 'nothing'} [{shown[1]}]" if shown[1] else shown[0] or "nothing"


def _result(sittings: Sequence[Sitting]) -> str:
    if sum(sitting.diverged_at is not None for sitting in sittings) * 2 > len(sittings):
        return "diverged"
    return f"{statistics.median(sitting.result for sitting in sittings):.2g}"


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{share.count} ({share.value:.2f}, {low:.2f} to {high:.2f})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
