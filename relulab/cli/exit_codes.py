"""Exit codes, and errors as sentences: nobody who uses the command line sees a traceback."""

import os
import sys
import traceback
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup

from relulab.data.tables.guesses import OpenQuestionError
from relulab.errors import DataError, PublishedDataError, ReluLabError, SpecError
from relulab.training.state import State

TRACEBACK_VARIABLE = "RELULAB_TRACEBACK"


class ExitCode(IntEnum):
    """What the process tells its caller."""

    DONE = 0
    BAD_INPUT = 2
    DATA_MISSING = 3
    DIVERGED = 4
    FAILED = 5
    INTERRUPTED = 130


CODE_OF_ERROR: tuple[tuple[type[BaseException], ExitCode], ...] = (
    (SpecError, ExitCode.BAD_INPUT),
    (OpenQuestionError, ExitCode.BAD_INPUT),
    (DataError, ExitCode.DATA_MISSING),
    (KeyboardInterrupt, ExitCode.INTERRUPTED),
)
CODE_OF_STATE = {State.DIVERGED: ExitCode.DIVERGED, State.FAILED: ExitCode.FAILED, State.PAUSED: ExitCode.INTERRUPTED}


def exit_code(error: BaseException) -> ExitCode:
    """The exit code for an error; FAILED where no other fits."""
    return next((code for kind, code in CODE_OF_ERROR if isinstance(error, kind)), ExitCode.FAILED)


def message(error: BaseException) -> str:
    """What to tell the user."""
    if isinstance(error, OpenQuestionError):
        return _with_options(error)
    if isinstance(error, PublishedDataError):
        return f"{error} Download it with --download, or name the folder with --data-root FOLDER."
    if isinstance(error, ReluLabError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "Stopped."
    if isinstance(error, OSError):
        return f"A file could not be read or written: {error}."
    return (
        f"Something went wrong inside ReLU Lab ({type(error).__name__}: {error}). "
        f"Set {TRACEBACK_VARIABLE}=1 to see where, and please report it."
    )


def _with_options(error: OpenQuestionError) -> str:
    """The questions about a table, each with the options that answer it."""
    from relulab.data.tables.shown import questions_as_lines

    asked = "\n".join(questions_as_lines(error.questions))
    return f"{error.name}: something has to be decided before anything is learned from it.\n{asked}"


class ExplainingGroup(TyperGroup):
    """Commands whose errors become one message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Abort, BrokenPipeError):
            raise  # typer ends these quietly
        except (Exception, KeyboardInterrupt) as error:
            if hasattr(error, "exit_code"):  # typer's own Exit and usage errors
                raise
            raise _told(error) from None


def _told(error: BaseException) -> typer.Exit:
    """Tell the user, and return what ends the command."""
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(error, file=sys.stderr)
    typer.echo(f"Error: {message(error)}", err=True)
    return typer.Exit(exit_code(error))
