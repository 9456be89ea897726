"""Learn the weights that come with the program anew: `python -m tests.training PART`."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = ("urgency",)


def main() -> int:
    """Run one part's training; 2 for a part that there is none of."""
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        print(f"usage: python -m tests.training PART; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    return int(import_module(f"tests.training.{sys.argv[1]}").main())


if __name__ == "__main__":
    raise SystemExit(main())
