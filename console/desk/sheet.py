"""The sheet that an answer is written on: its parts, how they share the screen, what each shows."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from console.command import Where
from console.commands import named
from console.desk import answering
from console.desk.answering import Answer, Around
from console.desk.drafting import LONGEST, Drafting
from console.desk.here import Here
from console.desk.keys import hints
from console.desk.lifeline import Lifeline
from console.desk.seen import weightiest
from console.desk.watching import Watching
from console.model import Event
from console.work import incident_in, mention_in
from feeds.counting import count, fits, limit_of
from widgets.composer import Address, AddressLines, Count, CountLine, Quote, Remarks, Rule
from widgets.key_line import KeyHint
from widgets.writing import Writing

if TYPE_CHECKING:
    from console.store.reader import Reader

LOOK = 1.0
"""Seconds between two looks at the original, at claims and at the pause."""
REST = 0.25
"""Seconds without a key after which the count follows, so that a held key does not repaint it."""
LEAST_TEXT, LEAST_REMARKS = 4, 3
"""Lines that the text and what is known have at least."""
RECENT = 100
"""Lines of the log among which a draft that was sent back is looked for."""
ROOMY = 100
"""Columns from which the key line has room for a sentence."""
FIXED = 7
"""Lines that are there at any height: address 2, rule, count, notice 2, keys."""


class Sheet(Drafting, inherit_bindings=False):
    """The draft in full view; what the keys do is the composer's."""

    def __init__(
        self, here: Here, watching: Watching, lifeline: Lifeline, subject: str, channel: str = ""
    ) -> None:
        super().__init__(here, watching, lifeline, subject, channel)
        glyphs = here.glyphs
        self._around = Around()
        self._resting: Timer | None = None
        self._at: Literal["writing", "answer"] = "writing"
        self._address = AddressLines(Address("REPLY", "", "", "", "", heard=False), glyphs=glyphs)
        self._quote = Quote("", glyphs=glyphs)
        self._count = CountLine(Count(0, 0), glyphs=glyphs)
        self._remarks = Remarks((), glyphs=glyphs)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._address
        yield self._quote
        yield Rule(None, glyphs=self._here.glyphs)
        yield self._writing
        yield self._count
        yield self._remarks
        yield self._notice
        yield self._keys

    def on_mount(self) -> None:
        """Take the keys at once; the draft comes when the service has it."""
        self._lay_out()
        if self._at == "writing":  # else Esc was pressed ahead
            self._write()
        self._look_around()
        self.set_interval(LOOK, self._look_around)
        self._open()

    def on_resize(self) -> None:
        """Share the lines anew."""
        self._lay_out()
        self._show_keys()

    def _lay_out(self) -> None:
        """A share of what is free for the original, the rest for the text and what is known.

        What is known takes lines that the text does not need, and keeps them, so that nothing jumps.
        """
        free = max(6, self.size.height - FIXED)
        needed = len(self._quote.text(self.size.width)) if self._quote.value else 1
        quote = min(max(1, free * 5 // 18), needed)
        written = max(LEAST_TEXT, self._writing.wrapped_document.height + 1)
        told = max(self._remarks.size.height, len(self._remarks.text(self.size.width)))
        remarks = max(LEAST_REMARKS, min(told, free - quote - written))
        if (quote, remarks) != (self._quote.size.height, self._remarks.size.height):
            self._quote.styles.height, self._remarks.styles.height = quote, remarks

    # Where the keys go

    @property
    def where(self) -> Where:
        """The text, or the single keys."""
        return self._at

    def _write(self) -> None:
        self._at = "writing"
        self.set_focus(self._writing)  # at once: an Esc that was pressed behind this must come after it
        self._show_keys()

    def _give_keys(self) -> None:
        self._write() if self._answer is None else self._leave_text()

    def _leave_text(self) -> None:
        self._at = "answer"
        self.set_focus(None)
        self._show_keys()

    def _show_keys(self) -> None:
        """The same keys in both places: what they do is to be known before Esc is pressed."""
        words = "leaves the text, then:" if self.size.width >= ROOMY else "then:"
        leave = (KeyHint("Esc", words),) if self._at == "writing" else ()
        useless = {named(name).label for name in self._useless()}
        offered = (hint for hint in hints("answer", self._here.glyphs) if hint.label not in useless)
        self._keys.show((*leave, *offered))

    def _useless(self) -> set[str]:
        """Commands that are valid but would have nothing to do now."""
        answer = self._answer
        useless = {"back", "write"} if self._at == "writing" else {"back"}
        if answer is None:
            return useless | {"say", "canned", "reasons", "channel", "seen", "further", "swap", "discard"}
        if len(answer.choices) < 2:
            useless.add("channel")
        if not answering.original_state(answer, self._around)[0] and not answer.news:
            useless.add("seen")
        if not self._around.said:
            useless.add("further")
        if not self._aside:
            useless.add("swap")
        return useless

    # Showing

    def _look_around(self) -> None:
        around = self._watching.ask(lambda reader: read_around(reader, self._subject))
        if around is not None and around != self._around:
            self._around = around
            self._show_keys()
        self._look_at_stored()
        self._draw()

    def _look_at_stored(self) -> None:
        """See whether another terminal saved other words: what stands here is not what is saved then."""
        answer = self._answer
        if answer is None or self._stuck or self._saving.locked():
            return
        stored = self._watching.ask(lambda reader: reader.draft(answer.draft.id))
        if stored is None or stored.version <= self._version:
            return
        if stored.text not in (self._stored, self._writing.text):
            self._overtaken(stored)

    def _draw(self) -> None:
        answer, around, now = self._answer, self._around, self._here.now()
        quoted = around.mention.text if around.mention else around.quoted
        if quoted != self._quote.value:
            self._quote.show(quoted)
            self._lay_out()
        if answer is None:
            to = answering.to_mention(around.mention, now, self._here.zone) if around.mention else ""
            self._address.show(replace(self._address.value, verb="REPLY", to=to))
            return
        desk = self._here.settings.desk
        told = answering.address(
            answer, around, desk=desk.name, exercise=desk.exercise, now=now, zone=self._here.zone
        )
        self._address.show(told)
        promises = answering.promises(self._writing.text, now, self._here.zone)
        if self._line is None:  # else one finding stands there, and a reason for it is being typed
            known = answering.remarks(answer, around, promises, os.getuid(), now, self._here.zone)
            self._remarks.show(known)
            self._lay_out()
        self._draw_count()

    def _draw_count(self) -> None:
        answer = self._answer
        if answer is None:
            return
        text, warning = self._writing.text.strip(), answer.draft.warning
        parts = len(answer.parts) if not self._dirty else 1 if fits(text, answer.channel, warning) else 2
        self._count.show(
            Count(
                length=count(text, answer.channel, warning),
                limit=limit_of(answer.channel),
                over=answer.over > 0 and not self._dirty,
                parts=parts,
                kept=self._kept_words(answer),
                lost=self._lost_words,
            )
        )

    @property
    def _lost_words(self) -> bool:
        """Whether what stands here is nowhere but in the operator's own file."""
        return self._stuck or self._away or (self._refusing and self._dirty)

    def _kept_words(self, answer: Answer) -> str:
        if self._lost_words:
            return "NOT SAVED, kept in your own file"
        if self._dirty:
            return "not saved yet"
        return "saved" if answer.draft.text else ""

    @on(Writing.Changed)
    def _rest(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._draw_count)

    @on(Writing.TooMuch)
    def _too_much(self, event: Writing.TooMuch) -> None:
        self._say(
            f"A draft has {LONGEST} characters at most; there are {event.had}, so {event.wanted} more did "
            "not go in. Nothing was changed.",
            error=True,
        )


def read_around(reader: Reader, subject: str) -> Around:
    """What is known of a subject beside its draft."""
    number, key = mention_in(subject), incident_in(subject)
    detail = reader.mention(number) if number is not None else None
    incident = reader.incident(key) if key else None
    said = weightiest(reader, incident) if incident is not None else None
    return Around(
        mention=detail.mention if detail else None,
        quoted=said.text if said else "",
        claims=reader.claims(),
        said=reader.deliveries(subject, settled=True),
        pause=reader.pause(),
        on_shift=reader.service().on_shift,
        sent_back=_sent_back(reader.events(RECENT), subject),
    )


def _sent_back(events: Iterable[Event], subject: str) -> Event | None:
    """The newest word on the approval of an answer, if it is that somebody gave it back."""
    asked = ("sent back", "approval asked", "approved")
    newest = next((one for one in events if one.subject == subject and one.kind in asked), None)
    return newest if newest is not None and newest.kind == "sent back" else None
