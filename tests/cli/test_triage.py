"""`watchfloor triage` as another program would use it: lines in, lines out, nothing else needed."""

from __future__ import annotations

import json

from tests.cli.shell import Shell
from tests.hostile import SMALL, forbidden, raw_controls

KEYS = {
    "id",
    "text",
    "places",
    "topic",
    "mood",
    "urgency",
    "tier",
    "reasons",
    "repeat_of",
    "incident",
}


def lines_of(*texts: str) -> bytes:
    posts = [
        {"id": str(number), "text": text, "created_at": "2026-03-01T18:04:00Z", "author": f"@a{number}"}
        for number, text in enumerate(texts)
    ]
    return b"".join(json.dumps(post).encode() + b"\n" for post in posts)


def test_judgements_come_in_the_order_of_the_posts(shell: Shell) -> None:
    places = shell.home / "places.csv"
    places.write_text("name,aliases,area\nMill Street,,Riverton\n")
    text = "Water is rising on #MillStreet, my mother can't get out"
    ran = shell.run("triage", "--places", places, stdin=lines_of("thanks all", text))
    assert (ran.code, ran.err) == (0, "")
    quiet, urgent = map(json.loads, ran.out.splitlines())
    assert set(urgent) >= KEYS
    assert (quiet["id"], urgent["id"]) == ("0", "1")
    assert urgent["tier"] < quiet["tier"] == 3
    assert urgent["urgency"] > quiet["urgency"]
    (place,) = urgent["places"]
    assert place["name"] == "Mill Street"
    assert text[place["start"] : place["end"]] == place["text"]


def test_it_needs_neither_settings_nor_a_home(shell: Shell) -> None:
    shell.settings("this is no settings file")
    ran = shell.run("triage", stdin=lines_of("help"), env={"HOME": "/nonexistent"})
    assert ran.code == 0
    assert not shell.paths.root.exists()


def test_a_line_that_is_no_post_is_told_and_the_rest_goes_on(shell: Shell) -> None:
    ran = shell.run("triage", stdin=b"\xff\xfe nonsense\n" + lines_of("one"))
    assert ran.code == 1
    assert "Line 1" in ran.err
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [None, "0"]


def test_hostile_text_comes_back_as_json_without_anything_that_acts(shell: Shell) -> None:
    ran = shell.run("triage", stdin=lines_of(*SMALL.values()), env={"PYTHONIOENCODING": "ascii"})
    assert raw_controls(ran.out) == []
    judgements = [json.loads(line) for line in ran.out.splitlines()]
    assert len(judgements) == len(SMALL)
    assert all(forbidden(judgement["text"]) == [] for judgement in judgements if judgement["id"])
