"""A burst of keys, as a slow line brings it: what stands there is what was typed, in its order."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.events import Key

from widgets.filter_line import FilterLine
from widgets.writing import Writing

WRONG, RIGHT = "the wrong words", "a crew is on its way"


class Page(App[None]):
    BINDINGS = [("escape", "leave"), ("j", "down"), ("enter", "write")]  # noqa: RUF012

    downs = 0

    def action_leave(self) -> None:
        self.screen.set_focus(None)

    def action_down(self) -> None:
        self.downs += 1

    def action_write(self) -> None:
        self.screen.set_focus(self.query_one(Writing))

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


@pytest.mark.parametrize("place", ["Writing", "Input"])
async def test_what_is_typed_behind_esc_never_goes_into_what_was_left(place: str) -> None:
    app = Page()
    async with app.run_test() as pilot:
        text = app.query_one(place)
        text.focus()
        await pilot.pause()
        for key, character in (("a", "a"), ("escape", "\x1b"), ("j", "j"), ("j", "j"), ("q", "q")):
            app.post_message(Key(key, character))
        await pilot.pause(0.2)
        assert app.downs == 2
        assert (text.text if isinstance(text, Writing) else app.query_one(FilterLine).text) == "a"


async def test_what_is_typed_behind_a_key_that_goes_back_into_the_text_is_typed_in_it() -> None:
    app = Page()
    async with app.run_test() as pilot:
        app.query_one(Writing).focus()
        await pilot.pause()
        for key, character in (("a", "a"), ("escape", "\x1b"), ("j", "j"), ("enter", "\r"), ("j", "j")):
            app.post_message(Key(key, character))
        await pilot.pause(0.2)
        assert (app.downs, app.query_one(Writing).text) == (1, "aj")
