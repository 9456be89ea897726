"""What the examination finds of speaking: secrets, the guard, the replies, roles, and the second person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.doctor.channels import examine_channels
from console.doctor.finding import Finding
from console.paths import DataPaths
from console.roles import Accounts, Group
from console.settings import AnswerSettings, DeskSettings, Role, Settings
from feeds.channel import Channel
from feeds.source import Source
from tests.cli.shell import Shell

UIDS = {"ana": 1001, "kim": 1002, "lee": 1003}
ACCOUNTS = Accounts(
    uid=UIDS.get,
    group={"duty": Group(50, ("kim",)), "empty": Group(51, ())}.get,
    own_groups=lambda: {1003: 50},
)
HOSTS = ("town.example", "other.example")
TOWN = Channel("town", "mastodon", "https://town.example", "@riverton")


def found(settings: Settings, home: Path) -> list[Finding]:
    return list(examine_channels(settings, DataPaths(home / "data"), {}, ACCOUNTS))


def said(findings: list[Finding], state: str) -> str:
    return "\n".join(f"{finding.text} {finding.mend}" for finding in findings if finding.state == state)


def test_a_secret_is_there_loose_or_missing(tmp_path: Path) -> None:
    settings = Settings(channels=(TOWN, Channel("try", "dry-run")), path=tmp_path / "settings.toml")
    missing = said(found(settings, tmp_path), "note")
    assert "channel town has no secret" in missing
    assert f"Put a token of @riverton with the scopes `read` and `write:statuses` into {tmp_path}" in missing
    assert "channel try (dry-run) needs no secret" in said(found(settings, tmp_path), "ok")
    secret = tmp_path / "credentials/town"
    secret.parent.mkdir()
    secret.write_text("canary7f3a\n")
    secret.chmod(0o640)
    assert f"Run `chmod 600 {secret}`" in said(found(settings, tmp_path), "problem")
    secret.chmod(0o600)
    findings = found(settings, tmp_path)
    assert f"channel town has its secret from {secret}" in said(findings, "ok")
    assert "canary7f3a" not in "".join(finding.text + finding.mend for finding in findings)


def test_a_name_that_hands_one_secret_to_two_servers_is_a_problem(tmp_path: Path) -> None:
    same, other = (Source("town", "mastodon", f"https://{host}/notifications", 60.0) for host in HOSTS)
    settings = Settings(channels=(TOWN,), path=tmp_path / "settings.toml")
    assert said(found(replace(settings, sources=(same,)), tmp_path), "problem") == ""
    assert "shown the same secret" in said(found(replace(settings, sources=(other,)), tmp_path), "problem")


def test_files_that_cannot_be_used_are_problems(tmp_path: Path) -> None:
    rules, replies = tmp_path / "guard.toml", tmp_path / "replies"
    settings = Settings(answers=AnswerSettings(guard=rules, replies=replies))
    problems = said(found(settings, tmp_path), "problem")
    assert "the guard cannot be asked" in problems
    assert f"{replies}" in problems
    rules.write_text("")
    replies.mkdir()
    assert said(found(settings, tmp_path), "problem") == ""
    assert f"those of {rules}" in said(found(settings, tmp_path), "ok")
    (replies / "x.toml").write_text("txt = 1\n")
    assert "x.toml" in said(found(settings, tmp_path), "problem")


def test_roles_that_name_nobody_are_problems_and_unknown_members_are_noted(tmp_path: Path) -> None:
    roles = (
        Role("respond", ("ana", "annna")),
        Role("approve", ("@empty", "@nothing")),
        Role("lead", ("@duty",)),
    )
    findings = found(Settings(roles=roles), tmp_path)
    assert "the role approve is nobody's here: @empty, @nothing" in said(findings, "problem")
    assert ": annna" in said(findings, "note")
    assert "the role lead" not in said(findings, "note") + said(findings, "problem")


@pytest.mark.parametrize(
    ("roles", "state", "words"),
    [
        ((Role("respond", ("ana", "kim")),), "problem", "there is none with the role `approve`"),
        ((Role("approve", ("ana",)),), "problem", "there is none"),
        ((Role("respond", ("kim",)), Role("lead", ("ana",))), "note", "one person alone may approve"),
        ((Role("approve", ("@duty",)),), "ok", "2 people may approve"),
        ((), "note", "only root and the service's user may"),
    ],
)
def test_a_rule_of_two_people_that_nobody_could_satisfy_is_a_problem(
    tmp_path: Path, roles: tuple[Role, ...], state: str, words: str
) -> None:
    settings = Settings(roles=roles, answers=AnswerSettings(second_tiers=(1,)))
    assert words in said(found(settings, tmp_path), state)
    assert "approve" not in said(found(replace(settings, answers=AnswerSettings()), tmp_path), "problem")


def test_an_exercise_and_a_desk_without_channels_say_that_nobody_hears(tmp_path: Path) -> None:
    assert "all is a dry run" in said(found(Settings(), tmp_path), "note")
    assert "EXERCISE" in said(found(Settings(desk=DeskSettings(exercise=True)), tmp_path), "note")


def test_the_program_examines_it_and_a_channels_secret_is_no_unknown_one(shell: Shell) -> None:
    file = shell.settings('[channels.hook]\nkind = "webhook"\naddress = "https://city.example/hook"\n')
    secret = file.parent / "credentials/hook"
    secret.parent.mkdir()
    secret.touch(0o600)
    secret.write_text("k" * 40)
    text = shell.run("doctor").text
    assert "ok\tanswers\tchannel hook has its secret from" in text
    assert "ok\tanswers\tthe guard has its rules" in text
    assert "no source or channel is called" not in text
