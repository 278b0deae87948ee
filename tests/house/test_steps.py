"""The steps of CONTRIBUTING.md lead where they say: they are followed to the letter on a copy of the tree."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.paths import ROOT

FILE = re.compile(r"^ +`(\S+\.py)`\n\n +```python\n(.*?)^ +```$", re.MULTILINE | re.DOTALL)
SNIPPET = re.compile(r"^ +```text\n(.*?)^ +```$", re.MULTILINE | re.DOTALL)
GOLDEN = ROOT / "tests" / "relulab" / "session" / "golden" / "v1.relulab"

TRAINED = """
import json, sys
from pathlib import Path
from relulab.diagnosis.causes import EXPLAINS
from relulab.diagnosis.rules import RULES
from relulab.export.csv_tables import history_tables
from relulab.session.file.files import load_session, save_session
from relulab.session.model import SessionModel
from relulab.session.store import SessionStore
from relulab.training.schedule import MeasurementSchedule
from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord
from relulab.training.trainer import Trainer
from relulab.experiment import ExperimentSpec

spec = ExperimentSpec.parse({
    "data": {"dataset": "moons", "train_size": 60},
    "model": {"layers": [{"kind": "dense", "parameters": {"units": 8}, "activation": "tanh",
                          "bias": {"name": "constant", "parameters": {"value": -2.0}}}]},
    "training": {"steps": 30, "learning_rate": 0.0001},
})
store = SessionStore()
model = SessionModel(store)
with Trainer(store.append, recording=MeasurementSchedule.every(2, 2), threads=1) as trainer:
    trainer.prepare(spec)
    trainer.wait({State.READY}, 60)
    trainer.train()
    trainer.wait({State.FINISHED}, 60)
    file = Path("new.relulab")
    save_session(model.snapshot(spec, trainer), file)
history = load_session(file).runs[0].history
old = load_session(Path(sys.argv[1])).runs[0].history
print(json.dumps({
    "module": __import__("relulab").__file__,
    "negative": history.columns(ProbeRecord, "negative")[0].tolist(),
    "old": old.columns(ProbeRecord, "negative")[0].tolist(),
    "exported": [name for _, table in history_tables(history) for name in table],
    "findings": [finding.rule for finding in history.findings.current],
    "rules": list(RULES),
    "explained": [cause for cause, rules in EXPLAINS.items() if "mostly_negative" in rules],
}))
"""


def section(heading: str) -> str:
    """What stands below a heading of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return text.split(f"## {heading}\n")[1].split("\n## ")[0]


def unindented(code: str) -> str:
    """Code as a file has it; in the list of steps it stands three places in."""
    return re.sub(r"^   ", "", code, flags=re.MULTILINE)


def follow(heading: str, root: Path, registry: str, *others: str) -> None:
    """Write the file of the section, and put its lines below the ones that they follow into ``registry``, or into that
    of the ``others`` which has them; imports go into ``registry``.
    """
    ((name, code),) = FILE.findall(section(heading))
    (root / name).write_text(unindented(code), "utf-8")
    sources = {file: (root / file).read_text("utf-8") for file in (registry, *others)}
    for lines in SNIPPET.findall(section(heading)):
        before, *added = unindented(lines).splitlines(keepends=True)
        if added:  # below the first line, which is there
            (file,) = (file for file, source in sources.items() if source.count(before) == 1)
            sources[file] = sources[file].replace(before, before + "".join(added))
        else:  # an import
            sources[registry] = sources[registry].replace("\nfrom ", f"\n{before}from ", 1)
    for file, source in sources.items():
        (root / file).write_text(source, "utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("relulab", "resources"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_a_measurement_and_a_rule_that_reads_it_are_two_files_each(copy: Path) -> None:
    follow("Add a measurement", copy, "relulab/measurements/registry.py")
    follow("Add a rule", copy, "relulab/diagnosis/rules/__init__.py", "relulab/diagnosis/causes.py")
    ended = subprocess.run(
        [sys.executable, "-c", TRAINED, str(GOLDEN)], cwd=copy, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    assert Path(seen["module"]).is_relative_to(copy), "the copy is what is tried"
    assert len(seen["negative"]) > 5
    assert all(0.0 <= share <= 1.0 for row in seen["negative"] for share in row), "recorded, kept and read again"
    assert all(share != share for row in seen["old"] for share in row), "not a number in a file from before"
    assert "negative of 1_dense" in seen["exported"]
    assert "mostly_negative" in seen["rules"]
    assert "mostly_negative" in seen["findings"]
    assert seen["explained"] == ["negative_bias"]


def test_every_file_that_the_steps_name_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    made = {"relulab/measurements/negative.py", "relulab/diagnosis/rules/mostly_negative.py"}
    names = set(re.findall(r"`((?:relulab|ui|tests|docs|resources)/[\w/.]+\.\w+)`", text))
    missing = [name for name in names - made if "KEY" not in name and "NAME" not in name and not (ROOT / name).exists()]
    assert not missing
