"""How the service keeps its memory: much is made at the start and stays, little of the rest makes circles."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""Objects made, less those gone, before the collector looks at the young ones; Python's own 700 made it look
through the judge's memory of texts again and again, for a tenth of the time that posts cost."""


def settle() -> None:
    """Take all that is there for permanent, and look for circles seldom. Call it once all is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
