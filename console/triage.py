"""`watchfloor triage`: posts in, judgements out, a JSON object a line; no database, no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BufferedIOBase
from typing import TextIO

from console.intake.clean import guard
from console.intake.pipeline import Judge
from console.judgement import Judgement
from feeds.jsonl import post_from_json
from feeds.post import Post

MAX_LINE = 1_000_000
"""Bytes of one line; a post is a few thousand at most."""
CHUNK = 131_072
"""Bytes that are read at once, if so many are there."""
MOST = 256
"""Lines that are judged together: what a step needs of so many stays in the processor's cache."""


def run(
    stdin: BufferedIOBase, stdout: TextIO, stderr: TextIO, judge: Judge, clock: Callable[[], datetime]
) -> int:
    """Judge each line as it comes, in the same order, and give the exit code.

    A line that is no post gets a sentence on `stderr` and, so that lines can be counted off against each
    other, a line with `error` in the place of its judgement; the rest goes on. The code is then 1.
    Lines that have come together are judged together, which is quicker and gives the same.
    """
    refused = number = 0
    for lines in _together(stdin):
        read: list[Post | str] = []
        for line in lines:
            number += 1
            if line.strip():
                read.append(_read(line, number))
        posts = [one for one in read if isinstance(one, Post)]
        rulings = iter(judge.take_all(posts, now=clock()))
        for one in read:
            if isinstance(one, Post):
                stdout.write(_line(as_json(next(rulings).judgement)) + "\n")
            else:
                refused += 1
                stderr.write(f"{one}\n")
                stdout.write(json.dumps({"id": None, "error": one}) + "\n")
        stdout.flush()
    return 1 if refused else 0


def _read(line: bytes, number: int) -> Post | str:
    """A line as a post, or a sentence on why it is none."""
    try:
        if len(line) > MAX_LINE:
            raise ValueError(f"it is over {MAX_LINE // 1_000_000} MB")
        return post_from_json(line, "", "")
    except ValueError as error:
        return guard(f"Line {number} is no post, and was left out: {error}.")


def as_json(judgement: Judgement) -> dict[str, object]:
    """The object that stands for a judgement on a line.

    A place's `text` is shown without what could act on a terminal; `start` and `end` are of that as given.
    """
    return {
        "id": judgement.id,
        "text": judgement.text,
        "places": [
            {"text": guard(place.text), "start": place.start, "end": place.end, "name": guard(place.name)}
            for place in judgement.places
        ],
        "unlisted": [guard(place.name) for place in judgement.places if not place.listed],
        "topic": judgement.topic,
        "mood": judgement.mood,
        "urgency": judgement.urgency,
        "tier": judgement.tier,
        "reasons": [f"{reason.text} {reason.points:+g}" for reason in judgement.reasons],
        "repeat_of": judgement.repeat_of,
        "incident": judgement.incident,
        "lang": judgement.lang,
        "mood_note": judgement.mood_note,
        "humanitarian": judgement.humanitarian or None,
    }


def _line(made: dict[str, object]) -> str:
    """One object as JSON; escaped throughout where an id, which stays as given, holds what could act."""
    line = json.dumps(made, ensure_ascii=False)
    return line if guard(line) == line else json.dumps(made)


def _together(stdin: BufferedIOBase) -> Iterator[list[bytes]]:
    """Give the lines that have come, as many at a time as are there, at most `MOST`.

    None is longer than one byte over the limit: the rest of a longer one is read and dropped.
    """
    rest = b""
    while chunk := stdin.read1(CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[: MAX_LINE + 1]
        for first in range(0, len(lines), MOST):
            yield lines[first : first + MOST]
    if rest:
        yield [rest]
