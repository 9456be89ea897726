"""One declaration per verb: bindings, key line, help and palette are made of it and cannot disagree."""

from __future__ import annotations

from typing import get_args

import pytest
from textual.binding import Binding

from console.commands import COMMANDS, EVERYWHERE, KEY_NAMES, Command, Where, named, valid
from console.desk.app import Desk
from console.desk.approvals import Approvals
from console.desk.choosing import Chooser
from console.desk.composing import Composer
from console.desk.help import help_page
from console.desk.keys import hints
from console.desk.names_page import NamesPage
from console.desk.outbox import OutboxPage
from console.desk.page import Page
from console.desk.palette import Palette, found
from console.desk.wall import Wall
from widgets.glyphs import ASCII, UNICODE
from widgets.key_line import KeyLine


def bound(owner: type) -> dict[str, str]:
    """Key to action, as Textual has it."""
    keys: dict[str, str] = {}
    for binding in owner.BINDINGS:  # type: ignore[attr-defined]
        assert isinstance(binding, Binding)
        for key in binding.key.split(","):
            assert key not in keys
            keys[key] = binding.action.split("(")[0]
    return keys


PAGES: dict[type, tuple[Where, ...]] = {
    Wall: ("incidents", "mentions", "detail", "typing"),
    Page: ("page",),
    Palette: ("typing",),
    Composer: ("writing", "answer"),
    Chooser: ("choice",),
    Approvals: ("approvals",),
    OutboxPage: ("outbox",),
    NamesPage: ("names",),
}
"""Who has the keys where."""


@pytest.mark.parametrize("where", get_args(Where))
def test_no_key_is_declared_twice_for_one_place(where: Where) -> None:
    keys = [key for command in valid(where) for key in command.keys]
    assert len(keys) == len(set(keys))


def test_no_name_is_declared_twice() -> None:
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("page", PAGES)
def test_what_is_bound_is_what_is_declared(page: type) -> None:
    valid_here = {command.name: command for where in PAGES[page] for command in valid(where)}
    declared = {key: command.name for command in valid_here.values() for key in command.keys}
    assert {**bound(page), **bound(Desk)} == declared


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.where != ("shell",)])
def test_every_command_of_the_desk_has_its_action_wherever_it_is_valid(command: Command) -> None:
    owners = [page for page, places in PAGES.items() if set(places) & set(command.where)]
    for owner in owners if command.name != "leave" else [Desk]:
        # A palette is typed into and moved in; the wall's own line is left and followed by its panels.
        if owner is not Palette or command.name in ("down", "up", "back"):
            assert callable(getattr(owner, f"action_{command.name}")), owner


@pytest.mark.parametrize("where", [where for where in get_args(Where) if where != "shell"])
def test_key_line_and_help_offer_what_is_valid_and_nothing_else(where: Where) -> None:
    allowed = {command.label: command for command in valid(where)}
    for hint in hints(where, UNICODE):
        assert hint.label in allowed
        assert KEY_NAMES.get(allowed[hint.label].keys[0], allowed[hint.label].keys[0]) == hint.key
    told = [(paragraph.label.strip(), paragraph.text) for paragraph in help_page(where, UNICODE)]
    with_keys = [command for command in valid(where) if command.keys]
    assert [
        (label, text) for label, text in told if (label, text) in [(c.key_words(), c.help) for c in with_keys]
    ]
    assert len([text for _, text in told if text in {command.help for command in COMMANDS}]) == len(with_keys)


def test_help_and_quit_stay_on_the_key_line_at_sixty_columns() -> None:
    for where in ("incidents", "mentions", "detail"):
        line = KeyLine(hints(where, UNICODE)).value
        assert [hint.label for hint in line if hint.always] == ["keys", "quit"]


def test_the_palette_lists_every_verb_and_says_where_else_it_is() -> None:
    rows = {row.key: row for row in found("", "incidents", UNICODE)}
    assert set(rows) == {command.name for command in COMMANDS} - {"palette"}
    assert rows["serve"].label == "watchfloor serve"
    assert rows["serve"].keys == "in a shell"
    assert [row.key for row in found("dark theme", "incidents", UNICODE)] == ["theme_dark"]
    assert found("no such words at all", "incidents", UNICODE) == ()


def test_quitting_and_going_back_work_everywhere() -> None:
    assert named("leave").where == EVERYWHERE
    assert named("back").where == EVERYWHERE
    with pytest.raises(KeyError):
        named("no such verb")


def test_no_key_is_needed_that_terminals_or_multiplexers_keep_for_themselves() -> None:
    taken = {"ctrl+s", "ctrl+b", "ctrl+a", "ctrl+z", "ctrl+enter", "ctrl+space"}
    assert taken.isdisjoint(key for command in COMMANDS for key in command.keys)


def test_key_names_have_an_ascii_form() -> None:
    assert all(hint.key.isascii() for hint in hints("incidents", ASCII))
    assert all(paragraph.label.isascii() for paragraph in help_page("incidents", ASCII))
