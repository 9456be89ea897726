"""One declaration per verb: its keys, its words, where it is valid, what it is called in the shell.

Bindings, key line, `?` page, `:` palette and the command line's verbs are all made from `COMMANDS`.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.command import (
    ASCII_KEY_NAMES,
    EVERYWHERE,
    KEY_NAMES,
    LISTS,
    MOVED,
    PANELS,
    SCROLLED,
    SHELL,
    Command,
    Where,
)
from console.commands_answering import ANSWERING
from console.commands_shell import IN_A_SHELL
from console.commands_working import WORKING

__all__ = [
    "ASCII_KEY_NAMES",
    "COMMANDS",
    "EVERYWHERE",
    "KEY_NAMES",
    "Command",
    "Where",
    "allowed",
    "named",
    "valid",
]

COMMANDS: tuple[Command, ...] = (
    Command("down", ("down", "j"), "down", "Go one row down.", "Move", (*MOVED, "typing")),
    Command("up", ("up", "k"), "up", "Go one row up.", "Move", (*MOVED, "typing")),
    Command("page_down", ("pagedown",), "screen down", "Go one screen down.", "Move", MOVED),
    Command("page_up", ("pageup",), "screen up", "Go one screen up.", "Move", MOVED),
    Command("first", ("g", "home"), "first", "Go to the first row.", "Move", SCROLLED),
    Command("last", ("G", "end"), "last", "Go to the last row.", "Move", SCROLLED),
    Command("next_panel", ("tab",), "panel", "Go to the next panel.", "Move", (*PANELS, "typing"), 13),
    Command("previous_panel", ("shift+tab",), "panel before", "Go to the panel before.", "Move", PANELS),
    Command(
        "open",
        ("enter",),
        "open",
        "On an incident: show only its mentions. On a mention: read it in full.",
        "Look",
        LISTS,
        12,
    ),
    Command(
        "back",
        ("escape",),
        "back",
        "Leave what was opened last: page, filter, panel.",
        "Look",
        EVERYWHERE,
        13,
    ),
    Command(
        "let_in",
        ("full_stop",),
        "new",
        "Let the waiting rows in; the selected row stays selected.",
        "Look",
        PANELS,
        12,
    ),
    Command(
        "filter",
        ("slash",),
        "filter",
        "Show only mentions with these words, or place: source: tier: topic: since:.",
        "Look",
        PANELS,
        5,
    ),
    Command(
        "view",
        tuple("123456789"),
        "view",
        "Show a saved view, by the number on its tab.",
        "Look",
        PANELS,
    ),
    Command(
        "copy", ("y",), "copy", "Put the link or the text on the terminal's clipboard.", "Use", PANELS, 13
    ),
    Command(
        "plain",
        ("Y",),
        "plain text",
        "Show the text alone on a page, to be selected with the terminal's own mouse.",
        "Use",
        PANELS,
    ),
    Command("sources", (), "sources", "Show how every source is doing.", "Look", PANELS, verb="sources"),
    Command(
        "surges",
        (),
        "surges",
        "Show of what far more people speak than usual, and which words rose.",
        "Look",
        PANELS,
        verb="surges",
    ),
    Command(
        "places",
        (),
        "places to add",
        "The place list, and the names that people use and it does not have.",
        "Look",
        PANELS,
        verb="places",
    ),
    Command(
        "inbox",
        ("I",),
        "inbox",
        "Show what was sent to the desk in private, to those who may read it.",
        "Look",
        PANELS,
        verb="inbox",
    ),
    Command(
        "recheck",
        ("R",),
        "still so?",
        "Ask its source whether the mention still stands as shown.",
        "Use",
        ("mentions", "detail"),
        verb="recheck",
    ),
    *WORKING,
    *ANSWERING,
    Command("repaint", ("ctrl+l",), "repaint", "Draw the whole screen again.", "Desk", PANELS),
    Command(
        "link",
        ("B",),
        "link",
        "Draw what the link to this terminal bears, or always full, lean or trickle; round and round.",
        "Desk",
        PANELS,
    ),
    Command("theme_terminal", (), "terminal colours", "Use the terminal's own colours.", "Desk", PANELS),
    Command("theme_dark", (), "dark theme", "Use the dark theme.", "Desk", PANELS),
    Command("theme_light", (), "light theme", "Use the light theme.", "Desk", PANELS),
    Command("palette", ("colon",), "verbs", "Find a verb by a word of it.", "Desk", PANELS, 6),
    Command("help", ("question_mark",), "keys", "Show the keys that work here.", "Desk", PANELS, 98, True),
    Command("interrupt", ("ctrl+c",), "how to quit", "Say how to quit; it ends nothing.", "Desk", PANELS),
    Command(
        "leave", ("ctrl+q",), "quit", "Leave the desk; the service goes on.", "Desk", EVERYWHERE, 99, True
    ),
    *IN_A_SHELL,
    Command("mentions", (), "mentions", "List the mentions.", "In a shell", SHELL, verb="mentions"),
    Command("incidents", (), "incidents", "List the open incidents.", "In a shell", SHELL, verb="incidents"),
    Command(
        "status", (), "status", "Say how service and desk are doing.", "In a shell", SHELL, verb="status"
    ),
    Command(
        "doctor",
        (),
        "doctor",
        "Check this machine and say how to mend it.",
        "In a shell",
        SHELL,
        verb="doctor",
    ),
    Command("serve", (), "serve", "Run the service.", "In a shell", SHELL, verb="serve"),
    Command("replay", (), "replay", "Take in a JSONL file of posts.", "In a shell", SHELL, verb="replay"),
    Command("triage", (), "triage", "Judge posts without a database.", "In a shell", SHELL, verb="triage"),
    Command("demo", (), "demo", "Show an invented town, offline.", "In a shell", SHELL, verb="demo"),
    Command("config", (), "config", "Write, check or find the settings.", "In a shell", SHELL, verb="config"),
    Command(
        "log",
        (),
        "log",
        "Show the append-only log, or check that it is whole.",
        "In a shell",
        SHELL,
        verb="log",
    ),
    Command("backup", (), "backup", "Copy the database, now.", "In a shell", SHELL, verb="backup"),
)


def valid(
    where: Where, commands: Iterable[Command] = COMMANDS, *, observes: bool = False
) -> tuple[Command, ...]:
    """The commands that do something where the keys are now; `observes` is whether one may only look."""
    return tuple(command for command in commands if allowed(command, where, observes=observes))


def allowed(command: Command, where: Where, *, observes: bool = False) -> bool:
    """Whether a command does something where the keys are now."""
    return where in command.where and not (observes and command.acts)


def named(name: str) -> Command:
    """The command of this name; raises KeyError for one that does not exist."""
    for command in COMMANDS:
        if command.name == name:
            return command
    raise KeyError(name)
