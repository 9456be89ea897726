"""Where posts come from, and what one look at a source brings back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from feeds.post import Post

Kind = Literal[
    "rss", "cap", "nws", "usgs", "gdacs", "jsonl", "mastodon", "bluesky", "jetstream", "open311", "webhook"
]
Trust = Literal["official", "public"]


@dataclass(frozen=True, slots=True)
class Source:
    """One source as the settings name it."""

    name: str
    kind: Kind
    address: str
    """`https://...`, `http://...`, or the path of a local file."""
    interval: float
    """Seconds between looks; jittered, and stretched by back-off and by what the server asks for."""
    trust: Trust = "public"
    lang: str = ""
    """Assumed for posts that do not say their language."""
    account: str = ""
    """Whom the desk signs in as (Bluesky: handle or DID). Its secret is never here: see `feeds.keys`."""
    stream: bool = False
    """Listen to the server's own stream beside the looks (Mastodon; needs a token)."""
    keywords: tuple[str, ...] = ()
    """Take only posts with one of these words (Jetstream)."""
    accounts: tuple[str, ...] = ()
    """Take only posts of these accounts (Jetstream: DIDs)."""
    jurisdiction: str = ""
    """Open311: `jurisdiction_id`, where an endpoint serves several."""
    services: tuple[str, ...] = ()
    """Open311: only requests with one of these service codes; empty for all."""
    rhythm: float = 0.0
    """Seconds within which something new is expected; 0 lets the desk learn it."""

    @property
    def by_hand(self) -> bool:
        """Whether it is looked at only when a person opens it: a search on Bluesky is no polling machine."""
        return self.kind == "bluesky" and urlsplit(self.address).path.rstrip("/") == "/search"

    @property
    def pushes(self) -> bool:
        """Whether posts come by themselves, so that it is listened to."""
        return self.kind in ("jetstream", "webhook") or (self.kind == "mastodon" and self.stream)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """What is remembered of a source between two looks. It is stored with the posts it vouches for."""

    etag: str = ""
    last_modified: str = ""
    position: int = 0
    """Bytes of a followed file that have been taken in."""
    identity: str = ""
    """Which file that position belongs to, so that a rotated file is read from its start."""
    seen: tuple[str, ...] = ()
    """Addresses of immutable documents (single alerts) already fetched, newest last, bounded."""
    cursor: str = ""
    """Up to where a platform's own order of posts has been taken in, in that platform's words."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One item, or one whole answer, that was not taken in, and why."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """One foreign document as it arrived, and what a parser must know of its source."""

    body: bytes
    content_type: str = ""
    address: str = ""
    """Where it was found; relative links start from here."""
    source: str = ""
    """The name that its posts are filed under."""
    lang: str = ""
    """Assumed for posts that do not say their language."""
    what: str = ""
    """Which of its kind's documents this is, where a kind has several (`statuses`, `events`, ...)."""
    keywords: tuple[str, ...] = ()
    """Only items with one of these words are wanted."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser made of one document."""

    posts: tuple[Post, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    links: tuple[str, ...] = ()
    """Addresses of single alerts that the document lists; a post with the same `url` stands in for one."""
    items: int = 0
    """How many items the document held, taken in or not, where its kind pages."""
    newest: str = ""
    """Position of the newest item in the platform's own order, where its kind pages."""
    oldest: str = ""
    """Position of the oldest."""
    next: str = ""
    """What to ask for the page that follows, in the platform's words; empty on the last."""
    what: str = ""
    """What the document turned out to be, where that was the question (`feeds.sniff`)."""
    still_open: tuple[str, ...] = ()
    """Ids of items whose state is expected to change, where a kind has such (Open311)."""


@dataclass(frozen=True, slots=True)
class Look:
    """The result of one look at a source that answered."""

    posts: tuple[Post, ...]
    bookmark: Bookmark
    refusals: tuple[Refusal, ...] = ()
    unchanged: bool = False
    """The server said that nothing is new (304, or an untouched file)."""
    remaining: int | None = None
    """Calls left in the server's own budget, where it says."""
    limit: int | None = None
    """How many calls that budget grants in all, where it says."""
    reset_at: datetime | None = None
    next_after: float = 0.0
    """Seconds that the server asks to be left alone (Retry-After, max-age, an exhausted budget)."""
    more: bool = False
    """This look was cut short, and what it left is still to be had: look again at once, or after
    `next_after`."""
    moved_to: str = ""
    """The address that the server says is the right one from now on."""
    missed: str = ""
    """What fell between the bookmark and this look and cannot be fetched any more, as a sentence; empty where
    nothing did, or where a kind cannot tell."""
    trouble: str = ""
    """What failed although the source answered, and is tried again, as a sentence for the operator. Nobody
    is told that nothing was missed before a look comes without it."""


class SourceError(Exception):
    """A look that failed; the message is a sentence for the operator, with no secret in it.

    `retry_after` is in seconds: how long the host is to be left alone, by its own wish or by the
    back-off; 0 when the usual interval will do. `lasting` says that asking again will not help
    until somebody changes something (a refused address, 404, a document that is no feed). `status` is
    what an HTTP server answered, 0 where none did, and `body` the first 2 KiB of what it said to that: for
    the platform's own code, never to be shown.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float = 0.0,
        lasting: bool = False,
        status: int = 0,
        body: bytes = b"",
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.lasting = lasting
        self.status = status
        self.body = body
