"""Files reach the cache whole or not at all, and a disk that refuses them is explained."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from relulab.data.cache import cache_folder, write_whole
from relulab.data.dataset import Source
from relulab.data.image_files import load_images
from relulab.errors import CancelledError, DataError, DataMissingError

needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions and limits")


def test_the_cache_is_the_platforms_unless_named(monkeypatch, tmp_path):
    monkeypatch.setenv("RELULAB_CACHE", str(tmp_path / "été"))
    assert cache_folder() == tmp_path / "été"
    monkeypatch.delenv("RELULAB_CACHE")
    assert cache_folder() == Path(platformdirs.user_cache_dir("relulab", appauthor=False))


def test_a_file_is_written_into_a_new_folder_with_accents(tmp_path):
    path = tmp_path / "çà et là" / "数据" / "file.gz"
    write_whole(path, [b"one ", b"", b"two"])
    assert path.read_bytes() == b"one two"
    assert [file.name for file in path.parent.iterdir()] == ["file.gz"]


def test_an_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def cancelled():
        yield b"new"
        assert path.read_bytes() == b"old"
        raise CancelledError("stop")

    with pytest.raises(CancelledError):
        write_whole(path, cancelled())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.glob("*.part")) == []
    write_whole(path, [b"new"])
    assert path.read_bytes() == b"new"


@needs_posix
def test_a_file_that_the_disk_has_no_room_for_leaves_nothing(tmp_path):
    import resource

    path = tmp_path / "big"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(DataError, match="no room left on the disk"):
            write_whole(path, [bytes(65_536)] * 3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.glob("big*")) == []


def test_a_really_full_disk_is_named(tmp_path):
    """A file system of 64 KiB of our own, where the system lets us make one."""
    if not shutil.which("unshare"):
        pytest.skip("there is no unshare on this system")
    mount = f'mount -t tmpfs -o size=64k none "{tmp_path}"'
    if subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("this system does not let us mount a small disk")
    program = (
        "import sys; from pathlib import Path; from relulab.data.cache import write_whole\n"
        "folder = Path(sys.argv[1])\n"
        "try: write_whole(folder / 'big', [bytes(16_384)] * 20)\n"
        "except Exception as error: print(type(error).__name__, error, list(folder.iterdir()))\n"
    )
    command = f'{mount} && "{sys.executable}" -c "$1" "{tmp_path}"'
    done = subprocess.run(["unshare", "-rm", "sh", "-c", command, "sh", program], capture_output=True, text=True)
    assert done.stdout.startswith("DataError There is no room left on the disk that holds"), done
    assert "RELULAB_CACHE" in done.stdout
    assert done.stdout.strip().endswith("[]")


@pytest.fixture
def closed_folder(tmp_path):
    """A folder that only its owner may write, to be used with ``ordinary_user``."""
    folder = tmp_path / "read only"
    folder.mkdir()
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def test_a_read_only_cache_is_named_with_a_way_out(closed_folder, ordinary_user):
    with pytest.raises(DataError, match=r"read only.* cannot be written \(Permission denied\).*RELULAB_CACHE"):
        write_whole(closed_folder / "MNIST" / "raw" / "file", [b"x"])
    with pytest.raises(DataError, match="cannot be written"):
        write_whole(closed_folder / "file", [b"x"])


def test_a_folder_that_may_not_be_looked_into_is_as_good_as_empty(closed_folder, request):
    (closed_folder.parent / "secret").mkdir(mode=0o000)
    request.getfixturevalue("ordinary_user")
    source = Source(closed_folder.parent / "secret" / "data")
    with pytest.raises(DataMissingError, match="secret"):
        load_images("mnist", source)


def test_a_file_in_the_place_of_the_cache_is_named(tmp_path):
    (tmp_path / "cache").write_text("not a folder")
    with pytest.raises(DataError, match="cannot be written"):
        write_whole(tmp_path / "cache" / "file", [b"x"])
