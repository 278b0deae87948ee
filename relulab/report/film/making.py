"""A film of a run: its moments drawn one after the other, and written to a file."""

from collections.abc import Callable, Iterator
from pathlib import Path

from relulab.callbacks import ignore
from relulab.errors import SessionError
from relulab.export.export_input import write_bytes
from relulab.introspection.refusals import NotPiecewiseLinearError
from relulab.report.figures.figure import Drawing
from relulab.report.film.encoders import Pixels, check_size, encoder_of
from relulab.report.film.frames import Framing
from relulab.report.film.moments import Moments
from relulab.report.film.scenes import Scene, scene_of
from relulab.views.film import ANYBODY, FilmForm, Subject
from relulab.views.regions import why_no_regions_of

OnProgress = Callable[[int, int], object]


def make_film(
    moments: Moments, what: str, path: Path, form: FilmForm, on_progress: OnProgress = ignore,
    subject: Subject = ANYBODY,
) -> int:  # fmt: skip
    """Write ``what`` of ``subject`` over these moments to ``path``; returns how many moments are in it.

    ``on_progress`` is told how many of so many moments are drawn, and ends the work where it raises; then no file is
    written. Raises SpecError for what cannot be filmed or written, SessionError where there is nothing to film, and
    NotPiecewiseLinearError where the network has no regions.
    """
    scene, encoder = scene_of(what, subject), encoder_of(path)
    shots = form.shots(moments.steps(scene))
    last = shots[-1][0]
    framing = Framing(moments.name, last, form.width, dark=form.dark)
    ending = framing.picture(_needed(moments, scene, last), last)
    check_size(path, len(shots), *framing.size)

    def pictures() -> Iterator[tuple[Pixels, int]]:
        for done, (step, count) in enumerate(shots, 1):
            pixels = ending if step == last else framing.picture(_drawn(moments, scene, step), step)
            on_progress(done, len(shots))
            yield pixels, count

    write_bytes(path, encoder.write(pictures(), form.rate))
    return len(shots)


def _drawn(moments: Moments, scene: Scene, step: int) -> Drawing | None:
    return scene.draw(moments.at(step, scene))


def _needed(moments: Moments, scene: Scene, step: int) -> Drawing:
    """The end of a film, without which there is none."""
    drawing = _drawn(moments, scene, step)
    if drawing is not None:
        return drawing
    if scene.key == "regions":
        raise NotPiecewiseLinearError(str(why_no_regions_of(moments.history.info)))
    raise SessionError(f"There is nothing to film of “{moments.name}”: no numbers for '{scene.title}' were measured.")
