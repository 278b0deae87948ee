"""The commands that need the window, and the size of a picture as it is typed. Only the command line imports this."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from relulab.selftest import Check

Preset = Annotated[str, typer.Option("--preset", metavar="P", help="The experiment to show (see 'relulab presets').")]
Steps = Annotated[int, typer.Option("--steps", min=0, metavar="N", help="How many steps to train before.")]
Size = Annotated[str, typer.Option("--size", metavar="WxH", help="Width and height in pixels.")]
Theme = Annotated[str, typer.Option("--theme", metavar="light|dark", help="The colours.")]
Out = Annotated[Path, typer.Option("--out", metavar="PNG", help="The picture to write.")]
Report = Annotated[Path | None, typer.Option("--report", metavar="FILE", help="Write what was checked as JSON.")]
Png = Annotated[Path | None, typer.Option("--png", metavar="FILE", help="Save a picture of the window.")]
Session = Annotated[Path | None, typer.Option("--session", metavar="FILE", help="Keep the session, to open it.")]

SMALLEST, LARGEST = 200, 10_000  # pixels


def screenshot(
    out: Out, preset: Preset = "digits-mlp", steps: Steps = 200, size: Size = "1440x900", theme: Theme = "light"
) -> None:
    """Save a picture of the real window.

    The preset is trained in a window that is drawn, but not shown.
    """
    from relulab.experiment.presets import PRESETS

    if theme not in ("light", "dark"):
        raise typer.BadParameter(f"'{theme}' is neither light nor dark.", param_hint="--theme")
    name, pixels = PRESETS[preset].key, parse_size(size)
    from ui.startup.screenshot import take_screenshot

    # Qt's offscreen platform complains about each window's size hints, which it does not need.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    out.parent.mkdir(parents=True, exist_ok=True)
    take_screenshot(name, steps, pixels, theme, out)
    typer.echo(f"Written: {out}")


def self_test(report: Report = None, png: Png = None, session: Session = None) -> None:
    """Check that ReLU Lab works on this machine.

    The window is drawn, but not shown, unless QT_QPA_PLATFORM names a platform. Exit code 5: something failed.
    """
    from relulab.cli.exit_codes import ExitCode
    from ui.startup.self_test import choose_platform
    from ui.startup.self_test import self_test as check_all

    def tell(check: "Check") -> None:
        typer.echo(f"{'ok' if check.passed else 'FAILED':<8}{check.group}: {check.name}: {check.detail}")

    choose_platform()
    passed = check_all(tell, report, png, session)
    typer.echo("ReLU Lab works on this machine." if passed else "Some checks failed: see above.")
    if not passed:
        raise typer.Exit(ExitCode.FAILED)


def devices(json: Annotated[bool, typer.Option("--json", help="The only form there is.")] = True) -> None:
    """Print the devices to train on, for the window, which asks in a child process."""
    from ui.features.training.devices import print_answer

    print_answer()


def parse_size(text: str) -> tuple[int, int]:
    """``1440x900`` as (width, height). Raises typer.BadParameter."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise typer.BadParameter(f"'{text}' is no size; write width x height, as in 1440x900.", param_hint="--size")
    pixels = (int(width), int(height))
    if min(pixels) < SMALLEST or max(pixels) > LARGEST:
        raise typer.BadParameter(f"each side of '{text}' must be {SMALLEST} to {LARGEST} pixels.", param_hint="--size")
    return pixels


def add_to(app: typer.Typer) -> None:
    """Put the commands of this file among those that need no window."""
    app.command("screenshot")(screenshot)
    app.command("self-test")(self_test)
    app.command("devices", hidden=True)(devices)
