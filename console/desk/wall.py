"""The wall, and what the keys do on it: one method per command that is valid here, of the same name."""

from __future__ import annotations

import asyncio
import os
from typing import ClassVar

import msgspec
from textual import on, work
from textual.binding import BindingType

from console.commands import COMMANDS
from console.desk import copying, private, standing, surging
from console.desk.display import PANELS
from console.desk.handing import Handing
from console.desk.help import help_page
from console.desk.keys import bindings
from console.desk.page import Page, labelled, paragraphs, sentence
from console.desk.panels import StreamPanel
from console.model import Incident, PrivatePost


class Wall(Handing, inherit_bindings=False):
    """The display, worked by keys."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("incidents", "mentions", "detail", "typing")

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
            if self._lifeline.alive and self._mention is not None:
                self._recheck(self._mention.mention.id, aloud=False)

    def action_back(self) -> None:
        """Out of what was opened last: a line, the detail, the notice, the marks, the filter."""
        self._incidents.used()
        if self._leave_line(None):
            return
        if self.where == "typing":
            self._go_to(self._at)
        elif self._at == "detail":
            self._go_to(self._from)
        elif self._notice.value.urgent or (self._surge.text and self._notice.value == self._standing()):
            self._put_away()
        elif self._notice.value.text:
            self._hush()
        elif self._marked:
            self._unmark()
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
        self._put_away()
        self._draw()

    def action_filter(self) -> None:
        """Type a filter over the mentions."""
        self._used()
        self._go_to("mentions")
        self._stream.open_line()
        self._show_keys()

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
        self.app.push_screen(Page("SOURCES", labelled(told), self._here.glyphs))

    def action_surges(self) -> None:
        """Show of what far more people speak than usual."""
        told = surging.page(self._seen.surges, self._here.now(), self._here.zone)
        self.app.push_screen(Page("SURGES", labelled(told), self._here.glyphs))

    def action_places(self) -> None:
        """Show the names that no list has."""
        from console.desk.names_page import NamesPage

        self.app.push_screen(NamesPage(self._here, self._watching, self._lifeline))

    def action_inbox(self) -> None:
        """Show what was sent to the desk in private, to whoever may read it."""
        self._used()
        self._open_inbox()

    def action_recheck(self) -> None:
        """Ask the source of the selected mention whether it still stands."""
        self._used()
        self._item()
        if self._from != "mentions" or self._mention is None:
            self._say("Select a mention first: a source can be asked about what it said.")
            return
        self._say("Asking its source...")
        self._recheck(self._mention.mention.id, aloud=True)

    def action_help(self) -> None:
        """Show the keys that work here."""
        told = help_page(self.where, self._here.glyphs, observes=self._lifeline.observes)
        self.app.push_screen(Page("KEYS", told, self._here.glyphs))

    def action_palette(self) -> None:
        """Find a verb by a word of it."""
        from console.desk.palette import Palette  # brings an input along, which the wall does without

        palette = Palette(self.where, self._here.glyphs, observes=self._lifeline.observes)
        self.app.push_screen(palette, self._chosen)

    def action_repaint(self) -> None:
        """Draw the whole screen again."""
        self._here.link.repaint()
        self.refresh(repaint=True, layout=True)

    def action_link(self) -> None:
        """Draw as much as the next rung does, and say what that means."""
        self._used()
        told = self._here.link.next()
        self.fit_link()
        self._say(told)

    def action_theme_terminal(self) -> None:
        """The terminal's own colours."""
        self._wear("terminal")

    def action_theme_dark(self) -> None:
        """The dark theme."""
        self._wear("dark")

    def action_theme_light(self) -> None:
        """The light theme."""
        self._wear("light")

    def _wear(self, theme: str) -> None:
        self._here.link.theme = theme
        self._here.link.changed()
        if self.app.theme != theme:
            rung = self._here.link.rung
            self._say(
                "NO_COLOR is set: the terminal's own colours stay."
                if self.app.no_color
                else f"The link is {rung}: the terminal's own colours stay until it is full."
            )

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

    @work(group="inbox", exclusive=True, exit_on_error=False, description="ask for what was sent in private")
    async def _open_inbox(self) -> None:
        from console.service.client import NoService, Refused

        try:
            answer = await asyncio.to_thread(self._lifeline.ask, "inbox")
        except NoService as error:
            self._say(sentence(str(error)), error=True)
            return
        except Refused as error:
            self.app.push_screen(Page("INBOX", paragraphs([sentence(str(error))]), self._here.glyphs))
            return
        posts = msgspec.convert(answer["posts"], tuple[PrivatePost, ...])
        told = private.inbox_page(posts, self._here.now(), self._here.zone)
        ids = private.unread_ids(posts)

        def left(_: None) -> None:
            self._note_read(ids)

        self.app.push_screen(Page("INBOX", told, self._here.glyphs), left)

    @work(group="inbox", exit_on_error=False, description="note what was read in private")
    async def _note_read(self, ids: tuple[int, ...]) -> None:
        from console.service.client import NoService, Refused

        try:
            for id_ in ids:
                await asyncio.to_thread(self._lifeline.ask, "inbox_read", id=id_)
        except (NoService, Refused) as error:
            self._say(sentence(str(error)), error=True)
        await asyncio.to_thread(self._lifeline.check)
        self._draw_status()

    @work(group="recheck", exclusive=True, exit_on_error=False, description="ask a mention's source")
    async def _recheck(self, mention: int, *, aloud: bool) -> None:
        """Ask; unasked by the operator, only what has changed is worth a word."""
        from console.service.client import NoService, Refused

        try:
            told = await asyncio.to_thread(self._lifeline.ask, "recheck", mention=mention)
        except (NoService, Refused) as error:
            if aloud:
                self._say(sentence(str(error)), error=True)
            return
        changed = told["state"] in ("edited", "deleted")
        if aloud or changed:
            self._say(told["says"], error=changed)

    @work(group="open", exclusive=True, exit_on_error=False, description="look at a saved search")
    async def _open_source(self, name: str) -> None:
        """Let the service look at what is looked at only when somebody opens it."""
        from console.service.client import NoService, Refused

        try:
            told = await asyncio.to_thread(self._lifeline.ask, "open", source=name)
        except (NoService, Refused) as error:
            self._say(sentence(str(error)), error=True)
        else:
            self._say(f"Looked at {name}: {told['new']} new.")

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

    @on(StreamPanel.Narrowed)
    def _narrowed(self) -> None:
        self._look()
        wanted = self._stream.wanted.source.casefold()
        for source in self._seen.sources:
            if wanted == source.name.casefold() and source.state == "by hand":
                self._open_source(source.name)
        here = self._at == "incidents" and self._stream.display and not self._stream.own
        self._go_to(self._at if here else "mentions")

    @on(StreamPanel.Refused)
    def _refused(self, event: StreamPanel.Refused) -> None:
        self._say(event.text, error=True)
