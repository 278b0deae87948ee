"""The cards of the start page: their words, the pictures that ship, and what they say about downloads."""

import json
from datetime import datetime
from importlib import resources

import pytest

from relulab.data.datasets import DATASETS
from relulab.experiment.presets import PRESETS
from relulab.views.start import DOWNLOADS, FIRST, found, picture_bytes, saved_words, session_words, start_cards

LARGEST = 800_000  # bytes of all pictures
FOLDER = resources.files("resources") / "start"


def test_every_preset_has_a_card_in_the_order_of_the_menu():
    assert [card.key for card in start_cards()] == list(PRESETS)
    assert set(FIRST) <= set(PRESETS)
    for card in start_cards():
        assert card.dataset == PRESETS[card.key].spec().data.dataset.name
        assert card.seconds > 0


def test_every_card_has_pictures_for_both_themes_and_no_other_files_lie_there():
    names = {f"{key}-{theme}.png" for key in PRESETS for theme in ("light", "dark")}
    assert {file.name for file in FOLDER.iterdir()} == names | {"runs.json"}
    assert json.loads((FOLDER / "runs.json").read_text("utf-8")).keys() == set(PRESETS)
    assert sum(len(picture_bytes(key, dark)) for key in PRESETS for dark in (False, True)) < LARGEST
    for key in PRESETS:
        assert picture_bytes(key, True) != picture_bytes(key, False)


@pytest.mark.parametrize("name", DOWNLOADS)
def test_the_size_of_a_download_is_that_of_the_data_set(name):
    assert DATASETS[name].downloadable
    assert f"A download of {DOWNLOADS[name]} MB" in DATASETS[name].summary


def test_what_needs_no_download_says_nothing_of_it():
    for card in start_cards():
        assert bool(card.download) == DATASETS[card.dataset].downloadable
        assert bool(str(card.once)) == bool(card.download)
        assert ("download" in str(card.told(False))) == bool(card.download)
        assert "download" not in str(card.told(True))


def test_a_search_wants_every_word_somewhere():
    keys = [card.key for card in start_cards() if card.matches("  DEAD deep ")]
    assert keys == ["born-dead"]
    assert all(card.matches("") for card in start_cards())
    assert str(found(len(PRESETS))).startswith(f"{len(PRESETS)} questions")
    assert str(found(3)) == f"3 of {len(PRESETS)}"


def test_when_it_was_saved_is_the_shorter_the_nearer():
    now = datetime(2026, 3, 2, 9, 0)
    assert str(saved_words(datetime(2026, 3, 2, 8, 5), now)) == "today 08:05"
    assert str(saved_words(datetime(2026, 3, 1, 23, 59), now)) == "yesterday 23:59"
    assert str(saved_words(datetime(2026, 2, 27, 8, 5), now)) == "2026-02-27"


def test_a_session_without_runs_says_so():
    assert str(session_words(())) == "0 runs"
