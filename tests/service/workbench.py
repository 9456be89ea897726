"""The desk's work without sockets: real requests on a real database, one after the other, on a clock of ours.

What the public would see stands in `said`; how the platform behaves is told by `answers`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from console.paths import DataPaths
from console.roles import Accounts
from console.service import keeping
from console.service.claiming import end_claims
from console.service.intake import Intake
from console.service.leases import Leases
from console.service.outbox import Outbox, due_of
from console.service.outcomes import queue, settle, when_restarted
from console.service.presence import Peer
from console.service.requests import REQUESTS
from console.service.serve import Service
from console.service.sessions import session_of
from console.service.socket import Connection, RequestError
from console.service.speech import Speaking
from console.service.tables import judge_maker, read_tables
from console.service.tending import wake_due
from console.settings import AnswerSettings, Role, Settings, StoreSettings
from console.store import claims, drafts, outbox
from console.store.change import Change
from console.store.connect import StoreError
from console.store.reader import Reader
from console.store.writer import Store
from console.work import Approval, Claim, Delivery, DeliveryState, Draft, Refusal
from feeds.channel import Channel, Message, Receipt
from feeds.source import Source
from tests.store.making import Clock, incident, taken

Result = TypeVar("Result")
PEOPLE = {"ana": 1001, "kim": 1002, "lee": 1003, "obs": 1004}
ROLES = (Role("respond", ("ana", "kim")), Role("approve", ("lee",)), Role("observe", ("obs",)))
ACCOUNTS = Accounts(uid=PEOPLE.get, own_group=lambda _uid: None, group=lambda _name: None)


@dataclass(frozen=True, slots=True)
class Named(Peer):
    """Somebody whom this machine need not know."""

    called: str = ""

    @property
    def name(self) -> str:
        return self.called


class Seat:
    """One operator's terminal."""

    def __init__(self, bench: Workbench, name: str, number: int) -> None:
        peer = Named(1, PEOPLE[name], 100, name)
        self.bench, self.name = bench, name
        self.connection = Connection(number, peer, session_of(peer.uid, f"terminal{number:08}"))
        bench.leases.arrive(self.connection.session, number)

    def do(self, request: str, **fields: Any) -> dict[str, Any]:
        """Ask the service; raises RequestError where it refuses."""
        self.bench.leases.beat(self.connection.session)
        asked = {"do": request, **fields}
        return finished(REQUESTS[request](cast(Service, self.bench), self.connection, asked))

    def hang_up(self) -> None:
        """The connection closes, as on kill -9."""
        self.bench.leases.leave(self.connection.number)


