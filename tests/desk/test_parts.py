"""The parts of the desk that decide: what holds still, what rings, when to look, what is refused."""

from __future__ import annotations

import io
import socket
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from console.desk import alarm, copying, crash, glyphs
from console.desk.alarm import Alarm, hear
from console.desk.app import refusal
from console.desk.guard import Guard
from console.desk.held import Held, arrange
from console.desk.lifeline import Lifeline
from console.desk.watching import Watching
from console.model import Incident
from console.paths import DataPaths
from tests.desk.test_rows import INCIDENT, MENTION, NOW
from tests.desk.town import Town, said
from tests.hostile import PAYLOADS, raw_controls
from widgets.glyphs import ASCII, UNICODE

BLACK = Color(0, 0, 0)


def incident(key: str, mentions: int = 5, **more: object) -> Incident:
    return replace(INCIDENT, key=key, mentions=mentions, **more)  # type: ignore[arg-type]


def test_the_order_holds_while_values_change_and_newcomers_wait() -> None:
    held = Held((incident("a"), incident("b")))
    arranged = arrange(held, (incident("new"), incident("b", 8, tier=1), incident("a")))
    assert [(now.key, new) for now, new in arranged.rows] == [("a", 0), ("b", 3)]
    assert arranged.rows[1][0].tier == 1
    assert arranged.waiting == 1


def test_of_the_newcomers_those_to_act_on_now_are_counted() -> None:
    arranged = arrange(Held((incident("a", tier=1),)), (incident("b", tier=1), incident("c", tier=2)))
    assert (arranged.waiting, arranged.act_now) == (2, 1)


def test_an_incident_that_closed_stays_and_says_so() -> None:
    arranged = arrange(Held((incident("a"), incident("b"))), (incident("b"),))
    assert [(now.key, now.state) for now, _ in arranged.rows] == [("a", "closed"), ("b", "open")]


def test_arrivals_within_a_minute_share_one_ring() -> None:
    state, ring = hear(Alarm(heard=10), newest_id=12, arrivals=1, urgent=12, at=100.0)
    assert ring == alarm.Ring(12, 1, bell=True)
    state, ring = hear(state, newest_id=20, arrivals=2, urgent=19, at=130.0)
    assert ring == alarm.Ring(19, 2, bell=False)
    state, ring = hear(state, newest_id=21, arrivals=1, urgent=21, at=159.0)
    assert ring == alarm.Ring(21, 1, bell=False)
    state, ring = hear(state, newest_id=25, arrivals=3, urgent=25, at=161.0)
    assert ring == alarm.Ring(25, 3, bell=True)


def test_the_weightiest_call_keeps_the_line_and_the_others_are_counted() -> None:
    grave = replace(MENTION, points=11, place="Mill Street", text="we can't get out")
    light = replace(MENTION, points=8, place="", text="a tree is down")
    assert alarm.called(None, light, 1).text == "act now: no place: a tree is down"
    call = alarm.called(alarm.called(None, grave, 1), light, 2)
    assert call.text == "3 act now: Mill Street: we can't get out"
    newer = replace(grave, text="water on the stairs")
    assert alarm.called(call, newer, 1).text == "4 act now: Mill Street: water on the stairs"


def test_nothing_urgent_rings_nothing_and_an_arrival_is_heard_once() -> None:
    state, ring = hear(Alarm(heard=10), newest_id=15, arrivals=0, urgent=None, at=1.0)
    assert (state.heard, ring) == (15, None)
    state, _ = hear(state, newest_id=15, arrivals=1, urgent=17, at=1.0)
    assert state.heard == 17


class Monotonic:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_changes_within_a_second_are_looked_at_together(tmp_path: Path) -> None:
    town, clock = Town(tmp_path).settle(), Monotonic()
    watching = Watching(town.paths, clock)
    assert watching.due()
    assert not watching.due()
    clock.now = 0.3
    town.take(said(31, "one"))
    assert not watching.due()
    town.take(said(32, "two"))
    clock.now = 1.1
    assert watching.due()
    clock.now = 9.0
    assert not watching.due()
    watching.close()


def test_a_database_that_is_not_one_is_told_in_a_sentence_and_tried_again(tmp_path: Path) -> None:
    paths, clock = DataPaths(tmp_path), Monotonic()
    paths.database.write_bytes(b"this is no database at all" * 100)
    watching = Watching(paths, clock)
    assert not watching.due()
    assert watching.trouble.endswith(".") or " " in watching.trouble
    assert watching.ask(lambda reader: reader.newest_id()) is None
    paths.database.unlink()
    Town(tmp_path / "other").settle().paths.database.rename(paths.database)
    clock.now = 2.0
    assert watching.due()
    assert watching.trouble == ""
    watching.close()


