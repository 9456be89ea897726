"""Forty replies through the real service under fire; `python -m tests.bench.publishing` has three hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.feeds.test_bluesky_real import PDS
from tests.service.fire_towns import bluesky_town, mastodon_town
from tests.service.hurried import DEADLINE
from tests.service.under_fire import publish

REPLIES, KILLS, SEED = 40, 5, 4
PATIENCE = 900.0
"""Seconds; it takes one or two minutes."""


def test_nothing_is_said_twice_or_lost_whatever_fails_and_whenever_the_service_dies(tmp_path: Path) -> None:
    with mastodon_town(tmp_path, DEADLINE, SEED) as town:
        came = publish(town, replies=REPLIES, kills=KILLS, seed=SEED, patience=PATIENCE)
    print(came)
    assert came.good, str(came)
    assert came.kills == KILLS


@pytest.mark.skipif(not PDS, reason="WATCHFLOOR_TEST_BLUESKY names no PDS")
def test_the_same_on_bluesky_as_its_makers_run_it(tmp_path: Path) -> None:
    with bluesky_town(tmp_path, DEADLINE, SEED) as town:
        came = publish(town, replies=REPLIES, kills=KILLS, seed=SEED, patience=PATIENCE)
    print(came)
    assert came.good, str(came)
    assert came.kills == KILLS
