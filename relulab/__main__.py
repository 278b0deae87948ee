"""``python -m relulab``: the command line alone. It needs no Qt."""

from relulab.cli.main import main

if __name__ == "__main__":
    main()
