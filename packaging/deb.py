"""dist/relulab_VERSION_amd64.deb: the bundle in /usr/lib/relulab, and what a desktop wants to know of it."""

import gzip
import hashlib
import re
import shutil
import subprocess
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
PACKAGE = f"relulab_{VERSION}_amd64.deb"
MAINTAINER = "ReLU Lab maintainers <maintainers@relulab.invalid>"
ICON_SIZES = (48, 128, 256)

# What the bundle loads from the system without being linked to it.
ALSO_NEEDED = ("fontconfig", "libgl1", "libegl1")
RECOMMENDED = ("fonts-dejavu-core | fonts-noto-core | ttf-bitstream-vera", "xdg-desktop-portal")

CONTROL = """Package: relulab
Version: {version}
Architecture: amd64
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Section: education
Priority: optional
Description: lab bench that shows why neural networks learn and why they die
 ReLU Lab is a desktop program for students. Design a small network, train it
 and watch every unit, histogram and gradient while it learns. Ready-made
 experiments show a healthy network and the classic ways in which one dies.
 .
 Everything runs on this computer: no account, no network, no telemetry.
"""


def build() -> Path:
    """Make the package and return it. Raises PackagingError."""
    root = BUILD / "deb"
    shutil.rmtree(root, ignore_errors=True)
    program = root / "usr" / "lib" / "relulab"
    shutil.copytree(BUNDLE, program, symlinks=True)
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "relulab").symlink_to("../lib/relulab/relulab")
    _share(root / "usr" / "share")
    run("desktop-file-validate", root / "usr" / "share" / "applications" / "relulab.desktop")
    run("appstreamcli", "validate", "--no-net", *(root / "usr" / "share" / "metainfo").iterdir())
    _permissions(root)
    size = sum(path.lstat().st_size for path in root.rglob("*") if not path.is_dir()) // 1024
    control = CONTROL.format(
        version=VERSION,
        maintainer=MAINTAINER,
        size=size,
        depends=", ".join(dependencies(program)),
        recommends=", ".join(RECOMMENDED),
    )
    write(root / "DEBIAN" / "control", control)
    sums = [
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(root)}"
        for path in sorted((root / "usr").rglob("*"))
        if path.is_file() and not path.is_symlink()
    ]
    write(root / "DEBIAN" / "md5sums", "\n".join(sums) + "\n")
    package = DIST / PACKAGE
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", root, package)
    shutil.rmtree(root)
    check_size(package, COMPRESSED_MB)
    return package


def dependencies(program: Path) -> list[str]:
    """The Debian packages whose libraries the bundle is linked to but does not hold."""
    binaries = [path for path in program.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path)]
    held = {path.name for path in program.rglob("*.so*")}
    needed, newest = set(), (0, 0)
    for path in binaries:
        shown = subprocess.run(["readelf", "-d", "-V", "-W", path], capture_output=True, text=True).stdout
        needed |= set(re.findall(r"\(NEEDED\).*\[(.+?)\]", shown))
        versions = re.findall(r"Name: GLIBC_(\d+)\.(\d+)", shown)
        newest = max([newest, *((int(major), int(minor)) for major, minor in versions)])
    packages = {_package_of(library) for library in needed - held} | set(ALSO_NEEDED)
    packages -= {"", "libc6"}
    return [f"libc6 (>= {newest[0]}.{newest[1]})", *sorted(packages)]


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _package_of(library: str) -> str:
    found = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True).stdout
    names = [line.split(":")[0] for line in found.splitlines() if line.endswith(f"/{library}")]
    return names[0] if names else ""


def _share(share: Path) -> None:
    """Desktop entry, icons, MIME type, AppStream metadata, manual page, copyright."""
    values = {"VERSION": VERSION, "DATE": f"{release_date():%Y-%m-%d}"}
    write(share / "applications" / "relulab.desktop", filled(LINUX / "relulab.desktop"))
    write(share / "mime" / "packages" / "relulab.xml", filled(LINUX / "relulab-mime.xml"))
    metainfo = "org.relulab.ReLULab.metainfo.xml"
    write(share / "metainfo" / metainfo, filled(LINUX / metainfo, **values))
    icon = ROOT / "resources" / "icons" / "relulab.svg"
    icons = share / "icons" / "hicolor"
    (icons / "scalable" / "apps").mkdir(parents=True)
    shutil.copy(icon, icons / "scalable" / "apps" / "relulab.svg")
    for size in ICON_SIZES:
        folder = icons / f"{size}x{size}" / "apps"
        folder.mkdir(parents=True)
        run("rsvg-convert", "-w", size, "-h", size, "-o", folder / "relulab.png", icon)
    documents = share / "doc" / "relulab"
    copyright = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: relulab\n\n"
    license = "\n".join(f" {line}" if line.strip() else " ." for line in (ROOT / "LICENSE").read_text().splitlines())
    copyright += f"Files: *\nCopyright: ReLU Lab maintainers\nLicense: Expat\n{license}\n"
    copyright += "\nFiles: usr/lib/relulab/_internal/*\nCopyright: see THIRD_PARTY_LICENSES.txt.gz\nLicense: various\n"
    copyright += " The licenses of all packages in this folder are in THIRD_PARTY_LICENSES.txt.gz beside this file.\n"
    write(documents / "copyright", copyright)
    _gzip((BUILD / "THIRD_PARTY_LICENSES.txt").read_text("utf-8"), documents / "THIRD_PARTY_LICENSES.txt.gz")
    changes = f"relulab ({VERSION}) unstable; urgency=low\n\n  * See the list of changes in the program.\n\n"
    changes += f" -- {MAINTAINER}  {release_date():%a, %d %b %Y %H:%M:%S +0000}\n"
    _gzip(changes, documents / "changelog.gz")
    _gzip(filled(LINUX / "relulab.1", **values), share / "man" / "man1" / "relulab.1.gz")
    write(share / "lintian" / "overrides" / "relulab", filled(LINUX / "lintian-overrides"))


def _gzip(text: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


def _permissions(root: Path) -> None:
    """Readable by everybody; executable are the programs alone."""
    programs = {"relulab", "torch_shm_manager"}
    for path in root.rglob("*"):
        if path.is_dir() or (path.name in programs and not path.is_symlink() and _is_elf(path)):
            path.chmod(0o755)
        elif not path.is_symlink():
            path.chmod(0o644)
