"""Asking a source whether a mention still stands: what the desk is told, and what it takes in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.service.client import Refused
from console.service.serve import Service
from console.store.reader import Reader
from feeds.post import Post
from feeds.source import Parsed, Refusal, Source, SourceError
from tests.service.at_work import Served, append, following, post, until, write_settings
from tests.service.in_process import ask, serving

NOW = datetime.now(UTC) - timedelta(minutes=5)
URI = "https://masto.example/users/ana/statuses/1"
SAID = Post(
    "posts", URI, "Water on Mill Street", created_at=NOW, author="ana", names=(URI, "masto.example#1")
)


def answers(
    service: Service, *posts: Post, refusals: Sequence[Refusal] = (), error: Exception | None = None
) -> list[Sequence[str]]:
    """Let the source say this of whatever it is asked about; gives the names that it was asked for."""
    asked: list[Sequence[str]] = []

    async def say(source: Source, names: Sequence[str]) -> Parsed:
        assert source.name == "posts"
        asked.append(names)
        if error is not None:
            raise error
        return Parsed(posts, tuple(refusals))

    service.ask_about = say
    return asked


def evening(tmp_path: Path, *posts: Post, **more: Any) -> dict[str, Any]:
    """One mention, one answer of its source; gives what the desk is told."""
    file = tmp_path / "posts.jsonl"
    file.touch()

    async def run() -> dict[str, Any]:
        async with serving(write_settings(tmp_path, [following(file)])) as service:
            await service.take([SAID], trust="public")
            asked = answers(service, *posts, **more)
            told = await ask(service, "recheck", mention=1)
            assert asked == [(URI, "masto.example#1")]
            with Reader(service.paths.database) as reader:
                found = reader.mention(1)
                assert found is not None
                told["text"] = found.mention.text
                told["deleted"] = found.mention.deleted_at is not None
            return told

    return asyncio.run(run())


def test_what_still_stands_is_unchanged(tmp_path: Path) -> None:
    told = evening(tmp_path, SAID)
    assert told["state"] == "unchanged"
    assert told["says"] == "posts still shows it as it stands here."


def test_an_edit_is_taken_in_and_said(tmp_path: Path) -> None:
    told = evening(tmp_path, replace(SAID, text="The water is gone", updated_at=datetime.now(UTC)))
    assert (told["state"], told["text"]) == ("edited", "The water is gone")
    assert "was edited" in told["says"]


def test_a_deletion_is_taken_in_and_said(tmp_path: Path) -> None:
    told = evening(tmp_path, replace(SAID, text="", state="deleted"))
    assert (told["state"], told["deleted"]) == ("deleted", True)
    assert told["says"] == "posts says that it was deleted."


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "it said nothing about it"),
        ({"refusals": [Refusal(URI, "its server hides it from strangers")]}, "hides it from strangers"),
        ({"error": SourceError("masto.example answered 503.")}, "masto.example answered 503."),
    ],
)
def test_what_cannot_be_found_out_is_unknown_and_changes_nothing(
    tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    told = evening(tmp_path, **more)
    assert (told["state"], told["text"], told["deleted"]) == ("unknown", SAID.text, False)
    assert words in told["says"]


def test_a_source_that_knows_no_single_posts_says_so(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    append(file, post(1, "Water on Mill Street"))
    with Served(write_settings(tmp_path, [following(file)])) as served:
        until(lambda: served.total() == 1)
        told = served.ask("recheck", mention=1)
        assert told == {
            "state": "unknown",
            "says": "posts (jsonl) cannot be asked about single posts.",
        }
        for wrong in (2, 0, -1):
            with pytest.raises(Refused, match=f"no mention {wrong}"):
                served.ask("recheck", mention=wrong)
        for senseless in ("1", None, True, [1]):
            with pytest.raises(Refused, match="by its number"):
                served.ask("recheck", mention=senseless)
        served.ask("take", posts=[{"source": "archive", "id": "1", "text": "an old word"}])
        assert "no source archive any more" in served.ask("recheck", mention=2)["says"]
