"""What was found at an address, as a source's keys and in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from re import sub
from urllib.parse import parse_qs, urlsplit

from feeds.addresses import host_of
from feeds.mastodon import timeline_of
from feeds.source import Kind, Trust

OFFICIAL_HOSTS = ("weather.gov", "usgs.gov")
"""Of those who issue warnings themselves; whom else the desk trusts so is for a person to say."""
TITLES: dict[Kind, str] = {
    "rss": "a feed of {host}",
    "cap": "official alerts (CAP) from {host}",
    "nws": "alerts of the National Weather Service from {host}",
    "usgs": "earthquakes of the USGS from {host}",
    "gdacs": "disasters of the GDACS from {host}",
    "jsonl": "posts as JSON lines from {host}",
    "open311": "service requests (Open311) of {host}",
}
"""Kinds that a document gives away."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an address turned out to be: the keys of its source, and words about it."""

    kind: Kind
    address: str
    title: str
    """What it is, as a person says it: `the hashtag #riverton as social.example sees it`."""
    name: str
    """A fitting name for the source."""
    trust: Trust = "public"
    jurisdiction: str = ""
    notes: tuple[str, ...] = ()
    """What to know of it, a sentence each."""


def slug(text: str) -> str:
    """A name for a source, as the settings allow it."""
    return sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-") or "source"


def name_for(address: str) -> str:
    """A name after the host and the last part of the path: `council-news`."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    label = host if host.replace(".", "").isdigit() else host.partition(".")[0]
    last = next((part for part in reversed(parts.path.split("/")) if part), "")
    return slug(f"{label}-{last.partition('.')[0]}")


def of_document(kind: Kind, address: str) -> Found:
    """A source that is one document on the web."""
    if kind == "open311":
        return of_endpoint(address)
    host = host_of(address)
    bare = host.partition(":")[0]
    official = kind in ("nws", "usgs") and any(
        bare == one or bare.endswith(f".{one}") for one in OFFICIAL_HOSTS
    )
    notes: tuple[str, ...] = ()
    if kind in ("cap", "nws", "usgs", "gdacs") and not official:
        notes = ('If it is the authority\'s own, set trust = "official": then it may warn by itself.',)
    trust: Trust = "official" if official else "public"
    return Found(kind, address, TITLES[kind].format(host=host), name_for(address), trust, notes=notes)


def of_timeline(address: str, software: str) -> Found:
    """A timeline of a server of the fediverse."""
    timeline, parts = timeline_of(address), urlsplit(address)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if timeline.account:
        title, name = f"the posts of {last}@{timeline.host}", slug(last)
    elif "/tag/" in timeline.path:
        title, name = f"the hashtag #{last} as {timeline.host} sees it", slug(last)
    elif timeline.what == "notifications":
        title, name = (
            f"what is said to the desk's account at {timeline.host}",
            slug(f"{timeline.host}-replies"),
        )
    else:
        title, name = f"the timeline {parts.path} of {timeline.host}", slug(f"{timeline.host}-{last}")
    return Found("mastodon", address, f"{title} ({software})", name)


def of_endpoint(address: str, others: tuple[str, ...] = ()) -> Found:
    """An endpoint of Open311, from the address of one of its documents."""
    parts = urlsplit(address)
    base = parts._replace(path=parts.path.rpartition("/")[0], query="", fragment="").geturl()
    return Found(
        "open311",
        base,
        TITLES["open311"].format(host=host_of(address)),
        slug(f"{parts.netloc.partition('.')[0]}-requests"),
        jurisdiction=parse_qs(parts.query).get("jurisdiction_id", [""])[0],
        notes=(f"It names more endpoints: {', '.join(others)}.",) if others else (),
    )
