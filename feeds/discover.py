"""Finding out what an address is: a feed, a page that names one, a server of the fediverse, an endpoint.

A person asks once, and so little is asked of servers: at most eight requests, each through the bounded
client, and what comes back is read in the parser's child. Pages are asked for only where robots.txt lets us
(RFC 9309); what a site advertises or documents for programs is a permission of its own.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from feeds.addresses import host_of
from feeds.discover_found import TITLES, Found, of_document, of_endpoint, of_timeline, slug
from feeds.discover_names import Ask, Local, Unknown, understand
from feeds.http import Client
from feeds.json_text import list_of, object_of, text_of
from feeds.local import read_document
from feeds.mastodon import Timeline, timeline_of
from feeds.parser import Parser
from feeds.questions import FOR_PROGRAMS, Questions, sniffed
from feeds.sniff import DISCOVERY, PAGE
from feeds.source import Bookmark, Kind, Parsed, SourceError

__all__ = ["Found", "discover"]

MOST_FEEDS = 3
"""Feeds of a page that are tried, and places where one is guessed."""
GUESSES = ("/feed", "/rss", "/atom.xml")
SPEAK_MASTODON = frozenset(
    (
        *("mastodon", "hometown", "gotosocial", "takahe", "snac", "snac2", "pleroma", "akkoma", "friendica"),
        *("mitra", "iceshrimp", "iceshrimp.net", "pixelfed"),
    )
)
"""Software that serves Mastodon's API, by its name in NodeInfo."""
_NODEINFO = re.compile(r"https?://nodeinfo\.diaspora\.software/ns/schema/2\.[01]")
_ENDPOINT = re.compile(r"open311|georeport", re.IGNORECASE)


async def discover(typed: str, client: Client, parser: Parser) -> Found:
    """Find out what a person named.

    Raises:
        SourceError: with a sentence that says why it is no source, or that nothing answered.
    """
    try:
        understood = understand(typed)
    except Unknown as error:
        raise SourceError(str(error), lasting=True) from None
    if isinstance(understood, Found):
        return understood
    if isinstance(understood, Local):
        return await _file(understood.path, parser)
    try:
        return await _Finding(Questions(client, parser)).find(understood)
    except SourceError as error:
        raise _of_silence(understood.address, error) from None


async def _file(path: str, parser: Parser) -> Found:
    place = Path(path).expanduser().absolute()
    kind: Kind = "jsonl"
    # One that is still empty is as good, and one of many gigabytes too: it is followed, not read whole.
    if place.suffix.lower() not in (".jsonl", ".ndjson") or not await asyncio.to_thread(place.is_file):
        read = await asyncio.to_thread(read_document, place, Bookmark())
        kind = _kind(await sniffed(parser, place.name, read[0] if read else b""), place.name)
    return Found(kind, str(place), TITLES[kind].format(host=place.name), slug(place.stem))


def _kind(parsed: Parsed, where: str) -> Kind:
    for kind in TITLES:
        if parsed.what == kind:
            return kind
    raise SourceError(f"{where} is a page without a feed; name the address of its feed.", lasting=True)


def _of_silence(address: str, error: SourceError) -> SourceError:
    """What to say where nothing answers: on this machine it may be the desk that is to listen."""
    if error.lasting or not host_of(address).startswith(("127.", "localhost", "[::1]")):
        return error
    return SourceError(
        f"{error} If the desk is to listen there itself, for a webhook, there is nothing to find out: write "
        'kind = "webhook" and this address into the settings.'
    )


