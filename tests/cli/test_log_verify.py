"""The log against its anchors: what the chain alone cannot show, a line kept outside of it does."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.service.serve import Service
from console.service.upkeep import anchor
from console.store.anchors import Anchor, append
from console.store.connect import Connection, open_writer
from console.store.log import START, chained, head
from console.store.writer import Store
from tests.cli.answering_desk import serving
from tests.cli.shell import Shell, fill
from tests.service.at_work import write_settings


@contextmanager
def forging(shell: Shell) -> Iterator[Connection]:
    """The database as whoever may write it has it, the triggers gone."""
    connection = open_writer(shell.paths.database)
    connection.execute("DROP TRIGGER event_is_final")
    connection.execute("DROP TRIGGER event_stays")
    yield connection
    connection.close()


def cut(connection: Connection, last: int) -> None:
    """Take the newest lines off, together with SQLite's own count of them."""
    connection.execute("DELETE FROM event WHERE seq > ?", (last,))
    connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'", (last,))


def rewrite(connection: Connection, seq: int) -> None:
    """Change a line and work the whole chain out anew, so that it is whole again."""
    connection.execute("UPDATE event SET actor = 'nobody' WHERE seq = ?", (seq,))
    before = START
    for *line, _ in connection.execute("SELECT * FROM event ORDER BY seq").fetchall():
        before = chained(before, line)
        connection.execute("UPDATE event SET hash = ? WHERE seq = ?", (before, line[0]))


@pytest.fixture
def anchored(shell: Shell) -> Shell:
    """A desk whose log has more than five lines, all of them anchored."""
    fill(shell.paths, ["one", "two", "three", "four", "five"])
    connection = open_writer(shell.paths.database)
    append(shell.paths.anchors, Anchor("2026-03-01T18:00:00+00:00", *head(connection)))
    connection.close()
    return shell


def test_the_service_anchors_the_log_when_it_starts_and_verify_says_what_that_shows(shell: Shell) -> None:
    fill(shell.paths, ["one"])
    assert "there is no anchor yet" in shell.run("log", "verify").text
    with serving(shell):
        patience = time.monotonic() + 30
        while not shell.paths.anchors.exists():
            assert time.monotonic() < patience
            time.sleep(0.1)
    assert stat.S_IMODE(shell.paths.anchors.stat().st_mode) == 0o640
    (line,) = shell.paths.anchors.read_text().splitlines()
    assert f" anchor {line.split()[2]} {line.split()[3]}" in shell.paths.log.read_text()
    ran = shell.run("log", "verify")
    assert ran.code == 0
    assert "whole, " in ran.text
    assert f"all 1 anchors in {shell.paths.anchors}" in ran.text
    assert f"not shown: that the lines after {line.split()[2]} were not cut off" in ran.text
    assert "true when it was written" in ran.text


def test_a_cut_tail_that_the_chain_does_not_show_is_found(anchored: Shell) -> None:
    with forging(anchored) as connection:
        cut(connection, 3)
    ran = anchored.run("log", "verify")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.count("\n") == 1
    assert "were cut off its end" in ran.err
    anchored.paths.anchors.unlink()
    assert anchored.run("log", "verify").code == 0, "the chain alone cannot know"


def test_a_rewritten_chain_is_found_also_by_a_copy_kept_elsewhere(anchored: Shell) -> None:
    copy = anchored.home / "kept.txt"
    # As journald shows it, among other lines.
    copy.write_text(f"Mar 01 18:00:00 desk watchfloor[7]: {anchored.paths.anchors.read_text()}")
    with forging(anchored) as connection:
        rewrite(connection, 2)
        newest = Anchor("2026-03-01T18:00:00+00:00", *head(connection))
    ran = anchored.run("log", "verify")
    assert ran.code == 1
    assert "the log was rewritten at that line or before it" in ran.err
    anchored.paths.anchors.write_text(f"{newest}\n")
    assert anchored.run("log", "verify").code == 0, "who may write both can deceive whoever looks only there"
    ran = anchored.run("log", "verify", "--anchors", copy)
    assert ran.code == 1
    assert f"{copy} names at 2026-03-01T18:00:00+00:00" in ran.err
    assert anchored.run("log", "verify", "--anchors", "nowhere").code == 2


def test_a_line_that_is_no_anchor_is_named(anchored: Shell) -> None:
    with anchored.paths.anchors.open("a") as file:
        file.write("\x1b]0;x\x07 nothing\n")
    ran = anchored.run("log", "verify")
    assert ran.code == 1
    assert f"Line 2 of {anchored.paths.anchors} is no anchor" in ran.err


async def test_under_systemd_the_anchor_leaves_for_the_journal_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = write_settings(tmp_path)
    service = Service(settings)
    service.store = Store.open(service.paths, settings=settings.store, clock=service.clock)
    try:
        service.store.log("lee", "noted", "x", {})
        monkeypatch.setenv("JOURNAL_STREAM", "8:1")
        await anchor(service)
        await anchor(service)
        line = service.paths.anchors.read_text()
        assert line.split()[1:3] == ["anchor", "1"]
        assert capsys.readouterr().err == line, "once, for nothing was logged in between"
        service.store.log("lee", "noted", "y", {})
        monkeypatch.delenv("JOURNAL_STREAM")
        await anchor(service)
        assert capsys.readouterr().err == ""
        assert len(service.paths.anchors.read_text().splitlines()) == 2
    finally:
        service.store.close()


def test_an_anchor_is_written_once_and_never_into_half_a_line_or_through_a_link(tmp_path: Path) -> None:
    file = tmp_path / "anchors"
    first = Anchor(datetime.now(UTC).isoformat(), 1, "a" * 64)
    assert append(file, first)
    assert not append(file, first)
    with file.open("a") as half:
        half.write("2026-03-01T18:")
    assert append(file, Anchor("2026-03-01T19:00:00+00:00", 2, "b" * 64))
    lines = file.read_text().splitlines()
    assert [len(line.split()) for line in lines] == [4, 1, 4]
    os.symlink(file, tmp_path / "link")
    with pytest.raises(OSError, match="link"):
        append(tmp_path / "link", Anchor("2026-03-01T20:00:00+00:00", 3, "c" * 64))
