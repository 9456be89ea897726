"""What the wall knows of saying something: it opens the composer and pages, and tells what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.desk.display import Display
from console.desk.following import EVERY, Following
from console.desk.here import Here
from console.desk.lifeline import Lifeline
from console.desk.watching import Watching
from console.work import subject_of_incident, subject_of_mention

if TYPE_CHECKING:
    from console.desk.composing import Left


class Answers(Display, inherit_bindings=False):
    """The display, from which one answers."""

    def __init__(self, here: Here, watching: Watching, lifeline: Lifeline) -> None:
        super().__init__(here, watching, lifeline)
        self._following = Following(here, watching, lambda text, error: self._say(text, error=error))

    def on_mount(self) -> None:
        """Tell every second what became of what was sent."""
        self.set_interval(EVERY, self._follow)

    def _follow(self) -> None:
        """Tell it, unless something is asked that has to stay in sight; then later."""
        if self._is_asking or self._warned:
            return
        if not self._lifeline.alive and self._following.held is not None:
            self._say(
                "No service answers: what you sent cannot be taken back now. It goes on when the service is "
                "back; O shows it.",
                error=True,
            )
            return
        self._following.tick()

    @property
    def _subject(self) -> str:
        """The selected incident or mention, as work is done on it; empty where none is selected."""
        if self._from == "incidents":
            incident = self._incidents.selected
            return subject_of_incident(incident.key) if incident else ""
        self._item()
        return subject_of_mention(self._mention.mention.id) if self._mention else ""

    def action_reply(self) -> None:
        """Write an answer to what is selected."""
        if subject := self._subject:
            self._answer_to(subject)
        else:
            self._say("Select a mention or an incident first: an answer is an answer to something.")

    def _answer_to(self, subject: str, channel: str = "") -> None:
        from console.desk.composing import Composer  # brings a text area along, which the wall does without

        composer = Composer(self._here, self._watching, self._lifeline, subject, channel)
        self.app.push_screen(composer, self._composed)

    def _composed(self, left: Left | None) -> None:
        self._look()
        if left is not None and left.deliveries:
            self._following.follow(left.deliveries)
        elif left is not None and left.says:
            self._say(left.says)

    def action_drafts(self) -> None:
        """Show the drafts that wait for a second person."""
        from console.desk.approvals import Approvals

        self.app.push_screen(Approvals(self._here, self._watching, self._lifeline, self._answer_to))

    def action_outbox(self) -> None:
        """Show what is on its way."""
        from console.desk.outbox import OutboxPage

        self.app.push_screen(OutboxPage(self._here, self._watching, self._lifeline))
