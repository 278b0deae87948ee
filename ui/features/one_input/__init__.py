"""One input step by step: chosen, drawn or typed, its way forward and back through the network, and why the answer."""

from ui.features.one_input.panel import OneInputPanel

__all__ = ["OneInputPanel"]