@dataclass
class Workbench:
    """What `console.service` needs of a service, without its sockets and its network."""

    root: Path
    settings: Settings = field(default_factory=lambda: Settings(roles=ROLES))
    clock: Clock = field(default_factory=Clock)
    said: list[Message] = field(default_factory=list)
    answers: Callable[[Message], Receipt] | None = None
    """Decides what a platform does with a message instead of taking it."""
    seats: int = 0
    cases: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What departments' systems say of a number: its status, and their notes."""

    def __post_init__(self) -> None:
        self.accounts = ACCOUNTS
        self.seconds = 0.0
        self.leases = Leases(lambda: self.seconds)
        self.speaking = Speaking(self.settings)
        self.store = Store.open(DataPaths(self.root), settings=StoreSettings(keep_free=0), clock=self.clock)
        self.store.connection.execute("PRAGMA synchronous=OFF")
        self.outbox = self._outbox()
        tables = read_tables(self.settings)
        self.intake = Intake(
            self.store, judge_maker(self.settings, tables, self.store, self.clock), clock=self.clock
        )

    def _outbox(self) -> Outbox:
        async def nothing(_channel: Channel, _message: Message) -> Receipt:
            raise AssertionError("the bench says it itself")

        return Outbox(cast(Service, self), nothing, nothing)

    def close(self) -> None:
        self.store.close()

    async def ask_ticket(self, _channel: Channel, number: str) -> tuple[str, str]:
        return self.cases.get(number, ("", "it does not answer"))

    def tend(self) -> None:
        """Let the chores about tickets do a round each, and the outbox what they gave it."""
        for chore in (keeping.climb, keeping.hand_on, keeping.ask_status, keeping.offer_words):
            finished(chore(cast(Service, self)))
        self.deliver()

    async def write(self, work: Callable[[], Result]) -> Result:
        return work()

    async def work(self, do: Callable[[Change], Result]) -> Result:
        try:
            return self.store.change(do)
        except (Refusal, StoreError) as error:
            raise RequestError(str(error)) from None

    def sit(self, name: str) -> Seat:
        """Open another terminal for somebody."""
        self.seats += 1
        return Seat(self, name, self.seats)

    def go(self, seconds: float) -> None:
        """Let time pass for clocks and leases, and claims that are over end."""
        self.seconds += seconds
        self.clock.now += timedelta(seconds=seconds)
        finished(end_claims(cast(Service, self)))
        finished(wake_due(cast(Service, self)))

    def report(self, native_id: str = "1", text: str = "the road is closed", **more: Any) -> str:
        """Somebody says something; gives the subject."""
        values: dict[str, Any] = {"incident": incident(), "at": self.clock.now} | more
        done = self.store.take([taken(native_id, text, **values)])
        return f"mention:{done.added[0]}"

    def hear(self, native_id: str, key: str = "main-road.road", **more: Any) -> str:
        """Somebody says something in an incident that stands as `standing` says; gives the subject."""
        stands = incident(key, **{"last_at": self.clock.now} | more.pop("standing", {}))
        said: dict[str, Any] = {"at": self.clock.now} | more
        one = taken(native_id, f"report {native_id}", incident=stands, **said)
        return f"mention:{self.store.take([one]).added[0]}"

    @property
    def reader(self) -> Reader:
        """What a desk reads."""
        return Reader(self.store.paths.database)

    def edit(self, subject: str, text: str) -> None:
        """Its author changes the post."""
        number = int(subject.partition(":")[2])
        self.store.take([taken("1", text, incident=incident(), mention_id=number)])

    def deliver(self, *, crash_at: str = "") -> None:
        """Let the outbox do everything that is due, by its own steps; or die in the middle of one."""
        for delivery in self._due("held"):
            self.store.change(partial(queue, id_=delivery.id))
        for delivery in self._due("unknown"):
            found = any(one.key == delivery.message.key for one in self.said)
            receipt = Receipt("confirmed" if found else "unknown", "read back")
            self.store.change(partial(settle, id_=delivery.id, receipt=receipt, looked=True))
        for delivery in self._due("queued"):
            self._send(delivery, crash_at)

    def _due(self, state: DeliveryState) -> list[Delivery]:
        waiting = self.store.change(lambda change: outbox.unsettled(change.connection))
        now = self.clock.now
        return [one for one in waiting if one.state == state and (due := due_of(one)) and due <= now]

    def _send(self, delivery: Delivery, crash_at: str) -> None:
        ready = self.store.change(lambda change: self.outbox.gate(change, delivery.id))
        if ready is None or crash_at == "before":
            return
        message = ready[0].message
        taken_ = Receipt("confirmed", "taken", names=(message.key,))
        receipt = self.answers(message) if self.answers else taken_
        if receipt.outcome == "confirmed" or (receipt.outcome == "unknown" and receipt.names):
            self.said.append(message)
        if crash_at != "after":
            self.store.change(partial(settle, id_=delivery.id, receipt=receipt))

    def restart(self) -> None:
        """Another service takes up where one was killed; every connection is gone."""
        self.leases = Leases(lambda: self.seconds)
        self.leases.remember(self.store.change(lambda change: claims.sessions(change.connection)))
        self.outbox = self._outbox()
        self.store.change(when_restarted)

    def claim_on(self, subject: str) -> Claim:
        return self.store.change(lambda change: claims.read(change.connection, subject))

    def draft(self, id_: int) -> Draft | None:
        return self.store.change(lambda change: drafts.read(change.connection, id_))

    def approvals(self, id_: int, version: int) -> tuple[Approval, ...]:
        return self.store.change(lambda change: drafts.approvals(change.connection, id_, version))

    def drafts(self) -> tuple[Draft, ...]:
        return self.store.change(lambda change: drafts.all_living(change.connection))

    def deliveries(self) -> tuple[Delivery, ...]:
        return self.store.change(lambda change: outbox.newest(change.connection))


def finished(work: Awaitable[Result]) -> Result:
    """Run what never really waits."""
    try:
        cast(Coroutine[Any, Any, Result], work).send(None)
    except StopIteration as stop:
        return cast(Result, stop.value)
    raise AssertionError("it waited for something")


def with_answers(root: Path, *, sources: tuple[Source, ...] = (), **answers: Any) -> Workbench:
    """A bench whose `[answers]` say something."""
    settings = Settings(roles=ROLES, answers=replace(AnswerSettings(), **answers), sources=sources)
    return Workbench(root, settings)
