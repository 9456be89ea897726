"""Answers are taken out of what is typed and pasted, and nothing else is."""

from __future__ import annotations

import pytest

from console.desk.terminal.hearing import Ear


@pytest.mark.parametrize(
    ("sent", "typed", "columns"),
    [
        (["jk"], "jk", []),
        (["\x1b[1;1R"], "", [0]),
        (["j\x1b[24;80Rk\x1b[1;3R"], "jk", [79, 2]),
        (["\x1b[200~one\x1b[7;3R two\x1b[201~"], "\x1b[200~one two\x1b[201~", [2]),
        (["a\x1b[1", "2;3", "4Rb"], "ab", [33]),
        (["\x1b", "j"], "\x1bj", []),
        (["\x1b[1", "5~"], "\x1b[15~", []),
        (["\x1b[A\x1b[1;5C"], "\x1b[A\x1b[1;5C", []),
        (["[1;1R"], "[1;1R", []),
    ],
)
def test_what_is_typed_comes_through_without_the_answers(
    sent: list[str], typed: str, columns: list[int]
) -> None:
    ear, heard, told = Ear(), "", []
    for text in sent:
        rest, some = ear.take(text)
        heard += rest
        told += some
    assert (heard, told) == (typed, columns)


def test_a_lone_escape_is_passed_on_at_once() -> None:
    assert Ear().take("\x1b") == ("\x1b", [])
