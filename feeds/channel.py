"""Where the desk speaks: a channel, one message for it, and what came of sending it.

A message is whole before it is sent the first time: its key, its time and its text never change after that,
so that whatever a platform offers to make a repeat harmless (an idempotency key, a record key, a Message-ID,
a marker to look for) is the same at every try.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from feeds.post import Audience

ChannelKind = Literal[
    "dry-run", "clipboard", "mastodon", "bluesky", "open311", "mail", "webhook", "ntfy", "pagerduty"
]
"""`dry-run` says nothing to anybody; `clipboard` is for platforms closed to programs: a person posts."""
PUBLIC_KINDS: frozenset[ChannelKind] = frozenset({"dry-run", "clipboard", "mastodon", "bluesky"})
"""Kinds that the public reads; the others speak to departments and to people on call."""
Counting = Literal["graphemes", "mastodon", "bluesky", "x", "characters", "bytes"]
"""By which rule a text is measured (protocols: length limits)."""
Outcome = Literal["confirmed", "refused", "later", "unknown"]
"""`confirmed`: the far side has it. `refused`: it will not take it, and nothing was said. `later`: nothing
was said, and the same may be tried again. `unknown`: it may have been said; read back before all else."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel as the settings name it. Its secret is never here: see `feeds.keys`."""

    name: str
    kind: ChannelKind
    address: str = ""
    """Where it speaks: a server's origin (Mastodon, Bluesky), an endpoint (Open311), `smtp://host:port` or
    `smtps://host:port`, the address of a hook, of an ntfy topic."""
    account: str = ""
    """Who speaks: a handle, or the mailbox a mail comes from."""
    to: str = ""
    """Who hears, where a channel has one audience: a mailbox."""
    audience: Audience = "public"
    """The widest audience that it speaks to."""
    lang: str = ""
    """Of what is said here where nothing else is known (BCP 47)."""
    counting: Counting = "graphemes"
    limit: int = 0
    """How long one message may be by that rule; 0 where nothing bounds it."""
    jurisdiction: str = ""
    """Open311: `jurisdiction_id`."""
    service: str = ""
    """Open311: the service code of what no route names one for."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to be said on one channel, once."""

    key: str
    """Names it for ever, unguessable, `[a-z0-9-]`, at most 40 characters."""
    at: datetime
    """When it was first to be sent; fixed then."""
    text: str
    """Clean."""
    title: str = ""
    """Subject of a mail, summary of an alert, name of what a request is about."""
    warning: str = ""
    """Content warning, where the channel has such."""
    lang: str = ""
    audience: Audience = "public"
    reply_to: tuple[str, ...] = ()
    """What the post that it answers is called (`feeds.post.Post.names`), its source's own id first."""
    to: str = ""
    """Who hears it, where that is not the channel's own `to`."""
    fields: tuple[tuple[str, str], ...] = ()
    """What a department wants to know beside the text: `incident`, `place`, `address`, `service_code`,
    `tier`, `link`, ..."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of sending, or of looking whether something was sent."""

    outcome: Outcome
    says: str
    """A sentence for the operator: what happened, without any secret in it."""
    names: tuple[str, ...] = ()
    """What it is called there, the platform's own id first: the next part of a thread answers it."""
    url: str = ""
    ticket: str = ""
    """The number that a department gave it."""
    retry_after: float = 0.0
    """Seconds that the far side asks for before the next try."""
