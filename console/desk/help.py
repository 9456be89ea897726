"""The `?` page: the keys that work where the operator is, and what the marks mean. Pure."""

from __future__ import annotations

from itertools import groupby

from console.commands import Where, valid
from console.desk.holding import BY_HAND
from console.desk.keys import names
from console.desk.page import Paragraph, Paragraphs
from console.model import TIER_WORDS
from widgets.glyphs import Glyphs
from widgets.line import fit

KEYS_WIDTH = 14
GROUPS = ("Move", "Look", "Work", "Answer", "Use", "Desk", "In a shell")
WHERE_WORDS: dict[Where, str] = {
    "incidents": "the incidents",
    "mentions": "the mentions",
    "detail": "the detail",
    "typing": "a line to type in",
    "page": "a page",
    "writing": "the text of an answer",
    "answer": "the composer",
    "choice": "a list to choose from",
    "approvals": "the drafts that wait for approval",
    "names": "the list of names that no place list has",
    "outbox": "the outbox",
    "shell": "a shell",
}


def help_page(where: Where, glyphs: Glyphs, *, observes: bool = False) -> Paragraphs:
    """Keys valid in a place, by group, then the marks and what else a newcomer wonders about."""
    told = [Paragraph(f"Keys in {WHERE_WORDS[where]}; : lists every verb, with and without a key.")]
    commands = sorted(valid(where, observes=observes), key=lambda command: GROUPS.index(command.group))
    for group, members in groupby(commands, key=lambda command: command.group):
        told.append(Paragraph(group.upper(), strong=True))
        told += [
            Paragraph(command.help, fit(f"  {command.key_words(dict(names(glyphs)))}", KEYS_WIDTH))
            for command in members
            if command.keys
        ]
    marks = [(glyphs.mark(tier), word) for tier, word in TIER_WORDS.items()]
    marks += [
        (glyphs.official, "official alert, or an incident that one covers"),
        (glyphs.cursor, "the selected row, and the panel that has the keys"),
        (glyphs.marked, "a marked row, which the next verb works on"),
        (BY_HAND, "behind severity or topic: a person has set it"),
    ]
    told.append(Paragraph("MARKS", strong=True))
    told += [Paragraph(meaning, fit(f"  {mark}", KEYS_WIDTH)) for mark, meaning in marks]
    told += [
        Paragraph("HOW TO READ IT", strong=True),
        Paragraph(
            "Urgency is points with reasons; mood is a trend, low bars are bad. Neither makes the other."
        ),
        Paragraph("Words that matched a place or a reason are underlined in the detail."),
        Paragraph(
            "New rows wait behind a counter until they are let in; only what is to act on now breaks in."
        ),
    ]
    return tuple(told)
