"""The whole history of a run as Parquet files, which pandas, Polars, DuckDB and R read with their types."""

from pathlib import Path

from relulab.export.csv_tables import history_tables
from relulab.export.export_input import ExportInput, MissingExtraError, make_folder, write_bytes


def write_parquet(given: ExportInput, path: Path) -> None:
    """A folder of the same tables as the CSV ones; a number that does not exist is NaN.

    Raises MissingExtraError where the extra "parquet" is not installed, SessionError for the folder.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("Parquet files", "parquet", error) from None
    make_folder(path)
    for name, columns in history_tables(given.needed_history()):
        table = pyarrow.table({title: pyarrow.array(values) for title, values in columns.items()})
        file = pyarrow.BufferOutputStream()
        parquet.write_table(table, file)
        write_bytes(path / f"{name}.parquet", file.getvalue().to_pybytes())
