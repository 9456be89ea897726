"""The selected mention or incident in full, and why it stands where it does. Run this module to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from widgets.line import Line, Part, cut, flat, length, styled, wrap
from widgets.painted import TIER_STYLES
from widgets.reading import Reading

GUTTER = SECTION_INDENT = 2


@dataclass(frozen=True, slots=True)
class Why:
    """One reason and its points."""

    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Section:
    """More about the item: a title in a word or two, and paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in full; every field is text already made ready to be read."""

    tier: int = 3
    word: str = ""
    """The tier in words."""
    title: tuple[str, ...] = ()
    """Facts that name it: place, topic, since when."""
    loud: str = ""
    """TEST or EXERCISE, with what that means."""
    gone: str = ""
    """A sentence when it holds no longer: deleted by its author, cancelled, expired."""
    said: str = ""
    """An answer to the last key that is too long for the notice line."""
    work: tuple[str, ...] = ()
    """What people do about it, the weightiest first: as much as fits on one line."""
    official: bool = False
    why: tuple[Why, ...] = ()
    total: float = 0
    byline: tuple[str, ...] = ()
    """Who, where, when."""
    text: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    """Stretches of the text that matched a place or a reason, in order and apart."""
    facts: tuple[str, ...] = ()
    """Repeats, mood, language, what intake mended: one line, wrapped."""
    sections: tuple[Section, ...] = ()
    empty: str = ""
    """The sentence to show instead when nothing is selected."""


class ItemDetail(Reading[Item]):
    """Title, the text with what matched underlined, why, facts, and sections.

    What a person said stands above the judgement of it: on a small screen only the first lines are in sight,
    and a call for help has to be among them.
    """

    def text(self, width: int) -> Sequence[Line]:
        """The whole item."""
        item, glyphs = self.value, self.glyphs
        said = _paragraph(item.said, width - GUTTER, "strong")
        if item.empty:
            return [*(((" " * GUTTER, ""), *line) for line in said), ((" " * GUTTER + item.empty, "quiet"),)]
        width -= GUTTER
        lines: list[Line] = [*said, self._title(item)]
        if item.loud:
            lines += [((f" {item.loud[start:end]} ", "loud"),) for start, end in wrap(item.loud, width - 2)]
        if item.gone:
            lines += _paragraph(item.gone, width, "bad")
        if item.work:
            words = f" {glyphs.dot} ".join(flat(part) for part in item.work)
            lines.append(((cut(words, width, glyphs.more), "strong"),))
        byline = _paragraph(f" {glyphs.dot} ".join(flat(part) for part in item.byline), width, "strong")
        if item.text:
            spans = wrap(item.text, width)
            lines += byline
            lines += [styled(item.text, start, end, item.marks, "marked") for start, end in spans]
            lines += self._why(item, width)
        else:
            lines += self._why(item, width)
            lines += byline
        lines += _paragraph(f" {glyphs.dot} ".join(flat(fact) for fact in item.facts), width, "quiet")
        for section in item.sections:
            lines.append(((cut(flat(section.title), width, glyphs.more), "strong"),))
            for paragraph in section.paragraphs:
                lines += [
                    ((" " * SECTION_INDENT, ""), *line)
                    for line in _paragraph(paragraph, width - SECTION_INDENT, "")
                ]
        mark = self.glyphs.cursor if self.has_focus else " "
        gutters = [mark, *[" "] * (len(lines) - 1)]
        return [((f"{gutter} ", "strong"), *line) for gutter, line in zip(gutters, lines, strict=True)]

    def on_focus(self) -> None:
        """Show that the detail has the keys."""
        self.redraw()

    def on_blur(self) -> None:
        """Show that another panel has them."""
        self.redraw()

    def _title(self, item: Item) -> Line:
        mark = self.glyphs.mark(item.tier, item.official)
        style = TIER_STYLES.get(item.tier, "")
        rest = "".join(f" {self.glyphs.dot} {flat(part)}" for part in item.title)
        return ((f"{mark} {item.word}", style), (rest, "strong"))

    def _why(self, item: Item, width: int) -> list[Line]:
        """`why 6 = calls for help +4   water indoors +2`, as many lines as it takes; the sum comes first."""
        if not item.why:
            return [(("why 0 = ", "quiet"), ("nothing in it raises its urgency", ""))]
        label = f"why {item.total:g} = "
        lines: list[list[Part]] = [[(label, "quiet")]]
        for why in item.why:
            words = cut(flat(why.text), width - len(label) - 4, self.glyphs.more)
            piece: Line = ((f"{words} ", ""), (f"{why.points:+g}", "strong"))
            gap = 3 if len(lines[-1]) > 1 else 0
            if gap and length(lines[-1]) + gap + length(piece) > width:
                lines.append([(" " * len(label), "")])
                gap = 0
            lines[-1] += [(" " * gap, ""), *piece]
        return [tuple(line) for line in lines]


def _paragraph(text: str, width: int, style: str) -> list[Line]:
    return [((text[start:end], style),) for start, end in wrap(text, width)] if text else []


if __name__ == "__main__":
    from widgets.alone import show_alone

    said = "Water is coming into the basement, my mother can't get out of her chair. 14 Mill Street."
    show_alone(
        ItemDetail(
            Item(
                tier=1,
                word="act now",
                title=("Mill Street", "flood"),
                why=(
                    Why('calls for help "can\'t get out"', 4),
                    Why("official warning covers Mill Street", 3),
                ),
                total=7,
                byline=("@ana_r", "town-board", "18:41, 2m ago"),
                text=said,
                marks=((46, 59), (77, 88)),
                facts=("3 voices, 2 repeats", "mood -0.34", "English"),
                sections=(Section("Earlier text, until 18:40", ("Water in the basement",)),),
            )
        )
    )
