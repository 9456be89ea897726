"""Taking work on the wall: claim, take over, give back, take the next, undo; and what colleagues take."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from textual import work

from console.desk import losing
from console.desk.answering import TYPES, held_words
from console.desk.answers import Answers
from console.desk.here import Here
from console.desk.lifeline import Lifeline
from console.desk.rows import who
from console.desk.watching import Watching
from console.model import NO_PLACE
from console.work import Claim, incident_in, mention_in, subject_of_incident
from console.workflow.queue import Next, Snapshot, next_unclaimed, snapshot

NOTHING = "Nothing is selected, so nothing was done."
RACES = 5
"""How often `n` goes on to the next where a colleague was faster."""
ASKED = 20
"""Claims of which one look asks the log why they changed."""


class Taking(Answers, inherit_bindings=False):
    """The wall as far as claims go."""

    def __init__(self, here: Here, watching: Watching, lifeline: Lifeline) -> None:
        super().__init__(here, watching, lifeline)
        self._me = os.getuid()
        self._claims: Mapping[str, Claim] | None = None
        """As they were at the last look; None before the first."""
        self._still: datetime | None = None
        """When the first of those who type counts as still."""
        self._queue: Snapshot | None = None
        """The work as it was when `n` was first pressed."""
        self._queue_at = ""

    # Looking

    def _look(self) -> None:
        super()._look()
        self._still = min(self._ends_of_typing(), default=None)
        before, self._claims = self._claims, self._seen.work.claims
        if before is not None and before != self._claims:
            self._hear_of_claims(before, self._claims)

    def _poll(self) -> None:
        super()._poll()
        if self._still is not None and self._here.now() >= self._still:
            self._look()

    def _ends_of_typing(self) -> list[datetime]:
        """When those who type count as still, as nothing in the database will say."""
        now, claims = self._here.now(), self._seen.work.claims.values()
        ends = [one.typing + timedelta(seconds=TYPES) for one in claims if one.typing is not None]
        return [end for end in ends if end > now]

    def _hear_of_claims(self, before: Mapping[str, Claim], after: Mapping[str, Claim]) -> None:
        for subject in losing.changed(before, after, self._me)[:ASKED]:
            told = self._watching.ask(lambda reader, subject=subject: reader.item(subject))  # type: ignore[misc]
            if told is None:
                return
            said = losing.words(self._called(subject), self._lifeline.you, told.events)
            if said:
                self._say(said, error=True)
                top = self.app.screen
                if top is not self and hasattr(top, "_say"):
                    top._say(said, error=True)

    def _called(self, subject: str) -> str:
        """An incident by place and topic, a mention by who said it, a name by itself."""
        key, number = incident_in(subject), mention_in(subject)
        if key is not None:
            incident = self._watching.ask(lambda reader: reader.incident(key))
            return f"{incident.place or NO_PLACE} {incident.topic}" if incident else key
        detail = self._watching.ask(lambda reader: reader.mention(number)) if number is not None else None
        return f"what {who(detail.mention)} said" if detail else subject.removeprefix("place:")

    # Claims

    @property
    def _around(self) -> tuple[str, ...]:
        """The selected subject, and the incident that covers it."""
        subject = self._subject
        incident = (
            self._mention.mention.incident if self._mention and mention_in(subject) is not None else None
        )
        return (subject, subject_of_incident(incident)) if incident else (subject,)

    def _holder(self, around: tuple[str, ...]) -> Claim | None:
        """The colleague who holds one of these."""
        held = [claim for name in around if (claim := self._seen.work.claims.get(name)) is not None]
        return next((claim for claim in held if claim.uid != self._me), None)

    def action_claim(self) -> None:
        """Take what is selected; from a colleague, with a reason."""
        self._used()
        if not self._subject:
            self._say(NOTHING)
        elif (holder := self._holder(self._around)) is not None:
            self._ask_to_take_over(self._subject, holder)
        else:
            self._claim(self._subject)

    def _ask_to_take_over(self, subject: str, holder: Claim) -> None:
        words = held_words(holder, self._here.now(), self._here.zone)
        self._say(f"{words}. To take it over, give a reason: {holder.name} is told.", error=True)
        self._ask_line("reason", "Esc leaves it to them", partial(self._take_over, subject))

    def _take_over(self, subject: str, reason: str | None) -> None:
        if reason:
            self._claim(subject, reason)
        else:
            self._say("Nothing was taken.")

    @work(group="claim", exit_on_error=False, description="take a subject")
    async def _claim(self, subject: str, reason: str = "") -> None:
        around = self._around if subject == self._subject else (subject,)
        before = self._seen.work.claims.get(subject)
        told = await self._ask_service("claim", subject=subject, reason=reason)
        self._look()
        if told is not None:
            mine = before is not None and before.uid == self._me
            already = " already" if mine and told["claim"]["epoch"] == before.epoch else ""  # type: ignore[union-attr]
            self._say(f"You hold {self._called(subject)}{already}. C gives it back, r answers, e escalates.")
        elif not reason and (holder := self._holder(around)) is not None:
            self._ask_to_take_over(subject, holder)  # somebody was faster

    def action_release(self) -> None:
        """Give back what is selected, or the incident that covers it."""
        self._used()
        held = [claim for name in self._around if (claim := self._seen.work.claims.get(name)) is not None]
        mine = next((claim for claim in held if claim.uid == self._me), None)
        if mine is not None:
            self._release(mine)
        elif held:
            self._say(
                f"{held[0].name} holds it, so it is not yours to give back; c takes it over, with a reason."
            )
        else:
            self._say("Nobody holds it.")

    @work(group="claim", exit_on_error=False, description="give a subject back")
    async def _release(self, claim: Claim) -> None:
        told = await self._ask_service("release", subject=claim.subject, epoch=claim.epoch)
        self._look()
        if told is not None:
            self._say(f"{self._called(claim.subject)} is free again; drafts stay. u takes it again.")

    # The queue

    def action_next(self) -> None:
        """Take the next of the queue, and open it."""
        self._used()
        self._take_next()

    @work(group="next", exclusive=True, exit_on_error=False, description="take the next of the queue")
    async def _take_next(self) -> None:
        from console.service.client import NoService, Refused

        for _ in range(RACES):
            self._look()
            now, now_known = self._here.now(), self._seen.work
            if self._queue is None:
                self._queue, self._queue_at = snapshot(now_known.open.values(), now), ""
            found = next_unclaimed(self._queue, now_known, now, self._queue_at)
            subject = found.newcomers[0] if found.newcomers else found.subject
            if not subject:
                self._end_queue(found)
                return
            try:
                await self._request("claim", subject=subject)
            except NoService as error:
                self._fail(error)
                return
            except Refused:
                continue  # a colleague was faster
            if not found.newcomers:
                self._queue_at = subject
            self._open_taken(subject)
            return
        self._say("Colleagues were faster each time; n tries again.")

    def _open_taken(self, subject: str) -> None:
        """Show the incident that was just taken, as Enter does."""
        self._look()
        key = incident_in(subject) or ""
        if not self._incidents.list.select(key):
            self._incidents.let_in(self._seen)
            self._incidents.list.select(key)
        self._stream.let_in(self._seen)
        self._stream.only_incident(key)
        self._go_to("mentions")
        rows = self._queue.rows if self._queue else ()
        place = (
            [row.subject for row in rows].index(subject) + 1 if subject in {r.subject for r in rows} else 0
        )
        turn = f"{place} of {len(rows)}" if place else "new, act now"
        self._say(f"{turn}: you hold {self._called(subject)}. n goes on, C gives it back.")

    def _end_queue(self, found: Next) -> None:
        tally: dict[str, int] = {}
        for _, why in found.passed:
            tally[why] = tally.get(why, 0) + 1
        passed = ", ".join(f"{number} {why}" for why, number in tally.items())
        self._queue = None
        self._say(f"Nothing is left to take{f': {passed}' if passed else ''}. n looks anew.")

    # Undo

    def action_undo(self) -> None:
        """Take back what has not left yet, else undo what was done last."""
        self._used()
        self._undo()

    @work(group="undo", exclusive=True, exit_on_error=False, description="take back, or undo")
    async def _undo(self) -> None:
        self._look()
        mine = [one for one in self._seen.work.deliveries if one.uid == self._me]
        held = max(
            (one for one in mine if one.state in ("held", "queued")), key=lambda one: one.id, default=None
        )
        if held is not None:
            told: dict[str, Any] | None = await self._ask_service("take_back", delivery=held.id)
            said = f"Taken back: nothing was said on {held.channel} about {self._called(held.subject)}."
        else:
            told = await self._ask_service("undo")
            said = ""
        self._look()
        if told is None:
            return
        if not said:
            names = told["subjects"]
            on = self._called(names[0]) if len(names) == 1 else f"{told['count']} at once"
            said = f"Undone: {told['what']}, {on}."
        self._following.tick()
        self._say(said)
