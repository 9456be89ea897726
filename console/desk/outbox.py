"""The page of the outbox: what is on its way, what is in doubt, and the switch that stops everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from console.command import Where
from console.desk import answering, deciding
from console.desk.here import Here
from console.desk.keys import bindings
from console.desk.lifeline import Lifeline
from console.desk.page import Paragraphs
from console.desk.rows import counted
from console.desk.watching import Watching
from console.desk.work_page import WorkPage, WorkRow
from console.work import Delivery

MOST = 200
"""Deliveries that are listed."""


class OutboxPage(WorkPage, inherit_bindings=False):
    """Deliveries, and what may be done about each."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("outbox")

    def __init__(self, here: Here, watching: Watching, lifeline: Lifeline) -> None:
        super().__init__(
            here, watching, lifeline, "OUTBOX", "nothing was said yet, and nothing is on its way"
        )

    @property
    def where(self) -> Where:
        """This page."""
        return "outbox"

    def _rows(self) -> Sequence[WorkRow] | None:
        found = self._watching.ask(
            lambda reader: (
                *reader.deliveries(),
                *(one for one in reader.deliveries(settled=True, limit=MOST) if one.settled_at is not None),
            )
        )
        return None if found is None else deciding.delivery_rows(found, self._here.now())

    def _read(self, key: int) -> Paragraphs:
        one = self._watching.ask(lambda reader: reader.delivery(key))
        pause = self._watching.ask(lambda reader: reader.pause())
        return deciding.delivery_page(one, pause, self._here.now(), self._here.zone) if one else ()

    @property
    def _selected_one(self) -> Delivery | None:
        key = self._key
        return None if key is None else self._watching.ask(lambda reader: reader.delivery(key))

    def action_take_back(self) -> None:
        """Take back what has not left yet."""
        if self._key is not None:
            self._take_back(self._key)

    def action_look_again(self) -> None:
        """Let go on what waits, after a look at it."""
        if (one := self._selected_one) is None:
            return
        if one.state != "waiting":
            self._say(f"It is {one.state}, and does not wait for anybody.")
            return
        self._look_again(one)

    @work(group="do", exclusive=True, exit_on_error=False, description="let go on what waits")
    async def _look_again(self, one: Delivery) -> None:
        # Whoever lets an answer go on stands for it, so the subject becomes theirs.
        if one.claim and await self._ask_service("claim", subject=one.claim) is None:
            return
        if await self._ask_service("look_again", delivery=one.id) is not None:
            self._following.follow([one.id])
        self._look()

    def action_settle(self) -> None:
        """Say of what is in doubt whether it was said."""
        if (one := self._selected_one) is None:
            return
        if one.state != "unknown":
            self._say(f"It is {one.state}; only what is UNKNOWN is settled by hand.")
            return
        self._ask_key(
            "Look at the account. Does it stand there?  s it was said, n it was not, other keys leave it.",
            {"s": lambda: self._settle(one.id, said=True), "n": lambda: self._settle(one.id, said=False)},
        )

    @work(group="do", exclusive=True, exit_on_error=False, description="settle what is in doubt")
    async def _settle(self, delivery: int, *, said: bool) -> None:
        reason = await self._ask("you saw", "where you looked, and what stood there; Esc leaves it in doubt")
        if reason is None:
            self._say("Nothing was done: it is still UNKNOWN.")
        elif await self._ask_service("settle", delivery=delivery, said=said, reason=reason) is not None:
            then = "" if said else " Its draft is open again."
            self._say(f"Settled: it was {'' if said else 'not '}said.{then}")
        self._look()

    def action_pause(self) -> None:
        """Stop everything at the gate, or end that."""
        pause = self._watching.ask(lambda reader: reader.pause())
        if pause is None:
            self._stop()
        else:
            self._confirm(f"{answering.paused_words(pause)}. Let the desk speak again?", self._go_on)

    @work(group="do", exclusive=True, exit_on_error=False, description="pause everything")
    async def _stop(self) -> None:
        reason = await self._ask("pause all, because", "everybody reads it; Esc pauses nothing")
        if not reason:
            self._say("Nothing is paused." if reason is None else "Nothing is paused: it needs a reason.")
        elif await self._ask_service("pause", reason=reason) is not None:
            self._say("PAUSED: nothing goes out. P ends it; what it stopped is then looked at one by one.")
        self._look()

    @work(group="do", exclusive=True, exit_on_error=False, description="end the pause")
    async def _go_on(self) -> None:
        told = await self._ask_service("resume")
        if told is not None:
            waiting = counted(told["waiting"], "delivery", "deliveries")
            self._say(f"The desk speaks again. {waiting} wait to be looked at (l), one by one.")
        self._look()
