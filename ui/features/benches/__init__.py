"""Benches without a run: windows of their own, in which one thing is tried out with its numbers."""
