"""Where the evening is written for the service to find: one file for each of the town's sources."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from console.demo import alerts, news
from console.demo.evening import POWER_SILENT, Item
from console.demo.story import Origin
from console.demo.timeline import Timeline

_JSONL = ("posts", "requests", "power-feed")
_SITE = "https://social.riverton.example"


class Stage:
    """The files of the town's sources in one directory, filled as the evening goes on."""

    def __init__(self, root: Path, timeline: Timeline) -> None:
        self._root = root
        self._timeline = timeline
        self._news: list[Item] = []
        self._alerts: list[str] = []
        for name in _JSONL:
            self._feed(name).touch()
        self._publish_news(())
        self._publish_alerts(())

    def show_until(self, at: float, left: deque[Item]) -> None:
        """Let everything appear that is due at a second of the story, taking it from what is left."""
        due: dict[Origin, list[Item]] = {}
        while left and left[0].at <= at:
            due.setdefault(left[0].source, []).append(left.popleft())
        self._hush(at)
        for source, items in due.items():
            match source:
                case "council":
                    self._publish_news(items)
                case "alerts":
                    self._publish_alerts(items)
                case _:
                    with self._feed(source).open("ab") as feed:
                        feed.writelines(post_line(item, self._timeline) for item in items)

    def _hush(self, at: float) -> None:
        """Take the power company's feed away while the story says that it is silent, and bring it back."""
        feed, away = self._feed("power-feed"), self._root / "power-feed.away"
        silent = POWER_SILENT[0] <= at < POWER_SILENT[1]
        if silent and feed.exists():
            feed.rename(away)
        elif not silent and away.exists():
            away.rename(feed)

    def _feed(self, source: str) -> Path:
        return self._root / f"{source}.jsonl"

    def _publish_news(self, items: Sequence[Item]) -> None:
        self._news += items
        self._write("council.xml", news.document(self._news, self._timeline))

    def _publish_alerts(self, items: Sequence[Item]) -> None:
        self._alerts += [item.id for item in items]
        self._write("alerts.xml", alerts.document(self._alerts, self._timeline))

    def _write(self, name: str, content: bytes) -> None:
        """Replace a file at once, so that nobody reads half of it."""
        new = self._root / f"{name}.new"
        new.write_bytes(content)
        os.replace(new, self._root / name)


def post_line(item: Item, timeline: Timeline) -> bytes:
    """One line of a JSONL source: the post that the item is, at its time on the real clock."""
    post: dict[str, object] = {
        "id": item.id,
        "text": timeline.tell(item.text),
        "created_at": timeline.when(item.said_at).isoformat(),
        "author": item.author,
        "author_name": item.author_name,
    }
    if item.at > item.said_at:
        post["updated_at"] = timeline.when(item.at).isoformat()
    if item.deleted:
        post["state"] = "deleted"
    if item.source == "posts":
        post["url"] = f"{_SITE}/@{item.author}/{item.id}"
    optional = {
        "lang": item.lang,
        "reply_to": item.reply_to,
        "repost_of": item.repost_of,
        "quote_of": item.quote_of,
        "places_hint": [item.place] if item.place else None,
        "topic_hint": item.topic,
    }
    post |= {name: value for name, value in optional.items() if value}
    return json.dumps(post).encode() + b"\n"
