"""Replies through the real service to a server that loses requests and answers, the service killed meanwhile.

One operator answers every report. The service is killed with -9 and started again at random moments, most of
them while something is on its way. At the end every reply is on the server once, or was not said and is known
as that; what the service left open is settled as a person would, by a look at the server.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from console.paths import DataPaths
from console.service.client import NoService, Refused, ServiceClient
from console.store.connect import StoreError
from console.store.reader import Reader
from console.work import Delivery
from tests.service.fire import Town
from tests.service.hurried import Hurried

ON_THE_WAY = 25
"""Replies that are under way at once: of many more, some would be late (`console.workflow.gate.LATE`)."""
ANSWER = re.compile(r"Answer (\d+):")
REPORT = re.compile(r"report (\d+) \.")


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of it all."""

    replies: int
    kills: int
    confirmed: int
    """By the service itself."""
    refused: int
    """Certainly not said, by the service's own word."""
    unknown: int
    """Left to a person, who looked."""
    duplicates: tuple[str, ...]
    lost: tuple[str, ...]
    wrong: tuple[str, ...]
    """Said though the desk believes that they were not, or the other way round."""
    waited: int
    """How often the operator had to let one go on that the service had tried often enough."""
    faults: Counter[str]
    seconds: float

    @property
    def good(self) -> bool:
        """Nothing twice, nothing lost, nothing believed that is not so."""
        return not (self.duplicates or self.lost or self.wrong)

    def __str__(self) -> str:
        faults = ", ".join(f"{kind} {number}" for kind, number in sorted(self.faults.items()))
        return (
            f"{self.replies} replies in {self.seconds:.0f} s, service killed {self.kills} times, "
            f"faults: {faults}\n"
            f"{self.confirmed} confirmed, {self.refused} refused, {self.unknown} unknown and settled by "
            f"hand; {self.waited} times a person let one go on\n"
            f"duplicates {len(self.duplicates)}, lost {len(self.lost)}, believed wrongly {len(self.wrong)}"
            + "".join(f"\n  {one}" for one in (*self.duplicates, *self.lost, *self.wrong))
        )


class Keeper(threading.Thread):
    """Keeps the service running, except that it kills it."""

    def __init__(
        self, town: Town, kills: int, replies: int, chance: random.Random, *, unhurried: bool
    ) -> None:
        super().__init__(daemon=True)
        self._town, self._chance, self._unhurried = town, chance, unhurried
        self._moments = sorted(chance.sample(range(2, replies), kills))
        """Numbers of posts, soon after which it is killed."""
        self.kills = 0
        self.over = threading.Event()
        self.served = self._start()

    def _start(self) -> Hurried:
        return Hurried(self._town.settings, unhurried=self._unhurried)

    def run(self) -> None:
        for moment in self._moments:
            while self._town.posts() < moment:
                if self.over.wait(0.01):
                    return
            time.sleep(self._chance.choice((0.0, 0.01, 0.05, 0.2, 1.0)) * self._chance.random())
            self.served.kill()
            self.kills += 1
            self.served = self._start()
            ServiceAt(self.served.paths).close()

    def end(self) -> None:
        """Let the last one end as it should."""
        self.over.set()
        self.join(120)
        self.served.end()


class ServiceAt:
    """The operator's terminal: it comes back whenever the service does, and asks again."""

    def __init__(self, paths: DataPaths, session: str = "") -> None:
        self._paths, self._session = paths, session
        self._client = self._connected()

    def _connected(self) -> ServiceClient:
        end = time.monotonic() + 120
        while True:
            try:
                client = ServiceClient.connect(self._paths)
                if self._session:
                    client.hello(self._session)
                return client
            except NoService:
                if time.monotonic() > end:
                    errors = self._paths.root.with_name("errors").read_text()
                    raise AssertionError(f"the service never came back: {errors}") from None
                time.sleep(0.02)

    def ask(self, do: str, **fields: object) -> dict[str, object]:
        """One request, until it is answered."""
        while True:
            try:
                return self._client.ask(do, **fields)
            except NoService:
                self._client.close()
                self._client = self._connected()

    def close(self) -> None:
        self._client.close()


