"""The probe: one pass of a fixed sample through the network, and every measurement of layers and units on it.

It runs several times per second beside training, so it makes one forward pass, keeps all numbers on the
device, and copies them to the host twice: sums and ranges first, then the histograms. Only where squares or
sums went beyond what float32 holds it makes the pass again with sums in float64.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from relulab.catalog.activations import ACTIVATIONS, Saturation
from relulab.measurements.activations import Moments, zero_count
from relulab.measurements.histogram import BINS, finite_range, histogram_counts
from relulab.measurements.measurement import Floats, Probed
from relulab.measurements.reductions import in_range, per_unit, unit_count, unit_max, unit_sum
from relulab.measurements.registry import PROBE
from relulab.measurements.saturation import saturated_count
from relulab.model.memory import PROBE_CHUNK_ELEMENTS, PROBE_KEEP_BYTES
from relulab.model.network import Kept, Network

Elements = Callable[[Tensor, Tensor], Tensor]
Parts = Callable[[], Iterable[Sequence[Tensor]]]
Numbers = NDArray[np.floating[Any]]

# measurements that need a mean of their own over samples and positions
AVERAGED = {key: entry.elements for key, entry in PROBE.items() if entry.elements is not None}


@dataclass(frozen=True, slots=True, eq=False)
class LayerTally:
    """Sums and extremes of one layer over ``per_unit`` samples times positions. All stay on the device.

    ``maxima`` (2, units): greatest z and h. ``sums`` (3 + n, units): of |h|, of h > 0, of h saturated, and of the
    ``elements`` of n more measurements.
    """

    per_unit: int
    maxima: Tensor
    sums: Tensor
    moments: Moments
    zeros: Tensor
    low: Tensor

    @classmethod
    def of(cls, kept: Kept, saturation: Saturation | None, elements: Sequence[Elements] = ()) -> "LayerTally":
        """Of what the layer computed for one batch."""
        z, h = kept
        max_h = unit_max(h)
        firing = unit_count(torch.gt, h, 0)
        saturated = torch.zeros_like(firing) if saturation is None else saturated_count(h, saturation)
        return cls(
            per_unit=per_unit(h),
            maxima=torch.stack([max_h if z is h else unit_max(z), max_h]),
            sums=torch.stack([unit_sum(h.abs()), firing, saturated, *(unit_sum(of(z, h).to(h)) for of in elements)]),
            moments=Moments.of(h),
            zeros=zero_count(h),
            low=h.amin(),
        )

    def __add__(self, other: "LayerTally") -> "LayerTally":
        return LayerTally(
            per_unit=self.per_unit + other.per_unit,
            maxima=torch.maximum(self.maxima, other.maxima),
            sums=self.sums + other.sums,
            moments=self.moments + other.moments,
            zeros=self.zeros + other.zeros,
            low=torch.minimum(self.low, other.low),
        )

    def units(self) -> Tensor:
        """(5 + n, units): greatest z, greatest h, mean |h|, share of h > 0, share saturated, means of ``elements``."""
        return torch.cat([self.maxima, self.sums / self.per_unit])

    def layer(self) -> Tensor:
        """(4,) float64: mean, standard deviation, share of zeros, least h."""
        moments = self.moments
        return torch.stack([moments.mean, moments.std, self.zeros.double() / moments.count, self.low.double()])


@dataclass(frozen=True, slots=True, eq=False)
class ProbeResult:
    """The network's ``outputs`` and every measurement of the registry by its key, also as an attribute.

    ``activations`` gives what every layer put out, chunk by chunk; they may have to be computed once more for it.
    """

    outputs: Tensor
    measured: Mapping[str, NDArray[Any]]
    activations: Parts

    def __getattr__(self, key: str) -> NDArray[Any]:
        try:
            return self.measured[key]
        except KeyError:
            raise AttributeError(f"there is no measurement '{key}'") from None


@np.errstate(over="ignore")  # what is too large for 32 bits is recorded as infinite
def probe_network(network: Network, inputs: Tensor) -> ProbeResult:
    """Measure ``network`` on ``inputs`` (n, *input_shape), in eval mode. Draws no random numbers."""
    with measuring(network):
        outputs, tallies, parts = _run(network, inputs)
        units, (mean, std, sparsity, low) = _on_host(tallies)
        starts = network.layout.offsets[:-1]
        if _too_far(units, std, low, starts):
            outputs, tallies, parts = _run(network, inputs, torch.float64)
            units, (mean, std, sparsity, low) = _on_host(tallies)
        max_z, max_h, magnitude, firing, saturated, *averages = units
        highest = np.maximum.reduceat(max_h, starts)
        weights = [weight.detach() for weight in network.weights()]
        ranges = torch.stack([torch.stack(torch.aminmax(weight)) for weight in weights]).cpu().numpy()
        probed = Probed(
            layout=network.layout,
            mean=mean,
            std=std,
            sparsity=sparsity,
            max_pre_activation=max_z,
            max_activation=max_h,
            magnitude=magnitude,
            firing=firing,
            saturated=saturated,
            histograms={
                "histogram": _histograms(parts, low, highest, inputs.device),
                "weight_histogram": _histograms(lambda: [weights], ranges[:, 0], ranges[:, 1], inputs.device),
            },
            averages=dict(zip(AVERAGED, averages, strict=True)),
        )
    return ProbeResult(
        outputs,
        {key: entry.compute(probed).astype(entry.dtype) for key, entry in PROBE.items() if entry.compute is not None},
        parts,
    )


@contextmanager
def measuring(network: Network, *, gradients: bool = False) -> Iterator[None]:
    """Eval mode, without gradients unless they are what is measured; the network's own mode is back afterwards."""
    was_training = network.training
    if was_training:
        network.eval()
    else:
        network.reconnect()  # far cheaper, and the statistics that untouched batch norms take are of these weights
    try:
        with torch.enable_grad() if gradients else torch.inference_mode():
            yield
    finally:
        if was_training:
            network.train()


