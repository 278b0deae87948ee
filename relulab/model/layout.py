"""The measured layers of a network by name: what a history says its columns are about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasuredLayer:
    """One measured layer. ``index`` is its place in ``spec.model.layers``, None for the output layer."""

    name: str
    title: str
    index: int | None
    kind: str
    activation: str
    units: int
    parameters: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The measured layers in order. Unit u of layer l is entry ``offsets[l] + u`` of the unit arrays."""

    layers: tuple[MeasuredLayer, ...]

    @property
    def offsets(self) -> tuple[int, ...]:
        """L + 1 numbers: where each layer's units begin, and where the last ends."""
        sizes = [layer.units for layer in self.layers]
        return tuple(sum(sizes[:i]) for i in range(len(sizes) + 1))
