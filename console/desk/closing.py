"""What every page over the wall does: it closes once and itself alone, and shows a call for help."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType

from widgets.glyphs import Glyphs
from widgets.notice_line import Notice, NoticeLine


class CallLine(NoticeLine):
    """A call for help, over a page."""


class Closes(Screen[ScreenResultType], inherit_bindings=False):
    """A screen that Textual's `dismiss` takes away, and not whichever is on top by then.

    Keys that were typed ahead come in one burst, and answers of the service when they come: the second of two
    Enters, or the end of a long request, would close the page that opened meanwhile, or the wall itself.
    """

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close this screen with what it came to, and whatever stands above it with nothing."""
        if self not in self.app.screen_stack:
            nothing: AwaitComplete = AwaitComplete.nothing()  # type: ignore[no-untyped-call]
            return nothing
        while self.app.screen is not self:
            self.app.screen.dismiss()
        return super().dismiss(result)

    def call_out(self, notice: Notice, glyphs: Glyphs) -> None:
        """Show above everything the newest that the wall below was told and cannot show."""
        for line in self.query(CallLine):
            line.show(notice)
            return
        self.mount(CallLine(notice, glyphs=glyphs), before=0)
