"""A bad day, done to the real program: a clear sentence, nothing lost, and the rest goes on."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.service.client import Refused
from tests.service.at_work import (
    ROOT,
    Served,
    append,
    following,
    post,
    sent,
    until,
    write_settings,
)

GOOD = (
    "<rss version='2.0'><channel><item><guid>1</guid><title>the fair is open</title></item></channel></rss>"
)
ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>f1</identifier>
<sender>s</sender><sent>2026-03-01T18:00:00+00:00</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><category>Met</category><event>Flood</event><urgency>Immediate</urgency>"""
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.touch()
    return path


def said_by(served: Served, source: str) -> dict[str, Any]:
    """How a source does, from the service's own mouth."""
    return next(one for one in served.ask("status")["sources"] if one["name"] == source)


def shell(served: Served, *verb: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "console", "--config", str(served.settings.path), *verb]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_malformed_feeds_and_truncated_alerts_say_so_and_stop_no_other(tmp_path: Path, posts: Path) -> None:
    bodies = {
        "page": "<html><body>Service unavailable</body></html>",
        "noise": os.urandom(5000).hex(),
        "empty": "",
        "torn": ALERT,
        "feed": GOOD,
        "half": GOOD[:-30],
    }
    kinds = {"torn": "cap"}
    for name, body in bodies.items():
        (tmp_path / name).write_text(body)
    sources = [
        {"name": name, "kind": kinds.get(name, "rss"), "address": tmp_path / name, "interval": "1s"}
        for name in bodies
    ]
    append(posts, post(1, "Water on Mill Street"))
    with Served(write_settings(tmp_path, [*sources, following(posts)])) as served:
        until(lambda: {"Water on Mill Street", "the fair is open"} <= set(served.texts()))
        until(lambda: all(said_by(served, name)["last_error"] for name in ("page", "noise", "empty", "torn")))
        errors = {name: said_by(served, name)["last_error"] for name in bodies}
        assert "neither RSS, Atom nor JSON Feed" in errors["page"]
        assert "torn: " in errors["torn"]
        assert errors["feed"] == ""
        assert said_by(served, "posts")["state"] == "live"
        listed = shell(served, "sources")
        assert "neither RSS, Atom nor JSON Feed" in listed.stdout
        (tmp_path / "page").write_text(GOOD.replace("fair", "bridge"))
        until(lambda: "the bridge is open" in served.texts())


def test_posts_of_2099_and_1970_are_dated_as_they_arrived_and_say_so(tmp_path: Path, posts: Path) -> None:
    append(
        posts,
        post(1, "from the future", created_at="2099-01-01T00:00:00Z"),
        post(2, "from the past", created_at="1970-01-01T00:00:00Z"),
        post(3, "from nowhere", created_at="9999-99-99"),
        post(4, "from the end of time", created_at="9999-12-31T23:59:59Z"),
        post(5, "from before it", created_at="0001-01-01T00:00:00+14:00"),
        post(6, "by number", created_at=1e300),
    )
    with Served(write_settings(tmp_path, [following(posts)])) as served:
        until(lambda: served.total() == 6)
        with served.reader() as reader:
            told = {
                mention.text: (mention.at, reader.mention(mention.id))
                for mention in reader.mentions(limit=10)
            }
    now = datetime.now(UTC)
    for text, (at, detail) in told.items():
        assert now - timedelta(minutes=1) < at <= now, text
        assert detail is not None
        assert detail.notes, text
    assert told["from the future"][1].notes == ("dated 2099-01-01 by its source; shown as it arrived",)  # type: ignore[union-attr]
    assert told["from the past"][1].notes == ("dated 1970-01-01 by its source; shown as it arrived",)  # type: ignore[union-attr]


