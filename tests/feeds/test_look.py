"""One look at each kind of source, with a real server, real files and the real parser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feeds import look as looking
from feeds.http import Client, Limits
from feeds.look import look
from feeds.parser import Parser
from feeds.source import Bookmark, Kind, Look, Source, SourceError
from tests.feeds.hostile_server import HostileServer, answer, hostile_server

ALERT = """<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>{0}</identifier><sender>s</sender>
<sent>2026-03-01T18:0{0}:00Z</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><event>Flood {0}</event></info></alert>"""
ENTRY = "<entry><id>{0}</id><link href='/alert-{0}'/></entry>"
STAND_IN = (
    "<entry><id>{0}</id><title>Short {0}</title><updated>2026-03-01T18:00:00Z</updated>"
    "<link href='/alert-{0}'/>"
    "<c:event xmlns:c='urn:oasis:names:tc:emergency:cap:1.1'>Flood</c:event></entry>"
)


class Desk:
    """A server, a client and a parser, and looks that remember where they were."""

    def __init__(self, server: HostileServer, client: Client, parser: Parser) -> None:
        self.server, self._client, self._parser = server, client, parser
        self.bookmark = Bookmark()

    async def look(self, kind: Kind, address: str | Path) -> Look:
        source = Source("news", kind, str(address), interval=60, lang="en")
        seen = await look(source, self.bookmark, self._client, self._parser)
        self.bookmark = seen.bookmark
        return seen

    def index(self, entries: str) -> None:
        self.server.pages["/index"] = answer(
            f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>".encode()
        )

    def alerts(self, *numbers: int) -> None:
        for number in numbers:
            self.server.pages[f"/alert-{number}"] = answer(ALERT.format(number).encode())

    def fetched(self) -> list[str]:
        return [request.path for request in self.server.requests]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with (
        hostile_server() as server,
        Client(user_agent="watchfloor/1", allow=["127.0.0.1"], limits=Limits(deadline=2.0)) as client,
        Parser() as parser,
    ):
        yield Desk(server, client, parser)


def texts(seen: Look) -> list[str]:
    return [post.text for post in seen.posts]


async def test_a_feed_is_taken_in_once_and_then_unchanged(desk: Desk) -> None:
    first = await desk.look("rss", desk.server.url("/feed"))
    assert (texts(first), first.unchanged) == (["one"], False)
    again = await desk.look("rss", desk.server.url("/feed"))
    assert (again.posts, again.unchanged) == ((), True)
    assert desk.server.requests[1].headers["if-none-match"] == '"v1"'


async def test_the_same_bytes_are_unchanged_even_without_an_etag(desk: Desk) -> None:
    assert texts(await desk.look("rss", desk.server.url("/plain"))) == ["one"]
    assert (await desk.look("rss", desk.server.url("/plain"))).unchanged


async def test_what_the_server_asks_for_is_passed_on(desk: Desk) -> None:
    assert (await desk.look("rss", desk.server.url("/fresh"))).next_after == 60
    assert (await desk.look("rss", desk.server.url("/hop-1"))).moved_to == desk.server.url("/feed")


async def test_a_page_that_is_no_feed_fails_and_leaves_the_bookmark(desk: Desk) -> None:
    desk.server.pages["/page"] = answer(b"<html>maintenance</html>", 'ETag: "m"')
    with pytest.raises(SourceError, match="neither RSS, Atom nor JSON Feed"):
        await desk.look("rss", desk.server.url("/page"))
    assert desk.bookmark == Bookmark()


async def test_an_index_leads_to_its_alerts_and_each_is_fetched_once(desk: Desk) -> None:
    desk.index(ENTRY.format(2) + ENTRY.format(1))
    desk.alerts(1, 2, 3)
    assert texts(await desk.look("cap", desk.server.url("/index"))) == ["Flood 1", "Flood 2"]
    desk.index(ENTRY.format(3) + ENTRY.format(2) + ENTRY.format(1))
    assert texts(await desk.look("cap", desk.server.url("/index"))) == ["Flood 3"]
    assert sorted(desk.fetched()) == ["/alert-1", "/alert-2", "/alert-3", "/index", "/index"]


async def test_a_long_index_is_worked_off_over_several_looks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LINKS_PER_LOOK", 4)
    desk.index("".join(map(ENTRY.format, range(10))))
    desk.alerts(*range(10))
    looks = [await desk.look("cap", desk.server.url("/index")) for _ in range(3)]
    assert [len(seen.posts) for seen in looks] == [4, 4, 2]
    assert [seen.more for seen in looks] == [True, True, False]
    assert (await desk.look("cap", desk.server.url("/index"))).unchanged


async def test_an_alert_that_is_gone_is_refused_once_and_the_rest_goes_on(desk: Desk) -> None:
    desk.index(ENTRY.format(1) + ENTRY.format(2))
    desk.alerts(2)
    desk.server.pages["/alert-1"] = answer(status="404 Not Found")
    seen = await desk.look("cap", desk.server.url("/index"))
    assert texts(seen) == ["Flood 2"]
    assert "does not know this address" in seen.refusals[0].reason
    assert (await desk.look("cap", desk.server.url("/index"))).unchanged


async def test_an_alert_that_cannot_be_had_now_is_asked_for_again(desk: Desk) -> None:
    desk.index(ENTRY.format(1))
    desk.server.pages["/alert-1"] = answer(b"", "Retry-After: 1", status="503 Service Unavailable")
    seen = await desk.look("cap", desk.server.url("/index"))
    assert (seen.posts, seen.more) == ((), False)
    assert "asks for them again" in seen.refusals[0].reason
    assert (desk.bookmark.etag, desk.bookmark.identity, desk.bookmark.seen) == ("", "", ())


async def test_alerts_that_fail_every_time_keep_no_other_waiting(desk: Desk) -> None:
    gone = "<entry><id>gone-{0}</id><link href='http://127.0.0.1:1/{0}'/></entry>"
    desk.index("".join(map(gone.format, range(8))) + ENTRY.format(1))
    desk.alerts(1)
    seen = await desk.look("cap", desk.server.url("/index"))
    assert texts(seen) == ["Flood 1"]
    assert "8 alerts could not be fetched yet" in seen.refusals[-1].reason


async def test_the_full_alert_replaces_its_entry_and_the_entry_stands_in_for_a_lost_one(desk: Desk) -> None:
    desk.index(STAND_IN.format(1) + STAND_IN.format(2))
    desk.alerts(1)
    desk.server.pages["/alert-2"] = answer(b"<html/>")
    seen = await desk.look("cap", desk.server.url("/index"))
    assert sorted(texts(seen)) == ["Flood 1", "Short 2"]
    assert "neither a CAP alert" in next(post for post in seen.posts if post.text == "Short 2").notes[-1]


async def test_links_to_forbidden_places_are_not_followed(desk: Desk) -> None:
    desk.index("<entry><id>1</id><link href='http://169.254.169.254/latest'/></entry>")
    seen = await desk.look("cap", desk.server.url("/index"))
    assert "private or reserved" in seen.refusals[0].reason


async def test_a_local_document_is_read_when_it_changes(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "alert.cap"
    path.write_text(ALERT.format(1))
    assert texts(await desk.look("cap", path)) == ["Flood 1"]
    assert (await desk.look("cap", path)).unchanged
    path.write_text(ALERT.format(22))
    assert (await desk.look("cap", path)).refusals
    path.write_text(ALERT.format(3))
    assert texts(await desk.look("cap", path)) == ["Flood 3"]


async def test_a_local_index_follows_no_links(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "index.atom"
    link = desk.server.url("/alert-1")
    path.write_text(f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='{link}'/></entry></feed>")
    seen = await desk.look("cap", path)
    assert "links are not followed" in seen.refusals[0].reason
    assert desk.server.requests == []


async def test_a_growing_file_gives_its_new_posts(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text('{"id": "1", "text": "a"}\nnonsense\n{"id": "2", "te')
    seen = await desk.look("jsonl", path)
    assert (texts(seen), [refusal.item for refusal in seen.refusals]) == (["a"], ["nonsense"])
    with path.open("a") as file:
        file.write('xt": "b"}\n')
    assert texts(await desk.look("jsonl", path)) == ["b"]
    assert (await desk.look("jsonl", path)).unchanged


async def test_a_missing_file_is_a_sentence_and_may_appear_later(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    with pytest.raises(SourceError, match="No such file") as missing:
        await desk.look("jsonl", path)
    assert not missing.value.lasting
    path.write_text('{"id": "1", "text": "a"}\n')
    assert texts(await desk.look("jsonl", path)) == ["a"]
