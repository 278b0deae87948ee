"""Many starts of a design in the real window: trained in a child process, opened as runs of their own, ended."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord
from relulab.views.many.seeds import SEEDS
from tests.helpers.labs import LONG, MINUTES_3, SECONDS_30, moons, open_lab, press, wait_for


def seeds_button(lab):
    return lab.control_bar.findChild(QToolButton, "seeds-button")


def click_run(qtbot, grid, run):
    place = grid.cells()[grid.order.index(run)].center().toPoint()
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=place)


def test_one_click_trains_twenty_and_a_click_on_one_opens_it(qtbot):
    with open_lab(qtbot, moons(steps=60)) as lab:
        wait_for(qtbot, lab, State.READY)
        before = lab.store.current
        press(qtbot, seeds_button(lab))
        seeds = lab.seeds.dialog
        qtbot.waitUntil(lambda: seeds.starts.is_complete and not lab.seeds.training.busy, timeout=MINUTES_3)
        assert seeds.isVisible()
        assert {run.seed for run in seeds.starts.runs.values()} == set(range(SEEDS))
        assert lab.store.current is before, "the run of the window stays as it was"
        qtbot.waitUntil(seeds.again.isVisible, timeout=SECONDS_30)
        assert f"of {SEEDS}" in seeds.headline.text()

        click_run(qtbot, seeds.grid, 7)
        wait_for(qtbot, lab, State.FINISHED)
        spec = lab.run_controller.built
        assert (spec.data.seed, spec.model.seed, spec.training.seed) == (7, 7, 7)
        assert spec.name == "Tiny moons, seed 7"
        qtbot.waitUntil(lambda: lab.store.current.latest(ProbeRecord)["step"] == 60, timeout=SECONDS_30)
        shown = seeds.starts.runs[7]
        assert lab.store.current.latest(ProbeRecord)["loss"] == pytest.approx(shown.losses[-1], rel=1e-4)
        press(qtbot, seeds_button(lab))
        assert seeds.starts.runs[7] is shown, "coming back trains nothing again"


@pytest.mark.slow
def test_it_can_be_ended_in_the_middle_and_nothing_is_lost(qtbot):
    with open_lab(qtbot, moons(LONG)) as lab:
        wait_for(qtbot, lab, State.READY)
        press(qtbot, seeds_button(lab))
        seeds, training = lab.seeds.dialog, lab.seeds.training
        qtbot.waitUntil(lambda: any(run.step > 0 for run in seeds.starts.runs.values()), timeout=MINUTES_3)
        runs = len(lab.store.runs)
        press(qtbot, seeds.stop)
        assert not training.busy
        assert seeds.again.isVisible()
        seen = dict(seeds.starts.runs)
        press(qtbot, seeds.again)
        assert training.busy
        seeds.close()
        assert not training.busy
        assert len(lab.store.runs) == runs
        assert seen
        press(qtbot, seeds_button(lab))
        seeds.again.click()
        assert training.busy
    assert not training.busy, "the child ends with the window"


@pytest.mark.slow
def test_data_that_nobody_allowed_are_not_read(qtbot, tmp_path, no_table_known):
    from relulab.data.untrusted_paths import withhold

    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n", "utf-8")
    withhold([str(table)])
    with open_lab(qtbot, moons(steps=5)) as lab:
        wait_for(qtbot, lab, State.READY)
        spec = lab.run_controller.design
        named = {"name": "csv", "parameters": {"path": str(table)}}
        lab.run_controller.design = spec.replace(data=spec.data.replace(dataset=named))
        lab.seeds.show_seeds()
        assert not lab.seeds.training.busy
        assert "Allow the data" in lab.window.banner.message
