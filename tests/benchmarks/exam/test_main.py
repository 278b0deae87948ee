"""``python3 dev.py exam`` with names: what it prints, and that it writes nothing."""

import sys

import pytest

from benchmarks.exam.__main__ import main
from benchmarks.exam.page import PAGE
from benchmarks.exam.results import FILE


def test_named_experiments_are_only_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = FILE.read_bytes(), PAGE.read_bytes()
    monkeypatch.setattr(sys, "argv", ["exam", "E1", "--jobs", "1"])
    main()
    printed = capsys.readouterr().out
    assert printed.startswith("E1        detected 3, cause 3, first 3: ")
    assert printed.count(" | ") == 2  # a part for each seed
    assert "exploding_signal (error)" in printed
    assert (FILE.read_bytes(), PAGE.read_bytes()) == before


def test_an_unknown_name_is_refused_with_the_places_to_look(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["exam", "V1", "V99"])
    with pytest.raises(SystemExit) as refused:
        main()
    assert refused.value.code == 2
    assert "there is no experiment V99" in capsys.readouterr().err
