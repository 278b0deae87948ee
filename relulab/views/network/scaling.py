"""A layout that is larger or smaller as a whole: for larger letters everything around them has to be."""

from dataclasses import replace

from relulab.views.network.layout import NetworkLayout, Place, Rectangle, Strip


def scaled(layout: NetworkLayout, share: float) -> NetworkLayout:
    """``layout`` with all its pixels times ``share``, in whole pixels again: pictures of a column stay alike."""
    if share == 1.0:
        return layout

    def pixels(length: float) -> int:
        return round(length * share)

    def area(one: Rectangle) -> Rectangle:
        left, top = pixels(one.left), pixels(one.top)
        return Rectangle(left, top, pixels(one.right) - left, pixels(one.bottom) - top)

    def place(one: Place) -> Place:
        return replace(one, side=max(1, pixels(one.side)), left=pixels(one.left), top=pixels(one.top),
                       apart=pixels(one.apart), below=pixels(one.below), label=pixels(one.label))  # fmt: skip

    return NetworkLayout(
        pixels(layout.width), pixels(layout.height), tuple(map(place, layout.places)),
        tuple(Strip(strip.first, strip.last, area(strip.ground)) for strip in layout.strips),
        area(layout.captions), area(layout.network), area(layout.rules), area(layout.legend), layout.numbers,
    )  # fmt: skip
