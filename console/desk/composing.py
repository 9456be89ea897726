"""The composer: an answer in full view of what it answers. Esc leaves the text, then single keys act."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.events import Key, Paste

from console.desk import answering
from console.desk.answering import Found
from console.desk.canned import channel_choices, first_slot, reply_choices
from console.desk.choosing import Chooser
from console.desk.keys import bindings
from console.desk.sheet import Sheet
from widgets.composer import Remark


@dataclass(frozen=True, slots=True)
class Left:
    """How the composer was left."""

    deliveries: tuple[int, ...] = ()
    """On their way now."""
    says: str = ""


class Composer(Sheet, inherit_bindings=False):
    """One answer."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("writing", "answer")

    _going = False
    """Whether it is being left: a key that was pressed ahead is meant for the wall, and would send here."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is being left does nothing more."""
        return super().check_action(action, parameters) if not self._going or action == "leave" else False

    async def take_key(self, event: Key) -> bool:
        """Take a key that was pressed before the text had the keys."""
        return self.where == "writing" and self._line is None and await self._writing.press(event)

    def on_paste(self, event: Paste) -> None:
        """Take what was pasted before the text had the keys."""
        if self.where == "writing" and self._line is None:
            event.stop()
            self._writing.put_in(event.text)

    # Keys

    def action_back(self) -> None:
        """Out of a line or the text; from there, only a key that says so leaves the composer."""
        if self._leave_line(None):
            return
        self._leave_text()
        self._hush()

    def action_down(self) -> None:
        """Read on in the original."""
        self._quote.move(1)

    def action_up(self) -> None:
        """Read back in the original."""
        self._quote.move(-1)

    def action_page_down(self) -> None:
        """A screen on in the original."""
        self._quote.turn(1)

    def action_page_up(self) -> None:
        """A screen back in the original."""
        self._quote.turn(-1)

    def action_write(self) -> None:
        """Back into the text."""
        self._hush()
        self._write()

    def action_say(self) -> None:
        """Send it, or say what stands in its way."""
        self._check_and_send()

    @work(group="send", exclusive=True, exit_on_error=False, description="save, then send")
    async def _check_and_send(self) -> None:
        if not await self._is_saved("Not sent: no service answers. y tries again once it is back."):
            return
        answer = self._answer
        assert answer is not None
        given = dict(answer.draft.reasons)
        reasoned = [one for one in answer.to_warn if given.get(one.rule)]
        if reasoned and len(reasoned) == len(answer.to_warn) and not answer.stands:
            many = "a warning" if len(reasoned) == 1 else f"{len(reasoned)} warnings"
            self._confirm(f"The guard has {many}, and you gave reasons. Say it all the same?", self._send)
        else:
            self._send()

    @work(group="send", exclusive=True, exit_on_error=False, description="send an answer")
    async def _send(self) -> None:
        told = await self._ask_service("submit", **self._held_under, version=self._version)
        if told is None:
            return
        await self._forget()
        if "asked" in told:
            self.dismiss(Left(says=f"Waits for a second person ({told['asked']}); A shows what waits."))
        else:
            self.dismiss(Left(tuple(told["deliveries"])))

    async def _is_saved(
        self, away: str = "Nothing was done: no service answers. Press it again once it is back."
    ) -> bool:
        """Whether the service has what is on the screen; saves it where not, or says `away`."""
        if self._answer is None:
            self._say("The draft is not open yet: q goes back.", error=True)
            return False
        if self._stuck:
            self._say("Somebody else changed this draft: Esc p shows theirs. Yours is kept here.", error=True)
            return False
        if not self._dirty or await self._save():
            return True
        if self._away:
            self._say(away, error=True)
        return False

    def action_canned(self) -> None:
        """Choose a canned reply."""
        self._choose_reply()

    @work(group="choose", exclusive=True, exit_on_error=False, description="read the canned replies")
    async def _choose_reply(self) -> None:
        from console.workflow.templates import TemplatesError, load_templates

        answer, here = self._answer, self._here
        if answer is None:
            return
        try:
            templates = await asyncio.to_thread(load_templates, here.settings.answers.replies)
        except TemplatesError as error:
            self._say(f"The canned replies cannot be read: {error}", error=True)
            return
        choices = reply_choices(templates, answer, here.now(), here.zone)
        texts = {choice.key: choice.text for choice in choices}
        chooser = Chooser("CANNED REPLIES, the likeliest first", choices, here.glyphs, "there are none")
        self.app.push_screen(chooser, lambda name: self._put_reply(texts[name]) if name else None)

    def _put_reply(self, text: str) -> None:
        """Put it in where the cursor is, and mark the first slot to be filled."""
        self._write()
        self._writing.put_in(text)
        if (slot := first_slot(self._writing.text)) is not None:
            self._writing.mark(*slot)
            self._say("Fill in what stands in braces: an empty slot is never sent.")

    def action_channel(self) -> None:
        """Choose another channel."""
        answer = self._answer
        if answer is None:
            return
        if len(answer.choices) < 2:
            self._say(f"{answer.channel.name} is the only channel that can answer this.")
            return
        desk = self._here.settings.desk
        choices = channel_choices(answer, desk.name, exercise=desk.exercise)
        chooser = Chooser("CHANNELS that can answer this", choices, self._here.glyphs, "there is none")
        self.app.push_screen(chooser, self._chose_channel)

    def _chose_channel(self, name: str | None) -> None:
        if name:
            self._change_channel(name)

    @work(group="open", exclusive=True, exit_on_error=False, description="change the channel")
    async def _change_channel(self, name: str) -> None:
        """Carry the text to the other channel, unless somebody began another there; then both stay."""
        if self._answer is None or name == self._answer.channel.name or not await self._is_saved():
            return
        before, text = self._answer, self._writing.text
        told = await self._ask_service("draft", subject=self._subject, channel=name)
        if told is None:
            return
        self._channel = name
        self._take(answering.answer_of(told))
        if self._stored or not text:
            return
        self._put(text)
        if await self._save():
            await self._ask_service("draft_drop", draft=before.draft.id, epoch=before.claim.epoch)

    def action_reasons(self) -> None:
        """Go through what the guard found."""
        self._go_through()

    @work(group="reasons", exclusive=True, exit_on_error=False, description="ask for reasons")
    async def _go_through(self) -> None:
        if not await self._is_saved():
            return
        assert self._answer is not None
        found = sorted(self._answer.findings, key=lambda one: list(answering.LEVELS).index(one.level))
        if not found:
            self._say("The guard found nothing.")
            return
        given = dict(self._answer.draft.reasons)
        for number, one in enumerate(found, 1):
            told = await self._ask_about(one, f"{number} of {len(found)}", given.get(one.rule, ""))
            if told is None:
                break
            if one.level == "warn":
                given[one.rule] = told
        self._draw()
        given = {rule: why for rule, why in given.items() if why}
        changed = given != dict(self._answer.draft.reasons)
        if changed and not await self._save(reasons=given):
            return
        lacking = [one for one in self._answer.to_warn if not given.get(one.rule)]
        if lacking:
            self._say(f"Still without a reason, g asks for it: {lacking[0].says}", error=True)
        elif changed:
            self._say("Your reasons are kept with the draft; y sends it.")

    async def _ask_about(self, found: Found, number: str, reason: str) -> str | None:
        """Show one finding in full, and ask for a reason where one helps."""
        word, style = answering.LEVELS[found.level]
        words = self._writing.text[found.start : found.end]
        where = (Remark(f'the words: "{words}"'),) if words else ()
        self._remarks.show((Remark(found.says, word, style), *where))
        self._say(f"GUARD {number}")
        if found.level == "warn":
            return await self._ask("reason", "why it may be said all the same; Esc stops here", reason)
        hint = "must be changed" if found.level == "block" else "to know"
        return await self._ask(f"Enter goes on ({hint})")

    def action_seen(self) -> None:
        """The original was read as it stands now."""
        change = self._answer.change if self._answer else -1
        self._save_with("Noted: you have read it as it stands now.", seen=True, change=change)

    def action_further(self) -> None:
        """Let it follow the answers that were given."""
        self._save_with("It will be a further answer; y sends it.", further=True)

    @work(group="note", exclusive=True, exit_on_error=False, description="note a decision with the draft")
    async def _save_with(self, done: str, **more: int) -> None:
        if self._answer is None:
            return
        read = self._around.mention.text if self._around.mention else ""
        if not await self._save(**more):
            return
        if "seen" in more and self._answer.subject.text != read:
            self._look_around()
            done = "It was changed again this very moment: read it once more."
        elif "seen" in more and self._answer.news:
            done = f"{self._answer.news} Once you have read that too: a."
        self._say(done)
        self._look_around()

    def action_reclaim(self) -> None:
        """Take the subject again, and go on with what is on the screen."""
        self._open()

    def action_swap(self) -> None:
        """Put the text that was kept aside in place of the one on the screen."""
        if not self._aside:
            self._say("There is no other text of this draft.")
            return
        self._swap()

    @work(group="open", exclusive=True, exit_on_error=False, description="show the other text")
    async def _swap(self) -> None:
        if self._stuck and self._answer is not None:
            told = await self._ask_service("draft_check", draft=self._answer.draft.id)
            if told is None:
                return
            claim = self._answer.claim
            self._answer, self._stuck = replace(answering.answer_of(told), claim=claim), False
            self._stored = self._aside = self._answer.draft.text
        other, self._aside = self._aside, self._writing.text
        self._put(other)
        self._draw()
        self._say("This is the other text; p changes back. What stands here is what is saved.")

    def action_keep(self) -> None:
        """Go back; the draft stays."""
        self._going = True
        self._go_back()

    @work(group="send", exclusive=True, exit_on_error=False, description="save, then go back")
    async def _go_back(self) -> None:
        kept = True
        if self._answer is not None and self._dirty and not self._stuck:
            kept = await self._save()
        says = "" if kept else "Kept in your own file; the service gets it when you open the answer again."
        if self._answer is not None and not self._writing.text.strip() and not self._was_held:
            claim = self._answer.claim
            await asyncio.to_thread(self._release, claim.subject, claim.epoch)
        self.dismiss(Left(says=says))

    def _release(self, subject: str, epoch: int) -> None:
        """Give back what was only looked at."""
        from console.service.client import NoService, Refused

        with suppress(NoService, Refused):  # else it ends with the terminal
            self._lifeline.work("release", subject=subject, epoch=epoch)

    def action_discard(self) -> None:
        """Drop the draft, once another key agrees."""
        self._confirm("Drop this draft? What it says stays readable in the database.", self._drop)

    @work(group="send", exclusive=True, exit_on_error=False, description="drop a draft")
    async def _drop(self) -> None:
        if not await self._is_saved() or await self._ask_service("draft_drop", **self._held_under) is None:
            return
        await self._forget()
        self.dismiss(Left(says="The draft is dropped; nothing was sent."))
