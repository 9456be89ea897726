"""Three hundred replies under fire, the service killed twenty times: `python -m tests.bench.publishing`.

The service runs at its own pace, so this takes about twenty minutes a server, most of it waiting for the
next look at what is in doubt. First against mastodon-mock, a third of the replies each by a way that keeps
idempotency keys, one that ignores them and one that has lost them; then, where WATCHFLOOR_TEST_BLUESKY names
a PDS on loopback, against that. Numbers as arguments: replies, kills, seed; `hurried` makes every pause a
tenth.

Exits with 1 when anything was said twice, got lost, or is believed to be what it is not.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from tests.feeds.test_bluesky_real import PDS
from tests.service.fire import Town
from tests.service.fire_towns import bluesky_town, mastodon_town
from tests.service.hurried import DEADLINE, HURRY
from tests.service.under_fire import publish

REPLIES, KILLS = 300, 20
PATIENCE = 3600.0
"""Seconds after which it has failed."""
Serve = Callable[[Path, float, int], AbstractContextManager[Town]]


def main(arguments: list[str]) -> int:
    """Print what came of it; 1 where it is not as it should be."""
    hurried = "hurried" in arguments
    given = [int(one) for one in arguments if one.isdecimal()]
    replies, kills, seed = (*given, *(REPLIES, KILLS, random.randrange(10_000))[len(given) :])
    towns: dict[str, Serve] = {"mastodon-mock": mastodon_town}
    if PDS:
        towns["the PDS"] = bluesky_town
    else:
        print("publishing: WATCHFLOOR_TEST_BLUESKY names no PDS, so nothing is said to Bluesky")
    good = True
    for name, serve in towns.items():
        deadline = DEADLINE if hurried else DEADLINE * HURRY
        with (
            tempfile.TemporaryDirectory() as home,
            serve(Path(home), deadline, seed) as town,
        ):
            came = publish(
                town, replies=replies, kills=kills, seed=seed, patience=PATIENCE, unhurried=not hurried
            )
        print(f"publishing to {name} (seed {seed}): {came}", flush=True)
        good = good and came.good and came.kills == kills
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
