"""What a session keeps is looked at, taken out, and put back where it was."""

import pytest

from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.session.kept_maps import KeptMap
from relulab.session.model import SessionModel
from relulab.session.session import PinnedPicture, Session
from relulab.session.store import SessionStore
from tests.helpers.labs import press
from tests.helpers.sessions import png
from tests.helpers.windows import standing
from tests.relulab.population.designs import design
from ui.features.session.kept_dialog import KeptDialog
from ui.features.session.taken_out import TakenOut


@pytest.fixture
def model():
    model = SessionModel(SessionStore())
    for number in range(3):
        model.pin(PinnedPicture(f"Picture {number}", png(30, 20), f"Note {number}."))
    kept = KeptMap(Sweep.of(design(), {"hidden.units": [4, 8]}, 3))
    kept.runs[0] = Standing(0, end="learned", is_over=True)
    model.keep_map(kept)
    return model


@pytest.fixture
def dialog(qtbot, model):
    with standing(qtbot, lambda parent: KeptDialog(model, parent), 1024, 700) as dialog:
        yield dialog


def titles(dialog):
    model = dialog.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_what_is_kept_is_shown(dialog):
    assert titles(dialog)[:3] == ["Picture 0", "Picture 1", "Picture 2"]
    assert titles(dialog)[3].endswith("(1 of 6)")
    dialog.list.setCurrentRow(1)
    assert dialog.words.text() == "Note 1."
    assert not dialog.picture.pixmap().isNull()
    dialog.list.setCurrentRow(3)
    assert dialog.picture.pixmap().isNull()


def test_pictures_and_maps_are_taken_out_and_put_back(qtbot, dialog, model):
    before, edits = model.head, []
    dialog.edited.connect(lambda: edits.append(model.edits))
    assert not dialog.undo.isEnabled()
    for row in (3, 1):
        dialog.list.setCurrentRow(row)
        press(qtbot, dialog.take_out)
    assert titles(dialog) == ["Picture 0", "Picture 2"]
    assert model.head.pictures == before.pictures[::2]
    assert model.head.maps == ()
    for _ in range(2):
        press(qtbot, dialog.undo)
    assert (model.head.pictures, model.head.maps) == (before.pictures, before.maps)
    assert not dialog.undo.isEnabled()
    assert len(set(edits)) == 4, "each is something to save"


def test_nothing_is_left_to_be_taken_out(qtbot, dialog):
    for _ in range(4):
        press(qtbot, dialog.take_out)
    assert not dialog.take_out.isEnabled()
    assert "Nothing is kept" in dialog.words.text()
    assert not dialog.list.isVisible()
    assert dialog.picture.pixmap().isNull()
    middle = dialog.width() // 2
    qtbot.waitUntil(lambda: abs(dialog.words.geometry().center().x() - middle) <= 2)  # beside no empty list
    press(qtbot, dialog.undo)
    assert dialog.list.isVisible()


def test_what_was_taken_out_is_put_back_after_the_dialog_was_closed(qtbot, model):
    before, taken_out = model.head, TakenOut(model)
    with standing(qtbot, lambda parent: KeptDialog(model, parent, taken_out), 1024, 700) as dialog:
        dialog.list.setCurrentRow(1)
        press(qtbot, dialog.take_out)
    model.pin(PinnedPicture("Later", png(30, 20), "Kept in between."))
    with standing(qtbot, lambda parent: KeptDialog(model, parent, taken_out), 1024, 700) as dialog:
        press(qtbot, dialog.undo)
    assert model.head.pictures[:3] == before.pictures
    assert model.head.pictures[3].title == "Later", "what was kept in between stays"


def test_nothing_is_put_back_into_another_session(model):
    taken_out = TakenOut(model)
    taken_out.take_out(0)
    model.open(Session())
    assert not taken_out.can_put_back
    taken_out.put_back()
    assert model.head.pictures == ()
