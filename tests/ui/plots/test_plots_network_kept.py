"""What stands still in the picture of a network is drawn once; what a new picture changes is seen."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import QFontMetricsF, QImage

from relulab.views.network.view import network_view
from tests.helpers.networks import digits_history, moons_history, pictured
from tests.helpers.small_runs import experiment
from ui.plots.network import painting
from ui.plots.network.marks import Marks
from ui.plots.network.painting import NOTE_BORDER


def show(canvas, view=None, note="step 20", at_rest=True):
    canvas.show_view(view or network_view(moons_history()), note=note, looking_back=False, at_rest=at_rest)
    return canvas.grab().toImage()


def pixels(image, left, top, right, bottom):
    return [image.pixel(x, y) for y in range(int(top), int(bottom)) for x in range(int(left), int(right))]


def legend_of(canvas, image):
    """The pixels of the note, and those of the rest of the legend."""
    row = canvas.layout_now.legend
    middle = canvas.width() - 140
    left = pixels(image, 0, row.top, middle, row.bottom)
    return pixels(image, middle, row.top, canvas.width(), row.bottom), left


def test_another_step_is_told_and_nothing_else_is_drawn_again(canvas, monkeypatch):
    before = show(canvas, note="step 1,021")
    drawn = []
    for name in ("draw", "draw_signs", "draw_legend"):
        monkeypatch.setattr(Marks, name, lambda *_args, name=name: drawn.append(name))
    after = show(canvas, note="step 1,022")
    assert drawn == []
    note, legend = zip(legend_of(canvas, before), legend_of(canvas, after), strict=True)
    assert note[0] != note[1]
    assert legend[0] == legend[1]


def test_a_longer_note_takes_its_room_from_the_legend(canvas):
    show(canvas, note="step 9")
    kept = canvas._kept
    show(canvas, note="step 9 · the design has changed: Train begins it")
    assert canvas._kept is not kept


def test_a_unit_in_another_state_is_marked(canvas):
    view = network_view(moons_history())
    before = show(canvas, view)
    after = show(canvas, replace(view, status=np.zeros_like(view.status)))
    dead = canvas.layout_now.places[2].rectangle(0)
    box = dead.left, dead.top, dead.right, dead.bottom
    assert pixels(before, *box) != pixels(after, *box)


def test_the_values_beside_the_outputs_are_those_of_the_picture(canvas):
    view = network_view(digits_history())
    before, kept = show(canvas, view), canvas._kept
    values = (*view.picture.at_sample[:-1], view.picture.at_sample[-1] + 1.5)
    after = show(canvas, replace(view, picture=replace(view.picture, at_sample=values)))
    output = canvas.layout_now.places[-1]
    assert output.label > 0, "there is room beside them"
    box = output.ground.right + 6, output.ground.top, canvas.width(), output.ground.bottom
    assert pixels(before, *box) != pixels(after, *box)
    assert canvas._kept is kept


def test_lines_that_changed_are_laid_over_what_is_kept(canvas):
    before, kept = show(canvas), canvas._kept
    gap = canvas._gaps[0]
    assert gap.take(-canvas.view.weights(gap.receiver.column))
    kept.spoil(gap.area)
    after = canvas.grab().toImage()
    area = gap.area.left(), gap.area.top(), gap.area.right() + 1, gap.area.bottom() + 1
    assert pixels(before, *area) != pixels(after, *area)
    canvas._kept = None
    assert canvas.grab().toImage() == after, "a part of it made anew is as all of it"


def test_names_stand_between_the_pictures(canvas):
    image, place = show(canvas), canvas.layout_now.places[0]
    assert place.label == 0
    first, second = place.rectangle(0), place.rectangle(1)
    colours = set(pixels(image, first.left, first.bottom, first.right, second.top))
    assert len(colours) > 5, "letters, whose rims are smooth"


def test_while_it_trains_a_gap_is_looked_at_now_and_then(canvas, monkeypatch):
    now = 100.0
    monkeypatch.setattr(painting, "monotonic", lambda: now)
    show(canvas)
    looked_at = []
    for gap in canvas._gaps:
        monkeypatch.setattr(gap, "take", lambda _weights, gap=gap: bool(looked_at.append(gap)))
    for _ in range(5):
        show(canvas, at_rest=False)
    assert looked_at == []
    for _ in range(3):
        now += painting.LINES_EVERY
        show(canvas, at_rest=False)
    assert len(looked_at) == 3
    assert set(looked_at) == set(canvas._gaps)
    show(canvas)
    assert len(looked_at) == 3 + len(canvas._gaps), "at rest all of them"


def learnt(view, by):
    """The same network a moment later: all that is drawn of units and outputs is another."""
    values = tuple(values + by for values in view.picture.values)
    at_sample = tuple(values + by for values in view.picture.at_sample)
    return replace(view, picture=replace(view.picture, values=values, at_sample=at_sample))


def test_pictures_written_over_others_are_as_if_drawn_anew(canvas):
    view = network_view(moons_history())
    show(canvas, learnt(view, 0.4))
    kept, ground = canvas._kept, canvas._kept._ground
    over = show(canvas, view)
    assert canvas._kept is kept
    assert kept._ground is ground
    canvas._kept = None
    assert canvas.grab().toImage() == over


def test_a_ground_that_somebody_else_holds_is_written_to_where_it_lies_now(canvas):
    view = network_view(moons_history())
    show(canvas, view)
    held = QImage(canvas._kept._ground)
    before = held.copy()
    show(canvas, learnt(view, 0.4), note="step 21")
    over = show(canvas, view, note="step 22")
    assert held == before, "what somebody else holds stays what it was"
    canvas._kept = None
    assert canvas.grab().toImage() == over


def test_on_a_screen_of_another_ratio_the_pictures_are_drawn_over_the_ground(canvas, monkeypatch):
    view = network_view(moons_history())
    whole = show(canvas, view)
    monkeypatch.setattr(type(canvas), "devicePixelRatioF", lambda _canvas: 1.25)
    fine = show(canvas, view)
    for place in canvas.layout_now.places[1:]:
        for unit in range(place.units):
            x, y = (round(part) for part in place.rectangle(unit).centre)
            assert fine.pixel(x, y) == whole.pixel(x, y)


def test_beside_a_run_in_haste_pictures_are_of_now_and_words_can_be_read(canvas, monkeypatch):
    now = 100.0
    monkeypatch.setattr(painting, "monotonic", lambda: now)
    canvas.in_haste = True
    view = network_view(moons_history())
    before = show(canvas, view, note="step 1,021")
    after = show(canvas, learnt(view, 0.4), note="step 1,022", at_rest=False)
    unit = canvas.layout_now.places[1].rectangle(1)
    box = unit.left, unit.top, unit.right, unit.bottom
    assert pixels(before, *box) != pixels(after, *box)
    assert legend_of(canvas, before) == legend_of(canvas, after)
    scales = list(canvas._scales)
    assert scales == [view.scale(column) for column in range(len(view.columns))], "on the scale of before"
    now += painting.TOLD_IN_HASTE
    told = show(canvas, learnt(view, 0.4), note="step 1,023", at_rest=False)
    assert legend_of(canvas, told)[0] != legend_of(canvas, before)[0]
    assert canvas._scales[1] == learnt(view, 0.4).scale(1) > scales[1]
    at_rest = show(canvas, view, note="step 1,024")
    assert legend_of(canvas, at_rest)[0] != legend_of(canvas, told)[0], "who waits is told at once"
    canvas.in_haste = False
    limited = show(canvas, view, note="step 1,025", at_rest=False)
    assert legend_of(canvas, limited)[0] != legend_of(canvas, at_rest)[0]


def test_only_where_the_pictures_are_is_the_screen_painted_again(qtbot, canvas, monkeypatch):
    now, painted = 100.0, []
    monkeypatch.setattr(painting, "monotonic", lambda: now)

    class Watch(QObject):
        def eventFilter(self, _watched, event):  # noqa: N802 - Qt calls it
            if event.type() == QEvent.Type.Paint:
                painted.append(event.rect())
            return False

    watch = Watch()
    canvas.installEventFilter(watch)
    canvas.in_haste = True
    canvas.show()
    view = network_view(moons_history())
    show(canvas, view)
    qtbot.waitUntil(lambda: bool(painted))
    places = canvas.layout_now.places
    for chosen, whole in ((None, False), ((0, 1), True)):
        canvas.set_chosen(chosen)
        canvas.repaint()
        painted.clear()
        canvas.show_view(learnt(view, 0.4), note="step 21", looking_back=False, at_rest=False)
        qtbot.waitUntil(lambda: bool(painted))
        assert (painted[-1] == canvas.rect()) == whole, "the formula of a chosen unit has pictures, too"
        assert painted[-1].height() < canvas.height() or whole
        assert all(painted[-1].contains(place.area.left, place.area.top) for place in places)


def test_units_in_other_states_change_their_captions_and_signs_and_nothing_else(canvas, monkeypatch):
    view = network_view(moons_history())
    before = show(canvas, replace(view, status=np.zeros_like(view.status)))
    kept, gaps = canvas._kept, []
    monkeypatch.setattr(type(kept), "draw_lines", lambda *_args: gaps.append(1))
    after = show(canvas, view)
    assert canvas._kept is kept
    assert gaps == []
    row = canvas.layout_now.captions
    caption = 0, row.top, canvas.width(), row.bottom
    assert pixels(before, *caption) != pixels(after, *caption)
    assert legend_of(canvas, before)[1] != legend_of(canvas, after)[1], "it names the states that there are"
    monkeypatch.undo()
    canvas._kept = None
    assert canvas.grab().toImage() == after, "a part of it made anew is as all of it"


@pytest.mark.parametrize("history", [moons_history, digits_history])
@pytest.mark.parametrize("note", ["step 8,374", "step 120 · looking back"])
def test_no_two_captions_lie_over_each_other_at_any_width(canvas, monkeypatch, history, note):
    written = []
    plain = Marks._written

    def write(marks, words, x, baseline, font, ink):
        metrics = QFontMetricsF(font)
        written.append((words, QRectF(x, baseline - metrics.ascent() / 2, metrics.horizontalAdvance(words), 2)))
        plain(marks, words, x, baseline, font, ink)

    monkeypatch.setattr(Marks, "_written", write)
    for width in range(250, 901, 25):
        canvas.resize(width, 622)
        written.clear()
        canvas._kept = None
        show(canvas, network_view(history()), note=note)
        if canvas.layout_now is None:
            continue
        room = canvas._note_room()
        row = canvas.layout_now.legend
        written.append((note, QRectF(canvas.width() - NOTE_BORDER - room, row.top, room, row.height)))
        for (one, first), (other, second) in combinations(written, 2):
            assert not first.intersects(second), f"{width}: {one!r} and {other!r}"


def test_a_narrow_column_of_outputs_keeps_its_title_and_its_names(canvas, monkeypatch):
    written = {}
    plain = Marks._written

    def write(marks, words, x, baseline, font, ink):
        written[words] = (x, x + QFontMetricsF(font).horizontalAdvance(words))
        plain(marks, words, x, baseline, font, ink)

    monkeypatch.setattr(Marks, "_written", write)
    canvas.resize(666, 360)
    show(canvas, network_view(pictured(experiment("moons", 32, 32, 32, 32, steps=2), 2)))
    names = ("upper moon", "lower moon")
    assert canvas.layout_now.places[-1].side < 24, "pictures that are narrower than their names"
    assert {"Output", *names} <= set(written)
    assert all(left >= 0 and right <= 666 for left, right in (written[words] for words in ("Output", *names)))


@pytest.mark.parametrize(("width", "scales"), [(690, True), (330, False)])
def test_the_legend_of_a_low_picture_has_its_scales_where_there_is_room_beside_the_states(
    canvas, monkeypatch, width, scales
):
    written = []
    plain = Marks._written

    def write(marks, words, *more):
        written.append(words)
        plain(marks, words, *more)

    monkeypatch.setattr(Marks, "_written", write)
    canvas.resize(width, 210)
    show(canvas, network_view(moons_history()))
    assert not canvas.layout_now.numbers, "it is low"
    assert {"unit −", "weight −"} <= set(written) if scales else "weight −" not in written
    assert {"dead", "saturated", "dormant", "never active"} & set(written)
