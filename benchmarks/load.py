"""``python3 dev.py load``: is the same said of every preset, in the window and on the command line, on a busy machine?

Each preset is trained alone on the command line, then in all ways at once beside busy processes, for each seed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.verdicts import WAYS, busy_machine, command, verdicts
from relulab.experiment.presets import PRESETS

ALONE = "command line"
HEAD = "| preset | seed | what stands at the end | the same on a busy machine |\n| --- | --- | --- | --- |"


@dataclass(frozen=True, slots=True)
class Row:
    """One run: the rules whose findings stand at its end, and the ways in which something else was said when busy."""

    preset: str
    seed: int
    rules: tuple[str, ...]
    others: tuple[str, ...]

    def __str__(self) -> str:
        same = f"**no**: {', '.join(self.others)}" if self.others else "yes"
        return f"| `{self.preset}` | {self.seed} | {', '.join(self.rules) or 'nothing'} | {same} |"


def compare(preset: str, seed: int, busy: int, data_root: Path | None) -> Row:
    """Train ``preset`` alone, then in every way beside ``busy`` processes. Raises as ``verdicts`` does."""
    with TemporaryDirectory() as folder:
        alone = Path(folder, "alone.json")
        expected = verdicts({ALONE: command(ALONE, preset, alone, seed, data_root)}, {ALONE: alone})[ALONE]
        outs = {way: Path(folder, f"{number}.json") for number, way in enumerate(WAYS)}
        with busy_machine(busy):
            said = verdicts({way: command(way, preset, out, seed, data_root) for way, out in outs.items()}, outs)
    rules = tuple(dict.fromkeys(finding["rule"] for finding in json.loads(expected)["findings"]))
    return Row(preset, seed, rules, tuple(way for way, words in said.items() if words != expected))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each run, as soon as it is known. Returns 1 where something else was said in one of them."""
    parser = argparse.ArgumentParser(prog="dev.py load", description=__doc__)
    parser.add_argument("--presets", nargs="+", choices=list(PRESETS), default=list(PRESETS), metavar="PRESET")
    parser.add_argument("--seeds", type=int, default=3, help="seeds of each preset (3)")
    parser.add_argument("--busy", type=int, default=8, help="busy processes beside (8)")
    parser.add_argument("--data-root", type=Path, help="the folder of the data sets that are not shipped")
    parser.add_argument("--out", type=Path, help="also write the table to this file")
    options = parser.parse_args(arguments)
    rows = []
    print(HEAD, flush=True)
    for preset in options.presets:
        for seed in range(options.seeds):
            rows.append(compare(preset, seed, options.busy, options.data_root))
            print(rows[-1], flush=True)
            if options.out:
                options.out.write_text("\n".join([HEAD, *map(str, rows)]) + "\n", encoding="utf-8")
    return 1 if any(row.others for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
