"""THIRD_PARTY_LICENSES.txt, made from the distributions that are installed: python packaging/licences.py OUT.

Each distribution that the packaged program needs is listed with its version, its license and the texts that it came
with. Two things no distribution says by itself are added: how to get and to replace Qt, and what PyInstaller asks for.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

LEGAL_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors|third.?party)[^/]*$", re.IGNORECASE)
NO_LEGAL_FILE = re.compile(r"\.(py|pyc|pyi|h|so)$")
COMMON_LICENSES = Path("/usr/share/common-licenses")  # Debian has the texts that wheels of Qt leave out

QT = """Qt, PySide6 and Shiboken are used under the GNU Lesser General Public License, version 3. They are separate
shared libraries in the folder _internal/PySide6 (on macOS: Contents/Frameworks/PySide6); you may replace them with
versions of your own that are built from the same or changed source. The source of the versions named above is
offered by The Qt Company at https://download.qt.io/official_releases/ (qt and QtForPython). Whoever received this
program may also ask the maintainers of ReLU Lab for it, for at least three years.
Qt contains ICU-derived data, FreeType, HarfBuzz, libpng, libjpeg-turbo, PCRE2, zlib and others; their licenses are
listed at https://doc.qt.io/qt-6/licenses-used-in-qt.html."""

PYTHON = """Python is used under the Python Software Foundation License, version 2:
https://docs.python.org/3/license.html."""

PYINSTALLER = """The program was packaged with PyInstaller. Its bootloader is under the GPL, version 2 or later, with
the exception that "you may use PyInstaller to build and distribute commercial and non-commercial applications"
under licenses of your own choice: https://pyinstaller.org/en/stable/license.html."""

DATA = "Data sets that come with the program: resources/data/README.md names their sources and licences."

EXTRA = {"PySide6_Essentials": QT}

# Needed by torch's compiler, which is not part of the program.
NOT_PACKAGED = {"cloudpickle", "colorama", "setuptools"}


def needed(root: str = "relulab") -> list[Distribution]:
    """The distributions that ``root`` needs to run, with all that those need, by name."""
    found: dict[str, Distribution] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue  # needed on another system or Python only
        if one.name in found or one.name in NOT_PACKAGED:
            continue
        found[one.name] = one
        waiting += [re.split(r"[ ;<>=!~\[(]", line)[0] for line in one.requires or () if "extra ==" not in line]
    del found[root]
    return sorted(found.values(), key=lambda one: one.name.lower())


def license_of(one: Distribution) -> str:
    """The license as the metadata name it."""
    metadata = one.metadata
    named = metadata.get("License-Expression") or ""
    if not named:
        classes = [line for line in metadata.get_all("Classifier") or () if line.startswith("License ::")]
        named = "; ".join(line.rsplit(" :: ", 1)[-1] for line in classes)
    return named or (metadata.get("License") or "see below").strip().splitlines()[0]


def texts_of(one: Distribution) -> Iterator[tuple[str, str]]:
    """The name and the text of every legal file of a distribution; the same text once."""
    seen = set()
    for file in one.files or ():
        name = file.as_posix()
        if LEGAL_FILE.search(name) and not NO_LEGAL_FILE.search(name):
            path = Path(str(one.locate_file(file)))
            text = path.read_text("utf-8", errors="replace").strip() if path.is_file() else ""
            if text and text not in seen:
                seen.add(text)
                yield name, text


def document() -> str:
    """The whole text."""
    parts = [
        "Software that is part of ReLU Lab, and under which licenses",
        "ReLU Lab itself is under the MIT license; see LICENSE.",
        PYTHON,
        PYINSTALLER,
        DATA,
    ]
    for one in needed():
        parts.append(f"{'=' * 100}\n{one.name} {one.version}\nLicense: {license_of(one)}")
        if one.name in EXTRA:
            parts.append(EXTRA[one.name])
        if "LGPL" in license_of(one):
            parts += [_common(name) for name in ("LGPL-3", "GPL-3")]
        parts += [f"{'-' * 100}\n{name}\n\n{text}" for name, text in texts_of(one)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _common(name: str) -> str:
    path = COMMON_LICENSES / name
    url = f"https://www.gnu.org/licenses/{name.lower()}.0.txt"
    return path.read_text("utf-8") if path.exists() else f"The text of the {name}: {url}"


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(document(), encoding="utf-8")
    print(f"Written: {out} ({out.stat().st_size // 1024} KiB, {len(needed())} distributions)")
