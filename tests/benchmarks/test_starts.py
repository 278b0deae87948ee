"""The rows on what a start takes: a real start reaches its moments in order."""

from pathlib import Path

import pytest

from benchmarks import starts
from benchmarks.starts import DESIGN, FRAME, PAGE, READY, WHOLE


@pytest.mark.slow
@pytest.mark.parametrize("start_page", [False, True])
def test_a_start_is_painted_then_can_be_used_then_whole_then_ready(
    monkeypatch: pytest.MonkeyPatch, start_page: bool
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    seen = starts.one_start(starts.HERE, start_page)
    moments = [words for words, _ in sorted(seen.items(), key=lambda item: item[1])]
    assert moments == [FRAME, PAGE if start_page else DESIGN, WHOLE, READY]


def test_rows_are_shares_of_another_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whose window had no empty frame yet."""
    now = {FRAME: (0.2, 0.1), PAGE: (0.3, 0.2), WHOLE: (1.0, 0.9), READY: (2.0, 1.8)}
    before = {WHOLE: (1.0, 1.0), READY: (4.0, 4.0)}
    monkeypatch.setenv("RELULAB_BEFORE", str(tmp_path))
    monkeypatch.setattr(starts, "one_start", lambda checkout, page: before if checkout == tmp_path else now)
    monkeypatch.setattr("compileall.compile_dir", lambda *_args, **_more: True)
    rows = {row.name: row for row in starts.measure()}
    assert {name: row.value for name, row in rows.items()} == {
        "window_painted_s": 0.2,
        "design_usable_s": 1.0,
        "window_visible_s": 1.0,
        "engine_ready_s": 0.5,
        "start_page_s": 0.3,
    }
    assert {name for name, row in rows.items() if row.holds} == {"window_painted_s", "engine_ready_s", "start_page_s"}
    monkeypatch.delenv("RELULAB_BEFORE")
    assert [row.value for row in starts.measure()] == [0.2, 1.0, 1.0, 2.0, 0.3]
