"""Somebody says something: `python -m tests.bench.wire.arrivals FILE COUNT [A_SECOND]`.

Appends mentions to a file that a running service follows, each by somebody new and about a place of the list,
so that lists, counters, gauges and incidents move as they do on a real evening.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

PLACES = ("Oak Road", "Elm Square", "Mill Street", "Hill Road", "Oak Square")
TOPICS = ("flood", "road", "power", "election", "other")


def said(number: int) -> dict[str, str]:
    """The text of mention `number`; as long as those of the database."""
    place, topic = PLACES[number % len(PLACES)], TOPICS[number // len(PLACES) % len(TOPICS)]
    text = (
        f"seen by {number * 31 % 997} people: {topic} at {place}, report {9000 + number}, "
        "is anyone looking into this before the evening?"
    )
    return {"id": f"fresh-{number}", "text": text, "author": f"fresh{number * 7919 % 50_000}"}


def main(path: Path, count: int, rate: float) -> None:
    """Append so many, at an even pace."""
    first, began = len(path.read_text().splitlines()), time.monotonic()
    for number in range(count):
        if (wait := began + number / rate - time.monotonic()) > 0:
            time.sleep(wait)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said(first + number)) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 1.0)