def test_a_service_that_does_not_answer_is_missed_from_then_on(tmp_path: Path) -> None:
    lifeline = Lifeline(DataPaths(tmp_path), None, lambda: NOW)
    lifeline.alive = True
    assert not lifeline.check()
    assert lifeline.lost_at == NOW
    assert not lifeline.check()
    assert lifeline.lost_at == NOW


@given(st.sampled_from(sorted(PAYLOADS)))
def test_the_guard_lets_no_control_and_no_link_through(name: str) -> None:
    style = Style(link="https://evil.example", bold=True)
    (segment,) = Guard().apply([Segment(PAYLOADS[name][:5000], style)], BLACK)
    assert raw_controls(segment.text.encode("utf-8")) == []
    assert "\n" not in segment.text
    assert segment.style is not None
    assert segment.style.link is None
    assert segment.style.bold
    assert segment.control is None


def test_a_terminal_without_utf_8_gets_as_many_cells_as_the_text_had() -> None:
    (segment,) = Guard("ascii").apply([Segment("¿dónde? 水")], BLACK)
    assert segment.text == "?d?nde? ??"


@pytest.mark.parametrize(
    ("setting", "encoding", "expected"),
    [
        ("auto", "UTF-8", UNICODE),
        ("auto", "latin-1", ASCII),
        ("auto", None, ASCII),
        ("auto", "no such", ASCII),
        ("unicode", "utf8", UNICODE),
        ("ascii", "utf-8", ASCII),
    ],
)
def test_marks_are_those_that_settings_and_encoding_allow(
    setting: str, encoding: str | None, expected: object
) -> None:
    assert glyphs.choose(setting, encoding) == expected


def test_what_is_copied_is_the_link_or_else_the_text() -> None:
    assert copying.of_mention(MENTION) == "https://board.example/7"
    assert copying.of_mention(replace(MENTION, url="")) == MENTION.text
    assert copying.of_incident(INCIDENT).startswith("mill-street.flood: Mill Street, flood, tier 1")


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"TERM": "xterm"}, "it gives no answer"),
        ({"TMUX": "x", "TERM": "screen"}, "set-clipboard"),
        ({"STY": "x"}, "screen passes no such thing on"),
        ({"TERM": "linux"}, "has no clipboard"),
    ],
)
def test_the_words_about_copying_claim_nothing_that_is_not_known(env: dict[str, str], words: str) -> None:
    assert words in copying.sent("text", env)
    assert "copied" not in copying.sent("text", env)


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_a_terminal_that_cannot_is_told_what_can(term: str) -> None:
    reason = refusal({"TERM": term}, Tty(), Tty(), Tty())
    assert "cannot show a full screen" in reason
    assert "watchfloor mentions" in reason
    assert refusal({"TERM": "xterm"}, Tty(), Tty(), Tty()) == ""
    assert "needs a terminal" in refusal({"TERM": "xterm"}, Tty(), io.StringIO(), Tty())


def fail(secret: str) -> None:
    hidden = f"local {secret}"
    assert hidden
    raise ValueError(f"GET https://x.example/a?access_token={secret} \x1b]0;PWNED\x07 password={secret}")


def test_a_failure_is_written_without_locals_secrets_or_control_bytes(tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    try:
        fail("hunter2")
    except ValueError as error:
        words = crash.record(error, log, datetime(2026, 3, 1, tzinfo=UTC))
    written = log.read_bytes()
    assert b"hunter2" not in written
    assert b"hidden" not in written
    assert raw_controls(written) == []
    assert b"test_parts.py" in written
    assert b" fail" in written
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "The desk failed (ValueError)." in words
    assert str(log) in words


def test_a_failure_that_cannot_be_written_is_told_all_the_same(tmp_path: Path) -> None:
    words = crash.record(ValueError("x"), tmp_path / "nowhere" / "log", NOW)
    assert "could not be written" in words


def test_a_service_that_hangs_is_not_called_live_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.lifeline.PATIENCE", 0.2)
    paths = DataPaths(tmp_path)
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(paths.socket))
        deaf.listen()
        lifeline = Lifeline(paths, None, lambda: NOW)
        assert not lifeline.check()
        lifeline.close()
