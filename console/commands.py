"""One declaration per verb: its keys, its words, where it is valid, what it is called in the shell.

Bindings, key line, `?` page, `:` palette and the command line's verbs are all made from `COMMANDS`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Where = Literal["incidents", "mentions", "detail", "typing", "page", "shell"]
"""What has the keys: a panel of the wall, an input, a page over the wall. `shell`: only the command line."""

LISTS: tuple[Where, ...] = ("incidents", "mentions")
PANELS: tuple[Where, ...] = (*LISTS, "detail")
SCROLLED: tuple[Where, ...] = (*PANELS, "page")
EVERYWHERE: tuple[Where, ...] = (*SCROLLED, "typing")
SHELL: tuple[Where, ...] = ("shell",)

KEY_NAMES = {
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "enter": "Enter",
    "escape": "Esc",
    "slash": "/",
    "full_stop": ".",
    "question_mark": "?",
    "colon": ":",
    "ctrl+q": "Ctrl+Q",
    "ctrl+c": "Ctrl+C",
    "ctrl+l": "Ctrl+L",
}
ASCII_KEY_NAMES = {**KEY_NAMES, "down": "Down", "up": "Up", "left": "Left", "right": "Right"}


@dataclass(frozen=True, slots=True)
class Command:
    """Something that an operator can do."""

    name: str
    """Its one name: the action of the desk, the id of the binding."""
    keys: tuple[str, ...]
    """As Textual names them; empty for what only the palette or the shell offers."""
    label: str
    """A word or two for the key line."""
    help: str
    """One sentence for the `?` page and the palette."""
    group: str
    where: tuple[Where, ...]
    rank: int = 0
    """Place on the key line, 1 first; 0 keeps it off."""
    always: bool = False
    """Stays on the key line however narrow it is."""
    verb: str = ""
    """What it is called after `watchfloor` in a shell; empty when it has no meaning there."""
    danger: bool = False
    """Asks for a different key before it is done."""

    def key_words(self, names: dict[str, str] = KEY_NAMES) -> str:
        """Its keys as a person reads them: `↓ j`."""
        if len(self.keys) > 3 and all(key.isdigit() for key in self.keys):
            return f"{self.keys[0]}-{self.keys[-1]}"
        return " ".join(names.get(key, key) for key in self.keys)


COMMANDS: tuple[Command, ...] = (
    Command("down", ("down", "j"), "down", "Go one row down.", "Move", EVERYWHERE),
    Command("up", ("up", "k"), "up", "Go one row up.", "Move", EVERYWHERE),
    Command("page_down", ("pagedown",), "screen down", "Go one screen down.", "Move", SCROLLED),
    Command("page_up", ("pageup",), "screen up", "Go one screen up.", "Move", SCROLLED),
    Command("first", ("g", "home"), "first", "Go to the first row.", "Move", SCROLLED),
    Command("last", ("G", "end"), "last", "Go to the last row.", "Move", SCROLLED),
    Command("next_panel", ("tab",), "panel", "Go to the next panel.", "Move", (*PANELS, "typing"), 3),
    Command("previous_panel", ("shift+tab",), "panel before", "Go to the panel before.", "Move", PANELS),
    Command(
        "open",
        ("enter",),
        "open",
        "On an incident: show only its mentions. On a mention: read it in full.",
        "Look",
        LISTS,
        2,
    ),
    Command(
        "back", ("escape",), "back", "Leave what was opened last: page, filter, panel.", "Look", EVERYWHERE, 7
    ),
    Command(
        "let_in",
        ("full_stop",),
        "new",
        "Let the waiting rows in; the selected row stays selected.",
        "Look",
        PANELS,
        1,
    ),
    Command(
        "filter",
        ("slash",),
        "filter",
        "Show only mentions with these words, or place: source: tier: topic: since:.",
        "Look",
        PANELS,
        4,
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
        "copy", ("y",), "copy", "Put the link or the text on the terminal's clipboard.", "Use", PANELS, 6
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
    Command("repaint", ("ctrl+l",), "repaint", "Draw the whole screen again.", "Desk", PANELS),
    Command("theme_terminal", (), "terminal colours", "Use the terminal's own colours.", "Desk", PANELS),
    Command("theme_dark", (), "dark theme", "Use the dark theme.", "Desk", PANELS),
    Command("theme_light", (), "light theme", "Use the light theme.", "Desk", PANELS),
    Command("palette", ("colon",), "verbs", "Find a verb by a word of it.", "Desk", PANELS, 6),
    Command("help", ("question_mark",), "keys", "Show the keys that work here.", "Desk", PANELS, 8, True),
    Command("interrupt", ("ctrl+c",), "how to quit", "Say how to quit; it ends nothing.", "Desk", PANELS),
    Command(
        "leave", ("ctrl+q",), "quit", "Leave the desk; the service goes on.", "Desk", EVERYWHERE, 9, True
    ),
    Command(
        "claim",
        (),
        "claim",
        "Take an incident or a mention, so that nobody answers it twice.",
        "Answer",
        SHELL,
        verb="claim",
    ),
    Command("release", (), "release", "Give back what you took.", "Answer", SHELL, verb="release"),
    Command(
        "claims",
        (),
        "claims",
        "Show who holds what, since when, and whether their terminal is there.",
        "Answer",
        SHELL,
        verb="claims",
    ),
    Command(
        "reply",
        (),
        "reply",
        "Write an answer: kept as a draft, checked by the guard, and sent when you say so.",
        "Answer",
        SHELL,
        verb="reply",
    ),
    Command(
        "drafts",
        (),
        "drafts",
        "Show the drafts that can still be sent, or what one says.",
        "Answer",
        SHELL,
        verb="drafts",
    ),
    Command(
        "approve",
        (),
        "approve",
        "Agree to somebody else's draft, in the version that you read.",
        "Answer",
        SHELL,
        verb="approve",
    ),
    Command(
        "send_back",
        (),
        "send back",
        "Give a draft that waits for approval back to its author, with a reason.",
        "Answer",
        SHELL,
        verb="send-back",
    ),
    Command(
        "outbox",
        (),
        "outbox",
        "Show what is on its way, and what became of what was said.",
        "Answer",
        SHELL,
        verb="outbox",
    ),
    Command(
        "take_back",
        (),
        "take back",
        "Take back what has not left yet.",
        "Answer",
        SHELL,
        verb="take-back",
    ),
    Command(
        "look_again",
        (),
        "look again",
        "Let go on what waits for a person, after a look at it.",
        "Answer",
        SHELL,
        verb="look-again",
    ),
    Command(
        "settle",
        (),
        "settle",
        "Say of what may have been said whether it was, after a look there.",
        "Answer",
        SHELL,
        verb="settle",
    ),
    Command(
        "pause",
        (),
        "pause",
        "Stop everything that is about to be said, with a reason.",
        "Answer",
        SHELL,
        verb="pause",
    ),
    Command(
        "resume",
        (),
        "resume",
        "End a pause; what it stopped is looked at one by one.",
        "Answer",
        SHELL,
        verb="resume",
    ),
    Command(
        "channels",
        (),
        "channels",
        "Show where the desk speaks, as whom, and whether anybody hears.",
        "Answer",
        SHELL,
        verb="channels",
    ),
    Command("guard", (), "guard", "Check a text for what must not be said.", "Answer", SHELL, verb="guard"),
    Command(
        "replies",
        (),
        "replies",
        "Show the canned replies, or one of them.",
        "Answer",
        SHELL,
        verb="replies",
    ),
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
        "places", (), "places", "Read a place list from CSV or GeoJSON.", "In a shell", SHELL, verb="places"
    ),
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


def valid(where: Where, commands: Iterable[Command] = COMMANDS) -> tuple[Command, ...]:
    """The commands that do something where the keys are now."""
    return tuple(command for command in commands if where in command.where)


def named(name: str) -> Command:
    """The command of this name; raises KeyError for one that does not exist."""
    for command in COMMANDS:
        if command.name == name:
            return command
    raise KeyError(name)
