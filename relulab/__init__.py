"""ReLU Lab's engine: see why neural networks learn, and why they die."""

__version__ = "0.1.0"
