"""Finding out what an address is: by its form, by a server's own word, by what a document holds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from feeds.discover import Found, discover
from feeds.discover_names import Ask, Local, Unknown, understand
from feeds.http import Client
from feeds.parser import Parser
from feeds.questions import MOST_REQUESTS
from feeds.source import SourceError
from tests.feeds.hostile_server import FEED, HostileServer, answer, hostile_server

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>1</id>
<entry><id>a</id><title>Mill Street is closed</title><updated>2026-03-01T18:04:00Z</updated></entry></feed>"""
CAP = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier><sender>a@b</sender>
<sent>2026-03-01T18:04:00-00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope></alert>"""
CAP_INDEX = b"""<rss version="2.0"><channel><item><title>Flood</title><guid>1</guid>
<link>https://alerts.example/1.cap</link></item></channel></rss>"""
NWS = b'{"type": "FeatureCollection", "features": [], "@context": ["https://api.weather.gov/"]}'
USGS = b'{"type": "FeatureCollection", "metadata": {"title": "USGS All Earthquakes"}, "features": []}'
GDACS = b"<rss xmlns:gdacs='http://www.gdacs.org'><channel></channel></rss>"
JSON_FEED = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": "x"}]}'
JSONL = b'{"id": "1", "text": "one"}\n{"id": "2", "text": "two"}\n'
SERVICES = b'[{"service_code": "POTHOLE", "service_name": "Pothole"}]'
REQUESTS = (
    b"<service_requests><request><service_request_id>1</service_request_id></request></service_requests>"
)
DISCOVERY = """{"endpoints": [
 {"specification": "http://wiki.open311.org/GeoReport_v1", "type": "production", "url": "HOME/v1"},
 {"specification": "http://wiki.open311.org/GeoReport_v2", "type": "test", "url": "HOME/test/v2"},
 {"specification": "http://wiki.open311.org/GeoReport_v2", "type": "production", "url": "HOME/v2"}]}"""


@dataclass
class World:
    """One server, and what is found on it."""

    server: HostileServer
    client: Client
    parser: Parser

    def put(self, path: str, body: bytes | str, kind: str = "text/html") -> str:
        data = body.replace("HOME", self.server.url("")).encode() if isinstance(body, str) else body
        self.server.pages[path] = answer(data, f"Content-Type: {kind}")
        return self.server.url(path)

    def missing(self, *paths: str) -> None:
        for path in paths:
            self.server.pages[path] = answer(b"no such page", status="404 Not Found")

    async def find(self, typed: str) -> Found:
        return await discover(typed, self.client, self.parser)

    async def refused(self, typed: str) -> str:
        with pytest.raises(SourceError) as caught:
            await self.find(typed)
        return str(caught.value)

    def nodeinfo(self, software: str) -> None:
        rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
        self.put("/.well-known/nodeinfo", json.dumps({"links": [{"rel": rel, "href": "HOME/nodeinfo/2.0"}]}))
        self.put("/nodeinfo/2.0", json.dumps({"software": {"name": software}}))

    @property
    def asked(self) -> list[str]:
        return [request.path for request in self.server.requests]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with (
        hostile_server() as server,
        Client(user_agent="watchfloor", allow=["127.0.0.1"]) as client,
        Parser() as parser,
    ):
        world = World(server, client, parser)
        world.missing(
            "/robots.txt", "/.well-known/nodeinfo", "/api/v2/instance", "/feed", "/rss", "/atom.xml"
        )
        yield world


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("@ana@social.example", Ask("https://social.example/@ana", fediverse=True)),
        ("ana@social.example", Ask("https://social.example/@ana", fediverse=True)),
        ("#Riverton@social.example", Ask("https://social.example/tags/Riverton", fediverse=True)),
        ("social.example", Ask("https://social.example", bare=True)),
        ("council.example/news.xml", Ask("https://council.example/news.xml")),
        ("https://council.example/news#top", Ask("https://council.example/news")),
        ("127.0.0.1:8080/x", Ask("http://127.0.0.1:8080/x")),
        ("posts.jsonl", Local("posts.jsonl")),
        ("/srv/posts", Local("/srv/posts")),
    ],
)
def test_what_is_typed_is_understood_before_anybody_is_asked(typed: str, understood: object) -> None:
    assert understand(typed) == understood


