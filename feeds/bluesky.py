"""Bluesky's views into posts, and what its addresses mean. Pure.

Identity is the `at://` address, made of the author's DID, the collection and the record key: handles change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec

from feeds.bluesky_text import NOT_SIGNED_OUT, embedded, labels_of, quoted, words_of
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.post import Post
from feeds.source import Document, Parsed, Refusal
from feeds.times import parse_time

APP = "bsky.app"
PUBLIC = "https://public.api.bsky.app"
"""Answers what anybody may read."""
ENTRYWAY = "https://bsky.social"
POST = "app.bsky.feed.post"
REASONS = frozenset({"mention", "reply", "quote"})
"""Notifications that bring a post to the desk."""
AHEAD = timedelta(minutes=2)
"""How far a client's clock may run ahead (timestamps guide)."""
_ACTOR = r"[A-Za-z0-9._:%-]{3,300}"
_FORMS = (
    "write https://HOST/notifications, https://bsky.app/profile/NAME, a post's address, "
    "or https://bsky.app/search?q=WORDS"
)


@dataclass(frozen=True, slots=True)
class View:
    """One list of posts."""

    origin: str
    """Where the desk signs in, or reads without signing in."""
    method: str
    """NSID of the query."""
    query: tuple[tuple[str, str], ...] = ()
    what: str = "feed"
    """Which of our documents it is."""
    signed: bool = False
    pages: bool = True
    """Whether older pages may be asked for."""


def view_of(address: str, account: str = "") -> View:
    """Read an address as a browser shows it; `account` is who signs in, if anybody.

    Raises:
        ValueError: with the forms that there are.
    """
    parts = urlsplit(address)
    path, query = parts.path.rstrip("/"), dict(parse_qsl(parts.query))
    own = f"{parts.scheme}://{parts.netloc}"
    origin = (ENTRYWAY if account else PUBLIC) if parts.hostname == APP else own
    if path == "/notifications":
        if not account:
            raise ValueError('shows what is said to an account; add account = "NAME.bsky.social"')
        asked = tuple(("reasons", reason) for reason in sorted(REASONS))
        return View(origin, "app.bsky.notification.listNotifications", asked, "notifications", signed=True)
    if path == "/search" and query.get("q"):
        asked = (("q", query["q"]), ("sort", "latest"))
        return View(origin, "app.bsky.feed.searchPosts", asked, "posts", pages=False)
    if match := re.fullmatch(rf"/profile/({_ACTOR})", path):
        asked = (("actor", match[1]), ("filter", "posts_with_replies"))
        return View(origin, "app.bsky.feed.getAuthorFeed", asked)
    if match := re.fullmatch(rf"/profile/({_ACTOR})/post/([A-Za-z0-9._~:-]+)", path):
        asked = (("uri", f"at://{match[1]}/{POST}/{match[2]}"), ("depth", "100"), ("parentHeight", "80"))
        return View(origin, "app.bsky.feed.getPostThread", asked, "thread", pages=False)
    raise ValueError(f"is not a list of posts on Bluesky; {_FORMS}")


def xrpc(origin: str, method: str, query: tuple[tuple[str, str], ...] = ()) -> str:
    """The address of a query or procedure."""
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query)
    return f"{origin}/xrpc/{method}{f'?{asked}' if asked else ''}"


def parse(document: Document) -> Parsed:
    """Read a feed, a thread, notifications, or a list of posts.

    `document.keywords` holds `signed` where the desk signed in to see it.

    Raises:
        ValueError: when it is none of these; an error of the server gives its own words.
    """
    given = object_of(read_json(document.body))
    if "error" in given:
        raise ValueError(
            f"the server answered: {text_of(given['error'])} {text_of(given.get('message'))[:200]}"
        )
    posts: list[Post] = []
    refusals, positions, items = [], [], 0
    for view, reposted in _views(given, document.what):
        uri = text_of(view.get("uri"))
        positions.append(f"{text_of(view.get('indexedAt'))} {uri}")
        if document.what == "notifications" and text_of(view.get("reason")) not in REASONS:
            continue  # no post for us, and yet a place in the order
        items += 1
        try:
            posts.append(_post(view, document, reposted))
        except ValueError as error:
            refusals.append(Refusal(uri[:200] or "a post without address", str(error)))
    posts.sort(key=lambda post: post.created_at or datetime.min.replace(tzinfo=UTC))
    return Parsed(
        tuple(posts),
        tuple(refusals),
        items=items,
        newest=max(positions, default=""),
        oldest=min(positions, default=""),
        next=text_of(given.get("cursor"))[:1000],
    )


