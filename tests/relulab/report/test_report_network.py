"""The network and its regions in a report: made again from the weights that a session keeps."""

import dataclasses
from datetime import date

import numpy as np
import pytest

from relulab.report.content.blocks import Figure
from relulab.report.content.compose import compose
from relulab.report.figures.theme import LIGHT
from relulab.session.file.files import load_session, save_session
from relulab.session.session import RunRecord, Session
from tests.helpers.sessions import trained

DAY = date(2026, 1, 2)


def reopened(tmp_path, *runs: RunRecord) -> Session:
    save_session(Session(runs=runs), tmp_path / "session.relulab")
    return load_session(tmp_path / "session.relulab")


def figures(session: Session, **choice) -> dict[str, Figure]:
    sections = compose(session, DAY, **choice).sections
    found = [block for section in sections for block in section.all_blocks if isinstance(block, Figure)]
    return {figure.name.partition("-")[2]: figure for figure in found}


@pytest.mark.parametrize("kind", ["plane", "curve", "classes"])
def test_a_session_out_of_a_file_shows_its_networks(kind, tmp_path):
    session = reopened(tmp_path, trained(kind))
    assert session.runs[0].history.network is None
    shown = figures(session)
    newest = session.runs[0].checkpoints[-1].step
    drawing = shown["network"].drawing
    assert f"at step {newest}" in drawing.alternative
    assert "Lines, layer after layer" in drawing.caption
    assert ("regions" in shown) == (kind != "classes")
    without = figures(session, network=False)
    assert without.keys() == shown.keys() - {"network", "regions"}
    assert session.runs[0].history.network is None, "the run stays as it is"


def test_without_weights_there_is_none(tmp_path):
    run = dataclasses.replace(trained("plane"), checkpoints=())
    assert not {"network", "regions"} & figures(reopened(tmp_path, run)).keys()


def test_the_picture_may_be_of_another_step_than_the_weights(tmp_path):
    run = trained("plane")
    run = dataclasses.replace(run, checkpoints=run.checkpoints[:1])
    assert run.history.picture.step != run.checkpoints[0].step
    drawing = figures(reopened(tmp_path, run))["regions"].drawing
    assert f"at step {run.checkpoints[0].step}" in drawing.alternative


def test_every_other_region_is_shaded(tmp_path):
    drawing = figures(reopened(tmp_path, trained("plane")))["regions"].drawing
    assert "Every other region is shaded." in drawing.caption
    figure = drawing.paint(LIGHT)
    shade = figure.axes[0].images[-1].get_array()
    assert set(np.unique(shade[..., 3])) == {0, 51}
    assert 0.05 < (shade[..., 3] > 0).mean() < 0.95
