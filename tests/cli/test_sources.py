"""Finding, trying and adding sources, on the real command line against servers on loopback."""

from __future__ import annotations

import json
import os
import stat
import threading
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from feeds.live import LISTENERS
from tests.cli.shell import Shell
from tests.instance import Instance
from tests.service.at_work import Served, until, write_settings

SETTINGS = """# The desk of Riverton.
[desk]
name = "Riverton"
places = "places.csv"
[network]
allow = ["127.0.0.1"]
"""
NEWS = """<rss version="2.0"><channel><title>Council</title>
<item><guid>1</guid><title>Library hours</title><pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate></item>
<item><guid>2</guid><title>Trapped by flood water in Mill Street, help</title>
<pubDate>Thu, 01 Jan 2026 11:00:00 GMT</pubDate></item>
<item><guid>3</guid><title>Bins \x1b]0;x\x07are late</title></item>
<item><guid>4</guid></item></channel></rss>"""


class Site:
    """A web server of a few pages."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                path = self.path.partition("?")[0]
                status, body = site.pages.get(path, (404, b"no such page"))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, path: str, body: str, status: int = 200) -> str:
        self.pages[path] = status, body.encode()
        return self.address(path)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def desk(shell: Shell) -> Shell:
    here = shell.settings(SETTINGS).parent
    (here / "places.csv").write_text("name,aliases,area\nMill Street,,Riverton\n")
    return shell


def file_of(shell: Shell) -> Path:
    return shell.home / ".config/watchfloor/settings.toml"


def sources_in(shell: Shell) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tomllib.loads(file_of(shell).read_text()).get("sources", {})
    return found


def test_a_page_is_followed_to_its_feed_tried_shown_and_written(desk: Shell, site: Site) -> None:
    site.put("/news.xml", NEWS)
    page = site.put("/", "<html><link rel=alternate type=application/rss+xml href=/news.xml></html>")
    file_of(desk).chmod(0o640)
    ran = desk.run("sources", "add", page, stdin=b"y\n")
    assert ran.code == 0, ran.err
    assert "One look brought 3 items, and left out 1." in ran.text
    assert "every 5m" in ran.text
    assert "one voice among others" in ran.text
    urgent = next(line for line in ran.text.splitlines() if "Trapped" in line).split("\t")
    assert urgent[1:4] == ["act now", "Mill Street", "flood"]
    assert "\x1b" not in ran.text
    assert sources_in(desk) == {
        "127-0-0-1-news": {"kind": "rss", "address": site.address("/news.xml"), "trust": "public"}
    }
    text = file_of(desk).read_text()
    assert text.startswith(SETTINGS)
    assert '# interval = "5m"' in text
    assert "added by `watchfloor sources add`" in text
    assert stat.S_IMODE(file_of(desk).stat().st_mode) == 0o640
    assert [entry.name for entry in file_of(desk).parent.iterdir() if entry.name.startswith(".")] == []
    assert desk.run("config", "validate").code == 0


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b""])
def test_nothing_is_written_unless_a_person_says_so(desk: Shell, site: Site, answer: bytes) -> None:
    ran = desk.run("sources", "add", site.put("/news.xml", NEWS), stdin=answer)
    assert ran.code == 1
    assert file_of(desk).read_text() == SETTINGS


def test_yes_asks_nothing_and_the_name_is_as_wished(desk: Shell, site: Site) -> None:
    address = site.put("/news.xml", NEWS)
    assert desk.run("sources", "add", address, "--name", "council", "--yes").code == 0
    assert desk.run("sources", "add", address, "--name", "press.office", "--yes").code == 0
    assert list(sources_in(desk)) == ["council", "press.office"]


def test_a_name_that_is_taken_is_never_overwritten(desk: Shell, site: Site) -> None:
    address = site.put("/news.xml", NEWS)
    assert desk.run("sources", "add", address, "--name", "council", "--yes").code == 0
    before = file_of(desk).read_text()
    ran = desk.run("sources", "add", address, "--name", "Council", "--yes")
    assert (ran.code, file_of(desk).read_text()) == (1, before)
    for _ in range(2):
        assert desk.run("sources", "add", address, "--yes").code == 0
    assert list(sources_in(desk)) == ["council", "127-0-0-1-news", "127-0-0-1-news-2"]


def test_what_makes_no_sense_is_not_written(desk: Shell, site: Site) -> None:
    address = site.put("/news.xml", NEWS)
    ran = desk.run("sources", "add", address, "--name", "not a name", "--yes")
    assert ran.code == 1
    assert "not a name" in ran.err
    ran = desk.run("sources", "add", "wss://jetstream.example/subscribe", "--yes")
    assert ran.code == 1
    assert "keywords" in ran.err
    assert file_of(desk).read_text() == SETTINGS


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://x.com/riverton", "X is closed"),
        ("https://www.facebook.com/riverton", "agreement"),
        ("reddit.com/r/riverton", "JSONL"),
        ("http://127.0.0.1:9/posts", "webhook"),
        ("none.xml", "none.xml"),
    ],
)
def test_what_cannot_be_listened_to_is_refused_in_a_sentence(desk: Shell, address: str, words: str) -> None:
    ran = desk.run("sources", "add", address, "--yes")
    assert ran.code == 1
    assert words in ran.err
    assert file_of(desk).read_text() == SETTINGS


def test_a_file_of_ours_is_added_without_a_network(desk: Shell) -> None:
    posts = desk.home / "posts.jsonl"
    posts.write_text(json.dumps({"id": "1", "text": "Water in Mill Street", "author": "ana"}) + "\n")
    ran = desk.run("sources", "add", posts, "--yes")
    assert ran.code == 0
    assert "as soon as it changes" in ran.text
    assert "One look brought 1 item, " in ran.text
    assert "Water in Mill Street" in ran.text
    assert sources_in(desk)["posts"]["address"] == str(posts)


def test_a_hashtag_of_a_server_is_added_with_the_words_of_its_people(desk: Shell) -> None:
    with Instance() as instance:
        instance.say("Flood in Mill Street")
        instance.say("Only for ana", visibility="private")
        ran = desk.run("sources", "add", f"#riverton@127.0.0.1:{instance.port}", "--yes")
    assert ran.code == 0, ran.err
    assert "Flood in Mill Street" in ran.text
    assert "Only for" not in ran.text
    assert "1 of them are for the desk's account alone" in ran.text
    assert sources_in(desk)["riverton"]["address"] == f"http://127.0.0.1:{instance.port}/tags/riverton"


def test_a_city_is_found_by_its_discovery_document_and_its_requests_shown(desk: Shell, site: Site) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    request = {
        "service_request_id": 7,
        "status": "open",
        "service_name": "Pothole",
        "service_code": "POTHOLE",
        "description": "A hole as deep as a bucket",
        "address": "12 Mill Street",
        "requested_datetime": now,
        "updated_datetime": now,
    }
    site.put("/v2/requests.json", json.dumps([request]))
    v2 = "http://wiki.open311.org/GeoReport_v2"
    endpoint = {"specification": v2, "type": "production", "url": site.address("/v2")}
    found = site.put("/discovery.json", json.dumps({"endpoints": [endpoint]}))
    ran = desk.run("sources", "add", found, "--name", "city", "--yes")
    assert ran.code == 0, ran.err
    row = next(line for line in ran.text.splitlines() if "deep as a bucket" in line)
    assert "Mill Street" in row.split("\t")
    assert sources_in(desk)["city"] == {"kind": "open311", "address": site.address("/v2"), "trust": "public"}


@pytest.mark.skipif("jetstream" not in LISTENERS, reason="this program does not listen to Jetstream yet")
def test_a_stream_is_listened_to_for_a_moment(desk: Shell) -> None:
    asked: list[str] = []

    def talk(connection: ServerConnection) -> None:
        asked.append(connection.request.path if connection.request else "")
        for number, text in enumerate(("Nothing of note", "Flood in Mill Street", "Riverton is under water")):
            record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-03-01T18:04:00Z"}
            commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": f"3k{number}"}
            event = {"did": "did:plc:ana", "kind": "commit", "time_us": 1_772_388_240_000_000 + number}
            connection.send(
                json.dumps({**event, "commit": {**commit, "rev": "1", "cid": "b", "record": record}})
            )
        with suppress(ConnectionClosed):
            connection.recv()

    with serve(talk, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stream = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/subscribe"
        words = ("--keyword", "flood", "--keyword", "Riverton")
        ran = desk.run("sources", "add", stream, *words, "--name", "stream", "--yes")
        server.shutdown()
    assert ran.code == 0, ran.err
    assert "One look brought 2 items" in ran.text
    assert "Nothing of note" not in ran.text
    assert sources_in(desk)["stream"]["keywords"] == ["flood", "Riverton"]
    assert "wantedCollections=app.bsky.feed.post" in asked[0]


def test_a_source_that_needs_a_token_says_where_to_put_it(desk: Shell) -> None:
    with Instance() as instance:
        address = f"http://127.0.0.1:{instance.port}/notifications"
        ran = desk.run("sources", "add", address, "--name", "replies", "--yes")
    place = file_of(desk).parent / "credentials/replies"
    assert ran.code == 0, ran.err
    assert f"{place}, mode 0600; it has none yet" in ran.text
    assert "not tried" in ran.text
    assert "Needs a token" in file_of(desk).read_text()


def test_without_a_settings_file_it_says_how_to_get_one(shell: Shell, site: Site) -> None:
    ran = shell.run("sources", "add", site.put("/news.xml", NEWS), "--yes")
    assert ran.code == 1
    assert "config init" in ran.err


def test_a_source_of_the_settings_is_tried_without_a_word_written(desk: Shell, site: Site) -> None:
    file_of(desk).write_text(
        f'{SETTINGS}[sources.council]\nkind = "rss"\naddress = "{site.put("/news.xml", NEWS)}"\n'
        '[sources.works]\nkind = "webhook"\naddress = "works.sock"\n'
    )
    before = file_of(desk).read_text()
    ran = desk.run("sources", "test", "council")
    assert ran.code == 0
    assert "Trapped by flood water" in ran.text
    assert "nothing to look at" in desk.run("sources", "test", "works").text
    ran = desk.run("sources", "test", "coucil")
    assert (ran.code, '"council"' in ran.err) == (2, True)
    site.put("/news.xml", "gone", 410)
    ran = desk.run("sources", "test", "council")
    assert (ran.code, "gone for good" in ran.err) == (1, True)
    assert file_of(desk).read_text() == before
    assert not os.path.exists(desk.paths.root)


def test_the_bare_verb_goes_on_listing(desk: Shell) -> None:
    ran = desk.run("sources", "--json")
    assert ran.code == 1  # no database yet, as before
    assert "watchfloor serve" in ran.err


def test_a_running_service_takes_an_added_source_up(shell: Shell, site: Site) -> None:
    settings = write_settings(shell.home / "desk")
    config = str(settings.path)
    with Served(settings) as served:
        ran = shell.run("--config", config, "sources", "add", site.put("/news.xml", NEWS), "--yes")
        assert ran.code == 0, ran.err
        assert "from now on" in ran.text
        until(lambda: any("Trapped" in text for text in served.texts()))
        (listed,) = shell.run("--config", config, "sources", "--json").out.splitlines()
        assert json.loads(listed)["name"] == "127-0-0-1-news"


def test_a_source_is_opened_on_demand_and_the_log_says_by_whom(shell: Shell, site: Site) -> None:
    address = site.put("/news.xml", NEWS)
    source = {"name": "council", "kind": "rss", "address": address, "interval": "1h"}
    settings = write_settings(shell.home / "desk", [source])
    config = str(settings.path)
    assert shell.run("--config", config, "sources", "open", "council").code == 3
    with Served(settings) as served:
        until(lambda: served.total() == 3)
        site.put("/news.xml", NEWS.replace("<guid>4</guid>", "<guid>4</guid><title>Water is back</title>"))
        ran = shell.run("--config", config, "sources", "open", "council")
        assert (ran.code, ran.text) == (0, "council: 1 new, 3 unchanged.\n"), ran.err
        ran = shell.run("--config", config, "sources", "open", "council")
        assert (ran.code, "open it again in" in ran.err) == (1, True)
        assert "source opened" in shell.run("--config", config, "log", "show").text
    assert shell.run("--config", config, "sources", "open", "nobody").code == 2
