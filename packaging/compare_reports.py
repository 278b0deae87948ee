"""Compare two reports of ``relulab self-test``: python packaging/compare_reports.py SOURCE BUNDLE.

What works from source must work in the package, with the same answers.
"""

import json
import sys
from pathlib import Path
from typing import Any


def differences(source: dict[str, Any], bundle: dict[str, Any]) -> list[str]:
    """One sentence for each check that failed, is missing or answered differently."""
    tables = [{(check["group"], check["name"]): check for check in report["checks"]} for report in (source, bundle)]
    found = []
    for key in dict.fromkeys((*tables[0], *tables[1])):
        name = ": ".join(key)
        answers = [table.get(key) for table in tables]
        for where, answer in zip(("from source", "in the package"), answers, strict=True):
            if answer is None:
                found.append(f"{name} was not checked {where}.")
            elif not answer["passed"]:
                found.append(f"{name} failed {where}: {answer['detail']}")
        if all(answers) and answers[0]["detail"] != answers[1]["detail"]:
            found.append(f"{name} differs: {answers[0]['detail']} from source, {answers[1]['detail']} in the package.")
    return found


if __name__ == "__main__":
    problems = differences(*(json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:3]))
    print("\n".join(problems) or "The package does what the source does.")
    sys.exit(bool(problems))
