"""`watchfloor triage`: posts in, judgements out, a JSON object a line; no database, no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO, TextIO

from console.intake.clean import guard
from console.intake.pipeline import Judge
from console.judgement import Judgement
from feeds.jsonl import post_from_json

MAX_LINE = 1_000_000
"""Bytes of one line; a post is a few thousand at most."""


def run(stdin: BinaryIO, stdout: TextIO, stderr: TextIO, judge: Judge, clock: Callable[[], datetime]) -> int:
    """Judge each line as it comes, in the same order, and give the exit code.

    A line that is no post gets a sentence on `stderr` and, so that lines can be counted off against each
    other, a line with `error` in the place of its judgement; the rest goes on. The code is then 1.
    """
    refused = 0
    for number, line in enumerate(_lines(stdin), 1):
        if not line.strip():
            continue
        try:
            if len(line) > MAX_LINE:
                raise ValueError(f"it is over {MAX_LINE // 1_000_000} MB")
            post = post_from_json(line, "", "")
        except ValueError as error:
            refused += 1
            sentence = guard(f"Line {number} is no post, and was left out: {error}.")
            stderr.write(f"{sentence}\n")
            stdout.write(json.dumps({"id": None, "error": sentence}) + "\n")
        else:
            stdout.write(json.dumps(as_json(judge.judge(post, now=clock())), ensure_ascii=False) + "\n")
        stdout.flush()
    return 1 if refused else 0


def as_json(judgement: Judgement) -> dict[str, object]:
    """The object that stands for a judgement on a line."""
    return {
        "id": judgement.id,
        "text": judgement.text,
        "places": [
            {"text": place.text, "start": place.start, "end": place.end, "name": place.name}
            for place in judgement.places
        ],
        "unlisted": [place.name for place in judgement.places if not place.listed],
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


def _lines(stdin: BinaryIO) -> Iterator[bytes]:
    """Give lines, none longer than one byte over the limit: the rest of a longer one is read and dropped."""
    while line := stdin.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while (rest := stdin.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
        yield line
