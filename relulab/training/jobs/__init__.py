"""What is done beside the run: a trial, the search for a death, a moment computed again."""
