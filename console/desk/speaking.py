"""The one line of the wall that speaks: calls for help, surges, and answers to keys."""

from __future__ import annotations

import time
from dataclasses import replace

from rich.cells import cell_len

from console.desk import alarm, private, surging
from console.desk.asks import Asks
from console.desk.closing import Closes
from console.desk.here import Here
from console.desk.lifeline import Lifeline
from console.desk.seen import Seen
from console.desk.watching import Watching
from console.model import Unread
from widgets.item_detail import Item, ItemDetail
from widgets.line import wrap
from widgets.notice_line import Notice, NoticeLine

SPELLED = 4
"""Lines that the notice may grow to."""
MARGINS = 5
"""Cells of the notice line beside its text: blanks, the mark of an error, the gap before a hint."""
WARNED = 8.0
"""Seconds for which an error stays in sight, unless a key is pressed."""


class Speaking(Asks[None], inherit_bindings=False):
    """What is said on the wall, and what stands there until it is put away."""

    def __init__(self, here: Here, watching: Watching, lifeline: Lifeline) -> None:
        super().__init__(here, lifeline)
        self._watching = watching
        self._alarm: alarm.Alarm | None = None
        self._call: alarm.Call | None = None
        """What is to be acted on now, until it is let in or put away."""
        self._surge = surging.Heard()
        self._private_calls = 0
        """Calls for help in the restricted inbox that were announced."""
        self._notice = NoticeLine(self._standing(), glyphs=here.glyphs)
        self._detail = ItemDetail(Item(empty="nothing is selected"), glyphs=here.glyphs, id="detail")
        self._spelled = ""
        """What was said last, where it is too long for its line."""
        self._warned_at = 0.0

    def _show_selected(self) -> None:
        """Show the selected item, and over it what is spelled out."""

    # Hearing

    def _hear(self, seen: Seen) -> None:
        """Let a tier 1 arrival break in: on one line, with the bell."""
        known = self._alarm or alarm.Alarm(heard=seen.newest)
        self._alarm, ring = alarm.hear(
            known,
            newest_id=seen.newest,
            arrivals=seen.unheard.act_now,
            urgent=seen.unheard.newest_urgent,
            at=time.monotonic(),
        )
        if ring is None:
            return
        detail = self._watching.ask(lambda reader: reader.mention(ring.newest))
        if detail is not None:
            self._call = alarm.called(self._call, detail.mention, ring.arrivals)
            self._keyed = None
            self._notice.speak(self._standing(), ring=ring.bell and self._here.settings.desk.bell)
            self._call_out()

    def _call_out(self) -> None:
        """Let the page that hides the wall show what was called."""
        top = self.app.screen
        if top is not self and isinstance(top, Closes):
            top.call_out(replace(self._notice.value, hint=""), self._here.glyphs)

    def _hear_surges(self, seen: Seen) -> None:
        """Let a surge that was just told stand on the line while nothing else does, without the bell."""
        free = self._notice.value in (Notice("MOOD"), self._standing())
        self._surge = surging.hear(self._surge, seen.surges.told, self._here.now(), self._here.zone)
        if free:
            self._notice.show(self._standing())

    def _hear_private(self, inbox: Unread) -> None:
        """Ring once for every further call for help that was sent in private."""
        if inbox.act_now > self._private_calls:
            notice = Notice("MOOD", private.call(inbox), urgent=True, hint="I shows it")
            self._keyed = None
            self._notice.speak(notice, ring=self._here.settings.desk.bell)
            self._call_out()
        self._private_calls = inbox.act_now

    # Saying

    def _say(self, text: str, *, hint: str = "", error: bool = False) -> None:
        """Say something on the notice line, without the bell."""
        self._keyed = None  # no key may confirm what is not to be read any more
        self._warned_at = time.monotonic() if error else 0.0
        self._notice.speak(Notice("MOOD", text, error=error, hint=hint))
        self._spell_out(text if cell_len(text) + cell_len(hint) > self.size.width - MARGINS else "")

    @property
    def _warned(self) -> bool:
        """Whether an error was said just now, which nothing but a key may take out of sight."""
        return time.monotonic() - self._warned_at < WARNED

    def _hush(self) -> None:
        """Take back what was said last; a tier 1 arrival stands again until it is put away."""
        self._warned_at = 0.0
        self._notice.show(self._standing())
        self._spell_out("")

    def _spell_out(self, text: str) -> None:
        """Show in the detail what is too long for the line: what to do next stands at its end.

        Where one panel is shown at a time, the line grows instead.
        """
        lines = len(wrap(text, self.size.width - MARGINS)) if text and not self._detail.display else 1
        self._notice.styles.height = min(lines, SPELLED)
        if text != self._spelled:
            self._spelled = text
            self._show_selected()

    def _standing(self) -> Notice:
        if self._call is None:
            return Notice("MOOD", self._surge.text, hint="Esc" if self._surge.text else "")
        return Notice("MOOD", self._call.text, urgent=True, hint=". lets it in")

    def _put_away(self) -> None:
        """Take back what was said last; what stands beneath it, a surge, is taken back by the next time."""
        if self._call is None and not self._notice.value.urgent:
            self._surge = self._surge.put_away()
        self._call = None
        self._hush()
