"""A page that asks on its lowest line: a notice above its keys, and what is valid where."""

from __future__ import annotations

from typing import Any, Self

from textual.geometry import Region

from console.command import Where
from console.commands import COMMANDS, allowed
from console.desk.asks import CONFIRM, Asks
from console.desk.here import Here
from console.desk.keys import hints
from console.desk.lifeline import Lifeline
from widgets.notice_line import Notice, NoticeLines

__all__ = ["CONFIRM", "Asking"]


class Asking(Asks[Any], inherit_bindings=False):
    """Notice and keys at the bottom; a line to type in takes the place of the keys while something is asked.

    Args:
        here: The desk.
        lifeline: The way to the service.
        title: Stands in the notice's rule while nothing is said.
    """

    AUTO_FOCUS = ""
    DEFAULT_CSS = "Asking { layout: vertical; overflow: hidden; }"

    def __init__(self, here: Here, lifeline: Lifeline, title: str) -> None:
        super().__init__(here, lifeline)
        self._title_words = title
        self._covered = False
        """Whether another page lay over this one, so that all of it has to be sent."""
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
        return command is None or allowed(command, self.where, observes=self._lifeline.observes)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Draw again what is to be laid out anew.

        A screen paints nothing itself: that its keys went from one part to another is no reason to send it.
        """
        if layout or recompose or self._covered or not self.is_mounted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def on_screen_suspend(self) -> None:
        """What comes back from behind another page is drawn whole."""
        self._covered = True

    def on_screen_resume(self) -> None:
        """From now on only what differs is sent."""
        self.call_next(setattr, self, "_covered", False)

    def _show_keys(self) -> None:
        self._keys.show(hints(self.where, self._here.glyphs, observes=self._lifeline.observes))

    def _say(self, text: str, *, hint: str = "", error: bool = False) -> None:
        self._keyed = None  # a question that is no longer in sight is not answered by the next key
        self._notice.show(Notice(self._title_words, text, error=error, hint=hint))

    def _hush(self) -> None:
        self._notice.show(Notice(self._title_words))
