"""What the settings and the guard say about speaking: channels, lengths, findings, policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from console.settings import Mistake, Settings, SettingsError
from console.work import Draft, Operator, Refusal, Subject
from console.workflow.answers import Policy
from console.workflow.guard import Finding, Guard, Speech, load_guard
from console.workflow.slots import empty_slots
from console.workflow.threads import split
from feeds.channel import PUBLIC_KINDS, Channel, Message
from feeds.counting import count, fits, limit_of

DRY_RUN = Channel("dry-run", "dry-run", limit=500)
"""What there is to speak on until the settings name something."""


def speaking_by(settings: Settings) -> Speaking:
    """How the desk may speak; raises SettingsError when the guard's rules make no sense."""
    try:
        return Speaking(settings)
    except (ValueError, OSError) as error:
        file = settings.answers.guard or Path("guard.toml")
        raise SettingsError((Mistake(file, "answers.guard", str(error)),)) from None


class Speaking:
    """How this desk may speak, by its settings."""

    def __init__(self, settings: Settings) -> None:
        """Raises `ValueError` when the guard's rules make no sense."""
        self._guard: Guard = load_guard(settings.answers.guard)
        self.channels: tuple[Channel, ...] = settings.channels or (DRY_RUN,)
        self._kinds = {source.name: source.kind for source in settings.sources}
        self.ours: frozenset[str] = frozenset(filter(None, map(_handle_of, self.channels)))
        """Handles of the accounts that speak for the desk."""
        given = settings.answers
        self.policy = Policy(
            tiers=frozenset(given.second_tiers),
            channels=frozenset(given.second_channels),
            roles=frozenset(given.second_roles),
            guard=given.second_guard,
            late_after=given.late_after,
        )

    def channel(self, name: str) -> Channel:
        """A channel by its name; raises Refusal for one that the settings do not name (any more)."""
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise Refusal(f"There is no channel {name} any more; nothing was sent. The settings name them.")

    def choices(self, subject: Subject) -> tuple[Channel, ...]:
        """Channels on which a subject can be answered, the most fitting first."""
        public = [channel for channel in self.channels if channel.kind in PUBLIC_KINDS]
        if subject.original is None:
            return tuple(public)
        network = self._speaks(subject.source)
        return tuple(
            sorted(
                (one for one in public if one.kind in (network, "clipboard", "dry-run")),
                key=lambda one: (one.kind != network, one.kind == "dry-run"),
            )
        )

    def network(self, source: str) -> str:
        """What the handles of a source's authors are unique in: a network, or that source alone."""
        return self._speaks(source) or f"source {source}"

    def _speaks(self, source: str) -> str:
        """The kind of channel on which a source's posts are answered; empty where there is none."""
        kind = self._kinds.get(source)
        return "bluesky" if kind in ("bluesky", "jetstream") else "mastodon" if kind == "mastodon" else ""

    def channel_for(self, subject: Subject, asked: str) -> Channel:
        """The channel that was asked for, if it can answer this; else the most fitting.

        Raises:
            Refusal: when there is none.
        """
        choices = self.choices(subject)
        if asked:
            chosen = self.channel(asked)
            if chosen not in choices:
                raise Refusal(f"A post from {subject.source} cannot be answered on {asked}.")
            return chosen
        if not choices:
            raise Refusal(
                f"No channel can answer a post from {subject.source}. Name one in the settings "
                '([channels.NAME]; kind = "clipboard" counts for you what a person posts by hand).'
            )
        return choices[0]

    def findings(self, draft: Draft, subject: Subject, channel: Channel, who: Operator) -> Sequence[Finding]:
        """What the guard has to say of a draft."""
        return self._guard.check(
            Speech(
                text=draft.text,
                channel=channel.name,
                kind=channel.kind,
                role=who.role,
                title=draft.title,
                warning=draft.warning,
                lang=draft.lang,
                quotes=subject.text,
                public=channel.kind in PUBLIC_KINDS,
            )
        )

    def findings_in(self, message: Message, channel: Channel, role: str) -> Sequence[Finding]:
        """What the guard has to say of a message that is about to go out."""
        return self._guard.check(
            Speech(
                text=message.text,
                channel=channel.name,
                kind=channel.kind,
                role=role,
                title=message.title,
                warning=message.warning,
                lang=message.lang,
                public=channel.kind in PUBLIC_KINDS,
            )
        )

    def empty_slots(self, text: str) -> Sequence[str]:
        """Slots of a canned reply that nobody filled in."""
        return empty_slots(text)

    def length(self, draft: Draft, channel: Channel) -> int:
        """How long it is by the channel's own rule, its warning included where that counts."""
        return count(draft.text.strip(), channel, draft.warning)

    def parts(self, draft: Draft, channel: Channel) -> tuple[tuple[str, ...], int]:
        """The parts of a thread that a draft makes, and by how much it is too long to make one."""
        text = draft.text.strip()

        def fitting(part: str) -> bool:
            return fits(part, channel, draft.warning)

        if fitting(text):
            return (text,), 0
        over = max(1, self.length(draft, channel) - limit_of(channel))
        if channel.kind not in PUBLIC_KINDS or channel.kind == "clipboard":
            return (text,), over
        try:
            return split(text, fitting), 0
        except ValueError:
            return (text,), over


def _handle_of(channel: Channel) -> str:
    """The whole handle of the account that speaks on a channel, as authors of posts bear it."""
    name = channel.account.lstrip("@")
    if channel.kind == "mastodon" and name and "@" not in name:
        return f"{name}@{urlsplit(channel.address).netloc.lower()}"
    return name
