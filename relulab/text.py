"""A sentence that can be translated: the template is constant, the values are kept apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """``template`` with places for ``values``, in the style of ``str.format``.

        str(Text("{share:.0%} of the units", (("share", 0.5),)))  ->  "50% of the units"

    Build it with ``text``. A translator replaces the template and formats it with the same values.
    """

    template: str
    values: tuple[tuple[str, Any], ...] = field(default=())

    def filled(self, **values: Any) -> "Text":
        """The same sentence about these values."""
        return Text(self.template, tuple(values.items()))

    def __str__(self) -> str:
        return self.template.format(**dict(self.values))


def text(template: str, **values: Any) -> Text:
    """A translatable sentence."""
    return Text(template, tuple(values.items()))


def joined(parts: Iterable[Text | str], separator: str) -> Text:
    """Sentences in a row, each translated for itself; words that are not translated stay as they are."""
    values = {f"part{index}": part for index, part in enumerate(parts)}
    return text(separator.join(f"{{{name}}}" for name in values), **values)


NOTHING = Text("")
