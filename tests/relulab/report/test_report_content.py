"""What stands in a report: the result first, everything that a session holds, and nothing that is not true."""

import dataclasses
import hashlib
import json

import pytest

from relulab.diagnosis.findings import Severity
from relulab.formatting import percent
from relulab.report.content.blocks import Facts, Figure, Paragraph, Picture, Quote, Result, Table, Verdict
from relulab.report.content.compose import compose
from relulab.report.content.run_section import health, measured_on, sentence
from relulab.report.content.setup_sections import fingerprint
from relulab.session.results import results
from relulab.session.session import Session
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord
from tests.helpers.report_checks import DAY, report, session, untrained_session
from tests.helpers.sessions import trained


def blocks(kind, one=None):
    sections = (one or report()).sections
    return [block for section in sections for block in section.all_blocks if isinstance(block, kind)]


def titles(one=None):
    return [section.title for section in (one or report()).sections]


def cell(table, row, column):
    return table.rows[row][table.columns.index(column)]


def test_the_results_come_first_one_sentence_for_each_run():
    first = report().sections[0]
    assert first.title == "In short"
    assert [block.name for block in first.blocks if isinstance(block, Result)] == [run.name for run in _named()]


def _named():
    runs = session().runs
    return [runs[0], runs[1], runs[2], dataclasses.replace(runs[3], name=f"{runs[3].name} #2")]


def test_every_part_that_was_promised_is_there():
    expected = ["In short", "Notes", "Data", "Designs", "Training", "The runs side by side"]
    assert titles() == [
        *expected,
        *(run.name for run in _named()),
        "Pinned pictures",
        "What the numbers mean",
        "To repeat it",
    ]
    assert {figure.drawing.title for figure in blocks(Figure)} >= {"The network", "Gradients", "Size of the updates"}
    kinds = {figure.name.split("-", 1)[1] for figure in blocks(Figure)}
    assert kinds >= {"design", "samples", "loss", "gradients", "updates", "units", "histograms", "weights", "output"}


def test_figures_are_counted_in_their_order_and_named_once():
    figures = report().figures
    assert [figure.number for figure in figures] == list(range(1, len(figures) + 1))
    assert len({figure.name for figure in figures}) == len(figures)


def test_numbers_of_a_run_are_those_of_its_history():
    run = session().runs[0]
    _, losses, accuracies = run.history.columns(EvaluationRecord, "step", "loss", "accuracy")
    result = blocks(Result)[0]
    assert result.figure == percent(accuracies[-1])
    assert f"{losses[-1]:.3g}" in result.sentence
    table = blocks(Table)[0]
    assert cell(table, 0, "Best accuracy") == percent(results(run).accuracy)
    assert cell(table, 1, "Accuracy at the end") == "–", "a regression has no accuracy"


def test_the_comparison_says_what_differs_and_marks_the_best():
    low = trained("plane")
    spec = low.spec.replace(training=low.spec.training.replace(learning_rate=0.7))
    info = dataclasses.replace(low.history.info, spec=spec)
    high = dataclasses.replace(trained("plane"), test_loss=0.5, test_accuracy=0.75)
    high.history.info = info
    one = compose(Session(runs=(dataclasses.replace(low, test_loss=0.25, test_accuracy=0.75), high)), DAY)
    table = blocks(Table, one)[0]
    assert "earning rate 0.7 instead of 0.1" in cell(table, 1, "What is different")
    assert "Test accuracy" not in table.columns, "equal everywhere, so it says nothing"
    assert [cell(table, row, "Test loss") for row in (0, 1)] == ["0.25", "0.5"]
    assert (0, table.columns.index("Test loss")) in table.best
    assert (1, table.columns.index("Test loss")) not in table.best


def test_t14_a_loss_of_some_of_the_samples_says_of_how_many():
    run = trained("plane")
    assert measured_on(run) == "20 validation samples"
    run.history.info = dataclasses.replace(run.history.info, validation_samples=12)
    told = next(block for block in blocks(Result, compose(Session(runs=(run,)), DAY)))
    assert told.figure_of == "accuracy on 12 of the 20 validation samples"
    assert "of 12 of the 20 validation samples right" in told.sentence


def test_t16_runs_are_compared_with_their_nearest_and_drawn_with_those_of_their_data_and_loss():
    first, curve = trained("plane"), trained("curve")
    runs = [dataclasses.replace(first, name="A"), dataclasses.replace(curve, name="B")]
    for name, rate in (("C", 0.7), ("D", 0.8)):
        run = trained("plane")
        spec = first.spec.replace(training=first.spec.training.replace(learning_rate=rate))
        run.history.info = dataclasses.replace(run.history.info, spec=spec)
        runs.append(dataclasses.replace(run, name=name))
    one = compose(Session(runs=tuple(runs)), DAY)
    table = blocks(Table, one)[0]
    different = [cell(table, row, "What is different") for row in range(4)]
    assert different[0] == "(the first run)"
    assert different[2:] == [
        "Learning rate 0.7 instead of 0.1 (beside “A”)",
        "Learning rate 0.8 instead of 0.7 (beside “C”)",
    ]
    assert not table.best, "a loss of other data is no better and no worse"
    assert "bold" not in table.caption
    side_by_side = next(section for section in one.sections if section.title == "The runs side by side")
    words = [block.text for block in side_by_side.blocks if isinstance(block, Paragraph)]
    assert words == [
        "On the same data with the same loss: “A”, “C” and “D”.",
        "On the same data with the same loss: “B”.",
    ]
    assert len([block for block in side_by_side.blocks if isinstance(block, Figure)]) >= 4


