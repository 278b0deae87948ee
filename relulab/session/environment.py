"""What a run was computed with: the same losses can be expected where this is the same."""

import platform
import sys
from importlib import metadata

from relulab.edition import __version__

_PACKAGES = ("torch", "numpy")


def describe_environment(device: str, threads: int) -> dict[str, str]:
    """Versions, processor and threads in words, without importing anything heavy."""
    versions = {name: _version(name) for name in _PACKAGES}
    return {
        "ReLU Lab": __version__,
        "Python": platform.python_version(),
        **versions,
        "system": f"{platform.system()} {platform.release()}",
        "processor": platform.machine() or sys.platform,
        "device": device,
        "threads": str(threads),
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"
