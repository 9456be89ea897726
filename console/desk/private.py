"""The page of the restricted inbox: what it says, to those who may read it and to those who may not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from console.desk.page import Paragraph, Paragraphs, paragraphs
from console.desk.rows import moment
from console.model import NO_PLACE, NO_TOPIC, TIER_WORDS, PrivatePost, Unread

HOW_IT_IS_READ = (
    "Leaving this page notes that you have read what is unread on it; the log keeps who did, and when. "
    "It stands nowhere else: not on the wall, not in lists, exports and backups."
)
INDENT = "    "


def waiting(inbox: Unread | None) -> str:
    """`inbox 2 (1 act now)`; empty where nothing is unread, and for whoever may not know."""
    if inbox is None or not inbox.unread:
        return ""
    return f"inbox {inbox.unread}" + (f" ({inbox.act_now} {TIER_WORDS[1]})" if inbox.act_now else "")


def call(inbox: Unread) -> str:
    """What the notice line says when somebody calls for help in private: that, and not a word of it."""
    return f"{inbox.act_now} {TIER_WORDS[1]}: sent to the desk in private"


def unread_ids(posts: Iterable[PrivatePost]) -> tuple[int, ...]:
    """Those that nobody has read as they stand."""
    return tuple(post.id for post in posts if post.read_at is None)


def inbox_page(posts: Sequence[PrivatePost], now: datetime, zone: tzinfo | None) -> Paragraphs:
    """Every post in full: what is unread first and of that the most urgent, else the newest first."""
    if not posts:
        return paragraphs(["Nobody has written to the desk in private."])
    told = [Paragraph(HOW_IT_IS_READ)] if unread_ids(posts) else []
    for post in sorted(posts, key=_order):
        told += [Paragraph(""), Paragraph(_head(post, now, zone), strong=True)]
        told += [Paragraph(line, INDENT) for line in post.text.split("\n")]
        told += [Paragraph(fact, INDENT) for fact in _facts(post, now, zone)]
    return tuple(told)


def _order(post: PrivatePost) -> tuple[bool, int, int]:
    read = post.read_at is not None
    return read, 0 if read else post.tier, -post.id


def _head(post: PrivatePost, now: datetime, zone: tzinfo | None) -> str:
    who = post.author or post.author_name or "nobody named"
    state = f"read by {post.read_by}" if post.read_at else "unread"
    parts = (
        f"{post.id}  {TIER_WORDS[post.tier]}",
        f"{post.place or NO_PLACE}, {post.topic or NO_TOPIC}",
        f"{post.audience} from {who} ({post.source})",
        moment(post.at, now, zone),
        state,
    )
    return "  ".join(parts)


def _facts(post: PrivatePost, now: datetime, zone: tzinfo | None) -> Iterable[str]:
    if post.reasons:
        yield "why: " + ", ".join(f"{reason.text} {reason.points:+g}" for reason in post.reasons)
    if post.edited_at:
        yield f"edited {moment(post.edited_at, now, zone)}"
    if post.deleted_at:
        yield f"deleted by its author or its server {moment(post.deleted_at, now, zone)}"
    if post.url:
        yield post.url
