"""What is remembered survives damage, and a file is written whole or not at all."""

import dataclasses
import json
import os

import pytest

from ui.platform.settings import (
    Settings,
    config_folder,
    load_settings,
    log_folder,
    save_settings,
    settings_file,
    write_text,
)


def test_round_trip(own_folders):
    settings = Settings(theme="dark", threads=1, geometry="abc", folder="/tmp/ä ö", tour_seen=True)
    save_settings(settings)
    assert load_settings() == settings
    assert settings_file().is_relative_to(own_folders)
    assert config_folder() != log_folder()


def test_the_first_start_has_defaults():
    assert load_settings() == Settings()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"theme": 5, "threads": true}', "\x00\xff", "[" * 100_000])
def test_a_damaged_file_is_the_defaults(text):
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(text, "utf-8")
    assert load_settings() == Settings()


WRONG = [
    None,
    1,
    -1.5,
    True,
    "x" * 200_000,
    [1],
    [None],
    [["a"]],
    {"a": 1},
    ["x" * 200_000],
    ["a"] * 2000,
    "\0",
    ["\ud800"],
]


@pytest.mark.parametrize("name", ["theme", "threads", "geometry", "folder", "recent", "tables", "tour_seen"])
@pytest.mark.parametrize("number", range(len(WRONG)))
def test_r10_a_damaged_value_is_its_default_and_the_others_stay(name, number):
    """91 damaged files: what is read can be used as it is."""
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(json.dumps({"author": "Ada", name: WRONG[number]}), "utf-8")
    settings = load_settings()
    assert settings.author == "Ada"
    for field in dataclasses.fields(Settings):
        value, default = getattr(settings, field.name), getattr(Settings(), field.name)
        assert type(value) is type(default)
        if isinstance(value, list):
            assert all(isinstance(text, str) for text in value)
    save_settings(settings)
    assert load_settings() == settings


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_r11_settings_that_are_no_file_are_the_defaults():
    settings_file().parent.mkdir(parents=True)
    os.mkfifo(settings_file())
    assert load_settings() == Settings()


@pytest.mark.parametrize("threads", [-1, 10**9])
def test_a_number_of_threads_that_this_machine_has_not_is_left_to_the_engine(threads):
    save_settings(Settings(theme="dark", threads=threads))
    assert load_settings() == Settings(theme="dark")


def test_unknown_and_missing_fields_do_no_harm():
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(json.dumps({"theme": "light", "from_the_future": 1}), "utf-8")
    assert load_settings() == Settings(theme="light")


def test_a_folder_that_cannot_be_written_costs_only_the_memory(own_folders, caplog):
    own_folders.mkdir()
    config_folder().write_text("a file where the folder should be")
    save_settings(Settings())
    assert "settings not kept" in caplog.text


def test_write_text_keeps_the_old_file_when_it_fails(tmp_path):
    folder = tmp_path / "no such folder"
    with pytest.raises(OSError, match=r"."):
        write_text(folder / "a.json", "new")
    path = tmp_path / "Über uns.json"
    write_text(path, "old")
    write_text(path, "new ✓")
    assert path.read_text("utf-8") == "new ✓"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["Über uns.json"]
