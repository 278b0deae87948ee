"""Sessions in files: a container of checked parts, safe to open whoever wrote it."""

SUFFIX = ".relulab"
