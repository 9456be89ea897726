"""Events of Bluesky's public stream (Jetstream, v1 wire) into posts. Pure.

The stream knows no keywords: every post of the network comes, and is filtered here, in the parser's child.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime

from feeds.bluesky import POST, post_of, taken_back
from feeds.bluesky_text import labels_of
from feeds.json_text import object_of, read_json, text_of
from feeds.post import Post
from feeds.source import Document, Parsed, Refusal

OVER = frozenset({"deleted", "takendown", "suspended", "deactivated"})
"""States of an account whose posts are to be shown no more."""
AHEAD = 86_400 * 1_000_000
"""Microseconds that an event may lie ahead of this machine's clock; one beyond would be a cursor that never
comes."""


def parse(document: Document) -> Parsed:
    """Read a batch of events, a line each; those without any of the keywords are left out.

    `oldest` and `newest` are the cursors of the first and the last one, filtered or not.
    """
    posts: list[Post] = []
    refusals: list[Refusal] = []
    count = 0
    cursors: list[int] = []
    latest = int(time.time() * 1e6) + AHEAD
    wanted = _matcher(document.keywords)
    for line in document.body.splitlines():
        try:
            event = object_of(read_json(line))
            at = event.get("time_us")
            if isinstance(at, int) and at > latest:
                raise ValueError("its time lies more than a day ahead of this machine's clock")
            count += 1
            cursors += [at] if isinstance(at, int) and at > 0 else []
            if (post := _post(event, document, wanted)) is not None:
                posts.append(post)
        except (ValueError, OverflowError, OSError) as error:  # all three from a time that is none
            refusals.append(Refusal(line[:60].decode("utf-8", "replace"), str(error)))
    return Parsed(
        tuple(posts),
        tuple(refusals),
        items=count,
        newest=str(max(cursors, default="")),
        oldest=str(min(cursors, default="")),
    )


def _matcher(keywords: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of the words, whole or as a hashtag."""
    if not keywords:
        return None
    words = "|".join(re.escape(word.strip().lstrip("#").casefold()) for word in keywords)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


def _post(event: dict[str, object], document: Document, wanted: re.Pattern[str] | None) -> Post | None:
    did, kind = text_of(event.get("did")), text_of(event.get("kind"))
    if not did.startswith("did:"):
        raise ValueError("it names no account")
    if kind == "account":
        account = object_of(event.get("account"))
        gone = account.get("active") is False and text_of(account.get("status")) in OVER
        return Post(document.source, f"at://{did}/", "", state="gone") if gone else None
    commit = object_of(event.get("commit"))
    if kind != "commit" or commit.get("collection") != POST:
        return None
    uri = f"at://{did}/{POST}/{text_of(commit.get('rkey'))}"
    if commit.get("operation") == "delete":
        return taken_back(document.source, uri)
    record = object_of(commit.get("record"))
    if wanted is not None and not wanted.search(text_of(record.get("text")).casefold()):
        return None
    try:
        post = post_of(uri, record, document, labels_of(object_of(record.get("labels")).get("values")))
    except ValueError:
        return None  # a picture without a word says nothing that could be looked for
    at = event.get("time_us")
    seen = datetime.fromtimestamp(at / 1e6, UTC) if isinstance(at, int) else None
    return replace(post, updated_at=seen)
