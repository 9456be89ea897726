"""Handing work on from the wall: escalate to a department, note what it said, tell everybody who reported."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from textual import work

from console.desk import departments, typed
from console.desk.choosing import Chooser
from console.desk.holding import ticket_words
from console.desk.rows import counted
from console.desk.taking import NOTHING
from console.desk.tending import Tending
from console.work import Ticket, incident_in

NEEDS_REASON, NEEDS_WORDS = "give a reason for it", "must not be said; change it"
"""What the service says where the guard stops a report that a person may still send."""


class Handing(Tending, inherit_bindings=False):
    """The wall as far as departments and reporters go."""

    @property
    def _incident(self) -> str:
        """The selected incident, or the one that the selected mention belongs to; else what is selected."""
        return self._around[-1]

    # Departments

    def action_escalate(self) -> None:
        """Show the departments it can go to, and the words that they would get."""
        self._used()
        if self._incident:
            self._show_routes(self._incident)
        else:
            self._say(NOTHING)

    @work(group="hand", exclusive=True, exit_on_error=False, description="ask where it can go")
    async def _show_routes(self, subject: str) -> None:
        told = await self._ask_service("routes", subject=subject)
        if told is None:
            return
        if not told["routes"]:
            self._say(told["says"], error=True)
            return
        title = f"ESCALATE {self._called(subject)}"
        choices = departments.route_choices(told)
        chooser = Chooser(title, choices, self._here.glyphs, "no department is named in the settings")
        self.app.push_screen(chooser, partial(self._route_chosen, subject, told))

    def _route_chosen(self, subject: str, told: Mapping[str, Any], name: str | None) -> None:
        route = next((one for one in told["routes"] if one["name"] == name), None)
        if route is None:
            self._say("Nothing was escalated.")
            return
        again = departments.is_closed(route)
        question = departments.question(route, self._called(subject))
        self._confirm(question, partial(self._hand_over, subject, route["name"], again=again))

    @work(group="hand", exclusive=True, exit_on_error=False, description="escalate")
    async def _hand_over(self, subject: str, route: str, **more: Any) -> None:
        from console.service.client import NoService, Refused

        if not await self._hold(subject):
            return
        try:
            told = await self._request("escalate", subject=subject, route=route, **more)
        except NoService as error:
            self._fail(error)
        except Refused as error:
            self._fail(error)
            again = partial(self._hand_over_changed, subject, route, more)
            if NEEDS_REASON in str(error):
                self._ask_line(
                    "reason", "why they get it all the same; Esc sends nothing", partial(again, "reason")
                )
            elif NEEDS_WORDS in str(error):
                self._ask_line("words", "what they get instead; Esc sends nothing", partial(again, "text"))
        else:
            self._following.follow((told["delivery"],))
        self._look()

    def _hand_over_changed(
        self, subject: str, route: str, before: Mapping[str, Any], what: str, text: str | None
    ) -> None:
        """Once more, with what the guard asked for."""
        if not text:
            self._say("Nothing was escalated.")
        elif what == "reason":
            self._hand_over(subject, route, **{**before, "reasons": {"*": text}})
        else:
            self._hand_over(subject, route, **{**before, "text": text})

    async def _hold(self, subject: str) -> bool:
        """Whether the subject is one's own; takes it where nobody has it."""
        claim = self._seen.work.claims.get(subject)
        if claim is not None and claim.uid == self._me:
            return True
        return await self._ask_service("claim", subject=subject) is not None

    # What a department says

    def action_department(self) -> None:
        """Note who took it, its number, its status."""
        self._used()
        ticket = self._seen.work.tickets.get(incident_in(self._incident) or "")
        if ticket is None:
            self._say("No department has this incident; e escalates it.")
            return
        self._say(f"{ticket_words(ticket)}. What do they say?")
        self._ask_line("ticket", typed.TICKETS, partial(self._department_said, ticket))

    def _department_said(self, ticket: Ticket, text: str | None) -> None:
        if text is None:
            self._say("Nothing was noted.")
            return
        try:
            do, fields = typed.ticket(text)
        except ValueError as error:
            self._say(f"{error} Nothing was noted.", error=True)
            return
        self._note_ticket(ticket, do, fields)

    @work(group="hand", exclusive=True, exit_on_error=False, description="note what a department said")
    async def _note_ticket(self, ticket: Ticket, do: str, fields: Mapping[str, str]) -> None:
        told = await self._ask_service(do, ticket=ticket.id, **fields)
        self._look()
        now = next((one for one in self._seen.work.tickets.values() if one.id == ticket.id), None)
        if told is not None and now is not None:
            self._say(f"Noted: {ticket_words(now)}. L shows who is to be told.")

    # Reporters

    def action_tell(self) -> None:
        """Show who has been told what, and the words there are for those who have not."""
        self._used()
        if self._incident:
            self._show_ledger(self._incident)
        else:
            self._say(NOTHING)

    @work(group="hand", exclusive=True, exit_on_error=False, description="ask who has been told")
    async def _show_ledger(self, subject: str) -> None:
        told = await self._ask_service("told", subject=subject)
        if told is None:
            return
        title = f"TOLD {self._called(subject)}: {departments.ledger_words(told)}"
        chooser = Chooser(title, departments.ledger_choices(told), self._here.glyphs, "nobody reported it")
        self.app.push_screen(chooser, partial(self._words_chosen, subject, told["number"]))

    def _words_chosen(self, subject: str, seen: int, key: str | None) -> None:
        """Do what was chosen of the ledger, `seen` being the change that it showed."""
        kind, _, rest = (key or "").partition(":")
        if kind == departments.OWN_WORDS:
            hint = "what everybody is told who has not been"
            self._ask_line("tell them", hint, partial(self._tell, subject, seen))
        elif kind == departments.WORDS:
            self._tell(subject, seen, rest)
        elif kind == departments.BY_HAND:
            self._tell_by_hand(subject, seen, rest)
        else:
            self._say("Nobody was told anything.")

    def _tell(self, subject: str, seen: int, text: str | None) -> None:
        if text:
            self._count_told(subject, seen, text)
        else:
            self._say("Nobody was told anything.")

    @work(group="hand", exclusive=True, exit_on_error=False, description="count whom it would reach")
    async def _count_told(self, subject: str, seen: int, text: str) -> None:
        told = await self._ask_service("tell", subject=subject, number=seen, text=text, preview=True)
        if told is None:
            return
        if not told["due"]:
            self._say(f"Nobody is owed these words. {departments.others_words(told)}")
            return
        question = f"{counted(len(told['due']), 'answer')} will be drafted. {departments.others_words(told)}"
        self._confirm(question.strip(), partial(self._draft_told, subject, seen, text))

    @work(group="hand", exclusive=True, exit_on_error=False, description="draft an answer to each")
    async def _draft_told(self, subject: str, seen: int, text: str, vouched: str = "") -> None:
        from console.service.client import NoService, Refused

        if not await self._hold(subject):
            return
        try:
            told = await self._request("tell", subject=subject, number=seen, text=text, vouched=vouched)
        except NoService as error:
            self._fail(error)
            return
        except Refused as error:
            self._fail(error)
            if "vouch" in str(error) and not vouched:
                hint = "why more may be said than the ticket bears; Esc says nothing"
                self._ask_line("reason", hint, partial(self._vouch, subject, seen, text))
            return
        self._look()
        made, left = len(told["drafts"]), told["left"]
        more = f" {left} more are left: L again." if left else ""
        self._say(
            f"{counted(made, 'answer')} drafted, none sent yet.{more} A shows them, each is sent from there."
        )

    def _vouch(self, subject: str, seen: int, text: str, reason: str | None) -> None:
        if reason:
            self._draft_told(subject, seen, text, reason)
        else:
            self._say("Nobody was told anything.")

    @work(group="hand", exclusive=True, exit_on_error=False, description="note that one was told by hand")
    async def _tell_by_hand(self, subject: str, seen: int, mention: str) -> None:
        if not await self._hold(subject):
            return
        told = await self._ask_service("tell", subject=subject, number=seen, by_hand=mention)
        self._look()
        if told is not None:
            self._say(f"Noted: you told {self._called(mention).removeprefix('what ').removesuffix(' said')}.")
