"""What a command is: its keys, its words, where it is valid, what it is called in the shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal[
    "incidents",
    "mentions",
    "detail",
    "typing",
    "page",
    "writing",
    "answer",
    "choice",
    "approvals",
    "outbox",
    "names",
    "shell",
]
"""What has the keys: a panel of the wall, an input, a page over the wall. `shell`: only the command line.
`writing`: the text of an answer; `answer`: the composer once Esc has left that text; `choice`: a list to
choose from; `approvals`, `outbox` and `names`: the pages of drafts that wait, of what is on its way, and of
names that no place list has."""

LISTS: tuple[Where, ...] = ("incidents", "mentions")
PANELS: tuple[Where, ...] = (*LISTS, "detail")
ROWS: tuple[Where, ...] = ("choice", "approvals", "outbox", "names")
SCROLLED: tuple[Where, ...] = (*PANELS, "page", *ROWS)
MOVED: tuple[Where, ...] = (*SCROLLED, "answer")
EVERYWHERE: tuple[Where, ...] = (*MOVED, "typing", "writing")
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
    acts: bool = False
    """Does something that those who only observe may not: their desk does not have it."""

    bulk: bool = False
    """Works on all that is marked; the others keep to the row under the cursor."""

    def key_words(self, names: dict[str, str] = KEY_NAMES) -> str:
        """Its keys as a person reads them: `↓ j`."""
        if len(self.keys) > 3 and all(key.isdigit() for key in self.keys):
            return f"{self.keys[0]}-{self.keys[-1]}"
        return " ".join(names.get(key, key) for key in self.keys)
