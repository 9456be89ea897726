"""The bottom line: the keys that do something here and now. Run this module to see it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size

from widgets.line import Line, length
from widgets.painted import Picture


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key and what it does."""

    key: str
    label: str
    always: bool = False
    """Stays however narrow the terminal is."""


class KeyLine(Picture[tuple[KeyHint, ...]]):
    """As many keys as fit, the first first; what must stay stands at the right edge."""

    DEFAULT_CSS = "KeyLine { height: 1; }"

    def lines(self, size: Size) -> Sequence[Line]:
        """One line."""
        width = size.width
        kept = _line([hint for hint in self.value if hint.always])
        room = width - length(kept) - 1
        left: list[KeyHint] = []
        for hint in self.value:
            if hint.always:
                continue
            if length(_line([*left, hint])) > room:
                break
            left.append(hint)
        line = _line(left)
        return ((*line, (" " * max(0, width - length(line) - length(kept)), ""), *kept),)


def _line(hints: Sequence[KeyHint]) -> Line:
    return tuple(part for hint in hints for part in ((f" {hint.key}", "strong"), (f" {hint.label} ", "")))


if __name__ == "__main__":
    from widgets.alone import show_alone

    names = (
        ("j/k", "move"),
        ("Enter", "open"),
        ("/", "filter"),
        (".", "new rows"),
        ("y", "copy"),
        (":", "all verbs"),
    )
    hints = tuple(KeyHint(key, label) for key, label in names)
    show_alone(KeyLine((*hints, KeyHint("?", "keys", True), KeyHint("Ctrl+Q", "quit", True))))
