"""A draft between the screen and the service: opened, saved as it is typed, restored after whatever happened.

Nothing here blocks the keys: the service and the file are asked in threads.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from functools import partial
from typing import Any

from textual import on, work
from textual.timer import Timer

from console.desk.answering import Answer, answer_of, held_words
from console.desk.asking import Asking
from console.desk.here import Here
from console.desk.keeping import Keeper, Kept
from console.desk.lifeline import Lifeline
from console.desk.rows import clock
from console.desk.watching import Watching
from console.intake.clean import clean
from console.paths import default_state
from console.work import Claim, Draft, incident_in, subject_of_incident
from widgets.writing import Writing

PAUSE = 0.7
"""Seconds without a key after which what was typed is saved."""
WHILE_TYPING = 3.0
"""Seconds after which it is saved although the keys do not rest."""
KEEP = 0.25
"""Seconds from a key until the operator's own file has it: as much as a killed desk may lose."""
SHOW_TYPING = 5.0
"""Seconds between two signs that somebody types; they count as typing for twelve."""
RETRY = 2.0
"""Seconds between two attempts to save while the service is away."""
LONGEST = 8000
"""Characters of a draft; the service takes no more."""


class Drafting(Asking):
    """Knows a draft and its text; says nothing of how they look.

    Args:
        here: The desk.
        watching: The database.
        lifeline: The way to the service.
        subject: What is answered.
        channel: Where; empty for the most fitting one.
    """

    def __init__(
        self, here: Here, watching: Watching, lifeline: Lifeline, subject: str, channel: str = ""
    ) -> None:
        super().__init__(here, lifeline, "ANSWER")
        self._watching = watching
        self._subject, self._channel = subject, channel
        self._keeper = Keeper(default_state(os.environ), here.settings.desk.data)
        self._writing = Writing(clean=partial(clean, max_chars=4 * LONGEST, max_lines=LONGEST), most=LONGEST)
        self._answer: Answer | None = None
        self._stored = ""
        """The text that the service has."""
        self._aside = ""
        """Another text for the same draft, which `p` puts in its place."""
        self._stuck = False
        """Somebody else changed the draft: what is typed is not saved over theirs."""
        self._away = False
        self._refusing = False
        """The service would not save: what is typed is in the operator's own file alone."""
        self._saving = asyncio.Lock()
        self._keeping = asyncio.Lock()
        self._pause: Timer | None = None
        self._to_keep: Timer | None = None
        self._unsaved_since: float | None = None
        self._shown_at = float("-inf")
        """When colleagues were last shown that somebody types."""
        self._was_held = False
        """Whether the subject was this operator's before the composer opened."""

    def _draw(self) -> None:
        """Show the draft as it stands."""

    @property
    def _dirty(self) -> bool:
        """Whether something was typed that the service does not have."""
        return self._writing.text != self._stored

    @property
    def _version(self) -> int:
        return self._answer.draft.version if self._answer else 0

    @property
    def _held_under(self) -> dict[str, Any]:
        """What every request about the draft names."""
        assert self._answer is not None
        return {"draft": self._answer.draft.id, "epoch": self._answer.claim.epoch}

    # Opening

    @work(group="open", exclusive=True, exit_on_error=False, description="take a subject and open its draft")
    async def _open(self) -> None:
        from console.service.client import NoService, Refused

        reason = ""
        while True:
            holder = self._holder()
            if holder is not None and not reason:
                given = await self._ask_to_take_over(holder)
                if not given:
                    self.dismiss(None)
                    return
                reason = given
            try:
                await asyncio.to_thread(self._lifeline.work, "claim", subject=self._subject, reason=reason)
                asked = {"subject": self._subject, "channel": self._channel}
                told = await asyncio.to_thread(self._lifeline.work, "draft", **asked)
            except NoService as error:
                self._fail(error)
                self._keep_later()
                await asyncio.sleep(RETRY)
            except Refused as error:
                if reason or self._holder() is None:
                    self._fail(error)
                    return
            else:
                self._take(answer_of(told))
                return

    def _holder(self) -> Claim | None:
        """Who else holds the subject, or what it belongs to."""
        around = {self._subject}
        if incident_in(self._subject) is None:
            number = int(self._subject.partition(":")[2])
            detail = self._watching.ask(lambda reader: reader.mention(number))
            if detail is not None and detail.mention.incident:
                around.add(subject_of_incident(detail.mention.incident))
        held = self._watching.ask(lambda reader: reader.claims()) or ()
        mine = [one for one in held if one.subject in around and one.uid == os.getuid()]
        self._was_held = self._was_held or (bool(mine) and self._answer is None)
        return next((one for one in held if one.subject in around and one.uid != os.getuid()), None)

    async def _ask_to_take_over(self, holder: Claim) -> str | None:
        words = held_words(holder, self._here.now(), self._here.zone)
        self._say(f"{words}. To take it over, give a reason: {holder.name} is told.", error=True)
        return await self._ask("reason", "Esc goes back and leaves it to them")

    def _take(self, answer: Answer) -> None:
        """Show a draft that was opened, with whatever was typed and never got there."""
        ahead = self._writing.text if self._answer is None else ""
        mine = self._kept(answer)
        self._answer, self._stuck, self._away, self._refusing = answer, False, False, False
        self._stored, text = answer.draft.text, answer.draft.text
        said = ""
        if mine is not None and mine.text not in (text, ahead):
            when = clock(mine.at, self._here.now(), self._here.zone)
            newer = answer.draft.author == answer.claim.name and (
                answer.draft.saved_at is None or answer.draft.saved_at <= mine.at
            )
            if mine.version >= answer.draft.version or newer:
                said = f"Restored what you typed until {when}; the service did not have it yet."
                if answer.draft.version > mine.version and text:
                    self._aside = text
                    said += " Other words were saved meanwhile: Esc p shows them."
                text = mine.text
            else:
                self._aside = mine.text
                said = f"{answer.draft.author} changed this draft. Yours of {when} is kept: Esc p shows it."
        self._show_keys()
        self._put(text + ahead if ahead not in ("", text) else text)
        self._hush()
        if said:
            self._say(said)
        if answer.draft.state == "asked":
            self._say("It waits for a second person; typing in it takes it back from them.")
        self._draw()
        self._saved_later()

    def _kept(self, answer: Answer) -> Kept | None:
        if self._answer is not None and self._dirty:
            return Kept(
                self._subject, answer.channel.name, self._writing.text, self._version, self._here.now()
            )
        return self._keeper.read(self._subject, answer.channel.name) or self._keeper.read(self._subject, "")

    def _put(self, text: str) -> None:
        """Replace the text on the screen; the cursor goes to its end."""
        if text != self._writing.text:
            self._writing.text = text
            self._writing.move_cursor(self._writing.document.end)

    # Saving

    @on(Writing.Changed)
    def _typed(self, event: Writing.Changed) -> None:
        event.stop()
        self._saved_later()
        if self._dirty and self._answer is not None and self._to_keep is None:
            self._to_keep = self.set_timer(KEEP, self._keep_later)
        now = time.monotonic()
        if self._answer is not None and self._dirty and now - self._shown_at >= SHOW_TYPING:
            self._shown_at = now
            self._show_typing(self._answer.claim.subject)

    @work(group="typing", exclusive=True, exit_on_error=False, description="show colleagues who types")
    async def _show_typing(self, subject: str) -> None:
        from console.service.client import NoService, Refused

        with suppress(NoService, Refused):  # whoever cannot be shown this is no worse off
            await self._request("typing", subject=subject)

    def _saved_later(self) -> None:
        """Save after the pause, or now where the keys do not rest."""
        if not self._dirty:
            return
        if self._pause is not None:
            self._pause.stop()
        now = time.monotonic()
        if self._unsaved_since is None:
            self._unsaved_since = now
        if now - self._unsaved_since >= WHILE_TYPING:
            self._save_now()
        else:
            self._pause = self.set_timer(PAUSE, self._save_now)

    def _save_now(self) -> None:
        self._unsaved_since = None
        self._keep_later()
        if not self._saving.locked() and not self._stuck:
            self._save_in_time()

    @work(group="save", exit_on_error=False, description="save what was typed")
    async def _save_in_time(self) -> None:
        await self._save()

    async def _save(self, **more: Any) -> bool:
        """Let the service have what is typed, and with it what else is decided; False where it does not."""
        from console.service.client import NoService, Refused

        async with self._saving:
            if self._answer is None or self._stuck:
                return False
            text = self._writing.text
            asked = {**self._held_under, "version": self._version, "text": text, **more}
            try:
                told = await asyncio.to_thread(self._lifeline.work, "draft_save", **asked)
            except NoService as error:
                self._lost(str(error), away=True)
                self.set_timer(RETRY, self._save_now)
                return False
            except Refused as error:
                await self._refused(str(error))
                return False
            if self._away:
                self._say("The service is back; what you typed is saved.")
            self._away, self._refusing = False, False
            self._stored, self._answer = text, answer_of(told)
            self._draw()
            if self._dirty:
                self._saved_later()
            else:
                await self._forget()
            return True

    def _lost(self, why: str, *, away: bool) -> None:
        if not self._away:
            self._say(f"Not saved: {why}. What you type stays here and in a file of yours.", error=True)
        self._away = away
        self._draw()

    async def _refused(self, why: str) -> None:
        """Say why nothing is saved; where somebody else wrote in the draft, hold theirs beside it."""
        from console.service.client import NoService, Refused

        assert self._answer is not None
        self._refusing = True
        self._keep_later()
        self._say(why, error=True)
        self._draw()
        try:
            told = await asyncio.to_thread(self._lifeline.work, "draft_check", draft=self._answer.draft.id)
        except (NoService, Refused):
            return
        other = answer_of(told)
        if other.draft.version != self._version and other.draft.text != self._writing.text:
            self._stuck, self._aside = True, other.draft.text
            self._say(f"{why} Esc p shows the other one.", error=True)
        self._draw()

    def _overtaken(self, stored: Draft) -> None:
        """Hold beside what is on the screen what another terminal saved, and save nothing over it."""
        self._stuck, self._aside, self._stored = True, stored.text, stored.text
        who = f"{stored.author} has"
        if self._answer is not None and stored.author == self._answer.claim.name:
            who = "Another terminal of yours has"
        words = "changed this draft meanwhile. Esc p shows the other one; yours stays here."
        self._say(f"{who} {words}", error=True)
        self._show_keys()

    def _keep_later(self) -> None:
        self._to_keep = None
        self._keep(self._writing.text)

    @work(group="keep", exit_on_error=False, description="keep what was typed in a file")
    async def _keep(self, text: str) -> None:
        channel = self._answer.channel.name if self._answer else self._channel
        kept = Kept(self._subject, channel, text, self._version, self._here.now())
        async with self._keeping:
            if self._dirty and (trouble := await asyncio.to_thread(self._keeper.write, kept)):
                self._say(trouble, error=True)

    async def _forget(self) -> None:
        assert self._answer is not None
        async with self._keeping:
            if self._dirty:  # typed meanwhile, and perhaps in the file already
                return
            for channel in ("", self._answer.channel.name):
                await asyncio.to_thread(self._keeper.forget, self._subject, channel)

    def on_unmount(self) -> None:
        """The desk ends, or its terminal is gone: the last keys are kept as well."""
        if self._dirty:
            channel = self._answer.channel.name if self._answer else self._channel
            now = self._here.now()
            self._keeper.write(Kept(self._subject, channel, self._writing.text, self._version, now))
