"""A page that asks on its lowest line: a notice above its keys, and what is valid where."""

from __future__ import annotations

from typing import Any

from console.command import Where
from console.commands import COMMANDS, allowed
from console.desk.asks import CONFIRM, Asks
from console.desk.here import Here
from console.desk.keys import hints
from console.desk.link import Link
from widgets.notice_line import Notice, NoticeLines

__all__ = ["CONFIRM", "Asking"]


class Asking(Asks[Any], inherit_bindings=False):
    """Notice and keys at the bottom; a line to type in takes the place of the keys while something is asked.

    Args:
        here: The desk.
        link: The way to the service.
        title: Stands in the notice's rule while nothing is said.
    """

    AUTO_FOCUS = None
    DEFAULT_CSS = "Asking { layout: vertical; overflow: hidden; }"

    def __init__(self, here: Here, link: Link, title: str) -> None:
        super().__init__(here, link)
        self._title_words = title
        self._notice = NoticeLines(Notice(title), glyphs=here.glyphs)

    @property
    def where(self) -> Where:
        """What has the keys."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """A command does something only where it is declared to be valid, and for whom."""
        command = next((command for command in COMMANDS if command.name == action), None)
        if self._line is not None:
            return action in ("back", "leave")
        return command is None or allowed(command, self.where, observes=self._link.observes)

    def _show_keys(self) -> None:
        self._keys.show(hints(self.where, self._here.glyphs, observes=self._link.observes))

    def _say(self, text: str, *, hint: str = "", error: bool = False) -> None:
        self._notice.show(Notice(self._title_words, text, error=error, hint=hint))

    def _hush(self) -> None:
        self._notice.show(Notice(self._title_words))
