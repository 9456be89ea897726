"""A handful of questions to servers: counted, bounded, and polite towards what is not for programs."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from feeds.addresses import host_of
from feeds.http import Answer, Client
from feeds.json_text import object_of, read_json
from feeds.parser import Parser
from feeds.robots import allowed
from feeds.sniff import WHAT
from feeds.source import Parsed, SourceError

MOST_REQUESTS = 8
LARGEST_CONTROL = 256 * 1024
"""Bytes of a small JSON answer that is read in this process."""
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/cap+xml, "
    "application/geo+json, text/html;q=0.8, */*;q=0.5"
)
FOR_PROGRAMS = re.compile(
    r"(?:\.(?:xml|rss|atom|json|geojson|jsonl|ndjson|cap)|/(?:feed|rss|atom))$", re.IGNORECASE
)
"""Paths of what a site has for programs and not for people."""


class Questions:
    """What may still be asked on the way to one answer."""

    def __init__(self, client: Client, parser: Parser) -> None:
        self._client, self._parser = client, parser
        self.left = MOST_REQUESTS

    async def look(self, address: str, *, advertised: bool = False) -> tuple[Parsed, Answer]:
        """What a document on the web is, and the answer that it came in.

        An `advertised` one was named by its own site as being for programs.

        Raises:
            SourceError: when there is none, when it is nothing known, or when robots.txt asks to stay away.
        """
        if not advertised and not FOR_PROGRAMS.search(urlsplit(address).path.rstrip("/")):
            self._count(address)
            if not await allowed(address, self._client):
                raise SourceError(
                    f"{host_of(address)} asks programs to stay away from this page (robots.txt); name the "
                    "address of its feed.",
                    lasting=True,
                )
        self._count(address)
        answer = await self._client.get(address, accept=ACCEPT, urgent=True)
        return await sniffed(
            self._parser, host_of(answer.address), answer.body, answer.content_type, answer.address
        ), answer

    async def control(self, address: str) -> dict[str, object]:
        """A small JSON answer of a protocol; nothing where there is none.

        Raises:
            SourceError: when nothing answers at all.
        """
        self._count(address)
        try:
            answer = await self._client.get(address, accept="application/json", urgent=True)
            return object_of(read_json(answer.body)) if len(answer.body) <= LARGEST_CONTROL else {}
        except ValueError:
            return {}
        except SourceError as error:
            if error.lasting or error.status:
                return {}
            raise

    def _count(self, address: str) -> None:
        if self.left <= 0:
            raise SourceError(
                f"{host_of(address)} was asked {MOST_REQUESTS} times, and it is still not clear what this "
                "is; name the address of a feed.",
                lasting=True,
            )
        self.left -= 1


async def sniffed(
    parser: Parser, name: str, body: bytes, content_type: str = "", address: str = ""
) -> Parsed:
    """What a document is; see `feeds.sniff`. Raises `SourceError` for what is nothing known."""
    return await parser.parse("rss", name, "", body, content_type, address, WHAT)
