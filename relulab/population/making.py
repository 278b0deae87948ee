"""From designs to the layers of a stack: one entry for each kind of layer that can be trained as one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from relulab.model.network import Network
from relulab.model.plan import DesignPlan, HiddenLayer
from relulab.population.activations import LayerActivation
from relulab.population.layers import Dense, StackLayer
from relulab.population.norms import BatchNorm, LayerNorm
from relulab.population.passes import Placed
from relulab.population.storage import Storage

UNSEEN = "flatten"  # a layer that only lays an image out in a row, as the samples of a stack are anyway


@dataclass(frozen=True, slots=True)
class Site:
    """Where a layer of all ``networks`` comes to be. ``place``: of the measured layer, or that which comes next."""

    storage: Storage
    place: int
    networks: Sequence[Network]
    parts: Sequence[HiddenLayer]  # of each network


STACK_LAYERS: Mapping[str, Callable[[Site], StackLayer]] = {
    "dense": lambda site: Dense(site.storage, site.place),
    "batch_norm": lambda site: BatchNorm(site.storage, site.place, site.networks),
    "layer_norm": lambda site: LayerNorm(site.storage, site.place, site.networks),
}


def layers_of(networks: Sequence[Network], storage: Storage) -> Iterator[Placed]:
    """The layers of all networks, in order, the output last. Layouts and kinds of layers are those of the first."""
    place = 0
    for parts in zip(*(hidden(network.plan) for network in networks), strict=True):
        layer = STACK_LAYERS[parts[0][1].kind](Site(storage, place, networks, parts))
        yield Placed(layer, _activation(networks, storage, place) if layer.is_measured else None)
        place += layer.is_measured
    yield Placed(Dense(storage, place), _activation(networks, storage, place))


def hidden(plan: DesignPlan) -> list[HiddenLayer]:
    """The layers of a design before the output that compute something."""
    return [part for part in plan.hidden if part[1].kind != UNSEEN]


def _activation(networks: Sequence[Network], storage: Storage, place: int) -> LayerActivation:
    slope, gradient = (storage.slopes(flat).get(place) for flat in (storage.values, storage.gradients))
    learned = None if slope is None or gradient is None else (slope, gradient)
    return LayerActivation([network.activation_of(place) for network in networks], storage.values.dtype, learned)
