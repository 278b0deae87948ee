"""The command ``relulab``: the window without arguments, the command line with them.

It lives here because the engine must not know the window. What only the command line needs is imported for it alone.
"""

import gc
import multiprocessing
import os
import sys

from relulab.training.engine import quiet_threads

DOCUMENTS = (".relulab", ".json")  # what a double click opens


def is_document(argument: str) -> bool:
    """Whether a file manager started us with a file to open; whether there is one is said in the window."""
    return argument.lower().endswith(DOCUMENTS)


def open_window(arguments: list[str]) -> int:
    """The window. Whatever keeps it from opening is told: a windowed program has no console to look at."""
    try:
        import PySide6.QtCore  # noqa: F401  # it brings an import of its own

        from ui.platform.plain_imports import import_plainly

        import_plainly()
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none is looked for in what is installed
        from ui.startup.main import main

        return main(arguments)
    except Exception as error:
        from ui.startup.startup_errors import tell_failed_start

        return tell_failed_start(error)


def main() -> int | None:
    """The entry point of the ``relulab`` command."""
    multiprocessing.freeze_support()  # first of all: a child of the packaged program must not open a window
    quiet_threads()
    arguments = sys.argv[1:]
    if not arguments or is_document(arguments[0]):
        gc.disable()  # until the engine is there: little can be collected yet, and looking for it takes a while
        return open_window(arguments)
    from relulab.cli.interrupts import stopped_in_words

    with stopped_in_words():
        from relulab.cli.main import app
        from relulab.cli.main import main as command_line
        from ui.startup.commands import add_to

        add_to(app)
        command_line()
    return None


if __name__ == "__main__":
    sys.exit(main())