def test_thousands_of_identical_posts_are_one_row_in_flat_memory(tmp_path: Path, posts: Path) -> None:
    def megabytes() -> float:
        pages = int(Path(f"/proc/{served.process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20

    def worked() -> int:
        """Ticks that the service has had the processor: waiting for others is not its doing."""
        stat = Path(f"/proc/{served.process.pid}/stat").read_text().rpartition(")")[2].split()
        return int(stat[11]) + int(stat[12])  # utime and stime, proc(5)

    with Served(write_settings(tmp_path, [following(posts)])) as served:
        ticks, memory = [], []
        for step in range(4):
            numbers = range(3000 * step, 3000 * (step + 1))
            began, before = time.monotonic(), worked()
            append(posts, *(post(number, "Water is rising on Mill Street, take care") for number in numbers))
            while served.total() < 3000 * (step + 1):
                assert time.monotonic() - began < 60
                time.sleep(0.01)
            ticks.append(worked() - before)
            memory.append(megabytes())
        with served.reader() as reader:
            (only,) = reader.mentions()
        append(posts, post(99_999, "The bridge is closed"))
        until(lambda: "The bridge is closed" in served.texts())
    assert only.repeats == 11_999
    assert memory[-1] - memory[0] < 16
    assert max(ticks[1:]) < 3 * min(ticks)


def test_a_place_list_with_duplicates_and_foreign_bytes_is_used_as_far_as_it_goes(
    tmp_path: Path, posts: Path
) -> None:
    settings = write_settings(tmp_path, [following(posts)])
    (tmp_path / "places.csv").write_bytes(
        b"name,aliases,area\nMill Street,Mill St,Riverton\nMILL STREET,The Mill,\nCaf\xe9 Row,,Riverton\n,,\n"
        b"\x00\xff\xfe,,\n" + b"x" * 500 + b",,\n"
    )
    append(posts, post(1, "Water on Mill St"), post(2, "crowd at Café Row"), post(3, "meet at The Mill"))
    with Served(settings) as served:
        until(lambda: served.total() == 3)
        with served.reader() as reader:
            found = {mention.text: mention.place for mention in reader.mentions()}
        assert found["Water on Mill St"] == "Mill Street"
        assert found["crowd at Café Row"] == "Café Row"
        assert found["meet at The Mill"] == "Mill Street"
        trouble = served.ask("status")["trouble"]
        for sentence in (
            "Line 3: MILL STREET is listed before (line 2); they were made one.",
            "Line 4 is not UTF-8 at byte 4; it was read as Windows text.",
            "the name is over 100 characters; it was left out.",
        ):
            assert sentence in trouble
            assert sentence in shell(served, "config", "validate").stderr


def test_a_settings_file_with_five_mistakes_names_all_and_starts_nothing(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)
    assert settings.path is not None
    text = settings.path.read_text()
    settings.path.write_text(
        text.replace('name = "Riverton"', 'name = "Riverton"\nthem = "dark"')
        + '[intake]\nwindow = "6 hours"\nvoices = 0\n[sources.news]\nkind = "rs"\naddress = "ftp://a.example"\n'
    )
    served = Served(settings)
    assert served.process.wait(20) == 2
    said = served.said()
    served.end()
    for name in ("desk.them", "intake.window", "intake.voices", "sources.news.kind", "sources.news.address"):
        assert name in said
    assert 'did you mean "theme"?' in said
    assert "Traceback" not in said
    assert not (tmp_path / "data").exists()


def test_a_disk_that_takes_no_more_loses_nothing_and_blames_no_post(tmp_path: Path, posts: Path) -> None:
    """As a quota does: small writes still fit when larger ones do not."""
    with Served(write_settings(tmp_path, [following(posts, interval="1s")])) as served:
        append(posts, *(post(number, f"report number {number}") for number in range(50)))
        until(lambda: served.total() == 50)
        unlimited = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)
        taken = served.paths.database.with_name("desk.db-wal").stat().st_size
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (taken + 40_000, unlimited[1]))
        more = (post(number, f"report {number} {os.urandom(300).hex()}") for number in range(50, 600))
        append(posts, *more)
        trouble = until(lambda: served.ask("status")["trouble"])
        assert "What was stored is safe" in trouble
        with pytest.raises(Refused, match="What was stored is safe"):
            served.ask("take", posts=[sent(1)])
        with served.reader() as reader:
            assert len(reader.mentions()) > 0
        assert trouble.splitlines()[0] in shell(served, "status").stdout
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, unlimited)
        until(lambda: served.total() == 600, within=30)
        until(lambda: served.ask("status")["trouble"] == "")
        with served.reader() as reader:
            assert "post refused" not in {event.kind for event in reader.events(1000)}
            texts = [mention.native_id for mention in reader.mentions(limit=1000)]
        assert len(texts) == len(set(texts)) == 600


ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=14m tmpfs "$1/data"
shift
exec "$@"
"""
"""A disk of our own in a namespace of our own; nothing of the machine is touched."""


def test_a_full_disk_stops_intake_with_a_sentence_and_room_lets_it_go_on(tmp_path: Path, posts: Path) -> None:
    probe = ["unshare", "-Urm", "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets us mount no small disk of our own")
    settings = write_settings(tmp_path, [following(posts, interval="1s")], keep_free="0")
    (tmp_path / "data").mkdir()
    append(posts, *(post(number, f"report {number} {os.urandom(1000).hex()}") for number in range(4000)))
    inside = ["unshare", "-Urm", "sh", "-c", ON_A_SMALL_DISK, "sh", str(tmp_path)]
    serve = [sys.executable, "-c", FULL, str(settings.path), str(tmp_path / "data")]
    done = subprocess.run(
        [*inside, *serve], cwd=ROOT, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    trouble, before, after, refused, whole = done.stdout.splitlines()
    assert "is full. What was stored is safe; free some space" in trouble
    assert int(after) > int(before) > 0
    assert (refused, whole) == ("0", "()")


FULL = """
import os, sys, time
from pathlib import Path
from console.settings import load
from console.store.connect import open_readonly
from console.store.upkeep import quick_check
from tests.service.at_work import Served, until
settings, data = load(Path(sys.argv[1]), {}), Path(sys.argv[2])
filler = data / "somebody-elses"
filler.write_bytes(bytes(9_000_000))
with Served(settings) as served:
    print(until(lambda: served.ask("status")["trouble"], within=30).splitlines()[0])
    before = served.total()
    print(before)
    filler.unlink()
    # Seldom: a reader that is always there keeps the write-ahead log, and so the disk, full. The room made is
    # twice what the log holds, for all of that goes into the database before the log is begun anew.
    until(lambda: served.total() > before, within=90, every=0.5)
    print(served.total())
    with served.reader() as reader:
        print(sum(event.kind == "post refused" for event in reader.events(1000)))
