"""The run: the buttons that train, the devices, the data that must be fetched, and what an edit does to a run."""
