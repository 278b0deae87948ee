"""The reader of tables: shows how a file is read, what its columns are and what will be learned, to be changed."""

from ui.features.design.reader.dialog import TableDialog

__all__ = ["TableDialog"]
