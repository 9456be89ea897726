"""The marks that widgets draw with, in two sets: one for UTF-8 terminals, one in plain ASCII."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of marks. Each is one cell wide, except `sparks`, which is a scale from low to high."""

    act_now: str
    soon: str
    watch: str
    official: str
    cursor: str
    """Gutter mark of the selected row in the list that has the keys."""
    held: str
    """Gutter mark of the selected row in a list that has not."""
    marked: str
    """Gutter mark of a row that the next verb works on."""
    rule: str
    divider: str
    """A column of these stands between two panels."""
    more: str
    """Stands where a text was cut."""
    dot: str
    """Parts two facts on one line."""
    fill: str
    track: str
    middle: str
    """A gauge's filled part, its empty part and its zero."""
    gap: str
    """A tenth of a sparkline in which nobody spoke."""
    sparks: str

    def mark(self, tier: int, official: bool = False) -> str:
        """The mark of a tier (1 act now, 2 soon, 3 watch), or of an official alert."""
        if official:
            return self.official
        return {1: self.act_now, 2: self.soon}.get(tier, self.watch)


UNICODE = Glyphs(
    act_now="▲",
    soon="●",
    watch="·",
    official="■",
    cursor="▸",
    held="▹",
    marked="+",
    rule="─",
    divider="│",
    more="…",
    dot="·",
    fill="━",
    track="─",
    middle="┼",
    gap=" ",
    sparks="▁▂▃▄▅▆▇█",
)
ASCII = Glyphs(
    act_now="!",
    soon="*",
    watch=".",
    official="#",
    cursor=">",
    held="-",
    marked="+",
    rule="-",
    divider="|",
    more="~",
    dot="-",
    fill="=",
    track="-",
    middle="|",
    gap=" ",
    sparks=".:-=+*#",
)
