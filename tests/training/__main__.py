"""Learn anew what comes with the program: `python -m tests.training PART [FOLDER]`."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = {"urgency": 0, "places": 0, "gazetteer": 1}
"""Each part, and how many arguments it takes: the gazetteer is made from a folder of GeoNames' files."""


def main() -> int:
    """Run one part; 2 where there is none of that name."""
    part, *arguments = sys.argv[1:] or [""]
    if PARTS.get(part) != len(arguments):
        print(
            f"usage: python -m tests.training PART [FOLDER]; there are {', '.join(PARTS)}.", file=sys.stderr
        )
        return 2
    return int(import_module(f"tests.training.{part}").main(*arguments))


if __name__ == "__main__":
    raise SystemExit(main())
