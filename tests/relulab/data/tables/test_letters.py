"""What a file is by its first bytes, and in which letters it is written."""

import pytest

from relulab.callbacks import ignore
from relulab.data.tables.guesses import Sure
from relulab.data.tables.letters import BYTES_AT_MOST, Letters, letters_of, read_bytes
from relulab.errors import CancelledError, DataError, DataMissingError
from tests.helpers.tables import column, understood


def letters(data: bytes, chosen: str = "") -> Letters:
    return letters_of(data, chosen, "t.csv", ignore)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04\x14\x00", "an Excel workbook or a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        (b"\x1f\x8b\x08\x00", "packed with gzip. *|packed with gzip, "),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"%PDF-1.7", "a PDF document"),
        (b"  <!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<HTML>", "a web page"),
        (b"\x89PNG\r\n", "a picture"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "is empty"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, start, said):
    path = tmp_path / "t.csv"
    path.write_bytes(start)
    with pytest.raises(DataError, match=said) as caught:
        read_bytes(path, ignore)
    assert "t.csv" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataMissingError):
        read_bytes(tmp_path / "t.csv", ignore)


def test_a_file_that_is_too_large(tmp_path):
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.truncate(BYTES_AT_MOST + 1)
    with pytest.raises(DataError, match="tables up to 200 MB can be read"):
        read_bytes(path, ignore)


def test_reading_can_be_stopped(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" * 1000)

    def stop(done: int, total: int, what: str) -> None:
        raise CancelledError(what)

    with pytest.raises(CancelledError):
        read_bytes(path, stop)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_are_one_wherever_the_file_is_cut(ending, monkeypatch):
    monkeypatch.setattr("relulab.data.tables.letters.AT_ONCE", 5)
    content = ending.join(["abcd", "ef;ü", "", "gh", "i"])
    assert letters(content.encode()).data == "abcd\nef;ü\n\ngh\ni".encode()
    assert letters((content + ending).encode()).data == "abcd\nef;ü\n\ngh\ni\n".encode()
    assert len(letters((content + ending).encode())) == len(letters(content.encode())) == 5


def test_a_byte_that_is_no_letter_is_named_with_its_line():
    with pytest.raises(DataError, match=r"line 3: byte 0xe9 is no letter in utf-8"):
        letters(b"a,b\n1,x\n2,\xe9\n", "utf-8")


def test_letters_can_be_chosen():
    assert letters("é".encode("cp437"), "cp437").data.decode() == "é"
    with pytest.raises(DataError, match="no encoding named 'klingon'"):
        letters(b"a", "klingon")
    with pytest.raises(DataError, match="no encoding named 'hex'"):
        letters(b"a", "hex")


def test_zero_bytes_are_no_text():
    with pytest.raises(DataError, match="holds zero bytes"):
        letters(b"a,b\n1,\x00\n" + b"1,2\n" * 50)


def test_plain_letters_are_certain_and_others_said():
    assert letters(b"a").encoding.sure is Sure.CERTAIN
    guessed = letters("Größe;c\n1;a\n".encode("cp1252")).encoding
    assert (guessed.value, guessed.sure) == ("cp1252", Sure.LIKELY)
    assert "Größe" in str(guessed.why)


def test_the_encoding_changes_no_number():
    content = "Größe;y\n" + "".join(f"{row},5;{row % 2}\n" for row in range(40))
    for encoding in ("utf-8", "cp1252", "utf-16-be", "utf-32"):
        assert column(understood(content.encode(encoding)), "Größe")[:2] == [0.5, 1.5], encoding
