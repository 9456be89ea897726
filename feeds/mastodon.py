"""Mastodon's API, as Mastodon, GoToSocial, Takahe, snac and others speak it: addresses, statuses into posts.

Pure; what asks and listens is in `feeds.mastodon_look` and `feeds.mastodon_stream`. Identity is the `uri`: an
`id` holds on one server only, and is kept as `server#id`, because that is all that a deletion names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec

from feeds.html import to_text
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.post import Audience, Post
from feeds.source import Document, Parsed, Refusal
from feeds.sse import LONGEST_EVENT, TOO_LONG
from feeds.times import parse_time

LONGEST_QUOTE = 200
"""Characters of a quoted post that stand in the post that quotes it."""
MENTIONS = ("mention", "status", "update", "quote", "quoted_update")
"""Notifications that bring a post to the desk; favourites, boosts and followers do not."""
AUDIENCES: dict[str, Audience] = {
    "public": "public",
    "unlisted": "unlisted",
    "private": "private",
    "direct": "direct",
}
_FORMS = (
    "write it as the browser shows it: https://HOST/tags/NAME, /public, /public/local, /lists/NUMBER, "
    "/@NAME, /notifications or /search?q=WORDS"
)
_QUOTE_INLINE = re.compile(r'<p class="quote-inline">.{0,2000}?</p>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One timeline of one server."""

    origin: str
    """`https://mastodon.example`"""
    path: str
    """Of the API; `{account}` stands for an account's id, which has to be looked up."""
    query: tuple[tuple[str, str], ...] = ()
    what: str = "statuses"
    """Which of our documents its pages are."""
    stream: str = ""
    """Path and query of its stream; empty where it has none."""
    access: tuple[str, str] = ("", "")
    """Where `configuration.timelines_access` says who may read it: the feed, and `local` or `remote`, or
    nothing for both."""
    account: str = ""
    """Whose posts, for the timeline of an account."""
    signed: bool = False
    """Whether it is shown only to those who sign in."""

    @property
    def host(self) -> str:
        """The server, as its ids are named after it."""
        return self.origin.partition("://")[2]


def timeline_of(address: str) -> Timeline:
    """Read the address of a timeline as a browser shows it.

    Raises:
        ValueError: with the forms that there are.
    """
    parts = urlsplit(address)
    origin, path = f"{parts.scheme}://{parts.netloc.lower()}", parts.path.rstrip("/")
    query = dict(parse_qsl(parts.query))
    api = "/api/v1/timelines"
    if match := re.fullmatch(r"/tags/([^/]+)", path):
        tag = match[1].lstrip("#")
        stream = f"/api/v1/streaming/hashtag?tag={tag}"
        return Timeline(origin, f"{api}/tag/{tag}", stream=stream, access=("hashtag_feeds", ""))
    if match := re.fullmatch(r"/public(?:/(local|remote))?", path):
        part = match[1] or ""
        stream = f"/api/v1/streaming/public{f'/{part}' if part else ''}"
        asked: tuple[tuple[str, str], ...] = ((part, "true"),) if part else ()
        return Timeline(origin, f"{api}/public", asked, stream=stream, access=("live_feeds", part))
    if match := re.fullmatch(r"/lists/([^/]+)", path):
        stream = f"/api/v1/streaming/list?list={match[1]}"
        return Timeline(origin, f"{api}/list/{match[1]}", stream=stream, signed=True)
    if path in ("/notifications", "/notifications/mentions"):
        types = tuple(("types[]", kind) for kind in MENTIONS)
        return Timeline(
            *(origin, "/api/v1/notifications", types, "notifications"),
            stream="/api/v1/streaming/user/notification",
            signed=True,
        )
    if path == "/search" and query.get("q"):
        words = (("type", "statuses"), ("q", query["q"]))
        return Timeline(origin, "/api/v2/search", words, "search", signed=True)
    if match := re.fullmatch(r"/@([^/]+)", path):
        return Timeline(origin, "/api/v1/accounts/{account}/statuses", account=match[1])
    raise ValueError(f"is not the address of a timeline; {_FORMS}")


def named_by(host: str, local_id: str) -> str:
    """What a status is called by its server's own id, whichever source speaks of it."""
    return f"{host.lower()}#{local_id}"


def local_id(names: tuple[str, ...], host: str) -> str:
    """The id of a status on one server, from its names; empty where that server never gave it."""
    start = named_by(host, "")
    return next((name.removeprefix(start) for name in names if name.startswith(start)), "")


def in_order(one: str) -> tuple[int, str]:
    """Sort key of ids: longer is later, then as text. They are never numbers (API guidelines)."""
    return len(one), one


def parse(document: Document) -> Parsed:
    """Read a page of statuses or notifications, one status, a search, or a batch of a stream's events.

    Raises:
        ValueError: when it is none of these; an error report of the server gives its own words.
    """
    if document.what == "events":
        return _events(document)
    given = read_json(document.body)
    if isinstance(given, dict) and "error" in given:
        raise ValueError(f"the server answered: {text_of(given['error'])[:200]}")
    if document.what == "status":
        items: object = [given]
    elif document.what == "search":
        items = object_of(given).get("statuses")
    else:
        items = given
    if not isinstance(items, list):
        raise ValueError("it is not what Mastodon's API answers here")
    posts: list[Post] = []
    refusals = []
    for item in map(object_of, items):
        try:
            posts += _posts_of(item, document)
        except ValueError as error:
            refusals.append(Refusal(text_of(item.get("id"))[:100] or "a status without id", str(error)))
    ids = sorted((id_ for item in map(object_of, items) if (id_ := text_of(item.get("id")))), key=in_order)
    return Parsed(
        tuple(reversed(posts)),
        tuple(refusals),
        items=len(items),
        newest=ids[-1] if ids else "",
        oldest=ids[0] if ids else "",
    )


