"""Reports as files: one writer per kind of file, all of the same content."""
