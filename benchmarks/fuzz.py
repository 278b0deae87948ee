"""``python3 dev.py fuzz``: files that nobody would write, made of good ones by a seeded random hand.

Sessions, designs, settings, tables and sets of images are opened as a user would. Each is read, or refused in words
that ReLU Lab chose; anything else is a find, and so is an input that takes too long or too much memory. An input can be
made again from the seed and its number: ``--first N --inputs 1``.
"""

import argparse
import faulthandler
import io
import json
import logging
import os
import random
import signal
import sys
import tempfile
import tracemalloc
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relulab.cli.strict_json import to_json
from relulab.data.idx_sets import idx_content
from relulab.data.own_images import understand as understand_images
from relulab.data.tables.choices import Choices
from relulab.data.tables.file import glance_at, understand
from relulab.data.tables.reasons import with_reasons
from relulab.data.tables.roles import with_type
from relulab.data.tables.samples import samples_of
from relulab.data.tables.shown import as_data, as_lines
from relulab.data.tables.types import CHOSEN, may_hold
from relulab.data.tables.understanding import Understanding
from relulab.errors import ReluLabError, SpecError
from relulab.experiment.presets import PRESETS, load_preset
from relulab.session.file.files import load_session, save_session
from relulab.untrusted import MIB, SPARE_BYTES
from relulab.views.table import TableView
from tests.helpers.packing import pack, unpack
from tests.helpers.sessions import small_session
from ui.platform.settings import Settings, load_settings, settings_file

SECONDS = 10  # of computing, for one input: a machine may be busy with other work
WAITING = 6  # times as long by the clock, and it hangs
MEMORY_EVERY = 20  # inputs; memory is measured of one of so many, because measuring slows down
MEMORY = SPARE_BYTES + 40 * MIB  # beyond twice what the input declares

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 0.5, 1e308, -1e308, 5e-324, 2**31, 2**63, 10**18, 10**90, "", "x", "NaN", "Infinity",
    "0" * 50, "../../etc/passwd", "/dev/zero", "\0", "é\U0001f642", "<img src=x>", "=cmd|' /C calc'!A0", "x" * 2_000,
    "\ud800", "a\u202eb", "\x1b[31m",
    "x" * 2_000_000, [], {}, [[]],
    [{}] * 300, ["x"] * 20_000, [0] * 200_000, {"a": {}}, {str(n): n for n in range(300)},
]  # fmt: skip


def nested(levels: int) -> Any:
    """A list in a list in a list …"""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def mutate(value: Any, dice: random.Random) -> Any:
    """One place of a JSON value is replaced, removed, doubled or added."""
    if isinstance(value, dict | list) and value and dice.random() < 0.85:
        copy = value.copy()
        place = dice.choice(list(value) if isinstance(value, dict) else range(len(value)))
        match dice.randrange(8):
            case 0:
                del copy[place]
            case 1 if isinstance(copy, dict):
                copy[dice.choice(["", "x", "__class__", "kind", "name", "parameters"])] = dice.choice(ODD)
            case 2 if isinstance(copy, list):
                copy *= dice.choice([2, 50])
            case _:
                copy[place] = mutate(copy[place], dice)
        return copy
    return nested(dice.choice([5, 31, 33, 300])) if dice.random() < 0.05 else dice.choice(ODD)


