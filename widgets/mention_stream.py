"""The mentions, newest on top, one line each. Run this module to see it alone."""

from __future__ import annotations

from dataclasses import dataclass

from widgets.line import Line, cut, fit, flat, length
from widgets.painted import TIER_STYLES
from widgets.row_list import RowList
from widgets.window import Listed

WORD_FROM = 58
"""Cells from which a row has room for its tier in words beside the mark."""


@dataclass(frozen=True, slots=True)
class MentionRow:
    """One mention as the stream shows it."""

    key: int
    clock: str
    """When it was said, in five cells."""
    tier: int
    word: str
    """The tier in words."""
    author: str
    text: str
    tail: str = ""
    """At the right edge: repeats, another language, what is not known."""
    work: str = ""
    """Before it: who holds it, or that it was answered."""
    by_hand: str = ""
    """The mark behind a tier that a person has set."""
    official: bool = False
    loud: str = ""
    """TEST or EXERCISE, for an alert that is not meant."""
    gone: str = ""
    """Why it should not be relied on any more: deleted, cancelled, expired."""

    @property
    def selectable(self) -> bool:
        """Every mention can be selected."""
        return True


class MentionStream(RowList[MentionRow]):
    """The stream of mentions."""

    def draw(self, row: MentionRow, width: int) -> Line:
        """Clock, mark, tier in words where there is room, author, text, and what stands at the right edge."""
        more = self.glyphs.more
        style = "quiet" if row.gone or row.loud else TIER_STYLES.get(row.tier, "")
        head: list[tuple[str, str]] = [
            (f"{row.clock:>5} ", "quiet" if row.tier == 3 else ""),
            (f"{self.glyphs.mark(row.tier, row.official)}{row.by_hand:<1}", style),
        ]
        if width >= WORD_FROM:
            head.append((fit(row.word, 8, more), style))
        author = "official" if row.official else "quiet" if row.tier == 3 else "strong"
        head.append((fit(flat(row.author, 60), min(14, width // 6), more) + " ", author))
        if row.loud:
            head += [(f" {row.loud} ", "loud"), (" ", "")]
        if row.gone:
            head.append((f"{row.gone}: ", "strong"))
        tail = f"  {row.tail}" if row.tail else ""
        work = f"  {cut(flat(row.work), width // 3, more)}" if row.work else ""
        room = max(0, width - length(head) - length(((tail, ""), (work, ""))))
        body = fit(cut(flat(row.text), room, more), room)
        return (*head, (body, "quiet" if row.gone else ""), (work, "strong"), (tail, "quiet"))


if __name__ == "__main__":
    from widgets.alone import show_alone

    said = "Water is coming into the basement, my mother can't get out of her chair. 14 Mill Street."
    sample = MentionStream()
    sample.show(
        Listed(
            (
                MentionRow(9, "18:41", 1, "act now", "@ana_r", said, "x3"),
                MentionRow(
                    8, "18:41", 2, "soon", "NWS", "Flash Flood Warning until 21:15, Update 2", official=True
                ),
                MentionRow(
                    7, "18:40", 2, "soon", "@busline7", "third car stuck, bus 7 diverted", "x14", "kim 4m"
                ),
                MentionRow(6, "18:39", 3, "watch", "@petra", "thanks to the crews out tonight"),
                MentionRow(5, "18:38", 3, "watch", "NWS", "monthly siren test", official=True, loud="TEST"),
                MentionRow(4, "18:36", 3, "watch", "@zoe", "¿dónde está el refugio?", "es"),
                MentionRow(3, "18:35", 3, "watch", "@lou", "the dam is gone!!", gone="deleted"),
            )
        )
    )
    show_alone(sample)
