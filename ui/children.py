"""The command line in a child process: the one place that knows how it is called, from source and packaged.

What may hang, end the process or take its time belongs there: the search for devices, exports.
"""

import sys
from pathlib import Path

from ui.native import is_packaged


def command_line(*arguments: str) -> list[str]:
    """The command that runs ``relulab`` with these arguments; the program comes first.

    A packaged program is its own command line. On Windows the one with the window has no output that could be read,
    so the one for consoles beside it is called.
    """
    if not is_packaged():
        return [sys.executable, "-m", "ui.launch", *arguments]
    program = Path(sys.executable)
    console = program.with_name(f"{program.stem}-console{program.suffix}")
    return [str(console if console.is_file() else program), *arguments]
