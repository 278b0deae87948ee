"""A callback for whoever does not want to know."""


def ignore(*told: object) -> None:
    """Takes whatever it is told and does nothing."""
