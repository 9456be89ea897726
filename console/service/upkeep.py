"""What goes on beside sources and requests: health that ages, things that expire, copies, signs of life."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from console.service import keeping
from console.service.claiming import end_claims, end_claims_of_strangers
from console.service.intake import NotTakenIn
from console.service.notify import notify, watchdog_interval
from console.service.socket import RequestError
from console.service.tending import wake_due
from console.settings import DAY, HOUR, MINUTE
from console.store import anchors
from console.store import log as desk_log
from console.store.backups import back_up, last_backup, no_room
from console.store.connect import StoreError
from console.store.upkeep import quick_check
from console.store.writer import Store

if TYPE_CHECKING:
    from console.service.serve import Service

HEALTH_EVERY = 15.0
"""Seconds between two checks of whether a source has become late or dead meanwhile."""
WAKE_EVERY = 5.0
"""Seconds between two looks for what was put away until now."""
BACKUP_EVERY = HOUR
FIRST_DESK_WITHIN = 15.0
"""Seconds that a service of one's own waits for the desk that started it."""
IDLE_FOR = 3.0
"""Seconds without a desk after which such a service ends: enough to close one and open another."""

Chore = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


def check(store: Store) -> tuple[str, ...]:
    """Look the database over before it is written to; sentences about the log's chain come back.

    Raises:
        StoreError: when the database itself is damaged: writing on would make it worse.
    """
    faults = quick_check(store.connection)
    if not faults:
        return ()
    breaks = desk_log.verify(store.connection)
    damage = [fault for fault in faults if fault not in breaks]
    if damage:
        raise StoreError(
            f"{' '.join(damage)} Nothing was written. Keep {store.paths.database} aside, put the newest file "
            f"of {store.paths.backups} in its place, and start again."
        )
    return breaks


def chores(service: Service, *, until_idle: bool) -> Iterator[Coroutine[Any, Any, None]]:
    """Everything that is to be done for as long as the service runs; each goes on until cancelled."""
    yield _say(service)
    yield service.outbox.run()
    yield _every(1.0, "claims", partial(end_claims, service))
    yield _every(keeping.LADDER_EVERY, "on call", partial(keeping.climb, service))
    yield _every(keeping.NOTES_EVERY, "further reports", partial(keeping.hand_on, service))
    yield _every(keeping.NOTES_EVERY, "words", partial(keeping.offer_words, service))
    yield _every(keeping.STATUS_EVERY, "tickets", partial(keeping.ask_status, service))
    yield _every(MINUTE, "roles", partial(end_claims_of_strangers, service))
    yield _every(WAKE_EVERY, "what was put away", partial(wake_due, service), at_once=True)
    yield _every(HEALTH_EVERY, "health of sources", service.schedule.tell)
    # At once as well: what ran out while no service ran is over, and the judge's memory, which takes a second
    # or two to build on a busy desk, is ready before the first post.
    yield _every(MINUTE, "upkeep", partial(_tidy, service, _Stillness(service)), at_once=True)
    # At once as well, so that what was logged before a crash is anchored soon after it.
    yield _every(HOUR, "anchor", partial(anchor, service), at_once=True)
    yield _every(DAY, "upkeep of the day", partial(_optimize, service))
    if service.settings.store.backups:
        yield _every(MINUTE, "backup", partial(back_up_hourly, service))
    if (interval := watchdog_interval()) > 0:
        yield _every(interval, "sign of life", partial(_sign_of_life, service))
    if until_idle:
        yield _end_when_idle(service)


async def _every(seconds: float, name: str, chore: Chore, *, at_once: bool = False) -> None:
    """Do a chore again and again; one that fails is told of, and tried again the next time."""
    wait = 0.0 if at_once else seconds
    while True:
        await asyncio.sleep(wait)
        wait = seconds
        try:
            await chore()
        except (StoreError, NotTakenIn, RequestError) as error:
            log.warning("%s: %s", name, error)
        except Exception:
            log.exception("%s failed", name)


async def _say(service: Service) -> None:
    """Write down who is on shift and what is wrong, whenever that has changed."""
    while True:
        await service.unsaid.wait()
        service.unsaid.clear()
        try:
            await service.write(partial(service.store.on_shift, service.presence.on_shift))
            await service.write(partial(service.store.trouble, service.trouble))
        except StoreError as error:
            # The socket's `status` still says it; the next change is written if the disk takes it.
            log.warning("%s", error)
        except Exception:
            log.exception("who is on shift could not be written down")


class _Stillness:
    """Whether nothing was taken in since last asked."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._taken = service.intake.taken

    def __call__(self) -> bool:
        before, self._taken = self._taken, self._service.intake.taken
        return before == self._taken


async def _tidy(service: Service, still: _Stillness) -> None:
    if not service.ahead:  # What a wrong minute ends or forgets, a right one cannot bring back.
        await service.write(partial(service.intake.tidy, idle=still()))
    service.unsaid.set()


async def _optimize(service: Service) -> None:
    await service.write(service.store.optimize)


async def anchor(service: Service) -> None:
    """Write the head of the desk's log beside the database and into the service's own log.

    Who may write the database may write that file too: the copy that counts is the one that leaves the
    machine, as journald or a backup takes it.
    """

    def write() -> None:
        now = anchors.anchor_of(service.store.connection, service.clock())
        try:
            new = anchors.append(service.paths.anchors, now)
        except OSError as error:
            log.warning("%s was not written: %s", service.paths.anchors, (error.strerror or "?").lower())
            new = True
        if new:
            log.info("anchor %d %s", now.seq, now.hash)
            if os.environ.get("JOURNAL_STREAM"):  # systemd.exec(5): what we say here, journald keeps
                print(now, file=sys.stderr, flush=True)

    await service.write(write)


async def back_up_hourly(service: Service) -> None:
    """Copy the database once an hour, in a thread and on a connection of its own: nobody waits for it.

    Where the disk has no room for a copy none is made, and the service says so.
    """
    now = service.clock()
    last = await asyncio.to_thread(last_backup, service.paths)
    # A copy dated ahead of a clock that was set back is no reason to wait.
    if last is not None and 0 <= (now - last).total_seconds() < BACKUP_EVERY:
        return
    store = service.settings.store
    try:
        if not (trouble := await asyncio.to_thread(no_room, service.paths, store.keep_free)):
            await asyncio.to_thread(back_up, service.paths, now, keep=store.backups)
    except StoreError as error:
        trouble = f"The hourly backup failed: {error}"
        raise
    finally:
        service.say_of_backups(trouble)


async def _sign_of_life(service: Service) -> None:
    """Tell systemd that both the loop and the writer thread get on; a stuck writer sends nothing."""
    await service.write(lambda: None)
    notify("WATCHDOG=1")


async def _end_when_idle(service: Service) -> None:
    """End with the last desk. A desk that was killed counts as gone: the kernel closes its connection.

    It also closes the pipe that the desk gave to the service it started, so that the end of a desk that has
    not connected yet is known as well.
    """
    loop = asyncio.get_running_loop()

    def read_to_the_end() -> None:
        if not os.read(0, 512):
            loop.remove_reader(0)
            service.presence.starter_left()

    if stat.S_ISFIFO(os.fstat(0).st_mode):
        loop.add_reader(0, read_to_the_end)
    try:
        await service.presence.until_idle(idle_for=IDLE_FOR, first_within=FIRST_DESK_WITHIN)
        log.info("the last desk has gone")
        service.stopping.set()
    finally:
        loop.remove_reader(0)
