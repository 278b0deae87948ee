"""Findings: what the measured values mean, with evidence, advice and cures."""
