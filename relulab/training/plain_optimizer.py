"""torch's optimizers without what surrounds them: the compiler, profiling ranges and hooks.

The first optimizer of a process, and its first step, import ``torch._dynamo``, which takes two seconds, only to
tell it that there is nothing to compile; every step then opens a profiling range and looks for hooks. The
functions below reach the same arithmetic directly. Where a torch has no such wrappers they change nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

WRAPPED_METHODS = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")
REMEMBERED_AS = "__dynamo_disable"  # where torch._compile keeps what it asked the compiler for


def leave_compiler_out() -> None:
    """Make optimizers without importing the compiler, from now on in this process."""
    for name in WRAPPED_METHODS:
        plain = getattr(getattr(torch.optim.Optimizer, name), "__wrapped__", None)
        if plain is not None and not hasattr(plain, REMEMBERED_AS):
            setattr(plain, REMEMBERED_AS, plain)


def plain_step(optimizer: torch.optim.Optimizer) -> Callable[[], Any]:
    """The step of ``optimizer`` alone. Call it with gradients switched off."""
    step: Callable[..., Any] = type(optimizer).step
    while (inner := getattr(step, "__wrapped__", None)) is not None:
        step = inner
    return partial(step, optimizer)