def scramble(data: bytes, dice: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled, or put in."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(data) + 1)
        end = start + dice.choice([0, 1, 2, 4, 8, 46, 500])
        piece = data[start:end]
        new = dice.choice(
            [b"", piece * 2, dice.randbytes(len(piece)), b"\xff" * len(piece), b"\0" * 8, b"\xff\xff\xff\x7f"]
        )
        data = data[:start] + new + data[end:]
    return data


@cache
def _session_parts() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.relulab")
        save_session(small_session(), path)
        return unpack(path.read_bytes())


def make_session(dice: random.Random) -> bytes:
    parts = _session_parts()
    if dice.random() < 0.2:
        return scramble(pack(parts), dice)
    texts = [name for name in parts if name.endswith(".json")]
    if dice.random() < 0.7:
        name = dice.choice(texts)
        changed = json.loads(parts[name])
        for _ in range(dice.randint(1, 3)):
            changed = mutate(changed, dice)
        return pack(parts | {name: json.dumps(changed).encode()})
    name = dice.choice(list(parts))
    return pack(parts | {name: scramble(parts[name], dice)})


def make_design(dice: random.Random) -> bytes:
    spec: Any = json.loads(load_preset(dice.choice(list(PRESETS))).to_json())
    for _ in range(dice.randint(1, 3)):
        spec = mutate(spec, dice)
    data = json.dumps(spec).encode()
    return scramble(data, dice) if dice.random() < 0.2 else data


def make_settings(dice: random.Random) -> bytes:
    settings: Any = asdict(Settings())
    for _ in range(dice.randint(1, 4)):
        settings = mutate(settings, dice)
    data = json.dumps(settings).encode()
    return scramble(data, dice) if dice.random() < 0.3 else data


CELLS = [
    "1", "-2,5", "3.5", "1.234,5", "1,040", "1 000", "1'250.50", "007", "1e400", "1e308", "-1e308", "-999", "5e-324",
    "nan", "", '"', '"a,b"', '"two\nlines"', '""""', "Größe", "=1+1", "\0", "2020-01-01", "01.02.2026", "10:30",
    "x" * 3000, "9" * 5000, "∞", "12 kg", "$8", "−1", "\u00a0", "\v", "\x1c", "\u2028", "東京", "NA", "?", "yes", "no",
    "#", "// x", "sep=;", "\t\t", "  ",
]  # fmt: skip
TAME = [
    "1",
    "2",
    "-2.5",
    "3.5",
    "0.125",
    "1e3",
    "-999",
    "",
    "Größe",
    "yes",
    "no",
    "2020-01-01",
    "12 kg",
    "NA",
    "007",
    "?",
]
IMAGE_NAMES = ["train-images", "t10k-labels", "x_train", "y_test", "images", "../x", "a/b", "train_test", "é"]
NAMES = ["a", "id", "price (€)", "x1", "x2", "x3", "label", "y", "", "1", "1" * 5000, "Name, first", "price"]


def make_table(dice: random.Random) -> bytes:
    """Cells of a few kinds, or of any; with lines above, between and below that are no rows."""
    separator = dice.choice([*",;\t |" * 3, "", ",,", "   "])
    width = dice.choice([1, 2, 3, 5, 300])
    cells = CELLS if dice.random() < 0.4 else TAME
    kinds = [dice.sample(cells, dice.choice([1, 2, 5, len(cells)])) for _ in range(width)]
    rows = [separator.join(dice.choice(NAMES) for _ in range(width))] if dice.random() < 0.5 else []
    for _ in range(dice.choice([0, 1, 2, 30, 200])):
        row = [dice.choice(kind) for kind in kinds] + ["1"] * dice.choice([0] * 20 + [1])
        rows.append(separator.join(row[dice.choice([0] * 20 + [1]) :]))
    for _ in range(dice.choice([0, 0, 1, 3, 500])):
        rows.insert(
            dice.randrange(len(rows) + 1), dice.choice(["", "# a b c", "Source: own", separator * 5, "sep=;", '"'])
        )
    text = dice.choice(["\n", "\r\n", "\r", "\r\r\n"]).join(rows)
    data = text.encode(dice.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "gb18030"]), "replace")
    return scramble(data, dice) if dice.random() < 0.3 else data


def open_session_file(path: Path) -> None:
    session = load_session(path)
    save_session(session, path)  # what can be opened can be saved


def open_design(path: Path) -> None:
    from ui.features.session.documents import read_experiment

    try:
        read_experiment(path)
    except (UnicodeDecodeError, OSError) as error:  # the window says so in words
        raise SpecError(str(error)) from None


def open_settings(path: Path) -> None:
    os.environ["RELULAB_CONFIG"] = str(path.parent)
    settings_file().unlink(missing_ok=True)
    path.rename(settings_file())
    settings = load_settings()
    for name, default in asdict(Settings()).items():
        assert type(getattr(settings, name)) is type(default), name


def open_table(path: Path) -> None:
    """As the window does: a glance, all of it, what is shown and drawn; and samples where nothing is asked.

    Then once more, with another type for one of the columns.
    """
    glance_at(str(path), Choices())
    table = understand(str(path), Choices())
    _use_table(table, Choices())
    column = table.columns[table.rows % len(table.columns)]
    kind = [*CHOSEN.values()][table.rows % len(CHOSEN)]
    if may_hold(column, kind):
        chosen = with_type(Choices(), table, column.number, kind)
        typed = understand(str(path), chosen)
        _use_table(with_reasons(typed, table), chosen)


def _use_table(table: Understanding, choices: Choices) -> None:
    list(as_lines(table))
    to_json(as_data(table))
    TableView.worked_out(table, choices)
    assert all(len(str(question.words)) < 1_000 for question in table.questions)
    if not table.questions:
        samples_of(table, choices)


