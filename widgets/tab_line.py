"""Saved views as tabs over the stream, and the counter of what waits behind it.

Run this module to see it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from widgets.heading import Title, ruled
from widgets.line import Line, Part
from widgets.painted import Picture

MOST = 1000
"""Waiting rows are counted up to here; more of them read no differently."""


@dataclass(frozen=True, slots=True)
class Tabs:
    """The tabs and what waits behind them."""

    title: str
    names: tuple[str, ...]
    active: int = 0
    """Index of the tab that is shown; -1 while a filter of one's own is."""
    filter: str = ""
    """The filter in force, in words."""
    waiting: int = 0
    act_now: int = 0
    focused: bool = False


class TabLine(Picture[Tabs]):
    """The heading of the stream."""

    DEFAULT_CSS = "TabLine { height: 1; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """The active tab in brackets, so that no colour is needed to tell it."""
        tabs, width = self.value, size.width
        parts: list[Part] = [(tabs.title, "strong"), (" ", "")]
        if tabs.filter:
            parts += [(" only ", ""), (tabs.filter, "strong"), ("  Esc clears ", "quiet")]
        for index, name in enumerate(tabs.names if not tabs.filter or width >= 100 else ()):
            active = index == tabs.active and not tabs.filter
            parts.append(
                (f"[{index + 1} {name}]" if active else f" {index + 1} {name} ", "strong" if active else "")
            )
        title = Title(tuple(parts), tabs.focused, waiting_words(tabs.waiting, tabs.act_now))
        return (ruled(title, width, self.glyphs.rule, self.glyphs.cursor, self.glyphs.more),)


def waiting_words(total: int, act_now: int, noun: str = "") -> Line:
    """`17 new (2 act now) .`, the dot being the key that lets them in; nothing when nothing waits."""
    noun = noun and f" {noun}{'s' * (total > 1)}"
    if not total:
        return ()
    urgent: Line = ((f" ({_capped(act_now)} act now)", "act-now"),) if act_now else ()
    return ((f"{_capped(total)} new{noun}", "strong"), *urgent, (" .", "strong"))


def _capped(number: int) -> str:
    return f"{MOST}+" if number >= MOST else str(number)


if __name__ == "__main__":
    from widgets.alone import show_alone

    show_alone(TabLine(Tabs("MENTIONS", ("all", "election", "no place"), 0, "", 17, 2, True)))
