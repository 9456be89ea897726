"""The two lists of the wall, each with its heading and with what it holds back until it is let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message

from console.desk import holding, naming, rows, surging
from console.desk.held import Held, arrange
from console.desk.here import Here
from console.desk.seen import NOTHING_WAITS, Seen
from console.desk.stream import MentionPages
from console.desk.watching import Watching
from console.filters import FilterError, describe, parse_filter
from console.model import Incident, Mention, MentionFilter
from console.surge import Surges
from console.work import WorkNow, subject_of_incident, subject_of_mention
from widgets.heading import Heading, Title
from widgets.incident_list import IncidentList, IncidentRow, columns, grouped
from widgets.line import Line
from widgets.mention_stream import MentionRow, MentionStream
from widgets.row_list import GUTTER
from widgets.tab_line import TabLine, Tabs, waiting_words
from widgets.window import Listed

if TYPE_CHECKING:
    from widgets.filter_line import FilterLine

FILTER_HINT = "words place: source: tier: topic: since:   Enter applies, Esc leaves"


class IncidentPanel(Container):
    """The incidents, in the order in which they were let in."""

    def __init__(self, here: Here) -> None:
        super().__init__(id="incidents-panel")
        self._here = here
        self._held = Held()
        self._shown: dict[str, Incident] = {}
        self._work = WorkNow()
        self._surges = Surges()
        self._waits: Line = ()
        self._to_add = ""
        """How many names no place list has."""
        self._focused = False
        self._filling = True
        self._settled = False
        self.list = IncidentList(
            glyphs=here.glyphs, empty="no open incident: nothing was judged to be one yet"
        )

    def compose(self) -> ComposeResult:
        """Heading and list."""
        yield Heading(Title(()), glyphs=self._here.glyphs)
        yield self.list

    @property
    def selected(self) -> Incident | None:
        """The incident under the cursor, as it is now."""
        row = self.list.selected
        return self._shown.get(row.key) if isinstance(row, IncidentRow) else None

    @property
    def places(self) -> tuple[str, ...]:
        """The places that have incidents, in the order of the list."""
        return tuple(dict.fromkeys(incident.place for incident in self._shown.values() if incident.place))

    def take(self, seen: Seen) -> None:
        """Show today's values; the order stays, and what is new waits, once the panel was filled or used."""
        self._filling = self._filling and not (self.list.full and self._settled)
        self._settled = seen.settled
        self._work = seen.work
        if self._filling:
            self._held = Held(seen.incidents)
        self._arrange(seen, reveal=self._filling)

    def let_in(self, seen: Seen) -> None:
        """Take today's incidents in today's order."""
        self._held = Held(seen.incidents)
        self._arrange(seen, reveal=True)

    def used(self) -> None:
        """The operator works here: from now on nothing moves unasked."""
        self._filling = False

    def on_resize(self) -> None:
        """Another width has room for other columns."""
        self.head(self._focused)

    def head(self, focused: bool) -> None:
        """Draw the heading."""
        self._focused = focused
        tail = self._waits or ((columns(self.size.width - GUTTER), "quiet"),)
        title = (("INCIDENTS", "strong"), (f"  {self._to_add}" if self._to_add else "", "quiet"))
        self.query_one(Heading).show(Title(title, focused, tail))

    def _arrange(self, seen: Seen, *, reveal: bool) -> None:
        arranged, now = arrange(self._held, seen.incidents), self._here.now()
        self._surges, self._to_add = seen.surges, naming.to_add(seen.to_add)
        self._shown = {incident.key: incident for incident, _ in arranged.rows}
        self._waits = waiting_words(arranged.waiting, arranged.act_now, "incident")
        listed = grouped([self._row(incident, new, now) for incident, new in arranged.rows])
        self.list.show(Listed(listed), reveal=reveal)

    def _row(self, incident: Incident, new: int, now: datetime) -> IncidentRow:
        clocks, zone = self._here.settings.clocks, self._here.zone
        facts = holding.incident_facts(self._work, incident.key, incident.tier, clocks, now, zone)
        facts += surging.facts(surging.of(self._surges, incident.place, incident.topic))
        by_hand = self._work.item(subject_of_incident(incident.key)).tier is not None
        return rows.incident_row(incident, new, now, facts, holding.BY_HAND if by_hand else "")


