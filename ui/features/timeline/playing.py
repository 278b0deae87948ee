"""A run as a film: one player walks along the timeline, and every panel follows as it follows the slider.

The clock says which moment is due, and a moment is left only when every panel in view has drawn it: where that takes
longer than the film allows, moments are passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from ui.features.timeline.bar import TimelineBar
from ui.features.timeline.controller import TimelineController
from ui.live.polling import TICK_MS, Polling
from ui.shell.commands import Command, Controller
from ui.widgets.combo import Combo, Item
from ui.widgets.explained import explained
from ui.widgets.labels import set_tip

RUN_SECONDS = 10.0  # a whole run at single speed
SPEEDS = ("1", "2", "4")
SPEED_CHARACTERS = 2


@dataclass(slots=True)
class Film:
    """``stops``: the steps of its moments, the present last. ``place``: an index in them, with fractions.

    ``direction`` is 1, or -1 for backwards; ``asked`` the step that is wanted by now, None for the present.
    """

    stops: tuple[int, ...]
    place: float
    direction: int
    asked: int | None

    @classmethod
    def beginning(cls, stops: tuple[int, ...], index: int, direction: int) -> "Film":
        """From ``index`` on; where nothing is left in that direction, from the other end."""
        last = len(stops) - 1
        if index == (last if direction > 0 else 0):
            index = last - index
        film = cls(stops, index, direction, None)
        film.asked = film.due
        return film

    def move(self, seconds: float) -> None:
        """Go on by so many seconds of single speed."""
        last = len(self.stops) - 1
        self.place = min(max(0.0, self.place + self.direction * seconds * last / RUN_SECONDS), last)

    @property
    def due(self) -> int | None:
        """The step that is to be seen at this place."""
        index = round(self.place)
        return None if index == len(self.stops) - 1 else self.stops[index]

    @property
    def over(self) -> bool:
        """Whether the last moment in its direction was asked for."""
        return self.asked == (None if self.direction > 0 else self.stops[0])


class Player(Controller):
    """Plays the run that the timeline shows. It ends at the ends, and as soon as somebody else chooses a moment."""

    def __init__(
        self, bar: TimelineBar, timeline: TimelineController, polling: Polling,
        clock: Callable[[], float] = perf_counter,
    ) -> None:  # fmt: skip
        super().__init__(timeline)
        self._bar = bar
        self._timeline = timeline
        self._polling = polling
        self._clock = clock
        self._seen = 0.0  # by the clock
        self.film: Film | None = None
        self.speed = Combo([Item(speed, f"{speed}×") for speed in SPEEDS])
        explained(self.speed, "speed")
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.advance)
        self.commands = self._plays = self._make_commands()
        self._arrange()
        bar.slider.sliderPressed.connect(self.stop)
        timeline.changed.connect(self._follow)

    @Slot()
    def stop(self) -> None:
        """Stay at the moment that is shown."""
        if self.film is not None:
            self._timer.stop()
            self.film = None
            self._show_direction()

    def close(self) -> None:
        super().close()
        self.stop()

    @Slot()
    def advance(self) -> None:
        """Ask for the moment that is due, if the one before was seen."""
        film, now = self.film, self._clock()
        if film is None:
            return
        film.move((now - self._seen) * float(self.speed.value()))
        self._seen = now
        if not self._timeline.is_settled or self._polling.is_behind:
            return
        if film.over:
            self.stop()
        elif film.due != film.asked:
            self._ask(film)

    def play(self, direction: int) -> None:
        """Play forwards (1) or backwards (-1), or stop where that is played."""
        playing = self.film.direction if self.film is not None else 0
        self.stop()
        stops = self._bar.moments.stops
        if direction != playing and len(stops) > 1:
            self.film = film = Film.beginning(stops, self._bar.slider.value(), direction)
            self._seen = self._clock()
            self._ask(film)
            self._timer.start()
            self._show_direction()

    def _ask(self, film: Film) -> None:
        """Show the moment that is due; one that was thinned out meanwhile is passed over."""
        if film.due is None:
            film.asked = None
            self._timeline.go_to_now()
        elif film.due in self._bar.moments.stops:
            film.asked = film.due
            self._timeline.look_at(film.due)

    @Slot()
    def _follow(self) -> None:
        if self.film is not None and self._timeline.looked_at != self.film.asked:
            self.stop()
        self.refresh_commands()

    def _make_commands(self) -> tuple[Command, Command]:
        def can_play() -> bool:
            return len(self._bar.moments.stops) > 1

        return (
            Command("play", self.tr("&Play the run"), self.tr("Show the moments of the run one after the other"),
                    partial(self.play, 1), "run", keys=("Alt+Shift+Right",), picture="play", group=2, enabled=can_play),
            Command("play-back", self.tr("Play bac&kwards"), self.tr("Show the moments of the run from the last on"),
                    partial(self.play, -1), "run", keys=("Alt+Shift+Left",), picture="play-back", group=2,
                    enabled=can_play),
        )  # fmt: skip

    def _show_direction(self) -> None:
        """The button of the direction that is played stops it."""
        playing = self.film.direction if self.film is not None else 0
        play, back = self._plays
        play.show(self.tr("&Pause the film") if playing > 0 else self.tr("&Play the run"),
                  "pause" if playing > 0 else "play")  # fmt: skip
        back.show(self.tr("Pause the film") if playing < 0 else self.tr("Play bac&kwards"),
                  "pause" if playing < 0 else "play-back")  # fmt: skip

    def _arrange(self) -> None:
        self.speed.setValue(SPEEDS[0])
        self.speed.setAccessibleName(self.tr("Speed of the film"))
        self.speed.setMinimumContentsLength(SPEED_CHARACTERS)
        set_tip(self.speed, self.tr("At 1× the whole run takes 10 seconds"))
        play, back = self._plays
        self._bar.add_player(back, play, self.speed)
        space = QShortcut(QKeySequence(Qt.Key.Key_Space), self._bar.slider, context=Qt.ShortcutContext.WidgetShortcut)
        space.activated.connect(partial(self.play, 1))
