"""The whole service at work: real files, a real server on loopback, real processes, real kills."""

import json
import os
import pwd
import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from console.service.client import NoService, Refused, ServiceClient
from tests.service.at_work import Served, append, post, until, write_settings

ME = pwd.getpwuid(os.getuid()).pw_name
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Council</title>
<item><guid>n1</guid><title>Polling stations unchanged for tomorrow</title></item></channel></rss>"""


class Site(ThreadingHTTPServer):
    """A web server on loopback: a feed, and whatever goes wrong on the web."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_port}"


class Pages(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/slow":
            time.sleep(1.5)
        body = {"/news": RSS.encode(), "/garbage": b"\x00\xff" * 500}.get(self.path, b"")
        self.send_response(200 if body else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with on_loopback() as server:
        yield server


@contextmanager
def on_loopback() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.touch()
    return path


def following(posts: Path, **more: str) -> dict[str, Any]:
    return {"name": "posts", "kind": "jsonl", "address": posts, "interval": "1m", **more}


def test_an_appended_post_is_on_the_stream_within_half_a_second(tmp_path: Path, posts: Path) -> None:
    with Served(write_settings(tmp_path, [following(posts)])) as served:
        append(posts, post(0, "warm up"))
        until(lambda: served.texts() == ["warm up"])
        delays = []
        for number in range(1, 6):
            text = f"report number {number}"
            began = time.monotonic()
            append(posts, post(number, text))
            while text not in served.texts():
                assert time.monotonic() - began < 10
                time.sleep(0.005)
            delays.append(time.monotonic() - began)
    assert sorted(delays)[len(delays) // 2] < 0.5


def troubled(served: Served) -> list[str]:
    """The sources that failed when last looked at."""
    return [one["name"] for one in served.ask("status")["sources"] if one["last_error"]]


def test_dead_sources_stop_no_other(tmp_path: Path, posts: Path, site: Site) -> None:
    with on_loopback() as sick:
        council = {"name": "council", "kind": "rss", "address": f"{site.address}/news", "interval": "1s"}
        sources: list[dict[str, Any]] = [
            {"name": "down", "kind": "rss", "address": "http://127.0.0.1:1/feed", "interval": "1s"},
            {"name": "busy", "kind": "rss", "address": f"{sick.address}/busy", "interval": "1s"},
            {"name": "garbage", "kind": "cap", "address": f"{sick.address}/garbage", "interval": "1s"},
            {"name": "gone", "kind": "jsonl", "address": tmp_path / "nowhere.jsonl", "interval": "1s"},
            {"name": "slow", "kind": "rss", "address": f"{sick.address}/slow", "interval": "1s"},
        ]
        with Served(write_settings(tmp_path, [*sources, council, following(posts)])) as served:
            append(posts, post(1, "Water on Mill Street"))
            until(lambda: len(served.texts()) == 2)
            until(lambda: len(troubled(served)) == 5)
            with served.reader() as reader:
                until(lambda: {one.state for one in reader.sources()} == {"late", "live"})
                states = {one.name: one.state for one in reader.sources()}
    assert states == {
        **{source["name"]: "late" for source in sources},
        "council": "live",
        "posts": "live",
    }


ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>flood-{number}</identifier><sender>weather.example</sender><sent>{sent}</sent>
<status>Actual</status><msgType>{kind}</msgType><scope>Public</scope>{references}
<info><category>Met</category><event>Flash Flood Warning</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Likely</certainty><expires>{expires}</expires>
<headline>Flash Flood Warning, message {number}</headline>
<area><areaDesc>Mill Street</areaDesc></area></info></alert>"""


def test_an_alert_its_update_and_its_cancel_stay_one_row_through_a_restart(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    file = tmp_path / "alert.xml"

    def publish(number: int, kind: str) -> None:
        earlier = (
            f"weather.example,flood-{one},{(now + timedelta(seconds=one)).isoformat()}"
            for one in range(number)
        )
        references = f"<references>{' '.join(earlier)}</references>" if number else ""
        sent, expires = now + timedelta(seconds=number), now + timedelta(hours=2)
        body = ALERT.format(
            number=number,
            kind=kind,
            references=references,
            sent=sent.isoformat(),
            expires=expires.isoformat(),
        )
        (tmp_path / "new.xml").write_text(body)
        (tmp_path / "new.xml").replace(file)

    def row(served: Served) -> list[tuple[str | None, int]]:
        with served.reader() as reader:
            return [(one.hazard, one.updates) for one in reader.mentions()]

    publish(0, "Alert")
    source = {"name": "weather", "kind": "cap", "address": file, "interval": "1m", "trust": "official"}
    settings = write_settings(tmp_path, [source])
    with Served(settings) as served:
        until(lambda: row(served) == [("live", 0)])
        publish(1, "Update")
        until(lambda: row(served) == [("live", 1)])
        with served.reader() as reader:
            assert [(one.place, one.official) for one in reader.incidents()] == [("Mill Street", True)]
        served.kill()
    with Served(settings) as served:
        publish(2, "Cancel")
        until(lambda: row(served) == [("cancelled", 2)])
        with served.reader() as reader:
            assert [one.official for one in reader.incidents()] == [False]


def test_private_addresses_are_refused_unless_named(tmp_path: Path, site: Site) -> None:
    settings = write_settings(
        tmp_path, [{"name": "inside", "kind": "rss", "address": f"{site.address}/news", "interval": "1s"}]
    )
    path = tmp_path / "settings.toml"
    path.write_text(path.read_text().replace('allow = ["127.0.0.1"]', "allow = []"))
    with Served(settings) as served:
        error = until(lambda: served.ask("status")["sources"][0]["last_error"])
    assert site.asked == []
    assert "private" in error or "loopback" in error or "allow" in error


def test_killed_and_started_again_it_lost_nothing_and_took_nothing_twice(tmp_path: Path, posts: Path) -> None:
    settings = write_settings(tmp_path, [following(posts)])
    written = 0
    for round_ in range(3):
        served = Served(settings)
        with served.client() as client:
            # Confirmed posts must survive; those of the file must come, confirmed or not.
            confirmed = client.ask("take", posts=[sent(f"told-{round_}-{number}") for number in range(30)])
            assert confirmed["new"] == 30
            for _ in range(10):
                append(
                    posts,
                    *(post(written + number, f"report number {written + number}") for number in range(20)),
                )
                written += 20
        if round_:
            while served.total() <= 200 * round_:
                time.sleep(0.01)
        served.kill()
    with Served(settings) as served:
        until(lambda: served.total() == written + 90)
        time.sleep(0.5)
        assert served.total() == written + 90
        with served.reader() as reader:
            assert reader.service().stopped_at is None


def sent(number: object, text: str = "") -> dict[str, Any]:
    """A post as the wire has it."""
    return {"source": "replay", "id": str(number), "text": text or f"said {number}", "author": str(number)}


def test_the_second_service_says_who_is_first(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)
    with Served(settings) as first:
        second = Served(settings)
        assert second.process.wait(10) == 1
        said = second.said()
        second.end()
        assert f"pid {first.process.pid}" in said
        assert "Traceback" not in said
        assert first.ask("status")["pid"] == first.process.pid


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    served = Served(write_settings(tmp_path))
    served.client().close()
    served.process.send_signal(number)
    assert served.process.wait(10) == 0
    assert not served.paths.socket.exists()
    with served.reader() as reader:
        assert reader.service().stopped_at is not None
        assert reader.events(1)[0].kind == "service stopped"
    assert served.said() == ""
    served.end()


def test_files_are_the_groups_to_read_and_ours_to_write(tmp_path: Path) -> None:
    with Served(write_settings(tmp_path)) as served:
        paths = served.paths
        modes = {
            path.name: oct(stat.S_IMODE(path.stat().st_mode))
            for path in (paths.root, paths.database, paths.socket, paths.log)
        }
    assert modes == {"data": "0o2750", "desk.db": "0o640", "service.sock": "0o660", "service.log": "0o600"}


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


@pytest.mark.parametrize(
    "posts", [None, 7, [1], [{}], [{"source": "a"}], [{"source": "a", "id": 1, "text": "b"}]]
)
def test_what_is_no_post_is_refused_with_a_sentence(served: Served, posts: object) -> None:
    with pytest.raises(Refused, match="these are not posts"):
        served.ask("take", posts=posts)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One service for requests that change nothing."""
    with Served(write_settings(tmp_path_factory.mktemp("desk"))) as served:
        yield served


def test_too_many_posts_at_once_are_refused(served: Served) -> None:
    with pytest.raises(Refused, match="send 200 at most"):
        served.ask("take", posts=[sent(number) for number in range(201)])


@pytest.mark.parametrize("do", ["dance", "", None, 7, ["status"], {"status": 1}])
def test_an_unknown_request_is_told_what_there_is(served: Served, do: object) -> None:
    with pytest.raises(Refused, match="there are hello, status, take, reload, stop"):
        served.ask(do)


def test_stop_ends_it(tmp_path: Path) -> None:
    served = Served(write_settings(tmp_path))
    assert served.ask("stop")["pid"] == served.process.pid
    assert served.process.wait(10) == 0
    served.end()
    with pytest.raises(NoService, match="no service is running"):
        ServiceClient.connect(served.paths)


def test_a_nearly_full_disk_stops_intake_but_not_the_service(tmp_path: Path, posts: Path) -> None:
    append(posts, post(1, "Water on Mill Street"))
    settings = write_settings(tmp_path, [following(posts)], keep_free="1000 TB")
    with Served(settings) as served, served.reader() as reader:
        with pytest.raises(Refused, match="free some space"):
            served.ask("take", posts=[sent(1)])
        assert "free some space" in until(lambda: reader.service().trouble)
        assert "free some space" in served.ask("status")["trouble"]
        assert reader.total() == 0
    with Served(write_settings(tmp_path, [following(posts)])) as served:
        until(lambda: served.texts() == ["Water on Mill Street"])
        assert served.ask("status")["trouble"] == ""


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


def test_a_missing_place_list_is_trouble_and_no_end(tmp_path: Path, posts: Path) -> None:
    settings = write_settings(tmp_path, [following(posts)])
    (tmp_path / "places.csv").unlink()
    append(posts, post(1, "Water on Mill Street"))
    with Served(settings) as served:
        until(lambda: served.texts())
        assert "No place is known" in served.ask("status")["trouble"]


def test_a_damaged_database_is_not_written_to(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)
    with Served(settings) as served:
        served.ask("take", posts=[sent(number) for number in range(200)])
    database = served.paths.database
    body = bytearray(database.read_bytes())
    body[4096 * 3 : 4096 * 8] = os.urandom(4096 * 5)
    database.write_bytes(body)
    again = Served(settings)
    assert again.process.wait(10) == 1
    said = again.said()
    again.end()
    assert "damaged" in said
    assert "Traceback" not in said
    assert database.read_bytes() == body


def test_systemd_is_told_when_it_is_ready_and_that_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        with Served(write_settings(tmp_path), env=env):
            assert manager.recv(100) == b"READY=1"
            assert manager.recv(100) == b"WATCHDOG=1"


def test_its_log_is_one_line_a_record_and_keeps_no_secret(tmp_path: Path, site: Site) -> None:
    address = f"{site.address}/busy?access_token=hunter2"
    source = {"name": "busy", "kind": "rss", "address": address, "interval": "1s"}
    with Served(write_settings(tmp_path, [source])) as served:
        until(lambda: served.ask("status")["sources"][0]["last_error"])
    text = served.paths.log.read_text()
    assert "serving Riverton" in text
    assert "hunter2" not in text
    assert all(line[:4].isdigit() for line in text.splitlines())


def test_a_post_of_every_kind_of_json_line(tmp_path: Path, posts: Path) -> None:
    posts.write_bytes(
        b'{"id": "1", "text": "good"}\nnot json\n{"id": "2"}\n\xff\xfe\n'
        + json.dumps({"id": "3", "text": "lone \ud800 surrogate \x00 nul"}).encode()
        + b"\n"
    )
    with Served(write_settings(tmp_path, [following(posts)])) as served:
        until(lambda: len(served.texts()) == 2)
        refused = until(lambda: served.ask("status")["sources"][0]["refused"])
    assert refused == 3


def test_nothing_is_left_running(tmp_path: Path) -> None:
    with Served(write_settings(tmp_path)) as served:
        pid = served.process.pid
    left = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, check=False)
    assert left.stdout == b""