def test_findings_come_with_evidence_threshold_reason_and_advice():
    ill, over = blocks(Verdict)[:2]
    assert ill.severity is Severity.ERROR
    assert ill.heading == "Problem: Dead layer, layer 1 Dense"
    assert ill.evidence == "Measured 0.5 share, 60 samples, since step 4."
    assert (ill.why, ill.advice) == ("ReLU gives 0.", ("Lower to 0.1",))
    assert over.evidence.endswith("held from step 4 to 8.")
    assert "The network is ill: dead layer (layer 1 Dense)." in sentence(session().runs[0])


def test_notes_of_session_and_runs_and_pictures_with_their_notes_are_kept():
    quotes = [paragraph for quote in blocks(Quote) for paragraph in quote.paragraphs]
    assert "$x \\le 0$" in quotes
    assert "Größe ≥ 3\nδοκιμή 🙂" in quotes
    pictures = blocks(Picture)
    assert [picture.note for picture in pictures] == ["at step 12", ""]
    assert [picture.png for picture in pictures] == [picture.png for picture in session().pictures]


def test_what_was_changed_and_tried_is_told_with_its_step():
    changes = next(table for table in blocks(Table) if "What" in table.columns)
    assert ("6", "learning rate", "0.1", "0.01") in changes.rows
    trials = next(table for table in blocks(Table) if "Change" in table.columns)
    assert trials.rows[0][0] == "Lower the learning rate"


def test_what_is_needed_to_repeat_it():
    last = report().sections[-1]
    text = repr(last)
    for run in session().runs:
        canonical = json.dumps(
            run.spec.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        assert fingerprint(run.spec) == digest
        assert digest in text
        assert run.data.sha256[:12] in text
    assert "'2.13.0'" in text, "the version of torch"
    assert "Seed of the initial weights" in text


def test_another_seed_is_another_fingerprint():
    spec = session().runs[0].spec
    assert fingerprint(spec.replace(model=spec.model.replace(seed=1))) != fingerprint(spec)


def test_a_branch_names_the_run_it_came_from():
    words = " ".join(block.text for block in blocks(Paragraph))
    assert "It branched from “A run of plane” after step 6." in words
    assert "It was started on 2 January 2025 at 03:04 UTC." in words


def test_hidden_runs_are_left_out_and_that_is_said():
    runs = session().runs
    hidden = tuple(dataclasses.replace(run, hidden=place > 0) for place, run in enumerate(runs))
    one = compose(dataclasses.replace(session(), runs=hidden), DAY)
    assert "A run of curve" not in titles(one)
    assert "The run" in titles(one)
    assert any("3 runs of this session are left out." in block.text for block in blocks(Paragraph, one))


@pytest.mark.parametrize("kind", ["plane", "classes"])
def test_an_untrained_design_gives_a_report_that_says_so(kind):
    one = compose(untrained_session(kind), DAY)
    assert one.title == "Idea"
    assert "Nothing has been trained" in blocks(Paragraph, one)[0].text
    assert titles(one) == ["In short", "Notes", "Data", "Design", "Training", "To repeat it"]
    assert [figure.name for figure in blocks(Figure, one)] == ["01-design"]
    assert blocks(Table, one)[0].rows[-1][0] == "Output"


def test_an_untrained_design_on_data_that_are_not_there_gives_a_report_too(tmp_path):
    table = {"name": "csv", "parameters": {"path": str(tmp_path / "gone.csv")}}
    spec = untrained_session().experiments[0]
    spec = spec.replace(data=spec.data.replace(dataset=table))
    one = compose(Session(experiments=(spec,)), DAY)
    assert any("It cannot be drawn" in block.text for block in blocks(Paragraph, one))


def test_an_empty_session_gives_a_report_too():
    one = compose(Session(), DAY)
    assert one.title
    assert titles(one) == ["In short"]


def test_a_run_that_was_not_examined_is_not_called_healthy():
    run = dataclasses.replace(session().runs[1], history=session().runs[1].history.up_to(3))
    assert run.history.findings is None
    assert health(run) == (Severity.INFO, "not examined")
    assert "healthy" not in sentence(run)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.FINISHED, "It was trained for 12 steps"),
        (State.DIVERGED, "It diverged after 12 steps"),
        (State.PAUSED, "It stands at 12 steps"),
        (State.FAILED, "It failed after 12 steps"),
    ],
)
def test_how_a_run_ended(state, words):
    assert words in sentence(dataclasses.replace(session().runs[0], state=state))


def test_settings_that_differ_name_the_runs_that_have_them():
    section = next(section for section in report().sections if section.title == "Training")
    (facts,) = [block for block in section.blocks if isinstance(block, Facts)]
    settings = dict(facts.rows)
    assert settings["Batch size"].startswith("16 samples, but 32 samples in ")
    assert "“A run of curve”" in settings["Batch size"]
    assert settings["Gradient clipping"] == "none"


def test_letters_that_cannot_be_written_are_left_out():
    one = compose(Session(title="a\x00b", notes="c\x1b[31md\n\nsecond"), DAY)
    assert one.title == "a b"
    assert blocks(Quote, one)[0].paragraphs == ("c [31md", "second")