def _posts_of(item: dict[str, Any], document: Document) -> Iterator[Post]:
    if document.what != "notifications":
        yield _post(item, document)
    elif text_of(item.get("type")) in MENTIONS and item.get("status"):
        yield _post(object_of(item["status"]), document)


def _events(document: Document) -> Parsed:
    """Lines of `{"event": ..., "data": ...}`: unknown events are ignored, malformed ones counted."""
    posts: list[Post] = []
    refusals = []
    for line in document.body.splitlines():
        event = object_of(read_json(line))
        name, data = text_of(event.get("event")), text_of(event.get("data"))
        try:
            posts += _event(name, data, document)
        except ValueError as error:
            refusals.append(Refusal(f"event {name[:40]}", str(error)))
    return Parsed(tuple(posts), tuple(refusals), items=len(posts) + len(refusals))


def _event(name: str, data: str, document: Document) -> Iterator[Post]:
    # mastodon-mock calls the edit `status_update`.
    if name in ("update", "status.update", "status_update"):
        yield _post(object_of(read_json(data.encode())), document)
    elif name == "notification":
        given = object_of(read_json(data.encode()))
        if text_of(given.get("type")) in MENTIONS and given.get("status"):
            yield _post(object_of(given["status"]), document)
    elif name == "conversation":
        given = object_of(read_json(data.encode()))
        if given.get("last_status"):
            yield _post(object_of(given["last_status"]), document)
    elif name == TOO_LONG.name:
        raise ValueError(f"it is longer than {LONGEST_EVENT // 1024} KiB")
    elif name == "delete":
        if not re.fullmatch(r"[\w-]{1,100}", data.strip()):
            raise ValueError("it does not say what was deleted")
        yield gone(named_by(_host(document), data.strip()), document.source)


def gone(name: str, source: str) -> Post:
    """What takes a status back that is known by this name."""
    return Post(source=source, id=name, text="", names=(name,), state="deleted")


def _host(document: Document) -> str:
    return urlsplit(document.address).netloc.lower()


def _post(given: dict[str, Any], document: Document) -> Post:
    uri, number = text_of(given.get("uri")), text_of(given.get("id"))
    if not uri or not number or len(uri) > 2048:
        raise ValueError("it has no uri or no id")
    host = _host(document)
    account = object_of(given.get("account"))
    boosted = given.get("reblog") if isinstance(given.get("reblog"), dict) else None
    told = object_of(boosted) if boosted else given
    quoted = _quoted(told)
    notes = ["its server limits this account"] if account.get("limited") is True else []
    if given.get("created_at") and parse_time(text_of(given["created_at"])) is None:
        notes.append("its time cannot be read")
    return Post(
        source=document.source,
        id=uri,
        text=_text(told, quoted, host),
        names=(uri, named_by(host, number)),
        audience=AUDIENCES.get(text_of(given.get("visibility")), "direct"),
        created_at=parse_time(text_of(given.get("created_at"))),
        updated_at=parse_time(text_of(given.get("edited_at"))),
        author=_handle(account, host),
        author_name=text_of(account.get("display_name"))[:200],
        lang=text_of(told.get("language")) or document.lang,
        url=text_of(given.get("url")) or uri,
        reply_to=named_by(host, parent) if (parent := text_of(given.get("in_reply_to_id"))) else "",
        repost_of=text_of(object_of(boosted).get("uri")) if boosted else "",
        quote_of=text_of(quoted.get("uri")),
        notes=tuple(notes),
        raw=msgspec.json.encode(given),
    )


def _handle(account: dict[str, Any], host: str) -> str:
    """`user@domain`: an account of the server itself comes without its domain."""
    handle = text_of(account.get("acct")) or text_of(account.get("username"))
    return handle if not handle or "@" in handle else f"{handle}@{host}"


def _text(given: dict[str, Any], quoted: dict[str, Any], host: str) -> str:
    """Everything that a reader of the status sees, a line each: warning, words, poll, media, quote."""
    lines = [f"CW: {warning}" if (warning := text_of(given.get("spoiler_text")).strip()) else ""]
    lines.append(to_text(_QUOTE_INLINE.sub("", text_of(given.get("content"))[:100_000])))
    for option in list_of(object_of(given.get("poll")).get("options"))[:20]:
        lines.append(f"[poll: {text_of(object_of(option).get('title'))[:200]}]")
    for media in map(object_of, list_of(given.get("media_attachments"))[:20]):
        kind = text_of(media.get("type")) or "media"
        described = text_of(media.get("description")).strip()
        lines.append(f"[{kind}: {described[:1500]}]" if described else f"[{kind} without description]")
    if quoted:
        words = " ".join(to_text(text_of(quoted.get("content"))[:20_000]).split())[:LONGEST_QUOTE]
        lines.append(f"quoting @{_handle(object_of(quoted.get('account')), host)}: {words}")
    return "\n".join(line for line in lines if line)


def _quoted(given: dict[str, Any]) -> dict[str, Any]:
    """The status that it quotes, if its author agreed; every other state, known or not, is not shown."""
    quoting = object_of(given.get("quote"))
    return object_of(quoting.get("quoted_status")) if quoting.get("state") == "accepted" else {}


def api_address(timeline: Timeline, path: str, query: tuple[tuple[str, str], ...] = ()) -> str:
    """The address of a page of the API."""
    asked = "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in query)
    return f"{timeline.origin}{path}{f'?{asked}' if asked else ''}"
