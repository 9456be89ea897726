"""The pictures around an answer: who will speak, what is answered, what stands in its way.

Values in, nothing out; the text itself is in `widgets.writing`. Run this module to see the upper part alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from widgets.line import Line, cut, flat, length, spread, wrap
from widgets.painted import Picture
from widgets.reading import Reading

INDENT = 3
"""Cells before what is said about a text; its first line may have a mark there."""


@dataclass(frozen=True, slots=True)
class Address:
    """Who will speak where, to whom, and whether anybody hears it."""

    verb: str
    """REPLY, UPDATE."""
    account: str
    channel: str
    mode: str
    """LIVE, EXERCISE, DRY RUN."""
    meaning: str
    """The same in a sentence: `nothing is sent`."""
    heard: bool = True
    """Whether the public hears it."""
    to: str = ""
    """`to @ana_r (masto) 18:41, 2m ago`"""
    state: str = ""
    """`unchanged since you opened it`, or what became of the original."""
    changed: bool = False
    """The original is no longer what the writer read."""


LEAST_NAMES = 24
"""Cells that account and channel must have before what LIVE means is spelled out."""


class AddressLines(Picture[Address]):
    """Two lines at the top."""

    DEFAULT_CSS = "AddressLines { height: 2; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """Who speaks, with EXERCISE or LIVE at the right edge; below it to whom."""
        told, more, width = self.value, self.glyphs.more, size.width
        style = "act-now" if told.heard else "official"
        mode: Line = ((told.mode, style), (f"  {told.meaning} ", style))
        head: Line = ((f" {told.verb}", "strong"), ("  as  ", "quiet"))
        if width - length(mode) - length(head) < LEAST_NAMES:
            mode = ((f"{told.mode} ", style),)  # LIVE or EXERCISE itself is never cut
        room = max(8, width - length(mode) - length(head) - len("  on  ") - 2)
        channel = cut(flat(told.channel), room // 2, more)
        account = cut(flat(told.account), room - len(channel), more)
        left: Line = (*head, (account, "strong"), ("  on  ", "quiet"), (channel, "strong"))
        if not told.channel:
            left = head[:1]  # not known yet
        state: Line = ((f"{flat(told.state)} ", "bad" if told.changed else "quiet"),) if told.state else ()
        to = cut(flat(told.to), max(12, width - length(state) - 3), more)
        return (spread(left, mode, width), spread(((f" {to}", ""),), state, width))


class Quote(Reading[str], can_focus=False):
    """The original, beside a line of its own; it scrolls where it is longer than its room."""

    DEFAULT_CSS = "Quote { height: 4; }"

    def text(self, width: int) -> Sequence[Line]:
        """The whole of it, wrapped."""
        mark = f" {self.glyphs.divider} "
        spans = wrap(self.value, width - INDENT - 1)
        return [((mark, "quiet"), (self.value[start:end], "")) for start, end in spans]


class Rule(Picture[None]):
    """A thin line."""

    DEFAULT_CSS = "Rule { height: 1; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """One line."""
        return (((self.glyphs.rule * size.width, "quiet"),),)


@dataclass(frozen=True, slots=True)
class Count:
    """How long the text is, and whether it is kept."""

    length: int
    limit: int
    """0 where nothing bounds it."""
    over: bool = False
    parts: int = 1
    kept: str = ""
    """`saved 18:44`, `not saved yet`, ..."""
    lost: bool = False
    """It could not be saved."""


class CountLine(Picture[Count]):
    """One line under the text."""

    DEFAULT_CSS = "CountLine { height: 1; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """`104 of 500 · one message` and at the right edge whether it is kept."""
        told, dot = self.value, f" {self.glyphs.dot} "
        of = f" of {told.limit}" if told.limit else ""
        count = f"{' ' * INDENT}{told.length}{of}"
        # What is too long and cannot be made a thread is said in words beside the number.
        parts = "too long" if told.over else f"a thread of {told.parts}" if told.parts > 1 else "one message"
        left: Line = (
            (count, "bad" if told.over else "strong"),
            (f"{dot}{parts}", "bad" if told.over else ""),
        )
        kept: Line = ((f"{told.kept} ", "bad" if told.lost else "quiet"),) if told.kept else ()
        return (spread(left, kept, size.width),)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know before this is said."""

    text: str
    word: str = ""
    """`warn`, `stop`, `note`: how much it weighs."""
    style: str = ""


class Remarks(Picture[tuple[Remark, ...]]):
    """What there is to know, the weightiest first; what does not fit is counted."""

    DEFAULT_CSS = "Remarks { height: 6; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """Each remark wrapped behind its word."""
        told = self.text(size.width)
        hidden = len(told) - size.height
        if hidden > 0 and size.height > 0:
            more = (
                f"{' ' * INDENT}{self.glyphs.more} {hidden + 1} more lines: Esc g shows what the guard found"
            )
            told = [*told[: size.height - 1], ((cut(more, size.width, self.glyphs.more), "quiet"),)]
        return told

    def text(self, width: int) -> list[Line]:
        """All of it."""
        return [line for remark in self.value for line in self._wrapped(remark, width)]

    @staticmethod
    def _wrapped(remark: Remark, width: int) -> list[Line]:
        head = f"{remark.word}: " if remark.word else ""
        text = head + remark.text
        lines: list[Line] = []
        for start, end in wrap(text, width - INDENT - 1):
            piece, said = text[start:end], len(head) if start == 0 else 0
            lines.append(
                ((" " * INDENT, ""), (piece[:said], remark.style or "strong"), (piece[said:], remark.style))
            )
        return lines


if __name__ == "__main__":
    from widgets.alone import show_alone

    show_alone(
        AddressLines(
            Address(
                *("REPLY", "City of Riverton", "mastodon.example", "EXERCISE", "nothing is sent", False),
                to="to @ana_r 18:41, 2m ago",
                state="unchanged since you opened it",
            )
        )
    )
