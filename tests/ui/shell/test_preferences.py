"""What the user chose for every window, as other parts ask for it."""

import pytest

from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from tests.helpers.labs import SECONDS_30
from tests.relulab.population.designs import design
from ui.features.population.training import PopulationTraining
from ui.platform.settings import Settings, load_settings, save_settings
from ui.shell.preferences import Preferences


@pytest.mark.parametrize(
    ("chosen", "options"),
    [
        ({}, []),
        ({"data_root": "/data"}, ["--data-root", "/data"]),
        ({"processes": 2}, []),
        ({"processes": 2, "scheduler": "tls://a:1"}, ["--scheduler", "tls://a:1"]),
        ({"scheduler": "a:1", "certificates": "/mine"}, ["--scheduler", "a:1", "--certificates", "/mine"]),
    ],
)
def test_who_trains_many_networks(qapp, chosen, options):
    assert Preferences(qapp, Settings(**chosen)).training_options() == options


def test_how_many_processes_train_a_map(qapp, monkeypatch):
    def count(**chosen):
        return Preferences(qapp, Settings(**chosen)).map_processes()

    assert count(processes=3) == 3
    assert count(processes=3, scheduler="tls://a:1") == 1, "the workers train; one process asks them"
    for cores, wanted in ((None, 1), (1, 1), (2, 2), (16, 2)):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        assert count() == wanted


@pytest.mark.parametrize("processes", [0, -1, 10**9])
def test_a_number_of_processes_that_cannot_be_is_chosen(processes):
    save_settings(Settings(theme="dark", processes=processes))
    assert load_settings() == Settings(theme="dark")


def test_the_process_that_trains_gets_what_was_chosen(qtbot, qapp):
    preferences = Preferences(qapp, Settings(scheduler="10.0.0.7:8786"))
    training = PopulationTraining(preferences.training_options)
    reasons = []
    training.failed.connect(reasons.append)
    training.start(Asked(Sweep.of(design(steps=5), {}, 2), is_map=True))
    qtbot.waitUntil(lambda: bool(reasons), timeout=SECONDS_30)
    assert "10.0.0.7:8786 is another machine" in reasons[0]
    training.close()
