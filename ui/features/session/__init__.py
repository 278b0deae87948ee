"""The session: its file, its copies for a crash, and the files that it names."""
