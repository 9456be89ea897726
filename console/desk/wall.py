"""The wall: incidents, mentions, mood, the selected item in full, and what the keys do with them."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any, ClassVar, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from console.commands import COMMANDS, Where
from console.desk import alarm, copying, items, rows, standing
from console.desk.help import help_page
from console.desk.here import Here
from console.desk.keys import bindings, hints
from console.desk.link import CHECK, Link
from console.desk.page import Page, paragraphs
from console.desk.palette import Palette
from console.desk.panels import IncidentPanel, StreamPanel
from console.desk.seen import Seen, look
from console.desk.watching import POLL, Watching
from console.model import Incident, MentionDetail
from widgets.item_detail import Item, ItemDetail
from widgets.key_line import KeyLine
from widgets.line import Line, cut
from widgets.mood_gauge import MoodGauge
from widgets.notice_line import Notice, NoticeLine
from widgets.painted import Picture
from widgets.reading import Reading
from widgets.row_list import RowList
from widgets.status_line import Status, StatusLine

Panel = Literal["incidents", "mentions", "detail"]
PANELS: tuple[Panel, ...] = ("incidents", "mentions", "detail")
REST = 0.06
"""Seconds that the cursor must rest before the detail follows, so that a held key does not repaint it."""
GAUGES = 4
MINUTE = 60.0


class Divider(Picture[None]):
    """The line between two panels that stand side by side."""

    def lines(self, size: Size) -> list[Line]:
        """One mark a line."""
        return [((self.glyphs.divider, "quiet"),)] * size.height


class TooSmall(Picture[None]):
    """What is shown where nothing can be."""

    def lines(self, size: Size) -> list[Line]:
        """A sentence in short lines."""
        words = (
            "This terminal is too small",
            "for the desk: it needs",
            "40 columns and 12 lines.",
            "Ctrl+Q quits.",
        )
        return [((cut(line, size.width), ""),) for line in words]


class Wall(Screen[None], inherit_bindings=False):
    """Everything at a glance. State is here; panels are given values and answer with messages."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = bindings("incidents", "mentions", "detail", "typing")
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-tiny"),
        (40, "-narrow"),
        (80, "-normal"),
        (120, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]  # noqa: RUF012

    def __init__(self, here: Here, watching: Watching, link: Link) -> None:
        super().__init__()
        self._here = here
        self._watching = watching
        self._link = link
        self._seen = Seen()
        self._alarm: alarm.Alarm | None = None
        self._at: Panel = "incidents"
        self._from: Panel = "incidents"
        """The list whose selected row the detail shows."""
        self._resting: Timer | None = None
        self._mention: MentionDetail | None = None
        glyphs = here.glyphs
        self._status = StatusLine(Status(here.settings.desk.name), glyphs=glyphs)
        self._incidents = IncidentPanel(here)
        self._stream = StreamPanel(here, watching)
        self._notice = NoticeLine(Notice("MOOD"), glyphs=glyphs)
        self._moods = MoodGauge((), glyphs=glyphs)
        self._detail = ItemDetail(Item(empty="nothing is selected"), glyphs=glyphs, id="detail")
        self._keys = KeyLine((), glyphs=glyphs)

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._status
        with Container(id="body"):
            yield self._incidents
            yield Divider(None, glyphs=self._here.glyphs, id="divider")
            yield self._stream
        yield self._notice
        yield self._moods
        yield self._detail
        yield self._keys
        yield TooSmall(None, id="small")

    def on_mount(self) -> None:
        """Look at once, then whenever something changed and at every full minute."""
        self._watching.due()
        self._look()
        self._go_to("incidents")
        self.set_interval(POLL, self._poll)
        self._await_minute()
        self._keep_link()

    # Looking

    def _poll(self) -> None:
        if self._watching.due():
            self._look()
        elif self._watching.reader is None:
            self._draw_status()

    def _await_minute(self) -> None:
        self.set_timer(MINUTE - self._here.now().timestamp() % MINUTE + 0.01, self._tick)

    def _tick(self) -> None:
        self._look()
        self._await_minute()

    def _look(self) -> None:
        """Read everything once and show it."""
        newest = self._watching.ask(lambda reader: reader.newest_id()) or 0
        heard = self._alarm.heard if self._alarm else newest
        seen = self._watching.ask(
            lambda reader: look(
                reader,
                self._stream.wanted,
                let_in=self._stream.newest,
                heard=heard,
            )
        )
        if seen is not None:
            self._seen = seen
            self._hear(seen)
            self._incidents.take(seen)
            self._stream.take(seen)
            self._draw()
        self._draw_status()

    def _draw(self) -> None:
        """Everything but the lists' rows and the status line."""
        self._incidents.head(self._at == "incidents")
        self._stream.head(self._at == "mentions")
        self._show_selected()

    def _draw_status(self) -> None:
        desk = self._here.settings.desk
        self._status.show(
            standing.status(
                desk.name,
                now=self._here.now(),
                zone=self._here.zone,
                linked=self._link.alive,
                lost_at=self._link.lost_at,
                service=self._seen.service,
                sources=self._seen.sources,
                counts=self._seen.counts,
                newest_at=self._seen.newest_at,
                trouble=self._watching.trouble,
                dot=self._here.glyphs.dot,
            )
        )

    @work(
        group="link", exclusive=True, exit_on_error=False, description="ask the service whether it is there"
    )
    async def _keep_link(self) -> None:
        while True:
            await asyncio.to_thread(self._link.check)
            self._draw_status()
            await asyncio.sleep(CHECK)

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
            said = detail.mention
            text = f"{ring.text}: {said.place or 'no place'}: {rows.who(said)}: {said.text}"
            notice = Notice("MOOD", text, urgent=True, hint=". lets it in")
            self._notice.speak(notice, ring=ring.bell and self._here.settings.desk.bell)

    def _places(self) -> tuple[str, ...]:
        """Whose mood is shown: the town, the selected place, then the places of the worst incidents."""
        chosen = (
            self._incidents.selected if self._from == "incidents" else self._mention and self._mention.mention
        )
        places = ("", chosen.place if chosen else "", *self._incidents.places)
        return tuple(dict.fromkeys(places))[:GAUGES]

    # The selected item

    @on(RowList.Selected)
    def _selected(self, event: RowList.Selected) -> None:
        event.stop()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._show_selected)

    def _show_selected(self) -> None:
        """The cursor rests: show the item under it, and the mood of its place."""
        item = self._item()
        self._detail.begin(item)
        now = self._here.now()
        gauges = self._watching.ask(lambda reader: [reader.gauge(place, now) for place in self._places()])
        if gauges is not None:
            self._moods.show(tuple(rows.mood(gauge, now) for gauge in gauges))

    def _item(self) -> Item:
        here = self._here
        if self._from == "incidents":
            incident = self._incidents.selected
            return (
                items.incident_item(incident, here.now(), here.zone)
                if incident
                else Item(empty="no incident yet")
            )
        row = self._stream.list.selected
        self._mention = self._watching.ask(lambda reader: reader.mention(row.key)) if row else None
        if self._mention is None:
            return Item(empty="no mention is selected")
        return items.mention_item(self._mention, here.now(), here.zone, here.languages)

    # Where the keys go

    @property
    def where(self) -> Where:
        """What has the keys."""
        return "typing" if self._stream.line.has_class("-open") else self._at

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """A command does something only where it is declared to be valid."""
        command = next((command for command in COMMANDS if command.name == action), None)
        return command is None or self.where in command.where

    @property
    def _scrolled(self) -> RowList[Any] | Reading[Item]:
        lists: dict[Panel, RowList[Any] | Reading[Item]] = {
            "incidents": self._incidents.list,
            "mentions": self._stream.list,
            "detail": self._detail,
        }
        return lists[self._at]

    def _go_to(self, panel: Panel) -> None:
        self._stream.close_line()
        self._at = panel
        if panel != "detail":
            self._from = panel
        for name in PANELS:
            self.set_class(name == panel, f"-at-{name}")
        self._draw()
        self._keys.show(hints(self.where, self._here.glyphs))
        self.call_after_refresh(self._give_keys)

    def _give_keys(self) -> None:
        target: Widget = self._scrolled
        if self.where != "typing":
            target.focus()

    def _used(self) -> None:
        """The operator works: lists hold still, and what was said in answer to the last key goes."""
        self._incidents.used()
        self._stream.used()
        if not self._notice.value.urgent:
            self._notice.show(Notice("MOOD"))

    # What keys do: one method per command that is valid here, of the same name

    def action_down(self) -> None:
        """One row down."""
        self._used()
        self._scrolled.move(1)

    def action_up(self) -> None:
        """One row up."""
        self._used()
        self._scrolled.move(-1)

    def action_page_down(self) -> None:
        """One screen down."""
        self._used()
        self._scrolled.turn(1)

    def action_page_up(self) -> None:
        """One screen up."""
        self._used()
        self._scrolled.turn(-1)

    def action_first(self) -> None:
        """To the first row."""
        self._used()
        self._scrolled.to_first()

    def action_last(self) -> None:
        """To the last row."""
        self._used()
        self._scrolled.to_last()

    def action_next_panel(self) -> None:
        """To the next panel, round and round."""
        self._used()
        self._go_to(PANELS[(PANELS.index(self._at) + (self.where != "typing")) % len(PANELS)])

    def action_previous_panel(self) -> None:
        """To the panel before."""
        self._used()
        self._go_to(PANELS[PANELS.index(self._at) - 1])

    def action_open(self) -> None:
        """An incident's mentions; a mention in full."""
        self._used()
        incident = self._incidents.selected
        if self._at == "incidents" and incident is not None:
            self._stream.only_incident(incident.key)
            self._go_to("mentions")
        elif self._at == "mentions" and self._stream.list.selected is not None:
            self._show_selected()
            self._go_to("detail")

    def action_back(self) -> None:
        """Out of what was opened last: the filter's line, the detail, the notice, the filter."""
        self._incidents.used()
        if self.where == "typing":
            self._go_to(self._at)
        elif self._at == "detail":
            self._go_to(self._from)
        elif self._notice.value.text:
            self._notice.show(Notice("MOOD"))
        elif self._at == "mentions" and self._stream.wanted.incident:
            self._stream.clear()
            self._go_to("incidents")
        elif not self._stream.clear() and self._at == "mentions":
            self._go_to("incidents")

    def action_let_in(self) -> None:
        """Let the waiting rows in; the selection stays on its row."""
        self._used()
        self._look()
        self._incidents.let_in(self._seen)
        self._stream.let_in(self._seen)
        self._notice.show(Notice("MOOD"))
        self._draw()

    def action_filter(self) -> None:
        """Type a filter over the mentions."""
        self._used()
        self._go_to("mentions")
        self._stream.open_line()
        self._keys.show(hints("typing", self._here.glyphs))

    def action_view(self, number: int) -> None:
        """Show a saved view."""
        self._used()
        self._stream.view(number)

    def action_copy(self) -> None:
        """Send the link or the text to the terminal's clipboard, and say what was done."""
        text = self._copied()
        self._used()
        if not text:
            self._say("Nothing is selected, so nothing was copied.")
            return
        self.app.copy_to_clipboard(text[: copying.MOST])
        self._say(copying.sent(text[: copying.MOST], os.environ), hint="Y shows it")

    def action_plain(self) -> None:
        """Show the text alone, to be selected with the terminal's own mouse."""
        title = "SELECT AND COPY with the mouse; this program leaves it alone"
        told = paragraphs(self._copied(whole=True).split("\n"))
        self.app.push_screen(Page(title, told, self._here.glyphs))

    def action_sources(self) -> None:
        """Show how every source is doing."""
        told = standing.sources_page(self._seen.sources, self._here.now(), self._here.zone)
        self.app.push_screen(Page("SOURCES", paragraphs(told), self._here.glyphs))

    def action_help(self) -> None:
        """Show the keys that work here."""
        self.app.push_screen(Page("KEYS", help_page(self.where, self._here.glyphs), self._here.glyphs))

    def action_palette(self) -> None:
        """Find a verb by a word of it."""
        self.app.push_screen(Palette(self.where, self._here.glyphs), self._chosen)

    def action_repaint(self) -> None:
        """Draw the whole screen again."""
        self.refresh(repaint=True, layout=True)

    def action_theme_terminal(self) -> None:
        """The terminal's own colours."""
        self.app.theme = "terminal"

    def action_theme_dark(self) -> None:
        """The dark theme."""
        self.app.theme = "dark"

    def action_theme_light(self) -> None:
        """The light theme."""
        self.app.theme = "light"

    def action_interrupt(self) -> None:
        """Say how to quit."""
        self._say("Ctrl+Q leaves the desk; Ctrl+C ends nothing here.")

    async def _chosen(self, name: str | None) -> None:
        command = next((command for command in COMMANDS if command.name == name), None)
        if command is None:
            return
        if command.where == ("shell",):
            self._say(f"Type in a shell: watchfloor {command.verb}")
        elif self.where not in command.where:
            self._say(f'"{command.label}" has nothing to do here.')
        elif command.name == "view":
            self._say("The keys 1 to 9 show the views on the tabs.")
        else:
            await self.run_action(f"app.{name}" if name == "leave" else f"screen.{name}")

    def _copied(self, *, whole: bool = False) -> str:
        """What would be copied of the selected item: its link, or the whole of it."""
        if self._from == "incidents":
            incident: Incident | None = self._incidents.selected
            return copying.of_incident(incident) if incident else ""
        self._item()
        if self._mention is None:
            return ""
        said = self._mention.mention
        return (
            "\n".join(part for part in (said.text, said.url) if part) if whole else copying.of_mention(said)
        )

    def _say(self, text: str, *, hint: str = "", error: bool = False) -> None:
        self._notice.speak(Notice("MOOD", text, error=error, hint=hint))

    @on(StreamPanel.Narrowed)
    def _narrowed(self) -> None:
        self._look()
        self._go_to("mentions" if self._at != "incidents" or self._stream.own else self._at)

    @on(StreamPanel.Refused)
    def _refused(self, event: StreamPanel.Refused) -> None:
        self._say(event.text, error=True)
