"""What the pictures of a network's output call their samples, classes and inputs."""

from relulab.session.store import RunInfo
from ui.platform.translation import translate
from ui.plots.legend import LegendEntry, Sample


def samples_name(info: RunInfo) -> str:
    """What the live pictures of samples are made from."""
    if len(info.dataset.validation):
        return translate("Pictures", "validation samples")
    return translate("Pictures", "training samples")


def class_names(info: RunInfo) -> tuple[str, ...]:
    """The names of the classes; numbers where they have none."""
    description = info.dataset.description
    count = max(2, description.outputs)
    names = description.class_names
    return names if len(names) == count else tuple(str(i) for i in range(count))


def input_names(info: RunInfo) -> tuple[str, ...]:
    """The names of the input features; numbered where they have none."""
    description = info.dataset.description
    count = description.input_shape[0]
    names = description.feature_names
    return (
        names
        if len(names) == count
        else tuple(translate("Pictures", "input {number}").format(number=i + 1) for i in range(count))
    )


def point_legend(colour: str) -> tuple[LegendEntry, ...]:
    """Discs are training points, triangles test points."""
    return (
        LegendEntry(translate("Pictures", "training"), (colour,), Sample.POINT),
        LegendEntry(translate("Pictures", "test"), (colour,), Sample.TRIANGLE),
    )
