"""The design edited in the picture of the network, as on its cards; a picture of another design is pale."""

from PySide6.QtCore import Slot

from relulab.training.state import State, Status
from ui.features.design.layer_list import LayerList
from ui.features.training.controller import RunController
from ui.live.network import NetworkPanel
from ui.live.polling import ViewSelection
from ui.plots.network import column_tools
from ui.shell.commands import Controller

BUSY = (State.RUNNING, State.PREPARING)  # nothing is added to a network that learns


class DrawnEditing(Controller):
    """Wires the ``picture`` to the list of ``layers`` in the design."""

    def __init__(
        self, picture: NetworkPanel, layers: LayerList, run_controller: RunController, shown: ViewSelection
    ) -> None:
        super().__init__(picture)
        self._picture, self._layers, self._run_controller, self._shown = picture, layers, run_controller, shown
        picture.designEdited.connect(self._edit)
        run_controller.availabilityChanged.connect(self._follow)
        shown.changed.connect(self._follow)

    @Slot(object)
    def show_state(self, status: Status) -> None:
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Say whether the picture is that of the design, and whether it can be edited there."""
        run, live = self._run_controller, self._shown.live
        changed = live and run.changed and not run.is_longer and run.status.state is not State.PREPARING
        self._picture.show_design(
            changed=changed, editable=live and self._has_same_layers and run.status.state not in BUSY
        )

    @property
    def _has_same_layers(self) -> bool:
        """Whether the columns of the picture are the layers of the design."""
        design, built = self._run_controller.design, self._run_controller.built
        if design is None or built is None:
            return False
        return [layer.kind for layer in design.model.layers] == [layer.kind for layer in built.model.layers]

    @Slot(str, int)
    def _edit(self, key: str, index: int) -> None:
        """``index``: of a layer in the design."""
        layers = self._layers
        match key:
            case column_tools.ADD_UNIT:
                layers.change_units(index, 1)
            case column_tools.REMOVE_UNIT:
                layers.change_units(index, -1)
            case column_tools.COPY_LAYER:
                layers.duplicate(index)
            case column_tools.REMOVE_LAYER:
                layers.remove(index)
            case _:
                layers.insert("dense", index)