connection, _ = open_readonly(served.paths.database)
print(quick_check(connection))
"""


def test_a_database_that_may_only_be_read_is_said_at_the_start_and_still_read(tmp_path: Path) -> None:
    setpriv = shutil.which("setpriv")
    if os.geteuid() == 0 and setpriv is None:
        pytest.skip("setpriv(1) is not here to give up root's power over modes")
    settings = write_settings(tmp_path)
    with Served(settings) as served:
        served.ask("take", posts=[sent(1, "Water on Mill Street")])
    for path in (served.paths.database, served.paths.root):
        path.chmod(0o555 if path.is_dir() else 0o444)
    humbly = [setpriv, "--bounding-set=-all", "--inh-caps=-all"] if setpriv and os.geteuid() == 0 else []
    command = [*humbly, sys.executable, "-m", "console", "--config", str(settings.path)]
    try:
        serve, mentions = (
            subprocess.run(
                [*command, verb], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
            )
            for verb in ("serve", "mentions")
        )
    finally:
        served.paths.root.chmod(0o755)
    assert serve.returncode == 1
    assert str(served.paths.root) in serve.stderr
    assert "Traceback" not in serve.stderr
    assert mentions.returncode == 0, mentions.stderr
    assert "Water on Mill Street" in mentions.stdout


def test_twenty_kills_in_the_middle_of_intake_lose_nothing_and_take_nothing_twice(
    tmp_path: Path, posts: Path
) -> None:
    settings = write_settings(tmp_path, [following(posts)])
    append(posts, *(post(number, f"report number {number}") for number in range(4000)))
    confirmed: set[str] = set()
    for kill in range(20):
        served = Served(settings)
        with served.client() as client:
            for number in range(1 + kill % 3):
                one = f"told-{kill}-{number}"
                assert client.ask("take", posts=[sent(one)])["new"] == 1
                confirmed.add(one)
        time.sleep(0.01 * (kill % 4))
        served.kill()
    with Served(settings) as served:
        until(lambda: served.total() == 4000 + len(confirmed), within=30)
        time.sleep(0.3)
        with served.reader() as reader:
            rows = reader.mentions(limit=10_000)
            assert reader.total() == 4000 + len(confirmed)
        names = [(row.source, row.native_id) for row in rows]
        assert len(names) == len(set(names))
        assert confirmed <= {name for source, name in names if source == "replay"}
        assert shell(served, "log", "verify").returncode == 0


def test_of_two_services_at_once_one_serves_and_one_says_who(tmp_path: Path, posts: Path) -> None:
    settings = write_settings(tmp_path, [following(posts)])
    append(posts, *(post(number, f"report number {number}") for number in range(100)))
    both = [Served(settings), Served(settings)]
    until(lambda: any(one.process.poll() is not None for one in both), within=20)
    loser, winner = sorted(both, key=lambda one: one.process.poll() is None)
    with winner:
        assert loser.process.returncode == 1
        assert f"a service already runs for this desk (pid {winner.process.pid}" in loser.said()
        loser.end()
        until(lambda: winner.total() == 100)
        assert winner.ask("status")["pid"] == winner.process.pid


def test_a_clock_set_back_is_said_and_calls_still_open_and_join_incidents(
    tmp_path: Path, posts: Path
) -> None:
    if FAKETIME is None:
        pytest.skip("libfaketime is not here to set a clock back")
    stamp = tmp_path / "stamp"
    stamp.write_text("+0")
    env = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(stamp)}
    env |= {"FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def calls(author: str, place: str) -> None:
        text = f"Help, we are trapped in the flood and cannot get out! {place}, says {author}"
        append(posts, post(posts.stat().st_size, text, author=author))

    def voices(served: Served) -> dict[str, int]:
        with served.reader() as reader:
            return {one.place: one.voices for one in reader.incidents()}

    settings = write_settings(tmp_path, [following(posts, interval="1s")])
    with Served(settings, env=env) as served:
        calls("ana", "Mill Street")
        until(lambda: voices(served) == {"Mill Street": 1})
        assert served.ask("status")["trouble"] == ""
        stamp.write_text("-50h")
        calls("bo", "Mill Street")
        calls("cy", "Oak School")
        until(lambda: voices(served) == {"Mill Street": 2, "Oak School": 1})
        assert "clock was set back by 2 days, " in served.ask("status")["trouble"]
    stamp.write_text("-400d")
    with Served(settings, env=env) as served:
        calls("di", "Mill Street")
        until(lambda: voices(served)["Mill Street"] == 3)
        assert shell(served, "log", "verify").returncode == 0
    assert served.total() == 4
