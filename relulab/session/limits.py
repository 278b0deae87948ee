"""How large a session file and what is in it may be, so that a file from a stranger fills no disk and no memory.

The sizes that a file declares are checked against these before anything is unpacked, and again while it is
read. Nothing is ever unpacked to the disk. The same limits hold when a session is saved.
"""

from relulab.errors import SessionError

MIB = 2**20

FILE_BYTES = 2048 * MIB  # on the disk
TOTAL_BYTES = 2048 * MIB  # all parts, unpacked
SMALL_BYTES = 64 * MIB  # so much may be unpacked from any file, however small
RATIO = 100  # beyond that, unpacked bytes per byte on the disk
PARTS = 65_000  # a zip without extensions has at most 65,535
DIRECTORY_BYTES = 8 * MIB  # the zip's own table of contents
MANIFEST_BYTES = 12 * MIB
JSON_BYTES = 16 * MIB  # one JSON part
PICTURE_BYTES = 16 * MIB
PICTURE_SIDE = 16_384  # pixels
PART_BYTES = 512 * MIB  # any other part
ARRAY_DIMENSIONS = 4
ARRAY_SIDE = 2**31 - 1
TENSORS = 1024  # in one safetensors part
TENSORS_HEADER_BYTES = MIB
EXPERIMENTS = 100
RUNS = 500
PICTURES = 200
MAPS = 20
MAP_AXES = 2
MAP_RUNS = 4_000  # of one map
TRIALS = 20  # of one run
CERTIFICATES = 10_000  # of one run
CHANGES = 20_000  # by hand, of one run
FINDINGS = 1000  # that stand at one moment; and as many that stood
FINDING_UNITS = 1_000_000  # that one finding is about
CURES = 100  # of one finding; and changes of one cure
PATH_STEPS = 20  # to a field of a design
CHECKPOINTS = 100  # of one run
CHECKPOINT_BYTES = 32 * MIB  # all checkpoints of one run; older ones are thinned out
KEPT_WEIGHTS = 240  # moments of one run of which the weights alone are kept
KEPT_BYTES = 16 * MIB  # all of them; those beyond the first steps are thinned out evenly
OLDER_CHECKPOINT_BYTES = 8 * MIB  # in a window, those of each run before the present one
RESIDENT_BYTES = 512 * MIB  # in a window, all runs before the present one; what is more lies on the disk

_BY_SUFFIX = {".json": JSON_BYTES, ".png": PICTURE_BYTES}


def check_part_size(name: str, size: int) -> None:
    """Raises SessionError for a part that is larger than its kind may be."""
    limit = _BY_SUFFIX.get(name[name.rfind(".") :], PART_BYTES)
    if size > limit:
        raise SessionError(f"its part {name} has {_mib(size)}, more than the {_mib(limit)} that are allowed.")


def check_total(unpacked: int, on_disk: int) -> None:
    """Raises SessionError where all parts together are too large, or too large for the file they come from."""
    if unpacked > TOTAL_BYTES:
        raise SessionError(f"it holds {_mib(unpacked)}, more than the {_mib(TOTAL_BYTES)} that are allowed.")
    if unpacked > allowance(on_disk):
        raise SessionError(
            f"its {_mib(on_disk)} would unpack to {_mib(unpacked)}, which no session does. It may be a trap."
        )


def allowance(on_disk: int) -> int:
    """How many bytes may be unpacked from a file of ``on_disk`` bytes."""
    return SMALL_BYTES + RATIO * on_disk


def _mib(size: int) -> str:
    return f"{size / MIB:,.1f} MiB"