@pytest.mark.parametrize(
    ("typed", "kind", "address"),
    [
        ("riverton.bsky.social", "bluesky", "https://bsky.app/profile/riverton.bsky.social"),
        ("@riverton.example", "bluesky", "https://bsky.app/profile/riverton.example"),
        ("did:plc:ewvi7nxz", "bluesky", "https://bsky.app/profile/did:plc:ewvi7nxz"),
        ("at://did:plc:ewvi7nxz", "bluesky", "https://bsky.app/profile/did:plc:ewvi7nxz"),
        (
            "https://bsky.app/profile/a.example/post/3k",
            "bluesky",
            "https://bsky.app/profile/a.example/post/3k",
        ),
        ("at://did:plc:e/app.bsky.feed.post/3k", "bluesky", "https://bsky.app/profile/did:plc:e/post/3k"),
        ("https://bsky.app/profile/a.example/feed/x", "bluesky", "https://bsky.app/profile/a.example"),
        ("https://bsky.app/search?q=Mill+Street", "bluesky", "https://bsky.app/search?q=Mill%20Street"),
        ("https://bsky.app/hashtag/flood", "bluesky", "https://bsky.app/search?q=%23flood"),
        ("https://bsky.app/notifications", "bluesky", "https://bsky.app/notifications"),
        ("wss://jetstream.example/subscribe?cursor=1", "jetstream", "wss://jetstream.example/subscribe"),
    ],
)
def test_blueskys_names_need_nobody_to_be_asked(typed: str, kind: str, address: str) -> None:
    found = understand(typed)
    assert isinstance(found, Found)
    assert (found.kind, found.address) == (kind, address)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("https://x.com/riverton", "X is closed"),
        ("mobile.twitter.com/riverton", "JSONL"),
        ("https://www.facebook.com/riverton", "webhook"),
        ("https://old.reddit.com/r/riverton/.rss", "agreement"),
        ("#flood", "#flood@social.example"),
        ("ftp://council.example/", "ftp"),
        ("https://ana:secret@council.example/", "password"),
        ("wss://social.example/api/v1/streaming", "stream = true"),
        ("https://bsky.app/settings", "profile"),
        ("", "Name"),
    ],
)
def test_what_leads_nowhere_is_refused_with_what_would(typed: str, words: str) -> None:
    with pytest.raises(Unknown, match=words) as caught:
        understand(typed)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        *((FEED, "rss"), (ATOM, "rss"), (JSON_FEED, "rss"), (CAP, "cap"), (CAP_INDEX, "cap"), (NWS, "nws")),
        *((USGS, "usgs"), (GDACS, "gdacs"), (JSONL, "jsonl"), (b"\xef\xbb\xbf" + ATOM, "rss")),
    ],
)
async def test_a_document_is_what_it_holds_whatever_it_is_called(
    world: World, body: bytes, kind: str
) -> None:
    address = world.put("/news", body, "text/plain")
    found = await world.find(address)
    assert (found.kind, found.address) == (kind, address)
    assert found.trust == "public"  # only who is known to warn by right is trusted so
    assert found.name == "127-0-0-1-news"


async def test_a_page_leads_to_the_feed_that_it_advertises(world: World) -> None:
    page = """<!doctype html><html><head><base href="HOME/base/"><script>"<link rel=alternate>"</script>
    <!-- <link rel="alternate" type="application/rss+xml" href="/wrong"> -->
    <link rel="stylesheet alternate" type="text/css" href="/x.css">
    <link rel=alternate type='application/atom+xml; charset=utf-8' href=news>
    <link rel="alternate" type="application/rss+xml" href="/other.rss"></head><body><a href="/feed">x</a>"""
    world.put("/base/news", ATOM)
    found = await world.find(world.put("/council", page))
    assert (found.kind, found.address) == ("rss", world.server.url("/base/news"))
    assert world.asked == ["/robots.txt", "/council", "/base/news"]


async def test_a_feed_that_is_only_linked_is_found_too(world: World) -> None:
    world.put("/en/rss", FEED)
    assert (await world.find(world.put("/", "<html><a href='en/rss'>RSS</a></html>"))).kind == "rss"


async def test_the_usual_places_are_tried_last_and_few(world: World) -> None:
    page = world.put("/council", "<html><title>Council</title><p>Nothing here")
    assert "names no feed" in await world.refused(page)
    assert world.asked == ["/robots.txt", "/council", "/feed", "/rss", "/atom.xml"]
    world.put("/atom.xml", ATOM)
    assert (await world.find(page)).address == world.server.url("/atom.xml")


async def test_a_page_that_wants_no_programs_is_not_asked_for(world: World) -> None:
    world.put("/robots.txt", "User-agent: *\nDisallow: /council\n")
    assert "robots.txt" in await world.refused(world.put("/council", "<html>"))
    assert "/council" not in world.asked
    # A feed is for programs, whatever is said of pages.
    world.put("/robots.txt", "User-agent: *\nDisallow: /\n")
    assert (await world.find(world.put("/council.rss", FEED))).kind == "rss"


