"""A burst of keys, as a slow line brings it: what stands there is what was typed, in its order."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.events import Key

from widgets.filter_line import FilterLine
from widgets.writing import Writing

WRONG, RIGHT = "the wrong words", "a crew is on its way"


class Page(App[None]):
    def compose(self) -> ComposeResult:
        yield Writing(clean=str, most=1000)
        yield FilterLine("filter")


def burst(app: App[None]) -> None:
    """All the keys at once, faster than any can be obeyed."""
    for key, character in (
        *((letter, letter) for letter in WRONG),
        *[("backspace", "\x7f")] * len(WRONG),
        *((letter, letter) for letter in RIGHT),
    ):
        app.post_message(Key(key, character))


async def test_words_that_are_taken_back_and_typed_anew_stand_as_typed() -> None:
    app = Page()
    async with app.run_test() as pilot:
        app.query_one(Writing).focus()
        await pilot.pause()
        burst(app)
        await pilot.pause(0.2)
        assert app.query_one(Writing).text == RIGHT


async def test_so_does_a_line() -> None:
    app = Page()
    async with app.run_test() as pilot:
        app.query_one(FilterLine).focus_input()
        await pilot.pause()
        burst(app)
        await pilot.pause(0.2)
        assert app.query_one(FilterLine).text == RIGHT
