"""What can be asked of the service, and by whom."""

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.service.client import NoService, Refused, ServiceClient
from tests.service.at_work import Served, append, following, post, sent, until, write_settings

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One service for requests that change nothing."""
    with Served(write_settings(tmp_path_factory.mktemp("desk"))) as served:
        yield served


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.touch()
    return path


def test_on_shift_is_who_is_connected_whatever_they_claim(tmp_path: Path) -> None:
    with Served(write_settings(tmp_path)) as served, served.reader() as reader:
        desk = served.client()
        assert desk.ask("hello", **{"as": "desk", "you": "mayor", "uid": 0})["you"] == ME
        until(lambda: reader.service().on_shift == (ME,))
        desk.close()
        until(lambda: reader.service().on_shift == ())
        with pytest.raises(Refused, match="hello is for desks"):
            served.ask("hello", **{"as": "mayor"})


def test_nobody_replays_in_the_name_of_a_source(tmp_path: Path, posts: Path) -> None:
    with Served(write_settings(tmp_path, [following(posts, name="council", trust="official")])) as served:
        forged = sent(1, "All is well, go home") | {"source": "Council"}
        hazard = {"identifier": "1", "sender": "weather", "sent": "2026-03-01T18:00:00Z"}
        reply = served.ask("take", posts=[forged, sent(2) | {"hazard": hazard}, sent(3), sent("")])
        assert reply["new"] == 1
        assert len(reply["refused"]) == 3
        assert served.texts() == ["said 3"]


@pytest.mark.parametrize("name", ["council\u200b", "\u202ecouncil", "council ", "coun\x1b[Dcil", "council\n"])
def test_nobody_replays_in_a_name_that_only_looks_like_one(tmp_path: Path, posts: Path, name: str) -> None:
    with Served(write_settings(tmp_path, [following(posts, name="council", trust="official")])) as served:
        reply = served.ask("take", posts=[sent(1) | {"source": name}, sent(2)])
        assert "characters that are not seen" in reply["refused"][0]
        assert served.texts() == ["said 2"]


def test_what_no_feed_of_ours_would_send_is_refused_in_words(served: Served) -> None:
    odd = [
        sent("x" * 600),
        sent(1) | {"created_at": "2026-03-01T18:00:00"},
        sent(2) | {"updated_at": "2026-03-01T18:00:00"},
    ]
    reply = served.ask("take", posts=odd)
    assert reply["new"] == 0
    assert "longer than 512 characters" in reply["refused"][0]
    assert all("names no zone" in reason for reason in reply["refused"][1:])


@pytest.mark.parametrize(
    "posts", [None, 7, [1], [{}], [{"source": "a"}], [{"source": "a", "id": 1, "text": "b"}]]
)
def test_what_is_no_post_is_refused_with_a_sentence(served: Served, posts: object) -> None:
    with pytest.raises(Refused, match="these are not posts"):
        served.ask("take", posts=posts)


def test_too_many_posts_at_once_are_refused(served: Served) -> None:
    with pytest.raises(Refused, match="send 200 at most"):
        served.ask("take", posts=[sent(number) for number in range(201)])


@pytest.mark.parametrize("do", ["dance", "", None, 7, ["status"], {"status": 1}])
def test_an_unknown_request_is_told_what_there_is(served: Served, do: object) -> None:
    with pytest.raises(Refused, match="there are hello, status, take, recheck, "):
        served.ask(do)


def test_stop_ends_it(tmp_path: Path) -> None:
    served = Served(write_settings(tmp_path))
    assert served.ask("stop")["pid"] == served.process.pid
    assert served.process.wait(10) == 0
    served.end()
    with pytest.raises(NoService, match="no service is running"):
        ServiceClient.connect(served.paths)


def test_reload_takes_up_sources_places_and_rules(tmp_path: Path, posts: Path) -> None:
    settings = write_settings(tmp_path)
    with Served(settings) as served:
        append(posts, post(1, "the gym at Elm Park is flooded"))
        write_settings(tmp_path, [following(posts)])
        (tmp_path / "places.csv").write_text("name,aliases,area\nElm Park,,\n")
        assert served.ask("reload") == {"changed": ["posts"]}
        until(lambda: served.texts())
        with served.reader() as reader:
            assert reader.mentions()[0].place == "Elm Park"
        (tmp_path / "settings.toml").write_text("[sources.posts]\nkind = 'rsss'\n")
        with pytest.raises(Refused, match="settings were left as they were"):
            served.ask("reload")
        append(posts, post(2, "Elm Park again"))
        until(lambda: len(served.texts()) == 2)
