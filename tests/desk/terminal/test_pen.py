"""The shortest way from one look to another, and what of a look can be seen."""

from __future__ import annotations

import itertools

import pytest
from rich.color import ColorSystem
from rich.style import Style

from console.desk.terminal.pen import PLAIN, Look, change, erasable, look_of, on_blanks
from tests.desk.terminal.emulator import Emulator

WORDS = (
    *("", "bold", "dim", "bold dim", "italic", "underline", "reverse", "strike", "bold underline reverse"),
    *(
        "red",
        "bold red",
        "on blue",
        "dim white on blue",
        "#ff7a33 on #121212",
        "italic #ff7a33",
        "bright_red",
    ),
)


def look(words: str, colours: ColorSystem | None = ColorSystem.TRUECOLOR, *, thin: bool = False) -> Look:
    return look_of(Style.parse(words), colours, thin=thin)


def test_every_change_leads_from_every_look_to_every_other() -> None:
    for old, new in itertools.product(WORDS, repeat=2):
        changed, told = Emulator(4, 1), Emulator(4, 1)
        changed.feed(change(None, look(old)) + change(look(old), look(new)) + "x")
        told.feed(Style.parse(new).render("x", color_system=ColorSystem.TRUECOLOR) if new else "x")
        assert changed.row(0)[0] == told.row(0)[0], f"{old!r} to {new!r}"


@pytest.mark.parametrize(
    ("old", "new", "sequence"),
    [
        ("bold", "bold", ""),
        ("bold", "", "\x1b[m"),
        ("", "bold", "\x1b[1m"),
        ("bold red", "red", "\x1b[22m"),
        ("bold", "dim", "\x1b[;2m"),
        ("red", "blue", "\x1b[34m"),
        ("red on blue", "on blue", "\x1b[39m"),
    ],
)
def test_no_change_is_longer_than_it_must_be(old: str, new: str, sequence: str) -> None:
    assert change(look(old), look(new)) == sequence


def test_on_a_blank_only_ground_and_lines_are_seen() -> None:
    assert on_blanks(look("bold red")) == PLAIN
    assert on_blanks(look("bold red on blue")) == on_blanks(look("on blue"))
    assert on_blanks(look("underline red")) == look("underline red")
    assert on_blanks(look("bold reverse red")) == look("bold reverse red"), "bold may brighten the ground"


def test_a_thin_link_has_sixteen_colours_and_no_dim() -> None:
    assert look("dim", thin=True) == PLAIN
    for words in ("#ff7a33", "on #121212", "color(130)"):
        assert ";2;" not in change(PLAIN, look(words, thin=True))
        assert ";5;" not in change(PLAIN, look(words, thin=True))


def test_a_terminal_without_colours_has_one_look() -> None:
    assert look("bold red on blue", None) == PLAIN


def test_a_ground_is_erased_only_by_terminals_that_keep_it() -> None:
    assert erasable(PLAIN, keeps_ground=False)
    assert not erasable(look("on blue"), keeps_ground=False)
    assert erasable(look("on blue"), keeps_ground=True)
    assert not erasable(look("underline"), keeps_ground=True)
