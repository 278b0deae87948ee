"""What the exam gave, as a file: one line for each run, so that a difference between two exams can be read."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.exam.cost import Cost
from benchmarks.exam.sitting import Found, Sitting

FILE = Path(__file__).resolve().parent / "results.json"


@dataclass(frozen=True, slots=True)
class Results:
    """``machine`` says when and where, ``found`` the same of ReLU Lab's findings; ``listed`` and ``held_out`` are the
    runs of both lists.
    """

    machine: str
    found: str
    listed: tuple[Sitting, ...]
    held_out: tuple[Sitting, ...]
    costs: tuple[Cost, ...]

    def write(self, path: Path = FILE) -> None:
        """As strict JSON: a result that is not finite is null."""
        parts = {name: [_line(entry) for entry in getattr(self, name)] for name in ("listed", "held_out", "costs")}
        lists = [f'"{name}": [\n' + ",\n".join(lines) + "\n]" for name, lines in parts.items()]
        said = [f'"{name}": {json.dumps(getattr(self, name), ensure_ascii=False)}' for name in ("machine", "found")]
        text = ",\n".join([*said, *lists])
        path.write_text(f"{{\n{text}\n}}\n", "utf-8")

    @classmethod
    def read(cls, path: Path = FILE) -> Results:
        """What ``write`` wrote."""
        data = json.loads(path.read_text("utf-8"))
        listed, held_out = (tuple(map(_sitting, data[name])) for name in ("listed", "held_out"))
        return cls(data["machine"], data["found"], listed, held_out, tuple(Cost(**cost) for cost in data["costs"]))


def machine() -> str:
    """Which state of the code runs, when, where and with what."""
    import torch

    python = ".".join(map(str, sys.version_info[:3]))
    asked = subprocess.run(["git", "rev-parse", "--short=7", "HEAD"], cwd=FILE.parent, capture_output=True, text=True)
    state = f"at commit {asked.stdout.strip()} " if asked.returncode == 0 else ""
    return (
        f"{state}on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} {_of_the_processor()}, {platform.system()},\n"
        f"Python {python}, torch {torch.__version__}, one thread for each run"
    )


def is_of_this_processor(said: str) -> bool:
    """Whether ``machine`` said this on such a processor as this one: on another, sums differ in their last digits, and
    what a tool says of a run that nearly meets its threshold may differ with them.
    """
    return f" {_of_the_processor()}, " in said


def _of_the_processor() -> str:
    """With its family and model: processors of one name differ in the instructions that they have for sums."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    said = {name.strip(): words.strip() for name, _, words in (line.partition(":") for line in reversed(lines))}
    kind = [f"{name.removeprefix('cpu ')} {said[name]}" for name in ("cpu family", "model") if name in said]
    name = said.get("model name") or platform.processor() or platform.machine()
    return f"cores of {name} ({', '.join(kind)})" if kind else f"cores of {name}"


def _line(entry: Sitting | Cost) -> str:
    data = asdict(entry)
    finite = {k: v if not isinstance(v, float) or math.isfinite(v) else None for k, v in data.items()}
    return json.dumps(finite, ensure_ascii=False, allow_nan=False)


def _sitting(data: dict[str, Any]) -> Sitting:
    result = math.nan if data["result"] is None else data["result"]
    alarms = {tool: {key: tuple(answer) for key, answer in said.items()} for tool, said in data["alarms"].items()}
    findings = tuple(Found(*found) for found in data["findings"])
    return Sitting(**data | {"result": result, "findings": findings, "ended": tuple(data["ended"]), "alarms": alarms})
