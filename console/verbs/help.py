"""The words of a verb that is also a command of the desk: said once, in `console.commands`."""

from __future__ import annotations

from console.commands import COMMANDS


def help_of(verb: str) -> str:
    """The sentence that palette, `?` page and `--help` share; raises KeyError for an unknown verb."""
    return {command.verb: command.help for command in COMMANDS}[verb]
