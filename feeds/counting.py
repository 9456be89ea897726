"""How long a text is by the rule of the channel that it is for. Pure.

A character is what a reader takes for one: a grapheme cluster, however many code points it is made of.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from wcwidth import iter_graphemes

from feeds.channel import Channel, ChannelKind, Counting

OF_KIND: dict[ChannelKind, tuple[Counting, int]] = {
    "mastodon": ("mastodon", 500),
    "bluesky": ("bluesky", 300),
    "open311": ("characters", 4000),
    "ntfy": ("bytes", 4096),
    "pagerduty": ("characters", 1024),
}
"""Rule and usual limit of kinds that have one of their own (protocols, 2.1). What is longer is made a file by
ntfy; of PagerDuty it is the summary."""
OF_RULE: dict[Counting, int] = {"mastodon": 500, "bluesky": 300, "x": 280}
"""Usual limit of the platforms behind a rule."""
BLUESKY_BYTES = 3000
"""Of UTF-8; holds beside the 300 graphemes (app.bsky.feed.post)."""
PER_URL = 23
"""What a link counts on Mastodon (`characters_reserved_per_url`) and on X, however long it is."""

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_X_PATH = r"(?:[/?#][A-Za-z0-9\u00c0-\u024f\u0400-\u04ff!*';:=+,.$/%#\[\]\-_~&|@?()]*)?"
_X_URL = re.compile(
    # What X makes a link of without a scheme is a matter of its list of domains; these are the usual ones.
    rf"https?://[A-Za-z0-9.-]+(?::\d+)?{_X_PATH}"
    r"|(?<![\w@./#-])(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|mil|int|info|biz|app|dev|io|co|tv)"
    rf"(?![\w-]|\.\w){_X_PATH}"
    rf"|(?<![\w@./#-])(?:[a-z0-9-]+\.){{2,}}[a-z]{{2}}(?![\w-]|\.\w){_X_PATH}",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![=/\w])@([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)@[\w.-]*\w", re.IGNORECASE)
"""A name with its server (Mastodon: `Account::MENTION_RE`)."""
_PAIRS = {")": "(", "]": "["}
_AFTER = ".,;:!?'\"\u2019\u201d»…*_"


def count(text: str, channel: Channel, warning: str = "") -> int:
    """How long a text with its content warning is, in the units of the channel."""
    rule = rule_of(channel)
    if rule == "mastodon":
        return _graphemes(warning) + _graphemes(_as_mastodon_counts(text))
    if rule == "x":
        return _weight(text)
    if rule == "bytes":
        return len(text.encode("utf-8", "replace"))
    if rule == "characters":
        return len(text)
    return _graphemes(text)


def fits(text: str, channel: Channel, warning: str = "") -> bool:
    """Whether a text may be said on a channel in one piece."""
    if rule_of(channel) == "bluesky" and len(text.encode("utf-8", "replace")) > BLUESKY_BYTES:
        return False
    limit = limit_of(channel)
    return not limit or count(text, channel, warning) <= limit


def limit_of(channel: Channel) -> int:
    """How long one message may be: what the channel says, else what is usual; 0 where nothing bounds it."""
    if channel.limit:
        return channel.limit
    return OF_KIND[channel.kind][1] if channel.kind in OF_KIND else OF_RULE.get(channel.counting, 0)


def rule_of(channel: Channel) -> Counting:
    """By which rule a channel counts: its kind's own where it has one."""
    return OF_KIND[channel.kind][0] if channel.kind in OF_KIND else channel.counting


def link_end(text: str) -> int:
    """Where a link that begins a text ends: full stops, quotes and open brackets after it are not of it."""
    end = len(text)
    while end and (text[end - 1] in _AFTER or _is_odd(text[:end])):
        end -= 1
    return end


def _is_odd(text: str) -> bool:
    """Whether a text ends by closing a bracket that it did not open."""
    opening = _PAIRS.get(text[-1])
    return opening is not None and text.count(text[-1]) > text.count(opening)


def short_names(text: str) -> str:
    """Each `@user@server` as `@user`, as Mastodon counts and shows it."""
    return _MENTION.sub(r"@\1", text)


def _graphemes(text: str) -> int:
    return sum(1 for _ in iter_graphemes(text))


def _as_mastodon_counts(text: str) -> str:
    """Links shortened to their price, names without their server (StatusLengthValidator)."""

    def link(match: re.Match[str]) -> str:
        end = link_end(match[0])
        host = re.split(r"[/?#]", match[0][:end].partition("://")[2], maxsplit=1)[0]
        # Without a dot it is no link there, and counts in full.
        return "x" * PER_URL + match[0][end:] if "." in host else match[0]

    return short_names(_URL.sub(link, text))


def _weight(text: str) -> int:
    """X's weighted length (twitter-text, config v3)."""
    total, at = 0, 0
    text = normalize("NFC", text)
    for link in _X_URL.finditer(text):
        end = link.start() + link_end(link[0])
        total += _weight_of_words(text[at : link.start()]) + PER_URL
        at = end
    return total + _weight_of_words(text[at:])


def _weight_of_words(text: str) -> int:
    return sum(2 if _is_emoji(cluster) else sum(map(_weight_of, cluster)) for cluster in iter_graphemes(text))


def _weight_of(character: str) -> int:
    point = ord(character)
    light = (
        point <= 0x10FF or 0x2000 <= point <= 0x200D or 0x2010 <= point <= 0x201F or 0x2032 <= point <= 0x2037
    )
    return 1 if light else 2


def _is_emoji(cluster: str) -> bool:
    """Whether a cluster is drawn as one picture: any such sequence weighs 2."""
    return any(character in "\ufe0f\u20e3" or 0x1F000 <= ord(character) <= 0x1FAFF for character in cluster)
