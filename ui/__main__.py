"""``python -m ui``: the command ``relulab`` of a source tree."""

import sys

from ui.startup.launch import main

if __name__ == "__main__":
    sys.exit(main())
