"""Makes ``designs`` importable from every test of the engine."""