def _views(given: dict[str, Any], what: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each post view, with who reposted it."""
    if what == "notifications":
        if "notifications" not in given:
            raise ValueError("it is no list of notifications")
        for note in map(object_of, list_of(given["notifications"])):
            yield note, ""
    elif what == "thread":
        if not isinstance(given.get("thread"), dict):
            raise ValueError("it is no thread")
        yield from _thread(given["thread"])
    elif what == "feed" and "feed" in given:
        for item in map(object_of, list_of(given["feed"])):
            reason = object_of(item.get("reason"))
            by = text_of(object_of(reason.get("by")).get("did")) if reason.get("by") else ""
            yield object_of(item.get("post")), by
    elif "posts" in given:
        yield from ((object_of(post), "") for post in list_of(given["posts"]))
    else:
        raise ValueError("it is no list of posts")


def _thread(root: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node.get("post"), dict):  # others are deleted, blocked, or of a kind to come
            yield node["post"], ""
        waiting += [
            one for one in (*list_of(node.get("replies")), node.get("parent")) if isinstance(one, dict)
        ]


def _post(view: dict[str, Any], document: Document, reposted: str) -> Post:
    author, record = object_of(view.get("author")), object_of(view.get("record"))
    labels = labels_of(
        view.get("labels"), author.get("labels"), object_of(record.get("labels")).get("values")
    )
    if NOT_SIGNED_OUT in labels and "signed" not in document.keywords:
        raise ValueError("its author asks not to be shown to people who are not signed in")
    indexed = parse_time(text_of(view.get("indexedAt")))
    post = post_of(
        text_of(view.get("uri")),
        record,
        document,
        labels,
        embed=object_of(view.get("embed")),
        indexed=indexed,
    )
    return replace(
        post,
        author=text_of(author.get("handle")) or text_of(author.get("did")),
        author_name=text_of(author.get("displayName"))[:200],
        notes=(*post.notes, f"reposted by {reposted[:100]}") if reposted else post.notes,
        raw=msgspec.json.encode(view),
    )


def post_of(
    uri: str,
    record: dict[str, Any],
    document: Document,
    labels: frozenset[str] = frozenset(),
    *,
    embed: dict[str, Any] | None = None,
    indexed: datetime | None = None,
) -> Post:
    """A record as a post, from a view or straight from the stream.

    Raises:
        ValueError: when it is none, or is not to be shown.
    """
    if not re.fullmatch(r"at://did:[a-z]+:[A-Za-z0-9._:%-]+/[A-Za-z0-9.]+/[A-Za-z0-9._~:-]+", uri):
        raise ValueError("it has no at:// address")
    if text_of(record.get("$type")) not in ("", POST):
        raise ValueError("it is no post")
    if "!hide" in labels:
        raise ValueError("it is labelled as not to be shown")
    shown = embed or object_of(record.get("embed"))
    quote_of, quote_line = quoted(shown)
    lines = [words_of(record), *embedded(shown), quote_line]
    text = "\n".join(line for line in lines if line.strip())
    if not text:
        raise ValueError("it has no text")
    warned = sorted(labels - {NOT_SIGNED_OUT, "bot"})
    did = uri.removeprefix("at://").partition("/")[0]
    return Post(
        source=document.source,
        id=uri,
        text=text,
        names=(uri,),
        created_at=_when(record, indexed),
        updated_at=indexed,
        author=did,
        lang=next((text_of(one) for one in list_of(record.get("langs")) if text_of(one)), document.lang)[:35],
        url=f"https://{APP}/profile/{did}/post/{uri.rpartition('/')[2]}",
        reply_to=text_of(object_of(object_of(record.get("reply")).get("parent")).get("uri")),
        quote_of=quote_of,
        notes=(f"labelled {', '.join(warned)[:200]}",) if warned else (),
        audience="signed in" if NOT_SIGNED_OUT in labels else "public",
        raw=msgspec.json.encode(record),
    )


def _when(record: dict[str, Any], indexed: datetime | None) -> datetime | None:
    """When it was said: the author's own word, unless that lies after the server saw it."""
    claimed = parse_time(text_of(record.get("createdAt")))
    if claimed is None or indexed is None:
        return claimed or indexed
    return indexed if claimed > indexed + AHEAD else claimed
