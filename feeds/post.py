"""What a source gives: posts, and the official hazards that some of them carry.

Everything here is as the outside said it: untrusted, unclean, and frozen. Times are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

PostState = Literal["live", "deleted", "gone"]
"""Whether the source still shows the post. `deleted` takes back the earlier one with the same id or one of
the same names; `gone` takes back every post whose id begins with this one's: an account was closed."""
Audience = Literal["public", "unlisted", "signed in", "private", "direct"]
"""Whom its author meant it for. `signed in` (people who have signed in to its network) stays out of exports
and off public walls. `private` (followers) and `direct` (those named in it) reach the desk only
because its account is one of them: they belong into the restricted inbox and nowhere else."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where one CAP `info` holds (CAP 1.2, 3.2.4): a description, and shapes that are kept but not drawn."""

    name: str
    polygons: tuple[str, ...] = ()
    """Each as given: whitespace-separated `lat,lon` pairs."""
    circles: tuple[str, ...] = ()
    """Each as given: `lat,lon radius`, the radius in kilometres."""
    geocodes: tuple[tuple[str, str], ...] = ()
    altitude: str = ""
    """Feet above mean sea level, as given."""
    ceiling: str = ""
    """Feet above mean sea level, as given."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that an alert points to (CAP 1.2, 3.2.3). It is never fetched by itself."""

    description: str
    mime_type: str = ""
    size: str = ""
    uri: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """One `info` of an alert (CAP 1.2, 3.2.2): usually one language of it."""

    event: str
    language: str = "en-US"
    categories: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()
    urgency: str = "Unknown"
    severity: str = "Unknown"
    certainty: str = "Unknown"
    audience: str = ""
    event_codes: tuple[tuple[str, str], ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    areas: tuple[Area, ...] = ()
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Hazard:
    """One official message about a danger; several of them make one living hazard on the wall.

    CAP messages find each other through `references`. Kinds that number their events instead (USGS,
    GDACS) give that number as `thread`; for CAP it is empty.
    """

    identifier: str
    sender: str
    sent: datetime
    status: str = "Actual"
    """Actual, Exercise, System, Test or Draft; only Actual may drive anything (CAP 1.2, 3.2.1)."""
    msg_type: str = "Alert"
    """Alert, Update, Cancel, Ack or Error."""
    scope: str = "Public"
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[str, ...] = ()
    """Keys (see `key`) of the earlier messages that this one updates, cancels or rejects."""
    incidents: str = ""
    infos: tuple[Info, ...] = ()
    ends: datetime | None = None
    """When the event itself ends, where the source says so apart from the message's expiry (NWS)."""
    thread: str = ""

    @property
    def key(self) -> str:
        """The unique name of this message: sender, identifier and time sent (CAP 1.2, 3.2.1)."""
        return hazard_key(self.sender, self.identifier, self.sent)


def hazard_key(sender: str, identifier: str, sent: datetime) -> str:
    """Name a message so that two spellings of one instant (`Z`, `-00:00`, `+02:00`) agree."""
    return f"{sender.strip()},{identifier.strip()},{sent.astimezone(UTC).isoformat(timespec='seconds')}"


@dataclass(frozen=True, slots=True)
class Post:
    """One public item as a source gave it. Its identity is (`source`, `id`)."""

    source: str
    id: str
    text: str
    """Plain text: HTML is flattened by the parser, under its limits. Not clean yet."""
    created_at: datetime | None = None
    """When its author published it; None where the source does not say."""
    updated_at: datetime | None = None
    """When the source last changed it; a later one with other text is an edit."""
    author: str = ""
    """The stable handle or address by which independent voices are counted."""
    author_name: str = ""
    lang: str = ""
    """A BCP 47 tag where the source gives one, else empty."""
    url: str = ""
    reply_to: str = ""
    repost_of: str = ""
    """The id of the post that this one repeats whole, where the source says so."""
    quote_of: str = ""
    places_hint: tuple[str, ...] = ()
    """Place names that the source gives beside the text: an address field, an alert's area."""
    topic_hint: str = ""
    state: PostState = "live"
    hazard: Hazard | None = None
    notes: tuple[str, ...] = ()
    """What the parser had to mend or leave out, a sentence each."""
    raw: bytes = b""
    """The item as received, kept as evidence; nobody renders it."""
    names: tuple[str, ...] = ()
    """What it is called whichever source speaks of it: its network's own name first (ActivityPub `uri`,
    `at://` address), then what an event may call it (`mastodon.example#1234`). Two posts that share a name
    are one post, even from two sources."""
    audience: Audience = "public"
