"""A desk over a real service with incidents on it, and a colleague who works on them too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.pilot import Pilot

from console.desk.wall import Wall
from console.service.requests import REQUESTS
from console.service.serve import Service
from console.service.sessions import session_of
from console.service.socket import Connection
from console.store import claims, items
from console.work import Claim, WorkNow
from feeds.post import Post
from tests.desk.answering import NOW, until
from tests.desk.town import wall_of
from tests.service.workbench import Named

KIM = 4242
FLOOD = "incident:mill-street.flood"
SHELTER = "incident:oak-school.shelter"
WATER = (
    "Water is coming into the basement on Mill Street, my mother can't get out",
    "Mill Street is flooded from the mill to the bridge",
    "the flood on Mill Street is knee deep now, cars are floating",
    "River over the wall, Mill Street flooding fast",
)
BEDS = (
    "is the shelter at Oak School open or not",
    "Oak School gym shelter has no blankets left",
    "anybody know who runs the Oak School shelter tonight",
    "queue outside the Oak School shelter, it is cold",
)


def reports(*texts: str, start: int = 1) -> Sequence[Post]:
    """Posts by as many people."""
    return [
        Post("posts", f"https://masto.example/{n}", text, created_at=NOW, author=f"voice{n}")
        for n, text in enumerate(texts, start)
    ]


EVENING = reports(*WATER, *BEDS)


async def kim(service: Service, do: str, **fields: Any) -> dict[str, Any]:
    """A colleague at another terminal does something."""
    connection = Connection(900, Named(1, KIM, 100, "kim"), session_of(KIM, "terminalofkim"))
    service.leases.arrive(connection.session, connection.number)
    return await REQUESTS[do](service, connection, {"do": do, **fields})


async def claim_on(service: Service, subject: str = FLOOD) -> Claim:
    """Who holds a subject."""
    return await service.work(lambda change: claims.read(change.connection, subject))


async def work_of(service: Service) -> WorkNow:
    """All that people do."""
    return await service.work(lambda change: items.work_now(change.connection))


async def at_incidents(pilot: Pilot[int]) -> Wall:
    """The wall, with the keys on the incidents and the cursor on the worst of them."""
    wall = wall_of(pilot)
    await pilot.press("shift+tab")
    await until(pilot, lambda: wall._incidents.selected is not None)
    await pilot.press("g")
    return wall