class _Finding:
    """One address, and the servers' answers about it."""

    def __init__(self, questions: Questions) -> None:
        self._ask = questions

    async def find(self, ask: Ask) -> Found:
        """Ask the likeliest first: a platform by its own word, then what the document itself is."""
        if (timeline := _timeline(ask.address)) is not None:
            if found := await self._fediverse(ask.address, timeline):
                return found
            if ask.fediverse:
                text = f"{timeline.host} does not speak Mastodon's API; name the address of a feed it has."
                raise SourceError(text, lasting=True)
        return await self._by_content(ask)

    async def _by_content(self, ask: Ask) -> Found:
        try:
            parsed, answer = await self._ask.look(ask.address)
        except SourceError as error:
            # A server that speaks for programs alone has nothing to show at its front door.
            if not error.lasting or (found := await self._by_protocol(ask)) is None:
                raise
            return found
        host = host_of(answer.address)
        if parsed.what == DISCOVERY:
            return _of_discovery(parsed, host)
        if parsed.what != PAGE:
            return of_document(_kind(parsed, host), answer.address)
        found = (
            await self._first_feed(parsed.links)
            or await self._by_protocol(ask)
            or await self._first_feed(tuple(urljoin(answer.address, guess) for guess in GUESSES))
        )
        if found is None:
            text = f"{host} shows a page that names no feed. Look there for RSS, Atom or a list of alerts, "
            raise SourceError(f"{text}and name the address of that.", lasting=True)
        return found

    async def _first_feed(self, addresses: tuple[str, ...]) -> Found | None:
        """The first of some addresses that is a feed."""
        for address in addresses[:MOST_FEEDS]:
            if self._ask.left < 2:
                break
            try:
                parsed, answer = await self._ask.look(address, advertised=True)
                return of_document(_kind(parsed, host_of(address)), answer.address)
            except SourceError:
                continue
        return None

    async def _by_protocol(self, ask: Ask) -> Found | None:
        """What a server says of itself to those who know its protocol."""
        if _ENDPOINT.search(ask.address):
            return await self._services(ask.address)
        if not ask.bare:
            return None
        # What its own people say in public is the one timeline that every server has.
        public = urljoin(ask.address, "/public/local")
        return await self._fediverse(public, timeline_of(public))

    async def _fediverse(self, address: str, timeline: Timeline) -> Found | None:
        """A timeline, where a server of Mastodon's kin confirms that it has any."""
        origin, software = await self._nodeinfo(timeline.origin)
        if software and software not in SPEAK_MASTODON:
            return None
        if not software:
            told = await self._ask.control(f"{origin}/api/v2/instance")
            versions = object_of(told.get("api_versions"))
            if not (versions.get("mastodon") or (told.get("domain") and told.get("version"))):
                return None
        parts = urlsplit(address)
        moved = f"{origin}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return of_timeline(moved, software or "Mastodon's API")

    async def _nodeinfo(self, origin: str) -> tuple[str, str]:
        """Where the server's API is and what runs there; an empty name where it does not say (NodeInfo 2)."""
        links = list_of((await self._ask.control(f"{origin}/.well-known/nodeinfo")).get("links"))
        for link in map(object_of, links[:10]):
            href = text_of(link.get("href"))
            if _NODEINFO.fullmatch(text_of(link.get("rel"))) and href.startswith(("http://", "https://")):
                told = object_of((await self._ask.control(href)).get("software"))
                parts = urlsplit(href)
                return f"{parts.scheme}://{parts.netloc.lower()}", text_of(told.get("name")).lower()[:40]
        return origin, ""

    async def _services(self, address: str) -> Found | None:
        """An endpoint of Open311, given by its base address alone; JSON is optional there, XML is not."""
        parts = urlsplit(address)
        for form in ("json", "xml"):
            listed = parts._replace(path=f"{parts.path.rstrip('/')}/services.{form}").geturl()
            try:
                parsed, _ = await self._ask.look(listed, advertised=True)
            except SourceError:
                continue
            if parsed.what == "open311":
                return of_endpoint(listed)
        return None


def _of_discovery(parsed: Parsed, host: str) -> Found:
    if not parsed.links:
        text = f"{host} names no endpoint of GeoReport v2, which is what is read here."
        raise SourceError(text, lasting=True)
    return of_endpoint(f"{parsed.links[0].rstrip('/')}/requests.json", parsed.links[1:4])


def _timeline(address: str) -> Timeline | None:
    """The timeline that an address is of, if it looks like one; a timeline's feed does not."""
    if FOR_PROGRAMS.search(urlsplit(address).path):
        return None
    try:
        return timeline_of(address)
    except ValueError:
        return None
