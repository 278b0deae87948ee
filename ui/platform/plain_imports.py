"""Imports that read no source, in place of PySide6's own.

PySide6 reads the source of every module that is imported, of NumPy and torch, too, to see whether it may ask for
another spelling of Qt's names (``from __feature__ import snake_case``). Nothing here does: it was a tenth of importing.
"""

import builtins


def import_plainly() -> bool:
    """From now on. To be called when PySide6 is there; whether it had put its own import in the place of another."""
    before = getattr(builtins, "__orig_import__", None)  # where PySide6 keeps that
    if before is None or builtins.__import__ is before:
        return False
    builtins.__import__ = before
    return True
