"""Every part of the judgement, measured one after the other; 1 where one is below its bar."""

from __future__ import annotations

import sys
from importlib import import_module

from tests.training.posts import POSTS

PARTS = ("places", "urgency", "calls", "topics", "mood", "repeats", "surges", "cost")


def main() -> int:
    """Print each part's figures on held-out events."""
    if not POSTS.exists():
        print("The posts to measure with are not here (../shared/data).")
        return 0
    below = []
    for name in sys.argv[1:] or PARTS:
        print(f"== {name}", flush=True)
        if not import_module(f"tests.bench.signal.{name}").report():
            below.append(name)
    if below:
        print(f"below its bar: {', '.join(below)}")
    return 1 if below else 0


if __name__ == "__main__":
    raise SystemExit(main())
