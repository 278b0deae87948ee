"""dist/relulab-VERSION-linux-x86_64.run: a shell script with the bundle behind it, for people without root.

Not makeself: it unpacks into /tmp first, which in classrooms is often too small for 650 MB or mounted noexec. This
one unpacks straight to where the program will live, and replaces an older version as a whole.
"""

import hashlib
import shutil
from pathlib import Path

from project import (
    BUILD,
    BUNDLE,
    COMPRESSED_MB,
    DIST,
    HERE,
    ROOT,
    VERSION,
    check_size,
    filled,
    release_date,
    run,
    write,
)

LINUX = HERE / "linux"
NAME = f"relulab-{VERSION}-linux-x86_64.run"


def build() -> Path:
    """Make the file and return it. Raises PackagingError."""
    staging = BUILD / "run"
    shutil.rmtree(staging, ignore_errors=True)
    program = staging / "relulab"
    shutil.copytree(BUNDLE, program, symlinks=True)
    _add_desktop_files(program)
    payload = BUILD / "relulab.tar.xz"
    order = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{int(release_date().timestamp())}"]
    run("tar", *order, "-C", program, "-cf", BUILD / "relulab.tar", ".")
    run("xz", "-6", "-T2", "--force", BUILD / "relulab.tar")
    shutil.rmtree(staging)
    target = DIST / NAME
    target.write_bytes(header(payload))
    with target.open("ab") as out, payload.open("rb") as data:
        shutil.copyfileobj(data, out, 2**20)
    target.chmod(0o755)
    payload.unlink()
    check_size(target, COMPRESSED_MB)
    return target


def header(payload: Path) -> bytes:
    """The installer script, which knows at which line of the file the payload begins."""
    with payload.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    lines = len(filled(LINUX / "install.sh").splitlines())
    text = filled(LINUX / "install.sh", VERSION=VERSION, PAYLOAD_LINE=lines + 1, PAYLOAD_SHA256=digest)
    return text.encode("utf-8")


def _add_desktop_files(program: Path) -> None:
    values = {"VERSION": VERSION, "DATE": f"{release_date():%Y-%m-%d}"}
    for name in ("relulab.desktop", "relulab-mime.xml", "org.relulab.ReLULab.metainfo.xml"):
        write(program / "share" / name, filled(LINUX / name, **values))
    shutil.copy(ROOT / "resources" / "icons" / "relulab.svg", program / "share" / "relulab.svg")
    write(program / "uninstall.sh", filled(LINUX / "uninstall.sh"), mode=0o755)
