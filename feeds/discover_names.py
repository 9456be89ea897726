"""What a person may type for a source: handles, hashtags, hosts, paths and addresses. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from feeds.discover_found import Found, slug

CLOSED = {
    "X": ("x.com", "twitter.com"),
    "Facebook": ("facebook.com", "fb.com", "fb.me"),
    "Reddit": ("reddit.com", "redd.it"),
}
"""Platforms whose terms shut out a government's desk without an agreement of its own, and their hosts."""
BLUESKY = "https://bsky.app"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:(?:{_LABEL}\.)+{_LABEL}|localhost)(?::\d{{1,5}})?"
_ACCOUNT = re.compile(rf"@?([A-Za-z0-9_.-]{{1,64}})@({_HOST})")
_TAG = re.compile(rf"#(\w{{1,100}})@({_HOST})")
_HANDLE = re.compile(rf"@((?:{_LABEL}\.)+{_LABEL})|((?:{_LABEL}\.)+bsky\.social)")
_DID = re.compile(r"(?:at://)?(did:(?:plc|web):[A-Za-z0-9._:%-]{1,200})/?")
_RECORD = re.compile(r"at://([A-Za-z0-9._:%-]{3,300})/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,100})")
_BARE = re.compile(rf"({_HOST})(?:/\S*)?")
_FILE = re.compile(r"[^/:]+\.(?:jsonl|ndjson|json|geojson|xml|rss|atom|cap)", re.IGNORECASE)
"""A name that is a file's rather than a host's."""


class Unknown(ValueError):
    """What was typed leads to no source; the message is a sentence that says what would."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A web address that has to be asked what it is."""

    address: str
    fediverse: bool = False
    """Whether it was written as only Mastodon's kin writes it, so that nothing else will do."""
    bare: bool = False
    """Whether only a host was named."""


@dataclass(frozen=True, slots=True)
class Local:
    """A file of this machine."""

    path: str


def understand(typed: str) -> Found | Ask | Local:
    """Tell what was typed, as far as that can be told without asking anybody.

    Raises:
        Unknown: for what leads nowhere, with the ways that do.
    """
    typed = typed.strip()
    if not typed or not typed.isprintable() or len(typed) > 2000:
        raise Unknown("Name an address, a handle, a hashtag with its server, or a file.")
    if found := _named(typed):
        return found
    if typed.startswith(("/", "./", "../", "~")) or _FILE.fullmatch(typed):
        return Local(typed)
    if "://" in typed:
        return _address(typed)
    if _BARE.fullmatch(typed):
        return _address(f"{_scheme_for(typed)}{typed}")
    if typed.startswith("#"):
        raise Unknown(f"A hashtag is seen from a server: name one, as in {typed[:100]}@social.example.")
    return Local(typed)


def _named(typed: str) -> Found | Ask | None:
    """Handles, DIDs and hashtags."""
    if match := _DID.fullmatch(typed):
        return _profile(match[1])
    if match := _RECORD.fullmatch(typed):
        return _thread(match[1], match[2])
    if match := _HANDLE.fullmatch(typed):
        return _profile((match[1] or match[2]).lower())
    if match := _ACCOUNT.fullmatch(typed):
        _not_closed(match[2])
        return Ask(f"{_scheme_for(match[2])}{match[2].lower()}/@{match[1]}", fediverse=True)
    if match := _TAG.fullmatch(typed):
        _not_closed(match[2])
        return Ask(f"{_scheme_for(match[2])}{match[2].lower()}/tags/{quote(match[1])}", fediverse=True)
    return None


def _address(typed: str) -> Found | Ask:
    try:
        parts = urlsplit(typed)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise Unknown(
            "This address cannot be read; write it like https://council.example/news.xml."
        ) from None
    _not_closed(host)
    if parts.username is not None:
        raise Unknown("The address carries a user name or a password; take the part before the @ out.")
    if parts.scheme in ("ws", "wss"):
        return _stream(parts)
    if parts.scheme not in ("http", "https") or not host:
        raise Unknown(f"Nothing is known to listen to at {parts.scheme[:20]}: addresses.")
    if host == "bsky.app":
        return _bluesky(parts)
    return Ask(parts._replace(fragment="").geturl(), bare=parts.path in ("", "/") and not parts.query)


def _stream(parts: SplitResult) -> Found:
    if not parts.path.rstrip("/").endswith("/subscribe"):
        raise Unknown(
            "A stream is listened to as Jetstream gives it: write wss://HOST/subscribe. One of Mastodon's is "
            "found by its timeline's address, with stream = true."
        )
    host = parts.netloc.lower()
    return Found(
        "jetstream",
        parts._replace(query="", fragment="").geturl(),
        f"a Jetstream of Bluesky's network at {host}",
        slug(host.partition(".")[0]),
        notes=("Posts come as they are written, of the accounts or with the words that you name.",),
    )


def _profile(account: str) -> Found:
    address, title = f"{BLUESKY}/profile/{account}", f"the posts of {account} on Bluesky"
    return Found("bluesky", address, title, slug(account.removesuffix(".bsky.social")))


def _thread(account: str, key: str) -> Found:
    title = f"the thread of a post by {account} on Bluesky"
    return Found("bluesky", f"{BLUESKY}/profile/{account}/post/{key}", title, slug(f"thread-{key}"))


def _bluesky(parts: SplitResult) -> Found:
    """A page of the app, as its address bar shows it."""
    path = [part for part in parts.path.split("/") if part]
    words = parse_qs(parts.query).get("q", [""])[0]
    if len(path) == 4 and (path[0], path[2]) == ("profile", "post"):
        return _thread(path[1].lower(), path[3])
    if len(path) >= 2 and path[0] == "profile":
        return _profile(path[1].lower())
    if path[:1] == ["hashtag"] and len(path) == 2:
        words, path = f"#{path[1]}", ["search"]
    if path == ["search"] and words:
        title = f"a search of Bluesky for {words}"
        notes = (
            "It is looked at only when a person opens it: `watchfloor sources open NAME`.",
            "It needs `account`, the desk's own there, and its app password: others are not shown searches.",
        )
        return Found("bluesky", f"{BLUESKY}/search?q={quote(words)}", title, slug(words), notes=notes)
    if path == ["notifications"]:
        title = "what is said to the desk's account on Bluesky"
        return Found("bluesky", f"{BLUESKY}/notifications", title, "bluesky-replies")
    raise Unknown("Of Bluesky, a profile, a search or the notifications of your account can be a source.")


def _not_closed(host: str) -> None:
    for platform, hosts in CLOSED.items():
        if any(host == one or host.endswith(f".{one}") for one in hosts):
            raise Unknown(
                f"{platform} is closed to this use without an agency's own agreement with it. What you may "
                "have of it comes in as JSONL from a file, through a webhook, or from mail saved as JSONL."
            )


def _scheme_for(host: str) -> str:
    """Servers of this machine rarely have a certificate; all others must."""
    return "http://" if host.startswith(("127.", "localhost")) else "https://"
