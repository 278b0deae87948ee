"""One measured number, its target, and whether it holds."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Result:
    """``at_least``: the target is a lower bound; otherwise an upper one. ``against`` says what was compared."""

    name: str
    value: float
    unit: str
    target: float
    at_least: bool
    against: str

    @property
    def holds(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target


def table(results: list[Result]) -> str:
    """The results as a Markdown table."""
    lines = ["| name | measured | target | holds | against what |", "| --- | --- | --- | --- | --- |"]
    for r in results:
        sign = "≥" if r.at_least else "≤"
        holds = "yes" if r.holds else "no"
        lines.append(f"| `{r.name}` | {r.value:.3g} {r.unit} | {sign} {r.target:g} | {holds} | {r.against} |")
    return "\n".join(lines)


def write_json(results: list[Result], path: Path) -> None:
    """The results as a list of objects with name, value, unit, target and holds."""
    rows = [asdict(result) | {"holds": result.holds} for result in results]
    path.write_text(json.dumps(rows, indent=2), encoding="utf-8")


def interleaved(first: Callable[[], float], second: Callable[[], float], repeats: int) -> tuple[float, float]:
    """Medians of two measurements, taken in turn so that a noisy machine treats both alike."""
    pairs = [(first(), second()) for _ in range(repeats)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def rate(step: Callable[[], object], seconds: float) -> float:
    """Calls per second of ``step`` over about ``seconds``."""
    began, calls = perf_counter(), 0
    while (now := perf_counter()) - began < seconds:
        step()
        calls += 1
    return calls / (now - began)