def make_images(dice: random.Random) -> bytes:
    """Arrays of odd and of usual shapes, types and names, as npz, as a zip of IDX files, or one alone."""
    count = dice.choice([0, 1, 2, 30, 60])
    shapes = [(count, 8, 8), (count, 64), (count, 8, 8, 3), (count, 3, 8, 8), (count, 300, 2), (), (count,), (count, 1)]
    wanted = shapes if dice.random() < 0.4 else [(count, 8, 8), (count,)]
    arrays = {}
    for number, shape in enumerate(wanted * dice.choice([1, 1, 2])):
        values = np.random.default_rng(dice.randrange(2**32)).integers(0, dice.choice([1, 3, 256, 257, 2**40]), shape)
        arrays[f"{dice.choice(IMAGE_NAMES)}{number}"] = values.astype(dice.choice(["u1", "u1", "i8", "f8", "i2"]))
    if dice.random() < 0.5:
        files = {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    else:
        files = {
            name: idx_content((array.astype(np.int64) % 256).astype(np.uint8))
            for name, array in arrays.items()
            if array.ndim
        }
    files = {name: scramble(data, dice) if dice.random() < 0.2 else data for name, data in files.items()}
    if dice.random() < 0.2:
        return dice.choice([*files.values()])
    data = pack(files)
    return scramble(data, dice) if dice.random() < 0.2 else data


def _npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def open_images(path: Path) -> None:
    """As the window does: what is found, its sentence, and its size."""
    found = understand_images(str(path))
    assert len(str(found.sentence)) < 2_000
    assert found.description.train_size > 0


Format = tuple[str, Callable[[random.Random], bytes], Callable[[Path], None]]
FORMATS: dict[str, Format] = {
    "sessions": (".relulab", make_session, open_session_file),
    "designs": (".json", make_design, open_design),
    "settings": (".json", make_settings, open_settings),
    "tables": (".csv", make_table, open_table),
    "images": (".npz", make_images, open_images),
}


class TooLongError(BaseException):
    """An input took too long. No ``except Exception`` may take it for something else."""


def _limit(seconds: int) -> None:
    """Raise TooLongError after so many seconds of computing, or where it waits far longer; never after 0."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, WAITING * seconds)


def _too_long(_number: int, _frame: object) -> None:
    raise TooLongError


def declared(data: bytes) -> int:
    """How many bytes an input stands for, as it says itself."""
    try:
        return max(len(data), sum(map(len, unpack(data).values())))
    except Exception:  # no session
        return len(data)


def try_one(kind: str, seed: int, number: int, folder: Path) -> str:
    """Make an input and open it: "read", "refused", or what was found, in words."""
    suffix, make, open_it = FORMATS[kind]
    data = make(random.Random(f"{kind} {seed} {number}"))
    path = folder / f"input{suffix}"
    path.write_bytes(data)
    measuring = number % MEMORY_EVERY == 0
    began = process_time()
    _limit(SECONDS)
    if measuring:
        tracemalloc.start()
    try:
        open_it(path)
        result = "read"
    except ReluLabError as error:
        result = "refused" if len(str(error)) < 5_000 else "a message that is as long as a book"
    except TooLongError:
        result = f"took more than {SECONDS} s"
    except Exception as error:  # that is what is looked for
        result = f"{type(error).__name__}: {str(error)[:200]}"
    finally:
        _limit(0)
        peak = tracemalloc.get_traced_memory()[1] if measuring else 0
        tracemalloc.stop()
    if process_time() - began > SECONDS:
        return f"took {process_time() - began:.0f} s"
    if result != "read" and peak > 2 * declared(data) + MEMORY:
        return f"took {peak // MIB} MiB, where {len(data):,} bytes declare {declared(data):,}"
    return result


def fuzz(kind: str, inputs: int, seed: int, first: int = 0) -> tuple[Counter[str], list[str]]:
    """How many inputs of a kind were read and refused, and what was found."""
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _too_long)
        signal.signal(signal.SIGPROF, _too_long)
    counts: Counter[str] = Counter()
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        try_one(kind, seed, first, Path(folder))  # what is imported once and kept is no cost of an input
        for number in range(first, first + inputs):
            result = try_one(kind, seed, number, Path(folder))
            counts[result if result in ("read", "refused") else "found"] += 1
            if result not in ("read", "refused"):
                found.append(f"{kind}, seed {seed}, input {number}: {result}")
    return counts, found


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the formats and print what came out. Returns 1 where something was found."""
    parser = argparse.ArgumentParser(prog="dev.py fuzz", description=__doc__)
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=f"of {', '.join(FORMATS)}; all without")
    parser.add_argument("--inputs", type=int, default=20_000, help="of each format (20,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input (0)")
    options = parser.parse_args(arguments)
    faulthandler.enable()
    warnings.simplefilter("error")  # as the tests have it: what is warned of is found
    logging.disable()  # of what is refused
    finds: list[str] = []
    for kind in options.formats or FORMATS:
        began = monotonic()
        counts, found = fuzz(kind, options.inputs, options.seed, options.first)
        seconds = monotonic() - began
        print(f"{kind:9} {options.inputs:,} inputs: {counts['read']:,} read, {counts['refused']:,} refused, "
              f"{counts['found']} found; {seconds:.0f} s", flush=True)  # fmt: skip
        finds += found
    print("\n".join(finds[:100]))
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
