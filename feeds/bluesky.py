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

from feeds.bluesky_text import HIDDEN, NOT_SIGNED_OUT, embedded, labels_of, quoted, words_of
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.post import Post
from feeds.source import Document, Parsed, Refusal
from feeds.times import parse_time

APP = "bsky.app"
PUBLIC = "https://public.api.bsky.app"
"""Answers what anybody may read; a search is nothing of that (it says 403)."""
ENTRYWAY = "https://bsky.social"
POST = "app.bsky.feed.post"
REASONS = frozenset({"mention", "reply", "quote"})
"""Notifications that bring a post to the desk."""
AHEAD = timedelta(minutes=2)
"""How far a client's clock may run ahead (timestamps guide)."""
_ACTOR = r"[A-Za-z0-9._:%-]{3,300}"
_AT = re.compile(r"at://did:[a-z]+:[A-Za-z0-9._:%-]+/[A-Za-z0-9.]+/[A-Za-z0-9._~:-]+")
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


@dataclass(frozen=True, slots=True)
class _Shown:
    """One post view as a list shows it."""

    view: dict[str, Any]
    at: str = ""
    """Its time in the order of the list; empty where it stands out of order."""
    by: str = ""
    """DID of who reposted it."""


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
        if not account and parts.hostname in (APP, urlsplit(PUBLIC).hostname):
            raise ValueError('is answered to accounts only; add account = "NAME.bsky.social"')
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
    for shown in _views(given, document.what):
        view, uri = shown.view, text_of(shown.view.get("uri"))
        if shown.at:
            positions.append(f"{shown.at} {uri}")
        if document.what == "notifications" and text_of(view.get("reason")) not in REASONS:
            continue  # no post for us, and yet a place in the order
        items += 1
        try:
            posts.append(_post(view, document, shown.by))
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


def _views(given: dict[str, Any], what: str) -> Iterator[_Shown]:
    if what == "notifications":
        if "notifications" not in given:
            raise ValueError("it is no list of notifications")
        for note in map(object_of, list_of(given["notifications"])):
            yield _listed(note)
    elif what == "thread":
        if not isinstance(given.get("thread"), dict):
            raise ValueError("it is no thread")
        yield from _thread(given["thread"])
    elif what == "feed" and "feed" in given:
        for item in map(object_of, list_of(given["feed"])):
            post, reason = object_of(item.get("post")), object_of(item.get("reason"))
            by = text_of(object_of(reason.get("by")).get("did"))
            # A repost stands where it was made, not where the old post would; a pinned post stands nowhere.
            yield _Shown(post, text_of(reason.get("indexedAt")), by) if reason else _listed(post)
    elif "posts" in given:
        yield from (_listed(object_of(post)) for post in list_of(given["posts"]))
    else:
        raise ValueError("it is no list of posts")


def _listed(view: dict[str, Any]) -> _Shown:
    return _Shown(view, text_of(view.get("indexedAt")))


def _thread(root: dict[str, Any]) -> Iterator[_Shown]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node.get("post"), dict):
            yield _listed(node["post"])
        elif node.get("notFound") is True:  # others are blocked, or of a kind to come
            yield _Shown(node)
        waiting += [
            one for one in (*list_of(node.get("replies")), node.get("parent")) if isinstance(one, dict)
        ]


def _post(view: dict[str, Any], document: Document, reposted: str) -> Post:
    uri = _address(view.get("uri"))
    if view.get("notFound") is True:
        return taken_back(document.source, uri)
    author, record = object_of(view.get("author")), object_of(view.get("record"))
    labels = labels_of(
        view.get("labels"), author.get("labels"), object_of(record.get("labels")).get("values")
    )
    post = post_of(
        uri,
        record,
        document,
        labels,
        signed="signed" in document.keywords,
        embed=object_of(view.get("embed")),
        indexed=parse_time(text_of(view.get("indexedAt"))),
    )
    if post.state == "deleted":
        return post
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
    labels: frozenset[str],
    *,
    signed: bool = False,
    embed: dict[str, Any] | None = None,
    indexed: datetime | None = None,
) -> Post:
    """A record as a post, from a view or straight from the stream; `signed` where the desk signed in for it.

    One that its labels keep from us comes as deleted, for it may have been taken in before it got them.

    Raises:
        ValueError: when it is none.
    """
    _address(uri)
    if text_of(record.get("$type")) not in ("", POST):
        raise ValueError("it is no post")
    if HIDDEN in labels:
        return taken_back(document.source, uri)
    if NOT_SIGNED_OUT in labels and not signed:
        # Without its name: what another source saw signed in is not for this one to take back.
        return replace(taken_back(document.source, uri), names=())
    shown = embed or object_of(record.get("embed"))
    quote_of, quote_line = quoted(shown)
    lines = [words_of(record), *embedded(shown), quote_line or ""]
    text = "\n".join(line for line in lines if line.strip())
    if not text and quote_line is None:
        return taken_back(document.source, uri)  # all it said was what is not to be shown
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


def taken_back(source: str, uri: str) -> Post:
    """What says that a post of this address is to be shown no more, whichever source brought it."""
    return Post(source, uri, "", names=(uri,), state="deleted")


def _address(uri: object) -> str:
    if not _AT.fullmatch(text_of(uri)):
        raise ValueError("it has no at:// address")
    return text_of(uri)


def _when(record: dict[str, Any], indexed: datetime | None) -> datetime | None:
    """When it was said: the author's own word, unless that lies after the server saw it."""
    claimed = parse_time(text_of(record.get("createdAt")))
    if claimed is None or indexed is None:
        return claimed or indexed
    return indexed if claimed > indexed + AHEAD else claimed
