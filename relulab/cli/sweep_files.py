"""Where the rows of a sweep go: a table at the end, and until then a file beside it from which the sweep goes on.

``FILE.unfinished`` has one JSON line for what is swept and one for each run that is done. It is there from the first
row on, whatever stops the sweep, and gone when the table is whole.
"""

import json
from pathlib import Path
from typing import Any

from relulab.edition import __version__
from relulab.errors import SessionError, SpecError
from relulab.export.csv_tables import columns_of, write_parquet_table
from relulab.export.export_input import make_folder, write_bytes, write_table
from relulab.population.sweep import Row, Sweep
from relulab.views.many.groups import group_words, table_of_rows, table_of_sweep

UNFINISHED = ".unfinished"
TABLES = (".csv", ".parquet")


class SweepFile:
    """The table of ``sweep`` at ``path``: a ``.csv``, a ``.parquet``, or a folder with a table and the experiment.

    ``rows``: those that an earlier try has left, by the number of their run. Raises SpecError where the file beside the
    table is of another sweep, SessionError where nothing can be written there.
    """

    def __init__(self, path: Path, sweep: Sweep) -> None:
        if path.suffix and path.suffix not in TABLES:
            raise SpecError(f"--out {path}: a sweep is written to a .csv, a .parquet, or a folder.")
        self._sweep = sweep
        self._table = path if path.suffix else path / "rows.csv"
        self._folder = None if path.suffix else path
        self._beside = self._table.with_name(self._table.name + UNFINISHED)
        self.rows: dict[int, Row] = {}
        make_folder(self._table.parent)
        head = _head(sweep)
        if self._beside.exists():
            self.rows = _read(self._beside, head)
        else:
            self._write(json.dumps(head))

    @property
    def runs(self) -> int:
        """How many the table has when it is whole."""
        return len(self._sweep)

    def add(self, run: int, row: Row) -> None:
        """Keep the row of one more run."""
        self.rows[run] = row
        self._write(json.dumps({"run": run, **row}))

    def groups(self) -> list[str]:
        """What so many starts can tell of cures, a sentence for each group; nothing of other sweeps."""
        table = table_of_sweep(self._sweep, self.rows)
        return [] if table is None else group_words(table)

    def finish(self) -> Path:
        """Write the table of all rows that are there, in their order; where they are."""
        rows, names = [self.rows[run] for run in sorted(self.rows)], self._sweep.columns
        cells = [[_plain(row.get(name)) for name in names] for row in rows]
        if self._table.suffix == ".parquet":
            write_parquet_table(self._table, columns_of(names, cells))
        else:
            write_table(self._table, names, cells)
        if self._folder is not None:
            write_bytes(self._folder / "experiment.json", (self._sweep.spec.to_json() + "\n").encode())
            write_bytes(self._folder / "sweep.json", (json.dumps(_head(self._sweep), indent=2) + "\n").encode())
            table = table_of_sweep(self._sweep, self.rows)
            if table is not None:
                groups = table_of_rows(table)
                write_table(self._folder / "groups.csv", groups.columns, groups.rows)
        if len(rows) == len(self._sweep):
            self._beside.unlink(missing_ok=True)
        return self._folder or self._table

    def _write(self, line: str) -> None:
        try:
            with self._beside.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise SessionError(f"{self._beside} could not be written: {error.strerror or error}.") from None


def _head(sweep: Sweep) -> dict[str, Any]:
    """What is swept, so that another sweep is not gone on with."""
    return {
        "version": __version__,
        "experiment": sweep.spec.model_dump(mode="json"),
        "over": {axis.name: list(axis.values) for axis in sweep.axes},
        "seeds": list(sweep.seeds),
        "starts": "fresh" if sweep.fresh else "same",
    }


def _read(path: Path, head: dict[str, Any]) -> dict[int, Row]:
    """The rows of an earlier try. A last line that was not written to its end is left out."""
    try:
        first, *lines = path.read_text("utf-8").splitlines() or [""]
    except (OSError, UnicodeDecodeError) as error:
        raise SessionError(f"{path} cannot be read: {error}.") from None
    if _parsed(first) != json.loads(json.dumps(head)):
        raise SpecError(
            f"{path} holds runs of another sweep, or of another version. "
            "Delete it to begin anew, or give another --out."
        )
    rows = (_parsed(line) for line in lines)
    return {row.pop("run"): row for row in rows if isinstance(row, dict) and "run" in row}


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    """A value for one cell: a setting may be a table of its own."""
    return json.dumps(value) if isinstance(value, dict | list) else value