class Answering:
    """The operator, and what is to be answered."""

    def __init__(self, town: Town, paths: DataPaths) -> None:
        self.town, self.paths = town, paths
        self.desk = ServiceAt(paths, "terminalunderfire")
        self.epochs: dict[str, int] = {}
        self.by_hand: set[int] = set()
        """Deliveries that the operator settled."""
        self.waited = 0

    def reports(self, wanted: int) -> dict[int, tuple[str, str]]:
        """Every report by its number: its subject and its channel, once all have been taken in."""
        found: dict[int, tuple[str, str]] = {}
        end = time.monotonic() + 300
        while len(found) < wanted:
            assert time.monotonic() < end, f"only {len(found)} reports came"
            time.sleep(0.3)
            with Reader(self.paths.database) as reader:
                rows = reader.mentions(limit=2 * wanted)
            for row in rows:
                if number := REPORT.search(row.text):
                    found[int(number[1])] = (f"mention:{row.id}", self.town.channel_of(row.source))
        return found

    def answer(self, number: int, subject: str, channel: str) -> None:
        """Claim, write, have it said; each asked again when the service was killed in between."""
        for _ in range(20):
            epoch = self.claim(subject)
            try:
                shown = self.desk.ask("draft", subject=subject, epoch=epoch, channel=channel)
                draft = shown["draft"]["id"]  # type: ignore[index]
                text = f"Answer {number}: thank you, a crew is on its way."
                self.desk.ask("draft_save", draft=draft, epoch=epoch, text=text)
                self.desk.ask("submit", draft=draft, epoch=epoch)
                return
            except Refused as refused:
                if "has been sent" in str(refused) or "answered it" in str(refused):
                    return  # An answer to this very question was lost with the service.
                if "claim" not in str(refused).casefold():
                    raise
        raise AssertionError(f"{subject} could not be answered")

    def claim(self, subject: str) -> int:
        """Take it, or go on holding it."""
        claim = self.desk.ask("claim", subject=subject)["claim"]
        return int(claim["epoch"])  # type: ignore[index]

    def under_way(self) -> tuple[Delivery, ...]:
        """What is not over yet; what waits for the operator goes on."""
        self.desk.ask("status")
        try:
            with Reader(self.paths.database) as reader:
                found = reader.deliveries(limit=1000)
        except StoreError:  # at the very moment of a kill
            time.sleep(0.1)
            return self.under_way()
        for one in found:
            if one.state == "waiting":
                self.waited += 1
                epoch = self.claim(one.subject)
                self._try("look_again", delivery=one.id, epoch=epoch)
        return found

    def settle(self, left: tuple[Delivery, ...]) -> None:
        """Look at the server, and say of each whether it stands there."""
        there = numbers_in(self.town.said())
        for one in left:
            said = there[number_of(one.message.text)] > 0
            self.by_hand.add(one.id)
            self._try("settle", delivery=one.id, said=said)

    def _try(self, do: str, **fields: object) -> None:
        with suppress(Refused):  # It went on meanwhile, or was settled just before a kill.
            self.desk.ask(do, **fields)

    def for_a_person(self, one: Delivery) -> bool:
        """Whether the service has said its last word on it."""
        return one.state == "unknown" and (one.next_at is None or one.channel in self.town.never_again)


def publish(
    town: Town, *, replies: int, kills: int, seed: int, patience: float, unhurried: bool = False
) -> Ending:
    """Answer so many reports through a service that is killed so often; `patience` is in seconds."""
    began, chance = time.monotonic(), random.Random(seed)
    keeper = Keeper(town, kills, replies, chance, unhurried=unhurried)
    answering = Answering(town, keeper.served.paths)
    try:
        town.report(replies)
        reports = answering.reports(replies)
        town.under_fire()
        keeper.start()
        for number, (subject, channel) in sorted(reports.items()):
            while sum(not answering.for_a_person(one) for one in answering.under_way()) >= ON_THE_WAY:
                assert time.monotonic() - began < patience, "the outbox did not get on"
                time.sleep(0.1)
            answering.answer(number, subject, channel)
        keeper.join(patience)
        while left := answering.under_way():
            assert time.monotonic() - began < patience, f"never settled: {left}"
            if all(map(answering.for_a_person, left)) and town.still():
                answering.settle(left)
            time.sleep(0.2)
    finally:
        answering.desk.close()
        keeper.end()
    return ending(town, answering, keeper, replies, time.monotonic() - began)


def ending(town: Town, answering: Answering, keeper: Keeper, replies: int, seconds: float) -> Ending:
    """Compare what the desk believes with what stands on the server."""
    with Reader(answering.paths.database) as reader:
        deliveries = reader.deliveries(settled=True, limit=10 * replies)
    there = numbers_in(town.said())
    outcomes = Counter((one.state, one.id in answering.by_hand) for one in deliveries)
    believed: Counter[int] = Counter()
    for one in deliveries:
        believed[number_of(one.message.text)] += one.state == "confirmed"
    known = {number_of(one.message.text) for one in deliveries}
    numbers = range(1, replies + 1)
    return Ending(
        replies=replies,
        kills=keeper.kills,
        confirmed=outcomes["confirmed", False],
        refused=outcomes["refused", False],
        unknown=outcomes["confirmed", True] + outcomes["refused", True],
        duplicates=tuple(f"answer {one} stands {there[one]} times" for one in numbers if there[one] > 1),
        lost=tuple(
            [f"answer {one} is in no outbox" for one in numbers if one not in known]
            + [
                f"answer {one} was confirmed, and stands nowhere"
                for one in numbers
                if believed[one] > there[one]
            ]
        ),
        wrong=tuple(
            f"answer {one} stands, and is believed unsaid"
            for one in numbers
            if there[one] > believed[one] == 0
        ),
        waited=answering.waited,
        faults=Counter({str(kind): count for kind, count in town.faults().items()}),
        seconds=seconds,
    )


def numbers_in(texts: list[str]) -> Counter[int]:
    """How often each answer stands there."""
    return Counter(number_of(text) for text in texts if ANSWER.search(text))


def number_of(text: str) -> int:
    """The number of an answer."""
    found = ANSWER.search(text)
    assert found is not None, text
    return int(found[1])
