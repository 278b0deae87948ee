"""Words of the window that are not written inside a QObject, and the translations of all of them.

A translation is one file, ``resources/i18n/relulab_<language>.qm``; see the README beside it.
"""

import logging
from importlib.resources import files

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from relulab.formatting import signed
from relulab.text import Text, fill

log = logging.getLogger(__name__)

ENGINE = ""  # the context that lupdate gives to texts outside QObjects: see resources/i18n/README.md


def translate(context: str, text: str) -> str:
    """``text`` in the user's language. Texts are collected by lupdate where they stand as literals."""
    return QCoreApplication.translate(context, text)


def said(text: Text) -> str:
    """A text of the engine in the user's language, and so the texts among its values; with signs as in print."""
    values = {name: said(value) if isinstance(value, Text) else value for name, value in text.values}
    return signed(fill(translate(ENGINE, text.template), values)) if text.template else ""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark ``text`` for lupdate, which looks for this name; Qt's own gives back an untyped object."""
    return text


def install_translations(app: QCoreApplication, locale: QLocale | None = None) -> None:
    """Load our own texts and Qt's (dialog buttons) for ``locale``, the system's by default.

    Qt's only where there are ours: a window speaks one language. Numbers are written as the engine writes them, with a
    point and with plain digits, in every field.
    """
    QLocale.setDefault(QLocale.c())
    locale = locale or QLocale.system()
    if _install(app, locale, "relulab", str(files("resources") / "i18n")):
        _install(app, locale, "qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))


def _install(app: QCoreApplication, locale: QLocale, name: str, folder: str) -> bool:
    """Whether there are such texts."""
    translator = QTranslator(app)
    found = translator.load(locale, name, "_", folder)
    if found:
        app.installTranslator(translator)
        log.info("texts of %s in %s", name, translator.language())
    else:
        translator.deleteLater()
    return found
