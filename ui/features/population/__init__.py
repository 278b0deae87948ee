"""Many networks at once: starts of one design, maps of settings, tables of cures."""
