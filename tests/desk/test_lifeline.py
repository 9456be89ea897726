"""The desk's line to the service: what is done over it belongs to this terminal, also after a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

from console.desk.here import utc_now
from console.desk.lifeline import Lifeline
from console.paths import DataPaths
from console.service.serve import Service
from console.work import Claim
from feeds.post import Post
from tests.service.at_work import write_settings
from tests.service.in_process import serving

MENTION = "mention:1"


async def claim_on(service: Service) -> Claim:
    from console.store import claims

    return await service.work(lambda change: claims.read(change.connection, MENTION))


def test_a_claim_belongs_to_the_terminal_and_is_kept_through_a_restart(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)

    async def evening() -> None:
        lifeline = Lifeline(DataPaths(settings.desk.data), None, utc_now)
        async with serving(settings) as service:
            await service.take([Post("posts", "1", "water in the street")], trust="public")
            await asyncio.to_thread(lifeline.check)
            await asyncio.to_thread(lifeline.work, "claim", subject=MENTION)
            first = await claim_on(service)
            assert not first.session.endswith(".shell")
        assert not await asyncio.to_thread(lifeline.check)
        async with serving(settings) as service:
            assert await asyncio.to_thread(lifeline.check)
            assert (await claim_on(service)).leaving is None
            await asyncio.to_thread(lifeline.work, "claim", subject=MENTION)
            assert (await claim_on(service)).epoch == first.epoch
            await asyncio.to_thread(lifeline.close)

    asyncio.run(evening())
