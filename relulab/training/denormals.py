"""Numbers too small to be held exactly, below 1.2e-38 in float32, taken as 0 while a network learns.

Momentum and Adam leave such numbers of dead units and never let go of them; with them a step takes up to twice as long.
The processor's switch for it belongs to each thread, so it is set by the thread that learns, for as long as it does.
"""

import torch


def flushes_by_default() -> bool:
    """Whether a new run takes them as 0: where one thread computes. Of a tensor that several work on only the part of
    the one would be changed; and threads that torch starts meanwhile would keep the switch for good.
    """
    return torch.get_num_threads() == 1


class Flushing:
    """``with flushing:`` they are taken as 0 in this thread, where that is ``wanted``; not within itself."""

    __slots__ = ("wanted",)

    def __init__(self, wanted: bool = True) -> None:
        self.wanted = wanted

    def __enter__(self) -> None:  # no generator: every step of a run comes here twice
        if self.wanted:
            torch.set_flush_denormal(True)

    def __exit__(self, *error: object) -> None:
        if self.wanted:
            torch.set_flush_denormal(False)
