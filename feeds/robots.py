"""robots.txt: whether a site lets programs see a page (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from feeds.http import Client
from feeds.source import SourceError

TOKEN = "watchfloor"
"""What groups of rules may call us (RFC 9309, 2.2.1)."""
MOST_BYTES = 512 * 1024
"""Of a robots.txt that are read; 500 KiB must be (RFC 9309, 2.5)."""
MOST_RULES = 5000


@dataclass(slots=True)
class Rules:
    """The rules that hold for us: each a pattern of paths, and whether it allows."""

    rules: list[tuple[str, bool]] = field(default_factory=list)

    def allow(self, path: str) -> bool:
        """Whether a path may be seen: the longest pattern that fits decides, and of two the kinder one."""
        path = unquote(path)
        fitting = ((len(pattern), allows) for pattern, allows in self.rules if _fits(pattern, path))
        return max(fitting, default=(0, True))[1]


async def allowed(address: str, client: Client) -> bool:
    """Ask a site whether a page may be fetched; one that has no robots.txt has no objection.

    Raises:
        SourceError: when the site does not answer: it is then unknown what it wants, and left alone.
    """
    parts = urlsplit(address)
    try:
        answer = await client.get(
            urljoin(address, "/robots.txt"), accept="text/plain, */*;q=0.5", urgent=True
        )
    except SourceError as error:
        if 400 <= error.status < 500 and error.status != 429:
            return True
        raise
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return read_rules(answer.body).allow(path)


def read_rules(body: bytes) -> Rules:
    """The rules for us: those of our own name, else those for everybody. What is malformed is passed over."""
    ours, everybodys = Rules(), Rules()
    heard: list[Rules] = []
    naming = named = False
    for line in body[:MOST_BYTES].decode("utf-8-sig", "replace").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            heard = heard if naming else []
            naming = True
            agent = value.partition("/")[0].strip().lower()
            named = named or agent == TOKEN
            heard += [ours] if agent == TOKEN else [everybodys] if agent == "*" else []
        elif key in ("allow", "disallow"):
            naming = False
            for rules in heard:
                if value and len(rules.rules) < MOST_RULES:
                    rules.rules.append((unquote(value), key == "allow"))
    return ours if named else everybodys


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern with `*` and a closing `$` fits the start of a path; each part is sought once."""
    whole = pattern.endswith("$")
    first, *parts = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    for part in parts:
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    if not whole:
        return True
    return path.endswith(parts[-1]) if parts else position == len(path)
