"""One line that speaks up: a tier 1 arrival, an error, an answer to a key.

It takes the place of a rule that is there anyway, so nothing on the screen moves when it speaks. Run this
module to see it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from widgets.heading import Title, ruled
from widgets.line import Line, cut, flat, length, wrap
from widgets.painted import Picture

ROOMY = 80
"""Columns below which only the key is named at the right edge: the words need the room."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said."""

    title: str
    """Title of the rule while nothing is said."""
    text: str = ""
    urgent: bool = False
    """A tier 1 arrival: mark and words say so."""
    error: bool = False
    hint: str = ""
    """What to press, at the right edge."""


class NoticeLine(Picture[Notice]):
    """The notice, or the rule."""

    DEFAULT_CSS = "NoticeLine { height: 1; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """One line, or the whole sentence over several where there is room."""
        if size.height > 1 and self.value.text:
            return self._spelled(size)
        notice, more, width = self.value, self.glyphs.more, size.width
        if not notice.text:
            title = Title(((notice.title, "strong"),))
            return (ruled(title, width, self.glyphs.rule, self.glyphs.rule, more),)
        said = notice.hint if width >= ROOMY else notice.hint.partition(" ")[0]
        hint: Line = ((f"  {said} ", "strong"),) if said else ()
        room = width - length(hint) - 2
        if room < 20:
            hint, room = (), width - 2
        text = cut(self._words, room, more)
        gap = width - length(((text, ""),)) - length(hint) - 1
        return (((" ", ""), (text, self._style), (" " * max(gap, 0), ""), *hint),)

    def _spelled(self, size: Size) -> Sequence[Line]:
        text, width = self._words, size.width
        spans = wrap(text, width - 2)
        pieces = [text[start:end] for start, end in spans[: size.height]]
        if len(spans) > len(pieces):
            pieces[-1] = cut(text[spans[len(pieces) - 1][0] :], width - 2, self.glyphs.more)
        return [((" ", ""), (piece, self._style)) for piece in pieces]

    @property
    def _words(self) -> str:
        """The sentence, with the mark of what must not be missed."""
        mark = f"{self.glyphs.act_now} " if self.value.urgent or self.value.error else ""
        return mark + flat(self.value.text)

    @property
    def _style(self) -> str:
        return "act-now" if self.value.urgent else "bad" if self.value.error else "strong"

    def speak(self, notice: Notice, *, ring: bool = False) -> None:
        """Say something, with the bell if it must not be missed."""
        self.show(notice)
        if ring:
            self.app.bell()


class NoticeLines(NoticeLine):
    """Two lines, for sentences that say what happened, what is safe and what to press."""

    DEFAULT_CSS = "NoticeLines { height: 2; }"


if __name__ == "__main__":
    from widgets.alone import show_alone

    show_alone(
        NoticeLine(
            Notice(
                "MOOD",
                "act now: @ana_r, Mill Street: Water is coming into the basement",
                True,
                hint=". lets it in",
            )
        )
    )
