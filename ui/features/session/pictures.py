"""Pictures that are kept with the session."""

from collections.abc import Callable

from relulab.errors import SessionError
from relulab.session.model import SessionModel
from relulab.session.session import PinnedPicture


def keep_picture(model: SessionModel, complain: Callable[[str], object], picture: PinnedPicture) -> None:
    """Keep one, or ``complain`` that there is no room for it."""
    try:
        model.pin(picture)
    except SessionError as error:
        complain(str(error))
