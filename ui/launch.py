"""The command ``relulab``: the window without arguments, the command line with them.

It lives here because the engine must not know the window; commands that need the window are added here.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

Preset = Annotated[str, typer.Option("--preset", metavar="P", help="The experiment to show (see 'relulab presets').")]
Steps = Annotated[int, typer.Option("--steps", min=0, metavar="N", help="How many steps to train before.")]
Size = Annotated[str, typer.Option("--size", metavar="WxH", help="Width and height in pixels.")]
Theme = Annotated[str, typer.Option("--theme", metavar="light|dark", help="The colours.")]
Out = Annotated[Path, typer.Option("--out", metavar="PNG", help="The picture to write.")]

SMALLEST, LARGEST = 200, 10_000  # pixels


def screenshot(
    out: Out, preset: Preset = "digits-mlp", steps: Steps = 200, size: Size = "1440x900", theme: Theme = "light"
) -> None:
    """Save a picture of the real window.

    The preset is trained in a window that is drawn, but not shown.
    """
    from relulab.spec.presets import PRESETS

    if theme not in ("light", "dark"):
        raise typer.BadParameter(f"'{theme}' is neither light nor dark.", param_hint="--theme")
    name, pixels = PRESETS[preset].key, parse_size(size)
    from ui.screenshot import take_screenshot

    # Qt's offscreen platform complains about each window's size hints, which it does not need.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    out.parent.mkdir(parents=True, exist_ok=True)
    take_screenshot(name, steps, pixels, theme, out)
    typer.echo(f"Written: {out}")


def parse_size(text: str) -> tuple[int, int]:
    """``1440x900`` as (width, height). Raises typer.BadParameter."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise typer.BadParameter(f"'{text}' is no size; write width x height, as in 1440x900.", param_hint="--size")
    pixels = (int(width), int(height))
    if min(pixels) < SMALLEST or max(pixels) > LARGEST:
        raise typer.BadParameter(f"each side of '{text}' must be {SMALLEST} to {LARGEST} pixels.", param_hint="--size")
    return pixels


def main() -> int | None:
    """The entry point of the ``relulab`` command."""
    if len(sys.argv) == 1:
        from ui.app import main as open_window

        return open_window()
    from relulab.cli.main import app
    from relulab.cli.main import main as command_line

    app.command("screenshot")(screenshot)
    command_line()
    return None


if __name__ == "__main__":
    sys.exit(main())
