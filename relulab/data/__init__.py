"""Data sets as plain NumPy arrays: generated, shipped, downloaded or brought by the user."""
