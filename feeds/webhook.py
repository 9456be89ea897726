"""What a city's own systems push, into posts. Pure; its door is `feeds.webhook_door`."""

from __future__ import annotations

import msgspec

from feeds.json_text import list_of, object_of, read_json
from feeds.jsonl import post_from_json
from feeds.source import Document, Parsed, Refusal

MOST_POSTS = 200


def parse(document: Document) -> Parsed:
    """Read one post, `{"posts": [...]}`, or a line each; all are filed under the webhook's own name.

    Raises:
        ValueError: when it is none of these, or holds too many.
    """
    try:
        given = read_json(document.body)
    except ValueError:
        lines = [line for line in document.body.split(b"\n") if line.strip()]
    else:
        rows = list_of(object_of(given).get("posts")) if "posts" in object_of(given) else [given]
        lines = [msgspec.json.encode(row) for row in rows]
    if len(lines) > MOST_POSTS:
        raise ValueError(f"it holds more than {MOST_POSTS} posts")
    posts, refusals = [], []
    for number, line in enumerate(lines, start=1):
        try:
            posts.append(post_from_json(line, document.source, document.lang))
        except ValueError as error:
            refusals.append(Refusal(f"post {number}", str(error)))
    return Parsed(tuple(posts), tuple(refusals))
