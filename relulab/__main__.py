"""``python -m relulab``: the command line alone. It needs no Qt."""

from relulab.cli.interrupts import stopped_in_words
from relulab.training.engine import quiet_threads

if __name__ == "__main__":
    quiet_threads()
    with stopped_in_words():
        from relulab.cli.main import main  # it imports NumPy

        main()
