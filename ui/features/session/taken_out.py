"""What was taken out of what a session keeps: it can be put back as long as the session is open."""

from relulab.session.kept_maps import KeptMap
from relulab.session.limits import MAPS, PICTURES
from relulab.session.model import SessionModel
from relulab.session.session import PinnedPicture


class TakenOut:
    """Pictures and maps of the session of ``model`` that were taken out, each with its place, the newest last."""

    def __init__(self, model: SessionModel) -> None:
        self._model, self._generation = model, model.generation
        self._parts: list[tuple[int, PinnedPicture | KeptMap]] = []

    @property
    def can_put_back(self) -> bool:
        """Whether there is something to be put back, and room for it; nothing of another session ever is."""
        if self._generation != self._model.generation:
            self._parts.clear()
            self._generation = self._model.generation
        if not self._parts:
            return False
        head = self._model.head
        is_picture = isinstance(self._parts[-1][1], PinnedPicture)
        return len(head.pictures) < PICTURES if is_picture else len(head.maps) < MAPS

    def take_out(self, row: int) -> None:
        """Take out the picture of this row; behind the pictures are the maps."""
        pictures, maps = list(self._model.head.pictures), list(self._model.head.maps)
        _ = self.can_put_back  # forgets what another session kept
        at = row - len(pictures)
        part = pictures.pop(row) if at < 0 else maps.pop(at)
        self._parts.append((row if at < 0 else at, part))
        self._model.keep(tuple(pictures), tuple(maps))

    def put_back(self) -> None:
        """Put the newest back to its place among those that are kept now."""
        if not self.can_put_back:
            return
        pictures, maps = list(self._model.head.pictures), list(self._model.head.maps)
        at, part = self._parts.pop()
        if isinstance(part, PinnedPicture):
            pictures.insert(at, part)
        elif part not in maps:  # it was trained on meanwhile, and is kept again
            maps.insert(at, part)
        self._model.keep(tuple(pictures), tuple(maps))
