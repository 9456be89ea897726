"""What hangs on the wall, and how it is kept up to date: incidents, mentions, mood, the selected item."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.timer import Timer
from textual.widget import Widget

from console.commands import COMMANDS, Where, allowed
from console.desk import doings, items, standing, surging
from console.desk.here import Here
from console.desk.keys import hints
from console.desk.lifeline import CHECK, Lifeline
from console.desk.panels import IncidentPanel, StreamPanel
from console.desk.seen import Seen, look, moods_of, weightiest
from console.desk.speaking import Speaking
from console.desk.terminal.ladder import Rung
from console.desk.watching import GATHER, POLL, Watching
from console.model import MentionDetail, MentionFilter, Unread
from console.work import mention_in, subject_of_incident, subject_of_mention
from widgets.item_detail import Item
from widgets.line import Line, cut
from widgets.mood_gauge import MoodGauge
from widgets.painted import Picture
from widgets.reading import Reading
from widgets.row_list import RowList
from widgets.status_line import Status, StatusLine

if TYPE_CHECKING:
    from console.store.reader import Reader

Panel = Literal["incidents", "mentions", "detail"]
PANELS: tuple[Panel, ...] = ("incidents", "mentions", "detail")
REST: Mapping[Rung, float] = {"full": 0.06, "lean": 1.0, "trickle": 1.0}
"""Seconds that the cursor must rest before the detail follows, so that a held key does not repaint it."""
GATHERED: Mapping[Rung, float] = {"full": GATHER, "lean": 2.0, "trickle": 15.0}
"""Seconds in which all news is shown together. A tier 1 never waits for it."""
GAUGES = 4
NARROW, WIDE = 80, 120
"""Columns below which one panel is shown at a time, and from which two lists stand side by side."""
LEAST_COLUMNS, LEAST_LINES = 40, 12
"""Below these there is only a sentence that says so."""
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
            f"{LEAST_COLUMNS} columns and {LEAST_LINES} lines.",
            "Ctrl+Q quits.",
        )
        return [((cut(line, size.width), ""),) for line in words]


class Display(Speaking, inherit_bindings=False):
    """Everything at a glance. State is here; panels are given values and answer with messages."""

    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-tiny"),
        (LEAST_COLUMNS, "-narrow"),
        (NARROW, "-normal"),
        (WIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LEAST_LINES, "-high")]  # noqa: RUF012

    def __init__(self, here: Here, watching: Watching, lifeline: Lifeline) -> None:
        super().__init__(here, watching, lifeline)
        self._seen = Seen()
        self._at: Panel = "incidents"
        self._from: Panel = "incidents"
        """The list whose selected row the detail shows."""
        self._resting: Timer | None = None
        self._mention: MentionDetail | None = None
        glyphs = here.glyphs
        self._status = StatusLine(Status(here.settings.desk.name), glyphs=glyphs)
        self._incidents = IncidentPanel(here)
        self._stream = StreamPanel(here, watching)
        self._moods = MoodGauge((), glyphs=glyphs)
        self._link_told: tuple[str, ...] = ()
        """What the status line says of the link. It counts at full minutes, for to say so costs bytes."""
        self._marked: dict[str, None] = {}
        """Subjects that the next verb works on, in the order in which they were marked."""

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
        self._link_told = self._here.link.named()  # nothing was sent yet that could be counted
        self._look()
        self._go_to("incidents")
        self.set_interval(POLL, self._poll)
        self._await_minute()
        self._keep_lifeline()

    # Looking

    def _poll(self) -> None:
        # Until every source was looked at, an empty wall would be taken for a quiet evening.
        gather = GATHERED[self._here.link.rung] if self._seen.settled else GATHER
        if self._watching.due(gather, self._urgent):
            self._look()
        elif self._watching.reader is None:
            self._draw_status()

    def _urgent(self, reader: Reader) -> bool:
        """Whether somebody calls for help, or somebody else holds something now."""
        heard = self._alarm.heard if self._alarm else 0
        if reader.waiting(MentionFilter(), heard).act_now:
            return True
        held = {claim.subject: claim.epoch for claim in reader.claims()}
        return held != {claim.subject: claim.epoch for claim in self._seen.work.claims.values()}

    def _await_minute(self) -> None:
        self.set_timer(MINUTE - self._here.now().timestamp() % MINUTE + 0.01, self._tick)

    def _tick(self) -> None:
        self._link_told = self._here.link.told()
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
            self._hear_surges(seen)
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
                linked=self._lifeline.alive,
                lost_at=self._lifeline.lost_at,
                service=self._seen.service,
                sources=self._seen.sources,
                counts=self._seen.counts,
                newest_at=self._seen.newest_at,
                trouble=self._watching.trouble,
                exercise=desk.exercise,
                pause=self._seen.pause,
                inbox=self._lifeline.inbox if self._lifeline.alive else None,
                dot=self._here.glyphs.dot,
                link=self._link_told,
            )
        )

    @work(
        group="lifeline",
        exclusive=True,
        exit_on_error=False,
        description="ask the service whether it is there",
    )
    async def _keep_lifeline(self) -> None:
        while True:
            await asyncio.to_thread(self._lifeline.check)
            self._hear_private(self._lifeline.inbox or Unread())
            self._draw_status()
            self._show_keys()
            await asyncio.sleep(CHECK)

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
        self._resting = self.set_timer(REST[self._here.link.rung], self._show_selected)

    def _show_selected(self) -> None:
        """The cursor rests: show the item under it, and the mood of its place."""
        item = self._item()
        self._detail.begin(replace(item, said=self._spelled) if self._spelled else item)
        now = self._here.now()
        moods = self._watching.ask(lambda reader: moods_of(reader, self._places(), self._seen.sources, now))
        if moods is not None:
            self._moods.show(moods)

    def _item(self) -> Item:
        here = self._here
        if self._from == "incidents":
            incident = self._incidents.selected
            if incident is None:
                return Item(empty="no incident yet")
            said = self._watching.ask(lambda reader: weightiest(reader, incident))
            item = items.incident_item(incident, said, here.now(), here.zone)
            surge = surging.of(self._seen.surges, incident.place, incident.topic)
            item = surging.with_surge(item, surge, here.now(), here.zone)
            return self._with_work(item, subject_of_incident(incident.key), incident.tier)
        row = self._stream.list.selected
        self._mention = self._watching.ask(lambda reader: reader.mention(row.key)) if row else None
        if self._mention is None:
            return Item(empty="no mention is selected")
        item = items.mention_item(self._mention, here.now(), here.zone, here.languages)
        mention = self._mention.mention
        return self._with_work(item, subject_of_mention(mention.id), mention.tier)

    def _with_work(self, item: Item, subject: str, tier: int) -> Item:
        """What people do about it, beside what it is."""
        mention = self._mention.mention if self._mention and mention_in(subject) is not None else None
        around = self._watching.ask(lambda reader: doings.read(reader, self._seen.work, subject, mention))
        if around is None:
            return item
        here = self._here
        return doings.attended(item, around, tier, here.settings.clocks, here.now(), here.zone)

    # Where the keys go

    @property
    def where(self) -> Where:
        """What has the keys."""
        return "typing" if self._stream.line is not None else self._at

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """A command does something only where it is declared to be valid."""
        if self._line is not None:
            return action in ("back", "leave")
        command = next((command for command in COMMANDS if command.name == action), None)
        return command is None or allowed(command, self.where, observes=self._lifeline.observes)

    def _show_keys(self) -> None:
        observes, marked = self._lifeline.observes, len(self._marked)
        self._keys.show(hints(self.where, self._here.glyphs, observes=observes, marked=marked))

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
        self._lay_out()
        self._draw()
        self._show_keys()
        self.call_after_refresh(self._give_keys)

    def on_resize(self) -> None:
        """Another width may show other panels."""
        self._lay_out()

    def fit_link(self) -> None:
        """Lay the panels out for a link that bears more now, or less."""
        if self.is_mounted:
            self._link_told = self._here.link.told()
            self._lay_out()
            self._draw_status()

    def _lay_out(self) -> None:
        """Show every panel, or on a narrow terminal and a trickling link the one that has the keys.

        Two lists stand side by side only where the link is full: a terminal can move the rows of a list by
        itself only where they reach from edge to edge.

        Panels are hidden one by one: a class on the screen would have everything on it drawn again.
        """
        rung = self._here.link.rung
        narrow = 0 < self.size.width < NARROW or rung == "trickle"
        room = self.size.width >= LEAST_COLUMNS and self.size.height >= LEAST_LINES
        self._incidents.display = not narrow or self._at == "incidents"
        self._stream.display = not narrow or self._at == "mentions"
        self._detail.display = room and (not narrow or self._at == "detail")
        body = self.query_one("#body")
        body.display = room and (not narrow or self._at != "detail")
        body.set_class(self.size.width >= WIDE and rung == "full", "-beside")

    def _give_keys(self) -> None:
        target: Widget = self._scrolled
        if self.where != "typing":
            target.focus()

    def _used(self) -> None:
        """The operator works: lists hold still, and what was said in answer to the last key goes."""
        self._incidents.used()
        self._stream.used()
        self._hush()
