"""From designs to the layers of a stack: one entry for each kind of layer that can be trained as one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from torch import Generator

from relulab.model.network import Network
from relulab.model.plan import HiddenLayer
from relulab.population.activations import LayerActivation
from relulab.population.dropout import AlphaDropout, Dropout
from relulab.population.layers import Dense, MeasuredLayer, StackLayer
from relulab.population.norms import BatchNorm, LayerNorm
from relulab.population.passes import Placed
from relulab.population.stackable import hidden
from relulab.population.storage import Storage


@dataclass(frozen=True, slots=True)
class Site:
    """Where a layer of all ``networks`` comes to be.

    ``place``: of the measured layer, or that which comes next. ``units``: what it gets from the layer before, with the
    ones of a net that fill it up. ``generators``: of each network, for all that it draws while it learns.
    """

    storage: Storage
    place: int
    units: int
    networks: Sequence[Network]
    parts: Sequence[HiddenLayer]
    generators: Sequence[Generator]

    def dropout(self, kind: type[Dropout]) -> Dropout:
        """Dropout of this kind, with a rate for each network."""
        widths = [prod(inputs) for _, _, inputs, _ in self.parts]
        rates = [float(layer.parameters["rate"]) for _, layer, _, _ in self.parts]
        return kind(self.units, widths, rates, self.generators, self.storage.values.dtype)


STACK_LAYERS: Mapping[str, Callable[[Site], StackLayer]] = {
    "dense": lambda site: Dense(site.storage, site.place),
    "batch_norm": lambda site: BatchNorm(site.storage, site.place, site.networks),
    "layer_norm": lambda site: LayerNorm(site.storage, site.place, site.networks),
    "dropout": lambda site: site.dropout(Dropout),
    "alpha_dropout": lambda site: site.dropout(AlphaDropout),
}


def layers_of(networks: Sequence[Network], storage: Storage, rows: int) -> Iterator[Placed]:
    """The layers of all networks, in order, the output last. ``rows``: of the inputs."""
    generators = [Generator().manual_seed(network.plan.spec.training.seed) for network in networks]
    place, units = 0, rows
    for parts in zip(*(hidden(network.plan) for network in networks), strict=True):
        layer = STACK_LAYERS[parts[0][1].kind](Site(storage, place, units, networks, parts, generators))
        yield Placed(layer, _activation(networks, storage, place) if isinstance(layer, MeasuredLayer) else None)
        place, units = place + isinstance(layer, MeasuredLayer), layer.units
    yield Placed(Dense(storage, place), _activation(networks, storage, place))


def _activation(networks: Sequence[Network], storage: Storage, place: int) -> LayerActivation:
    slope, gradient = (storage.slopes(flat).get(place) for flat in (storage.values, storage.gradients))
    learned = None if slope is None or gradient is None else (slope, gradient)
    choices = [network.activation_of(place) for network in networks]
    return LayerActivation(choices, storage.values.dtype, learned, own=storage.own)
