"""Events of Bluesky's public stream (Jetstream, v1 wire) into posts. Pure.

The stream knows no keywords: every post of the network comes, and is filtered here, in the parser's child.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from feeds.bluesky import POST, post_of
from feeds.json_text import object_of, read_json, text_of
from feeds.post import Post
from feeds.source import Document, Parsed, Refusal

OVER = frozenset({"deleted", "takendown", "suspended", "deactivated"})
"""States of an account whose posts are to be shown no more."""


def parse(document: Document) -> Parsed:
    """Read a batch of events, a line each; those without any of the keywords are left out.

    `newest` is the cursor of the last one, filtered or not.
    """
    posts: list[Post] = []
    refusals: list[Refusal] = []
    newest, count = 0, 0
    wanted = _matcher(document.keywords)
    for line in document.body.splitlines():
        try:
            event = object_of(read_json(line))
            at = event.get("time_us")
            newest = max(newest, at if isinstance(at, int) else 0)
            count += 1
            if (post := _post(event, document, wanted)) is not None:
                posts.append(post)
        except ValueError as error:
            refusals.append(Refusal(line[:60].decode("utf-8", "replace"), str(error)))
    return Parsed(tuple(posts), tuple(refusals), items=count, newest=str(newest) if newest else "")


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
        return Post(document.source, uri, "", names=(uri,), state="deleted")
    record = object_of(commit.get("record"))
    if wanted is not None and not wanted.search(text_of(record.get("text")).casefold()):
        return None
    try:
        post = post_of(uri, record, document)
    except ValueError:
        return None  # a picture without a word says nothing that could be looked for
    at = event.get("time_us")
    seen = datetime.fromtimestamp(at / 1e6, UTC) if isinstance(at, int) else None
    return replace(post, updated_at=seen)
