"""How a draft is shown in a shell: what is only for people who have signed in does not leave by a pipe."""

from __future__ import annotations

from typing import Any

import click
import pytest

from console.verbs.composing import draft_facts, pairs_of, without_what_is_hidden
from console.verbs.subjects import subject_of
from feeds.post import Audience


def shown(audience: Audience) -> dict[str, Any]:
    """What the service says of a draft, as far as it is shown."""
    return {
        "draft": {
            **{"id": 7, "version": 2, "state": "open", "audience": "public", "lang": "en", "warning": ""},
            "reasons": [["phone", "our own line"]],
        },
        "subject": {
            **{"name": "mention:12", "text": "only for you", "source": "sky"},
            "original": {"who": "@ana", "audience": audience},
        },
        "channel": {"name": "town", "kind": "mastodon", "account": "@riverton", "limit": 500},
        "parts": ["First line.\nSecond line."],
        "length": 24,
        "findings": [{"level": "warn", "rule": "phone", "says": "This looks like a number."}],
        "second": "tier 1",
        "stands": "",
        "changed": True,
        "news": "",
    }


@pytest.mark.parametrize(
    ("audience", "for_eyes", "leaves"),
    [("public", False, True), ("signed in", True, True), ("signed in", False, False)],
)
def test_what_needs_a_sign_in_is_for_a_terminal_alone(
    audience: Audience, for_eyes: bool, leaves: bool
) -> None:
    said = dict(draft_facts(shown(audience), exercise=False, for_eyes=for_eyes))
    assert ("only for you" in said["answers"]) == leaves
    assert said["answers"].startswith("12, @ana: ")
    assert (without_what_is_hidden(shown(audience))["subject"]["text"] == "") == (audience == "signed in")


def test_every_thing_that_decides_is_said_and_lines_stay_lines() -> None:
    said = list(draft_facts(shown("public"), exercise=False, for_eyes=False))
    assert [text for name, text in said if name == "text"] == ["First line.", "Second line."]
    facts = dict(said)
    assert facts["channel"] == "town (mastodon as @riverton), LIVE, public"
    assert facts["length"] == "24 of 500"
    assert facts["guard"] == "warn (phone): This looks like a number. Or give a reason: --reason 'phone=WHY'."
    assert facts["reason"] == "phone: our own line"
    assert "tier 1" in facts["second"]
    assert "--seen" in facts["changed"]
    assert facts["stands"] == "it can be sent"
    practice = dict(draft_facts(shown("public"), exercise=True, for_eyes=False))
    assert "EXERCISE" in practice["channel"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("12", "mention:12"),
        ("#12", "mention:12"),
        ("mention:12", "mention:12"),
        ("mill-street.flood", "incident:mill-street.flood"),
        (" incident:mill-street.flood-2 ", "incident:mill-street.flood-2"),
    ],
)
def test_a_subject_is_typed_in_any_of_its_ways(typed: str, name: str) -> None:
    context = click.Context(click.Command("x"))
    assert subject_of(context, click.Option(["--x"]), typed) == name


@pytest.mark.parametrize(
    "typed", ["", "#", "-1", "mill street.flood", "a\x1b.b", "١٢", "x" * 300, "mention:x"]
)
def test_what_can_be_no_subject_is_refused(typed: str) -> None:
    with pytest.raises(click.BadParameter):
        subject_of(click.Context(click.Command("x")), click.Option(["--x"]), typed)


def test_pairs_are_parted_at_the_first_sign() -> None:
    assert pairs_of(["phone=a=b", " x = y "], "--reason") == {"phone": "a=b", "x": "y"}
    for wrong in ("phone", "=x", " =x"):
        with pytest.raises(click.UsageError):
            pairs_of([wrong], "--reason")
