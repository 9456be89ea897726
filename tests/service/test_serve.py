"""The whole service at work: real files, a real server on loopback, real processes, real kills."""

import json
import os
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

from console.service.client import Refused
from tests.service.at_work import Served, append, following, post, sent, until, write_settings

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


def test_an_appended_post_is_on_the_stream_at_once(tmp_path: Path, posts: Path) -> None:
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
    assert sorted(delays)[len(delays) // 2] < 1


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


def test_a_warning_covers_its_place_through_a_restart_and_no_longer(tmp_path: Path, posts: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    file = tmp_path / "alert.xml"
    told = {"number": 0, "sent": now.isoformat(), "references": ""}
    expires = (now + timedelta(hours=2)).isoformat()
    weather = {"name": "weather", "kind": "cap", "address": file, "interval": "1m", "trust": "official"}
    settings = write_settings(tmp_path, [weather, following(posts)])

    def why(served: Served, id_: int) -> list[str]:
        with served.reader() as reader:
            found = until(lambda: reader.mention(id_))
            return [reason.text for reason in found.reasons]

    file.write_text(ALERT.format(**told, kind="Alert", expires=expires))
    with Served(settings) as served:
        until(lambda: served.total() == 1)
        served.kill()
    with Served(settings) as served:
        append(posts, post(1, "people trapped by the flood on Mill Street"))
        assert why(served, 2)[-1] == "official warning covers Mill Street"
        sent = (now + timedelta(seconds=1)).isoformat()
        cancel = told | {
            "number": 1,
            "sent": sent,
            "references": f"<references>weather.example,flood-0,{now.isoformat()}</references>",
        }
        (tmp_path / "new.xml").write_text(ALERT.format(**cancel, kind="Cancel", expires=expires))
        (tmp_path / "new.xml").replace(file)
        with served.reader() as reader:
            until(lambda: [one.official for one in reader.incidents()] == [False])
        append(posts, post(2, "is the flood on Mill Street gone?"))
        assert "official" not in str(why(served, 3))


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
