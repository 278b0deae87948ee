"""The moments of a run: looking back at one, and branching off from it."""
