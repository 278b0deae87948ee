"""Texts that a stranger may put into a file, and sessions full of them."""

import dataclasses

from relulab.diagnosis.cure import Change, Cure
from relulab.diagnosis.findings import Finding, Severity
from relulab.experiment import ExperimentSpec
from relulab.session.session import PinnedPicture, RunRecord, Session
from relulab.text import as_it_stands
from relulab.training.telemetry import ChangeRecord, FindingsRecord
from tests.helpers.sessions import png, trained

MARK = "stranger.invalid"
HOSTILE = {
    "picture": f'<img src="file:///{MARK}">',
    "link": f'<a href="http://{MARK}">here</a>',
    "picture in words": f'Run 1 <img src="http://{MARK}/a.png" width=5000 height=5000> is fine',
    "escaped": f"&lt;img src={MARK}&gt; &amp; more",
    "bold": f"<b>{MARK}</b>\n<h1>large</h1>",
    "style": f"<style>*{{color:red}}</style><div style='background:url({MARK})'>x</div>",
    "direction": f"a\u202e{MARK}\u2066b\u200f",
    "control": f"a\x00b\x1b[31m{MARK}\x07",
    "lines": "\n".join([MARK] * 4000),
    "long word": "W" * 100_000,
    "long words": f"{MARK} " * 8000,
    "placeholders": f"[*] {{0}} {{x.__class__}} %1 %n &File {MARK}",
    "script": f"</script></title></svg>-->]]><script src=//{MARK}></script>",
    "markdown": f"](javascript:alert(1)) ![]({MARK}) <https://{MARK}> `code` ``` **b** $\\frac{{ | a\n# b\n1. c",
    "formula": f'=HYPERLINK("http://{MARK}";"x")',
}
HALVES = f"\ud800{MARK}\udcff"  # of letters: no file can hold them, but a field or a command line may give them


def hostile_run(words: str) -> RunRecord:
    """A run whose every text is ``words``."""
    run = trained("plane", notes=words, message=words)
    spec = run.spec.replace(name=words)
    history = run.history
    layer = history.info.layout.layers[0]
    finding = Finding(
        rule="dead_layer",
        title=words,
        severity=Severity.ERROR,
        explanation=as_it_stands(words),
        why=as_it_stands(words),
        layer=layer.name,
        layer_title=words,
        layer_index=0,
        units=(1, 2),
        measured=0.5,
        unit=words[:50],
        sample=as_it_stands(words),
        began=4,
        cures=(Cure("lower", as_it_stands(words), (Change(("training", "learning_rate"), 0.1),)),),
    )
    history.append(FindingsRecord(12, (finding,), (dataclasses.replace(finding, ended=8),)))
    history.append(ChangeRecord(12, words, words, words))
    history.info = dataclasses.replace(history.info, spec=spec) if hasattr(history.info, "spec") else history.info
    return dataclasses.replace(run, name=words, history=history)


def hostile_session(words: str) -> Session:
    """A session whose every text is ``words``."""
    run = hostile_run(words)
    other = dataclasses.replace(trained("plane", 2), name=words)
    return Session(
        title=words,
        author=words,
        notes=words,
        experiments=(run.spec.replace(name=words), ExperimentSpec(name=words)),
        runs=(run, other),
        pictures=(PinnedPicture(words, png(), words, run.key),),
    )
