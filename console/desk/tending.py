"""Putting work in order on the wall: marks, snoozes, merges, splits, notes, tags, corrections, closing."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from textual import work

from console.desk import bulk, typed
from console.desk.asks import CONFIRM
from console.desk.holding import until_words
from console.desk.taking import NOTHING, Taking
from console.model import TIER_WORDS
from console.work import incident_in, mention_in

MARK_FIRST = "Mark (space) the incidents that are one, then press m on the one that they become part of."


Does = Callable[[tuple[str, ...], str], None]
"""Does what was typed to subjects; raises ValueError where it makes no sense."""


class Tending(Taking, inherit_bindings=False):
    """The wall as far as verbs go that say nothing to anybody, and that `u` undoes."""

    # What verbs work on

    def _subjects(self) -> tuple[str, ...]:
        """All that is marked, else what is selected."""
        return tuple(self._marked) or ((self._subject,) if self._subject else ())

    def action_mark(self) -> None:
        """Mark what is selected, or take the mark away."""
        self._used()
        subject = self._subject
        if not subject:
            self._say(NOTHING)
        elif subject in self._marked:
            del self._marked[subject]
        else:
            self._marked[subject] = None
        self._show_marks()

    def _unmark(self) -> bool:
        """Take all marks away; False where there are none."""
        there = bool(self._marked)
        self._marked.clear()
        self._show_marks()
        return there

    def _show_marks(self) -> None:
        keys: frozenset[Hashable] = frozenset(filter(None, map(incident_in, self._marked)))
        numbers: frozenset[Hashable] = frozenset(
            number for one in self._marked if (number := mention_in(one)) is not None
        )
        self._incidents.list.mark(keys)
        self._stream.list.mark(numbers)
        self._show_keys()

    # One verb on one or many

    def _act(
        self, do: str, doing: str, subjects: tuple[str, ...], *, sure: bool = False, **fields: Any
    ) -> None:
        """Do something; to many, or where one has to be sure, only after a preview and another key."""
        if not subjects:
            self._say(NOTHING)
        elif len(subjects) > 1 or sure:
            self._preview(do, doing, subjects, fields)
        else:
            self._carry_out(do, doing, subjects, fields)

    @work(group="act", exit_on_error=False, description="count what a verb would do")
    async def _preview(self, do: str, doing: str, subjects: tuple[str, ...], fields: dict[str, Any]) -> None:
        told = await self._ask_service(do, subjects=list(subjects), preview=True, **fields)
        if told is None:
            return
        if not told["count"]:
            self._say(
                f"None of {bulk.called(subjects)} can be {doing}.{bulk.left_alone(told['skipped'])}",
                error=True,
            )
            return
        self._confirm(bulk.preview(doing, told), partial(self._carry_out, do, doing, subjects, fields))

    @work(group="act", exit_on_error=False, description="do what a verb says")
    async def _carry_out(
        self, do: str, doing: str, subjects: tuple[str, ...], fields: dict[str, Any]
    ) -> None:
        name = self._called(subjects[0])
        told = await self._ask_service(do, subjects=list(subjects), **fields)
        self._look()
        if told is None:
            return
        if set(subjects) & set(self._marked):
            self._unmark()
        self._say(bulk.done(doing, told, name))

    def _read(self, label: str, hint: str, then: Does) -> None:
        """Ask for a line on what the verb works on; says what that is, where it is more than one."""
        self._used()
        subjects = self._subjects()
        if not subjects:
            self._say(NOTHING)
            return
        about = f"{label}, {bulk.called(subjects)}" if len(subjects) > 1 else label
        self._ask_line(about, hint, partial(self._typed, then, subjects))

    def _typed(self, then: Does, subjects: tuple[str, ...], text: str | None) -> None:
        if text is None:
            self._say("Nothing was done.")
            return
        try:
            then(subjects, text)
        except ValueError as error:
            self._say(f"{error} Nothing was done.", error=True)

    # Verbs

    def action_snooze(self) -> None:
        """Put away until something happens."""
        self._read("snooze until", typed.SNOOZES, self._snooze)

    def _snooze(self, subjects: tuple[str, ...], text: str) -> None:
        now, zone = self._here.now(), self._here.zone
        wanted = typed.snoozed(text, now, zone)
        if wanted is None:
            self._act("wake", "brought back", subjects)
            return
        on, until = wanted
        fields: dict[str, Any] = {"on": on} | ({"until": until.isoformat()} if until else {})
        self._act("snooze", f"put away until {until_words(on, until, now, zone)}", subjects, **fields)

    def action_note(self) -> None:
        """Write down what colleagues should know."""
        self._read("note", "for colleagues; it is never sent", self._note)

    def _note(self, subjects: tuple[str, ...], text: str) -> None:
        if not text:
            raise ValueError("A note needs text.")
        self._act("note", "noted", subjects, text=text)

    def action_tag(self) -> None:
        """Add tags, or take them away."""
        self._read("tag", "words; -word takes one away", self._tag)

    def _tag(self, subjects: tuple[str, ...], text: str) -> None:
        do, tags = typed.tags(text)
        self._act(do, f"{do}ged {' '.join(tags)}", subjects, tags=list(tags))

    def action_mood(self) -> None:
        """Set the mood of mentions by hand."""
        self._read("mood", "-1 to 1, good, neutral, bad, or auto", self._mood)

    def _mood(self, subjects: tuple[str, ...], text: str) -> None:
        mood = typed.mood(text)
        doing = "given back to intake's mood" if mood is None else f"set to mood {mood:+.2f}"
        self._act("correct", doing, subjects, mood=mood)

    def action_topic(self) -> None:
        """Set by hand what mentions are about."""
        self._read("topic", typed.TOPICS, self._topic)

    def _topic(self, subjects: tuple[str, ...], text: str) -> None:
        topic = typed.topic(text)
        doing = "given back to intake's topic" if topic is None else f"set to topic {topic}"
        self._act("correct", doing, subjects, topic=topic)

    def action_severity(self) -> None:
        """Set the severity by hand."""
        self._used()
        subjects = self._subjects()
        if not subjects:
            self._say(NOTHING)
            return
        doing = {str(tier): (tier, f'set to "{word}"') for tier, word in TIER_WORDS.items()}
        keys = {
            key: partial(self._act, "correct", words, subjects, tier=tier)
            for key, (tier, words) in doing.items()
        }
        keys["0"] = partial(self._act, "correct", "given back to intake's severity", subjects, tier=None)
        choices = ", ".join(f"{tier} {word}" for tier, word in TIER_WORDS.items())
        on = f" of {bulk.called(subjects)}" if len(subjects) > 1 else ""
        self._ask_key(f"Severity{on}: {choices}, 0 as intake says; any other key leaves it.", keys)

    def action_merge(self) -> None:
        """Make marked incidents part of the selected one, or marked mentions an incident."""
        self._used()
        incidents = tuple(one for one in self._marked if incident_in(one) is not None)
        mentions = tuple(one for one in self._marked if mention_in(one) is not None)
        if mentions and not incidents:
            self._act("split", "made an incident of their own", mentions, sure=True)
            return
        into = self._subject
        rest = tuple(one for one in incidents if one != into)
        if not rest or incident_in(into) is None:
            self._say(MARK_FIRST)
            return
        self._act("merge", f"made part of {self._called(into)}", rest, sure=True, into=into)

    def action_split(self) -> None:
        """Take mentions out of their incident, or make one of their own from them."""
        self._used()
        marked = tuple(one for one in self._marked if mention_in(one) is not None)
        mentions = marked or tuple(one for one in (self._subject,) if mention_in(one) is not None)
        if not mentions:
            self._say("Select a mention, or mark some (space): it is mentions that are split off.")
            return
        keys = {
            CONFIRM: partial(self._act, "split", "made an incident of their own", mentions),
            "d": partial(self._act, "detach", "taken out of their incident", mentions),
        }
        question = f"{bulk.called(mentions)}: {CONFIRM} makes an incident of their own, d only takes them out"
        self._ask_key(f"{question}; any other key leaves them.", keys)

    def action_finish(self) -> None:
        """Close incidents, or open them again."""
        self._used()
        subjects = tuple(one for one in self._marked if incident_in(one) is not None) or self._around[-1:]
        if not subjects or incident_in(subjects[0]) is None:
            self._say("This belongs to no incident, so there is nothing to close.")
        elif subjects[0] in self._seen.work.open:
            label = f"close {bulk.called(subjects)}" if len(subjects) > 1 else "close"
            self._ask_line(label, "why, for the log; Esc leaves it open", partial(self._close, subjects))
        else:
            self._act("reopen", "opened again", subjects)

    def _close(self, subjects: tuple[str, ...], reason: str | None) -> None:
        if reason is None:
            self._say("Nothing was closed.")
        else:
            self._act("close", "closed", subjects, reason=reason)
