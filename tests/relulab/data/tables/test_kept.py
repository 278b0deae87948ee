"""What was read is kept for all threads, with what went wrong; a reading that was stopped is not."""

import threading
from functools import partial

import pytest

from relulab.callbacks import ignore
from relulab.data.table_reading import is_read, known, read, settled, table_of
from relulab.data.tables.choices import Choices
from relulab.data.tables.file import understand
from relulab.data.tables.kept import Kept
from relulab.data.tables.table import Table
from relulab.errors import CancelledError, DataError
from tests.relulab.data.test_table import FLOWERS, parameters_of


def test_the_newest_are_kept():
    kept: Kept[str, int] = Kept(2)
    for number, key in enumerate(("a", "bb", "ccc"), 1):
        assert kept.get(key, partial(len, key), ignore) == number
    assert ["a" in kept, "bb" in kept, "ccc" in kept] == [False, True, True]
    assert kept.get("bb", lambda: 0, ignore) == 2, "it is not read again"


def test_what_is_wrong_is_kept_and_a_stop_is_not():
    kept: Kept[str, int] = Kept(2)
    reads = []

    def fail(error: Exception) -> int:
        reads.append(error)
        raise error

    for _ in range(2):
        with pytest.raises(DataError, match="no table"):
            kept.get("text", lambda: fail(DataError("no table")), ignore)
    with pytest.raises(CancelledError):
        kept.get("long", lambda: fail(CancelledError("enough")), ignore)
    assert len(reads) == 2
    assert "long" not in kept


def test_who_waits_for_another_thread_reads_nothing_and_can_stop_waiting():
    kept: Kept[str, int] = Kept(2)
    begun, going = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert going.wait(60)
        return 7

    thread = threading.Thread(target=lambda: kept.get("key", slow, ignore))
    thread.start()
    assert begun.wait(60)

    def stop(*_told: object) -> None:
        raise CancelledError("enough")

    with pytest.raises(CancelledError):
        kept.get("key", lambda: 0, stop)
    threading.Timer(0.05, going.set).start()
    assert kept.get("key", lambda: 0, ignore) == 7
    thread.join()


def test_a_table_is_known_after_it_was_read_and_under_what_was_written_down(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS, "utf-8")
    asked = parameters_of(path)
    assert not is_read(asked)
    read(asked, ignore)
    assert is_read(asked)
    found = settled(asked)
    assert found != asked
    assert is_read(found), "the same table under the choices that were found"
    assert isinstance(table_of(found), Table)
    path.write_text(FLOWERS.replace("rose", "tulip"), "utf-8")
    assert not is_read(asked), "another file"
    assert is_read(parameters_of(tmp_path / "none.csv")), "there is nothing to read"


def test_a_table_is_read_anew_where_other_readings_took_its_place(tmp_path):
    path, other = tmp_path / "flowers.csv", tmp_path / "others.csv"
    path.write_text(FLOWERS, "utf-8")
    asked = parameters_of(path)
    read(asked, ignore)
    for word in ("one", "two", "three"):  # as the reader of tables does with every choice that is tried
        other.write_text(FLOWERS.replace("rose", word), "utf-8")
        understand(str(other), Choices())
    assert known(asked) is None
    assert not is_read(asked), "there would be nothing to say of it"
    read(asked, ignore)
    assert is_read(asked)
    assert known(asked) is not None
