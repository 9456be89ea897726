"""`python -m console` and the `watchfloor` script."""

import sys

from console.cli import main

if __name__ == "__main__":
    sys.exit(main())
