"""The small flat interface for notebooks: what ``import relulab`` offers."""
