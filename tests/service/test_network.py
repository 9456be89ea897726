"""One network heard through two instances: a real service, real parsers, real requests, and a restart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.service.at_work import Served, until, write_settings
from tests.service.in_process import ME, read_by
from tests.service.network import Instance, instance

CANARY = "canary7f3a"
URI = "https://home.example/users/ana/statuses/1"
SECRET = f"https://home.example/users/{CANARY}/statuses/2"
HELP = "We are trapped on Mill Street, the house is on fire, please help"


@pytest.fixture
def home() -> Iterator[Instance]:
    with instance() as server:
        yield server


@pytest.fixture
def away() -> Iterator[Instance]:
    with instance() as server:
        yield server


def looked(served: Served, times: int = 1) -> None:
    """Wait until every source was looked at anew."""

    def answers() -> list[str]:
        return [source["last_answer_at"] or "" for source in served.ask("status")["sources"]]

    def newer(before: list[str]) -> bool:
        return all(now > then for now, then in zip(answers(), before, strict=True))

    for _ in range(times):
        until(partial(newer, answers()))


def test_a_post_that_two_instances_tell_is_one_voice_also_after_a_restart(
    tmp_path: Path, home: Instance, away: Instance
) -> None:
    home.holds(1, HELP, URI)
    away.holds(77, HELP, URI)
    settings = write_settings(tmp_path, [home.source("home"), away.source("away")])
    with Served(settings) as served:
        until(lambda: served.total() == 1)
        looked(served)
        assert served.texts() == [HELP]
    with Served(settings) as served:
        away.holds(78, HELP, URI)
        looked(served, 2)
        with served.reader() as reader:
            (mention,) = reader.mentions()
            assert (reader.total(), mention.voices, mention.repeats) == (1, 1, 0)
            (incident,) = reader.incidents()
            assert (incident.voices, incident.mentions) == (1, 1)
        assert [source["state"] for source in served.ask("status")["sources"]] == ["live", "live"]


def test_a_mention_is_asked_about_where_it_was_said(tmp_path: Path, home: Instance) -> None:
    home.holds(1, HELP, URI)
    with Served(write_settings(tmp_path, [home.source("home")])) as served:
        until(lambda: served.total() == 1)
        assert served.ask("recheck", mention=1)["state"] == "unchanged"
        home.holds(1, f"{HELP}, second floor", URI, edited_at=datetime.now(UTC).isoformat())
        assert served.ask("recheck", mention=1)["state"] == "edited"
        assert served.texts() == [f"{HELP}, second floor"]
        assert served.ask("recheck", mention=1)["state"] == "unchanged"
        del home.statuses["1"]
        assert served.ask("recheck", mention=1)["state"] == "deleted"
        with served.reader() as reader:
            assert reader.mentions()[0].deleted_at is not None
        home.shutdown()
        home.server_close()
        assert served.ask("recheck", mention=1)["state"] in ("unknown", "deleted")


def test_a_deleted_post_does_not_come_back_from_a_page_of_another_instance(
    tmp_path: Path, home: Instance, away: Instance
) -> None:
    home.holds(1, HELP, URI)
    with Served(write_settings(tmp_path, [home.source("home"), away.source("away")])) as served:
        until(lambda: served.total() == 1)
        del home.statuses["1"]
        assert served.ask("recheck", mention=1)["state"] == "deleted"
        away.holds(77, HELP, URI)
        looked(served, 2)
        with served.reader() as reader:
            (mention,) = reader.mentions()
            assert mention.deleted_at is not None


def test_a_direct_post_lies_in_the_inbox_and_nowhere_else(tmp_path: Path, home: Instance) -> None:
    home.holds(1, "calm on Mill Street", URI)
    home.holds(2, f"{HELP}, code {CANARY}", SECRET, visibility="direct")
    settings = read_by(write_settings(tmp_path, [home.source("home")]), ME)
    with Served(settings) as served:
        until(lambda: served.ask("status")["inbox"]["unread"] == 1)
        until(lambda: served.total() == 1)
        looked(served)
        assert served.texts() == ["calm on Mill Street"]
        assert CANARY in served.ask("inbox")["posts"][0]["text"]
        assert CANARY not in str(served.ask("status"))
        time.sleep(0.1)
        assert _holding(settings.desk.data) <= {"inbox.db", "inbox.db-wal"}
    assert _holding(settings.desk.data) == {"inbox.db"}


def _holding(root: Path) -> set[str]:
    files = [path for path in root.rglob("*") if path.is_file()]
    assert files
    return {path.name for path in files if CANARY.encode() in path.read_bytes()}