@pytest.mark.parametrize("software", ["mastodon", "gotosocial", "takahe", "snac"])
async def test_mastodons_kin_are_known_by_their_own_word(world: World, software: str) -> None:
    world.nodeinfo(software)
    host = f"127.0.0.1:{world.server.port}"
    found = await world.find(f"@ana@{host}")
    assert (found.kind, found.address) == ("mastodon", f"http://{host}/@ana")
    assert software in found.title
    found = await world.find(f"#riverton@{host}")
    assert (found.kind, found.address, found.name) == ("mastodon", f"http://{host}/tags/riverton", "riverton")
    assert (await world.find(f"http://{host}/public/local")).kind == "mastodon"


async def test_a_server_without_nodeinfo_is_known_by_its_interface(world: World) -> None:
    world.put("/api/v2/instance", '{"domain": "social.example", "version": "4.5.0"}')
    assert (await world.find(world.server.url("/tags/riverton"))).kind == "mastodon"


async def test_a_bare_host_of_the_fediverse_gives_what_its_people_say(world: World) -> None:
    world.nodeinfo("mastodon")
    world.put("/", "<html><body>Join us</body></html>")
    assert (await world.find(f"127.0.0.1:{world.server.port}")).address == world.server.url("/public/local")
    world.missing("/")
    assert (await world.find(f"127.0.0.1:{world.server.port}")).kind == "mastodon"


async def test_other_software_is_not_taken_for_mastodon(world: World) -> None:
    world.nodeinfo("lemmy")
    assert "does not speak" in await world.refused(f"@ana@127.0.0.1:{world.server.port}")


async def test_a_feed_of_a_page_that_looks_like_mastodons_is_a_feed(world: World) -> None:
    assert (await world.find(world.put("/@ana.rss", FEED))).kind == "rss"
    assert (await world.find(world.put("/tags/flood", FEED))).kind == "rss"


async def test_an_endpoint_of_open311_is_found_by_any_of_its_documents(world: World) -> None:
    home = world.server.url("/open311/v2")
    world.put("/open311/v2/services.json?jurisdiction_id=riverton.example", SERVICES)
    found = await world.find(f"{home}/services.json?jurisdiction_id=riverton.example")
    assert (found.kind, found.address, found.jurisdiction) == ("open311", home, "riverton.example")
    world.put("/open311/v2/requests.xml", REQUESTS)
    assert (await world.find(f"{home}/requests.xml")).address == home
    world.missing("/open311/v2", "/open311/v2/services.json")
    world.put("/open311/v2/services.xml", b"<services><service/></services>")
    assert (await world.find(home)).address == home


async def test_a_discovery_document_leads_to_the_endpoint_in_production(world: World) -> None:
    found = await world.find(world.put("/discovery.json", DISCOVERY))
    assert (found.kind, found.address) == ("open311", world.server.url("/v2"))
    assert "/test/v2" in found.notes[0]
    assert "no endpoint of GeoReport v2" in await world.refused(
        world.put("/discovery.xml", b"<discovery><endpoints/></discovery>")
    )


@pytest.mark.parametrize(
    "body", [b"", b"\x89PNG", b"[1, 2]", b'{"a": 1}', b"<a/>", b"[" * 100_000, b"<!ENTITY" * 1000]
)
async def test_what_is_no_source_is_refused_in_a_sentence(world: World, body: bytes) -> None:
    said = await world.refused(world.put("/thing.json", body))
    assert said.endswith(".")
    assert str(world.server.port) in said


async def test_a_page_of_a_hundred_thousand_links_costs_no_more_requests(world: World) -> None:
    page = b"<html>" + b"<link rel=alternate type=application/rss+xml href=/x.rss?%d>" * 20_000
    links = b"".join(
        b"<link rel=alternate type=application/rss+xml href=/x.rss?%d>" % n for n in range(20_000)
    )
    world.server.pages |= {f"/x.rss?{n}": answer(b"no feed") for n in range(100)}
    await world.refused(world.put("/council", b"<html>" + links + page))
    assert len(world.asked) <= MOST_REQUESTS


async def test_a_local_file_is_known_by_what_it_holds(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("files")
    for name, body, kind in (
        ("posts.jsonl", b"", "jsonl"),
        ("alert.xml", CAP, "cap"),
        ("news", ATOM, "rss"),
        ("posts", JSONL, "jsonl"),
    ):
        (home / name).write_bytes(body)
        found = await world.find(str(home / name))
        assert (found.kind, found.address) == (kind, str(home / name))
    assert "no such file" in (await world.refused(str(home / "none.jsonl"))).lower()


async def test_where_nothing_answers_on_this_machine_a_webhook_is_thought_of(world: World) -> None:
    world.server.pages.clear()
    assert 'kind = "webhook"' in await world.refused("http://127.0.0.1:9/posts")