def _on_host(tallies: Sequence[LayerTally]) -> tuple[Numbers, Numbers]:
    """What the tallies hold: (5 + n, U) of the units and (4, L) of the layers."""
    units = torch.cat([tally.units() for tally in tallies], 1).cpu().numpy()
    return units, torch.stack([tally.layer() for tally in tallies]).cpu().numpy().T


def _too_far(units: Numbers, std: Numbers, low: Numbers, starts: Sequence[int]) -> bool:
    """Whether a layer of finite values that differ has sums that float32 cannot hold."""
    highest = np.maximum.reduceat(units[1], starts)
    sums = np.add.reduceat(np.isfinite(units[2:]).all(0), starts) == np.diff([*starts, units.shape[1]])
    differ = np.isfinite(low) & np.isfinite(highest) & (low < highest)
    return bool((differ & ~(sums & in_range(std))).any())


def _run(network: Network, inputs: Tensor, sums: torch.dtype | None = None) -> tuple[Tensor, list[LayerTally], Parts]:
    """One pass in chunks: the outputs, a tally per layer, and a way to see the activations again.

    ``sums``: the type that tallies are added up in, by default that of the activations.
    """
    saturations = [ACTIVATIONS[layer.activation].saturation for layer in network.layout.layers]
    sizes = [shape.size for shape in network.plan.shapes]
    chunks = inputs.split(max(1, PROBE_CHUNK_ELEMENTS // max(sizes)))
    elements = list(AVERAGED.values())
    keep = len(inputs) * sum(sizes) * inputs.element_size() <= PROBE_KEEP_BYTES
    outputs: list[Tensor] = []
    tallies: list[list[LayerTally]] = []
    held: list[list[Tensor]] = []
    for chunk in chunks:
        output, kept = network.forward_kept(chunk)
        outputs.append(output)
        read = kept if sums is None else [Kept(z.to(sums), h.to(sums)) for z, h in kept]
        tallies.append([LayerTally.of(*layer, elements) for layer in zip(read, saturations, strict=True)])
        if keep:
            held.append([layer.activation for layer in kept])

    def again() -> Iterable[Sequence[Tensor]]:
        return held or ([layer.activation for layer in network.forward_kept(chunk)[1]] for chunk in chunks)

    layers = [reduce(add, parts) for parts in zip(*tallies, strict=True)]
    return torch.cat(outputs) if len(outputs) > 1 else outputs[0], layers, again


def _histograms(
    parts: Parts, low: NDArray[np.floating[Any]], high: NDArray[np.floating[Any]], device: torch.device
) -> tuple[Floats, Floats, Floats]:
    """Shares (L, bins) of the finite values, and their ranges (L,).

    ``low`` and ``high`` (L,) are the extremes of all values; where they are not finite, those of the finite
    values take their place. Layers without any have shares of 0 and a range of NaN.
    """
    finite = np.isfinite(low) & np.isfinite(high)
    low, high = np.where(finite, low, np.nan), np.where(finite, high, np.nan)
    if not finite.all():
        for part in parts():
            for index in np.flatnonzero(~finite).tolist():
                part_low, part_high = finite_range(part[index])
                low[index], high[index] = np.fmin(low[index], part_low), np.fmax(high[index], part_high)
    counts = [torch.zeros(BINS, dtype=torch.int64, device=device) for _ in low]
    for part in parts():
        for layer, values in enumerate(part):
            if not np.isnan(low[layer]):
                chosen = values if finite[layer] else values[torch.isfinite(values)]
                counts[layer] += histogram_counts(chosen, float(low[layer]), float(high[layer]))
    table = torch.stack(counts).double().cpu().numpy()
    shares = table / np.maximum(1.0, table.sum(1, keepdims=True))
    return shares.astype(np.float32), low.astype(np.float32), high.astype(np.float32)
