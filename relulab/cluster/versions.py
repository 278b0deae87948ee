"""What must be the same in all processes of a sweep, so that each run is the one that this machine would train."""

import platform
from importlib.metadata import PackageNotFoundError, version

from relulab.edition import __version__

Versions = dict[str, str]  # what it is -> its version


def versions_here() -> Versions:
    """Of this process, without an import."""
    return {"ReLU Lab": __version__, "Python": platform.python_version(), **{
        title: _version(name) for title, name in (("PyTorch", "torch"), ("Dask", "distributed"))
    }}  # fmt: skip


def difference(theirs: Versions, ours: Versions) -> str:
    """In words what is not the same: ``PyTorch 2.9 (here 2.13)``; empty where nothing differs."""
    return ", ".join(
        f"{title} {theirs.get(title) or 'is missing'} (here {own})"
        for title, own in ours.items()
        if theirs.get(title) != own
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
