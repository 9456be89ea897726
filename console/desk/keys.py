"""Bindings and key hints, made from the commands."""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding, BindingType

from console.commands import ASCII_KEY_NAMES, COMMANDS, KEY_NAMES, Where, valid
from widgets.glyphs import ASCII, Glyphs
from widgets.key_line import KeyHint


def bindings(*places: Where) -> list[BindingType]:
    """Textual's bindings for every command that is valid in one of these places.

    A command on digits is told which one was pressed.
    """
    made: list[BindingType] = []
    for command in COMMANDS:
        if not set(places) & set(command.where) or command.name == "leave":
            continue
        for key in command.keys:
            action = f"{command.name}({key})" if key.isdigit() else command.name
            made.append(Binding(key, action, command.label, show=False, id=f"{command.name}-{key}"))
    return made


def leave_binding() -> BindingType:
    """Quitting works wherever the keys are, so it goes first."""
    command = next(command for command in COMMANDS if command.name == "leave")
    return Binding(
        ",".join(command.keys), command.name, command.label, show=False, priority=True, id=command.name
    )


def names(glyphs: Glyphs) -> Mapping[str, str]:
    """How keys are written with these marks."""
    return ASCII_KEY_NAMES if glyphs == ASCII else KEY_NAMES


def hints(where: Where, glyphs: Glyphs, *, observes: bool = False, marked: int = 0) -> tuple[KeyHint, ...]:
    """The key line for a place: every ranked command that is valid there, in its order.

    Args:
        where: What has the keys.
        glyphs: The marks of this terminal.
        observes: Whether the operator may only look.
        marked: How many rows the next verb works on; that is said first, where there are any.
    """
    ranked = sorted(
        (command for command in valid(where, observes=observes) if command.rank),
        key=lambda command: command.rank,
    )
    if marked:
        # What would do something else than it seems to, with rows marked, is not offered beside the count.
        ranked = [command for command in ranked if command.bulk or command.always]
    count = (KeyHint(names(glyphs).get("escape", "Esc"), f"{marked} marked:"),) if marked else ()
    return count + tuple(
        KeyHint(names(glyphs).get(command.keys[0], command.keys[0]), command.label, command.always)
        for command in ranked
    )