class StreamPanel(Container):
    """The mentions that the view or the filter lets through, up to the newest that was let in."""

    @dataclass
    class Narrowed(Message):
        """Another filter is in force: look again."""

    @dataclass
    class Refused(Message):
        """A filter makes no sense."""

        text: str

    def __init__(self, here: Here, watching: Watching) -> None:
        super().__init__(id="mentions-panel")
        self._here = here
        self._watching = watching
        self._views = (("all", ""), *((view.name, view.filter) for view in here.settings.views))
        self._view = 0
        self._waits = NOTHING_WAITS
        self._work = WorkNow()
        self._filling = True
        self._settled = False
        self._narrowed = False
        """Another filter is in force than at the last look."""
        self.wanted = MentionFilter()
        self.own = False
        """Whether the filter in force is the operator's own, not a view's."""
        self.newest = 0
        """Id of the newest mention that was let in."""
        self.list = MentionStream(glyphs=here.glyphs, empty="")
        self.line: FilterLine | None = None
        """Where a filter is typed, while one is."""

    def compose(self) -> ComposeResult:
        """Tabs and the stream; the line for a filter comes between them while it is open."""
        yield TabLine(Tabs("MENTIONS", ()), glyphs=self._here.glyphs)
        yield self.list

    def take(self, seen: Seen) -> None:
        """Show today's values; what is new waits, once the panel was filled or used."""
        self._filling = self._filling and not (self.list.full and self._settled)
        self._settled = seen.settled
        self._work = seen.work
        self._narrowed = self._narrowed or self._filling
        if self._filling and seen.waiting.total:
            self.newest, self._waits = seen.newest, NOTHING_WAITS
        else:
            self._waits = seen.waiting
        self._show(reveal=self._narrowed)
        self._narrowed = False

    def let_in(self, seen: Seen) -> None:
        """Let everything in that was there at the last look."""
        self.newest, self._waits = seen.newest, NOTHING_WAITS
        self._show(reveal=True)

    def used(self) -> None:
        """The operator works here: from now on nothing moves unasked."""
        self._filling = False

    def head(self, focused: bool) -> None:
        """Draw the tabs."""
        self.query_one(TabLine).show(
            Tabs(
                title="MENTIONS",
                names=tuple(name for name, _ in self._views),
                active=self._view,
                filter=describe(self.wanted, self._here.zone) if self.own else "",
                waiting=self._waits.total,
                act_now=self._waits.act_now,
                focused=focused,
            )
        )

    def view(self, number: int) -> None:
        """Show a saved view, by the number on its tab."""
        if not 1 <= number <= len(self._views):
            self.post_message(self.Refused(f"There is no view {number}; the tabs show those there are."))
            return
        if self._narrow(self._views[number - 1][1], own=False):
            self._view = number - 1

    def only_incident(self, key: str) -> None:
        """Show only the mentions of one incident."""
        self._set(MentionFilter(incident=key), own=True)

    def clear(self) -> bool:
        """Take the operator's own filter away; False when there is none."""
        if not self.own:
            return False
        self._narrow(self._views[self._view][1], own=False)
        return True

    def open_line(self) -> None:
        """Let the operator type a filter, beginning with the one in force."""
        from widgets.filter_line import FilterLine  # an input is not needed for the first picture

        if self.line is None:
            begun = f"{describe(self.wanted, self._here.zone)} " if self.own else ""
            self.line = FilterLine("filter", FILTER_HINT, begun, glyphs=self._here.glyphs)
            self.mount(self.line, before=self.list)
        self.call_after_refresh(self.line.focus_input)

    def close_line(self) -> None:
        """Leave the line; the filter stays what it was."""
        if self.line is not None:
            self.screen.set_focus(self.list)  # else the keys go to the next list first, and both are drawn
            self.line.remove()
            self.line = None

    def on_filter_line_submitted(self, event: FilterLine.Submitted) -> None:
        """Put the filter that was typed in force, or say why it makes no sense."""
        event.stop()
        if self._narrow(event.text, own=bool(event.text.strip())):
            self.close_line()

    def _narrow(self, text: str, *, own: bool) -> bool:
        try:
            wanted = parse_filter(text, self._here.now(), self._here.zone)
        except FilterError as error:
            self.post_message(self.Refused(f"{error}."))
            return False
        self._set(wanted, own=own)
        return True

    def _set(self, wanted: MentionFilter, *, own: bool) -> None:
        self.wanted, self.own = wanted, own
        self._narrowed = True
        self.used()
        self.post_message(self.Narrowed())

    def _show(self, *, reveal: bool) -> None:
        pages = MentionPages(self._watching, self.wanted, self.newest, self._row)
        empty = "no mention yet" if self.wanted.empty else "no mention passes this filter; Esc clears it"
        self.list.show(pages, reveal=reveal, empty=empty)

    def _row(self, mention: Mention) -> MentionRow:
        here, now = self._here, self._here.now()
        item = self._work.item(subject_of_mention(mention.id))
        return rows.mention_row(
            mention,
            now,
            here.zone,
            here.languages,
            work=holding.mention_work(self._work, mention, now, here.zone),
            by_hand=holding.BY_HAND if item.tier is not None else "",
        )
