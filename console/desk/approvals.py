"""The page of drafts: what waits for a second person, with all that this one has to see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from console.command import Where
from console.desk import answering, deciding
from console.desk.answering import Answer
from console.desk.here import Here
from console.desk.keys import bindings
from console.desk.lifeline import Lifeline
from console.desk.page import Paragraphs, paragraphs
from console.desk.sheet import read_around
from console.desk.watching import Watching
from console.desk.work_page import WorkPage, WorkRow


class Approvals(WorkPage, inherit_bindings=False):
    """Drafts that wait.

    Args:
        edit: Opens the composer on a subject and a channel.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("approvals")

    def __init__(
        self, here: Here, watching: Watching, lifeline: Lifeline, edit: Callable[[str, str], object]
    ) -> None:
        super().__init__(here, watching, lifeline, "WAITS FOR APPROVAL", "no draft waits for anybody")
        self._edit = edit
        self._answer: Answer | None = None
        """The selected draft as the service last told."""
        self._asked: tuple[int, int, str] | None = None
        """Draft, version and state that the service was asked about."""

    @property
    def where(self) -> Where:
        """This page."""
        return "approvals"

    def _rows(self) -> Sequence[WorkRow] | None:
        drafts = self._watching.ask(lambda reader: reader.drafts())
        return None if drafts is None else deciding.draft_rows(drafts, self._here.now())

    def _read(self, key: int) -> Paragraphs:
        draft = self._watching.ask(lambda reader: reader.draft(key))
        if draft is None:
            return ()
        if self._asked != (draft.id, draft.version, draft.state):
            self._asked = (draft.id, draft.version, draft.state)
            self._check(key)
        answer = self._answer
        if answer is None or answer.draft.id != key:
            return paragraphs(["Asking the guard..."])
        around = self._watching.ask(lambda reader: read_around(reader, draft.subject))
        if around is None:
            return paragraphs([self._watching.trouble])
        here, desk = self._here, self._here.settings.desk
        return deciding.draft_page(
            answer, around, desk.name, exercise=desk.exercise, now=here.now(), zone=here.zone
        )

    @work(group="check", exclusive=True, exit_on_error=False, description="ask how a draft stands")
    async def _check(self, draft: int) -> None:
        told = await self._ask_service("draft_check", draft=draft)
        if told is not None:
            self._answer = answering.answer_of(told)
            self._show_selected()

    @property
    def _shown(self) -> Answer | None:
        """The draft that the operator reads; None while it is not there yet."""
        answer = self._answer
        return answer if answer is not None and answer.draft.id == self._key else None

    def action_approve(self) -> None:
        """Agree to what is shown, once another key says so."""
        answer = self._shown
        if answer is None:
            return
        if answer.draft.state != "asked":
            self._say("Nobody has asked for approval of this one: it is still being written.")
            return
        if self._lifeline.role in ("observe", "respond"):
            self._say("Your role does not approve. Ask somebody with the role `approve` or `lead`.")
            return
        mode = answering.mode_of(answer.channel, exercise=self._here.settings.desk.exercise)
        question = f"Say this on {answer.channel.name} ({mode[0]}, {mode[1]})?"
        # What stood on the screen when this was asked, whatever stands there when it is answered.
        self._confirm(question, partial(self._approve, answer.draft.id, answer.draft.version))

    @work(group="do", exclusive=True, exit_on_error=False, description="approve a draft")
    async def _approve(self, draft: int, version: int) -> None:
        told = await self._ask_service("approve", draft=draft, version=version)
        if told is None:
            self._asked = None
        elif told["late"]:
            self._say("Approved, but late: it waits until its author looks at it again (O, l).")
        else:
            self._following.follow(told["deliveries"])
        self._look()

    def action_send_back(self) -> None:
        """Give it back to its author, with a reason."""
        if self._shown is not None:
            self._send_back(self._shown.draft.id)

    @work(group="do", exclusive=True, exit_on_error=False, description="send a draft back")
    async def _send_back(self, draft: int) -> None:
        reason = await self._ask("reason", "what is to be changed; Esc leaves it as it is")
        if not reason:
            self._say(
                "Nothing was done: sending back needs a reason." if reason == "" else "Nothing was done."
            )
        elif await self._ask_service("send_back", draft=draft, reason=reason) is not None:
            self._say("It is back with its author, and the log says why.")
        self._look()

    def action_edit(self) -> None:
        """Change it; whatever was agreed to is void then."""
        if self._shown is not None:
            self._edit(self._shown.draft.subject, self._shown.draft.channel)

    def action_take_back(self) -> None:
        """Take back what was approved here and has not left yet."""
        if self._following.held is None:
            self._say("Nothing that was approved here can still be taken back; O shows the outbox.")
        else:
            self._take_back(self._following.held)
