"""What window and engine say can be translated: the steps of resources/i18n/README.md, as they stand there."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import PySide6
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from relulab.text import joined, text
from relulab.views.loss import TITLE
from ui.platform.translation import said, translate

ROOT = Path(__file__).parents[3]
COMMAND = re.compile(r"^    pyside6-(lupdate|lrelease) (.*)$", re.MULTILINE)
SPOKEN = {
    "Loss and accuracy": "Verlust und Genauigkeit",
    "not a number after step {step:,}": "keine Zahl nach Schritt {step:,}",
    "Logarithmic loss axis": "Logarithmische Achse",
}


def run(command: str, source: Path, compiled: Path) -> None:
    """A command of the README, with files of the test in the place of those in resources."""
    tool, *words = shlex.split(command)
    words = [re.sub(r".*\.ts$", str(source), word) for word in words]
    out = ["-qm", str(compiled)] if tool == "lrelease" else []
    program = shutil.which(tool, path=str(Path(PySide6.__file__).parent))  # what the scripts of PySide6 start
    assert program
    subprocess.run([program, *words, *out], cwd=ROOT, check=True, capture_output=True, timeout=90)


def test_texts_of_window_and_engine_are_found_and_said_in_another_language(qtbot: QtBot, tmp_path: Path) -> None:
    source, compiled = tmp_path / "relulab_de.ts", tmp_path / "relulab_de.qm"
    collect, release = (" ".join(found) for found in COMMAND.findall((ROOT / "resources/i18n/README.md").read_text()))
    run(collect, source, compiled)
    tree = ElementTree.parse(source)
    for message in tree.iter("message"):
        spoken = SPOKEN.get(message.findtext("source") or "")
        translation = message.find("translation")
        if spoken and translation is not None:
            translation.text = spoken
            del translation.attrib["type"]  # "unfinished"
    tree.write(source, "utf-8", xml_declaration=True)
    run(release, source, compiled)
    translator = QTranslator()
    assert translator.load(str(compiled))
    QCoreApplication.installTranslator(translator)
    try:
        lost = text("not a number after step {step:,}", step=1200)
        assert said(TITLE) == "Verlust und Genauigkeit"
        assert said(joined([lost, "as it is"], " · ")) == "keine Zahl nach Schritt 1,200 · as it is"
        assert translate("LossPanel", "Logarithmic loss axis") == "Logarithmische Achse"
    finally:
        QCoreApplication.removeTranslator(translator)
    assert str(lost) == said(lost) == "not a number after step 1,200"
