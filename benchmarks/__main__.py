"""``python -m benchmarks [--json FILE]``: measure everything, print the table."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from benchmarks.result import table, write_json
from relulab.training.engine import quiet_threads

SUITES = (
    "engine", "peers", "memory", "populations", "many", "many_window", "cluster", "starts",
    "window", "live", "session", "tables", "regions", "film",
)  # fmt: skip


def main() -> None:
    quiet_threads()  # as the window and the command line
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--suite", choices=SUITES, action="append", help="only this part")
    arguments = parser.parse_args()
    results = []
    for suite in arguments.suite or SUITES:
        for result in importlib.import_module(f"benchmarks.{suite}").measure():
            results.append(result)
            print(table([result]).splitlines()[-1], flush=True)
    print("\n" + table(results))
    if arguments.json:
        write_json(results, arguments.json)


if __name__ == "__main__":
    main()
