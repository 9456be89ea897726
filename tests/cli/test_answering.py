"""Answering from a shell: the real program against a real service, up to what the public would read."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.cli.answering_desk import answering, delivered, said
from tests.cli.shell import Shell, fill
from tests.hostile import forbidden, raw_controls
from tests.terminal import Terminal

SETTINGS = """
[desk]
name = "Riverton"
[answers]
hold = "4s"
[channels.practice]
kind = "dry-run"
limit = 60
[channels.board]
kind = "clipboard"
"""
PHONE = "Ring 020 7946 0018 about it."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with answering(Shell(tmp_path_factory.mktemp("answering")), SETTINGS) as shell:
        yield shell


def reply(desk: Shell, subject: str, text: str, *more: str) -> dict[str, object]:
    return said(desk.run("reply", subject, "--text", text, "--json", *more))


def test_an_answer_is_kept_then_held_then_confirmed(desk: Shell) -> None:
    assert "1 is yours" in desk.run("claim", "#1").text
    kept = desk.run("reply", "1", "--channel", "practice", stdin=b"We know, crews are on the way.\n")
    assert kept.code == 0
    facts = dict(line.split("\t", 1) for line in kept.text.splitlines())
    assert facts["text"] == "We know, crews are on the way."
    assert facts["channel"] == "practice (dry-run), dry run, public"
    assert facts["length"] == "30 of 60"
    assert facts["stands"] == "it can be sent"
    assert "Water on Mill Street" in facts["answers"]
    assert desk.run("outbox").out == b""

    sent = desk.run("reply", "mention:1", "--channel", "practice", "--send", "--wait")
    assert sent.code == 0, sent
    number = sent.text.split("delivery ")[1].split(";")[0]
    assert (
        sent.text.splitlines()[-1] == f"delivery {number}: confirmed. Dry run: nothing was said to anybody."
    )
    assert delivered(desk, int(number))["text"] == "We know, crews are on the way."
    again = desk.run("reply", "1", "--channel=practice", "--text", "And now?", "--send")
    assert again.code == 1
    assert "answered it at" in again.err
    assert desk.run("reply", "1", "--channel=practice", "--further", "--send", "--wait").code == 0
    assert desk.run("release", "1").code == 0


def test_who_holds_what_is_listed_and_nobody_types_for_nothing(desk: Shell) -> None:
    refused = desk.run("reply", "radio.1", "--text", "x")
    assert refused.code == 1
    assert "`watchfloor claim radio.1`" in refused.err
    assert said(desk.run("claim", "radio.1", "--json"))["subject"] == "incident:radio.1"
    (row,) = [json.loads(line) for line in desk.run("claims", "--json").out.splitlines()]
    assert (row["subject"], row["uid"]) == ("incident:radio.1", os.geteuid())
    assert row["session"].endswith(".shell")
    (line,) = desk.run("claims").text.splitlines()
    assert "(you)" in line
    assert "shell" in line
    # The claim on an incident covers its mentions.
    assert desk.run("reply", "2", "--text", "We are there.").code == 0
    assert desk.run("release", "incident:radio.1").text.startswith("radio.1 is free")
    assert desk.run("claims").out == b""
    assert desk.run("release", "radio.1").code == 1


def test_the_guard_blocks_a_warning_wants_a_reason_and_the_reason_lets_it_go(desk: Shell) -> None:
    desk.run("claim", "3")
    kept = desk.run("reply", "3", "--text", PHONE, "--channel", "practice")
    assert "warn (phone): " in kept.text
    refused = desk.run("reply", "3", "--channel=practice", "--send")
    assert refused.code == 1
    assert "kept as draft" in refused.err
    went = desk.run(
        *("reply", "3", "--channel=practice", "--reason", "phone=it is the council's own line"),
        *("--send", "--wait"),
    )
    assert went.code == 0, went
    assert "confirmed" in went.text
    desk.run("release", "3")


def test_a_canned_reply_blocks_until_its_slots_are_filled(desk: Shell) -> None:
    desk.run("claim", "4")
    assert "place" in desk.run("replies", "show", "power-cut").text
    refused = desk.run("reply", "4", "--template", "power-cut", "--send")
    assert refused.code == 1
    assert "Fill in" in refused.err
    slots = [slot["name"] for slot in slots_of(desk)]
    filled = desk.run("reply", "4", "--template", "power-cut", *(f"--slot={name}=18:00" for name in slots))
    assert "{" not in filled.text
    assert desk.run("reply", "4", "--template", "powr-cut").code == 2
    wrong = desk.run("reply", "4", "--template", "power-cut", "--slot", "plaec=x")
    assert wrong.code == 2
    assert '"plaec"' in wrong.err
    desk.run("drafts", "drop", json.loads(desk.run("drafts", "--json").out.splitlines()[0])["id"])
    desk.run("release", "4")


def slots_of(desk: Shell) -> list[dict[str, str]]:
    lines = desk.run("replies", "show", "power-cut").text.splitlines()
    return [{"name": line.split("\t")[1].split(":")[0]} for line in lines if line.startswith("slot\t")]


def test_what_is_held_can_be_taken_back_and_its_draft_is_open_again(desk: Shell) -> None:
    desk.run("claim", "5")
    shown = reply(desk, "5", "A word.", "--channel=practice", "--send")
    (number,) = shown["sent"]["deliveries"]  # type: ignore[index]
    assert desk.run("take-back", str(number)).code == 0
    assert delivered(desk, number)["state"] == "taken back"
    assert desk.run("take-back", str(number)).code == 1
    draft = shown["draft"]["id"]  # type: ignore[index]
    assert f"draft\t{draft}, " in desk.run("drafts", "show", str(draft)).text
    assert desk.run("drafts", "drop", str(draft)).code == 0
    assert "dropped" in desk.run("drafts", "show", str(draft)).text
    desk.run("release", "5")


def test_a_platform_closed_to_programs_is_left_to_a_person_who_settles_it(desk: Shell) -> None:
    desk.run("claim", "radio.2")
    went = desk.run("reply", "radio.2", "--channel", "board", "--text", "It is mended.", "--send", "--wait")
    assert went.code == 1
    assert "post it on board yourself" in went.text
    number = went.text.split("as delivery ")[1].split(";")[0]
    assert desk.run("settle", number, "--said").code == 0
    assert delivered(desk, int(number))["state"] == "confirmed"
    desk.run("release", "radio.2")


def test_a_long_answer_shows_its_parts(desk: Shell) -> None:
    desk.run("claim", "radio.3")
    text = "The first sentence is this one here. The second sentence is not much shorter. And a third."
    shown = desk.run("reply", "radio.3", "--channel", "practice", "--text", text).text
    assert "part 1\t" in shown
    assert "part 2\t" in shown
    went = desk.run("reply", "radio.3", "--channel", "practice", "--send", "--wait")
    assert went.code == 0
    assert "(part 2 of 2): confirmed" in went.text
    desk.run("release", "radio.3")


def test_a_pause_stops_what_is_held_and_each_is_looked_at_again(desk: Shell) -> None:
    desk.run("claim", "radio.4")
    shown = reply(desk, "radio.4", "Please keep away.", "--channel", "practice", "--send")
    (number,) = shown["sent"]["deliveries"]  # type: ignore[index]
    assert desk.run("pause", "--reason", "wrong address", "--allow", "bord").code == 2
    assert "but for board" in desk.run("pause", "--reason", "wrong address", "--allow", "board").text
    assert delivered(desk, number)["state"] == "waiting"
    assert "PAUSED, but for board" in desk.run("outbox").err
    assert "paused everything: wrong address" in desk.run("outbox").text
    assert "waits for somebody" in desk.run("resume").text
    assert desk.run("resume").code == 1
    time.sleep(5)  # longer than an answer is held
    assert delivered(desk, number)["state"] == "waiting"
    assert desk.run("look-again", str(number)).code == 0
    patience = time.monotonic() + 30
    while delivered(desk, number)["state"] != "confirmed":
        assert time.monotonic() < patience
        time.sleep(0.1)
    assert str(number) in desk.run("outbox", "--all").text
    desk.run("release", "radio.4")


def test_without_the_service_what_was_typed_is_still_shown_and_waiting_ends_with_3(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    shell = Shell(tmp_path_factory.mktemp("gone"))
    with answering(shell, SETTINGS.replace('"4s"', '"300s"')):
        shell.run("claim", "1")
        command = [*shell.command, "reply", "1", "--text", "Kept whatever happens.", "--send", "--wait"]
        waiting = subprocess.Popen(
            command, env=shell.environment, cwd=shell.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert waiting.stdout
        assert b"Held for 300 s" in waiting.stdout.readline()
    try:
        _, err = waiting.communicate(timeout=20)
    finally:
        waiting.kill()
    assert waiting.returncode == 3
    assert b"the service has gone away" in err
    assert "Kept whatever happens." in shell.run("drafts", "show", "1").text
    assert "held" in shell.run("outbox").text
    for verb in (["claim", "1"], ["reply", "1"], ["approve", "1", "--yes"], ["take-back", "1"], ["resume"]):
        assert shell.run(*verb).code == 3, verb
    assert shell.run("guard", stdin=b"We know.").code == 0
    assert len(shell.run("channels").text.splitlines()) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["claim", "mill street"],
        ["claim", "abc"],
        ["reply", "1", "--text", "a", "--template", "b"],
        ["reply", "1", "--slot", "a=b"],
        ["reply", "1", "--wait"],
        ["reply", "1", "--reason", "phone", "--text", "x"],
        ["approve", "x"],
        ["approve", "1"],
        ["settle", "1"],
        ["send-back", "1"],
        ["pause"],
        ["channels", "test", "nowhere"],
        ["guard", "--channel", "nowhere"],
        ["replies", "show", "nothing"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_2(desk: Shell, arguments: list[str]) -> None:
    ran = desk.run(*arguments)
    assert (ran.code, ran.out) == (2, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["claim", "99"],
        ["release", "99"],
        ["drafts", "show", "99"],
        ["drafts", "drop", "99"],
        ["approve", "99", "--yes"],
        ["send-back", "99", "--reason", "not so"],
        ["outbox", "show", "99"],
        ["take-back", "99"],
        ["look-again", "99"],
        ["settle", "99", "--said"],
    ],
    ids=" ".join,
)
def test_what_there_is_not_is_1_and_a_sentence(desk: Shell, arguments: list[str]) -> None:
    ran = desk.run(*arguments)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.startswith("watchfloor: ")


def test_the_guard_alone_needs_no_service_and_no_draft(shell: Shell) -> None:
    shell.settings(SETTINGS)
    clean = shell.run("guard", stdin=b"The road is closed until noon.")
    assert (clean.code, clean.text) == (0, "The guard finds nothing.\n")
    assert shell.run("guard", "--channel", "practice", stdin=PHONE.encode()).text.startswith("warn (phone)")
    card = shell.run("guard", "--json", stdin=b"Her card is 4111 1111 1111 1111.")
    assert card.code == 1
    found = json.loads(card.out.splitlines()[0])
    assert (found["rule"], found["level"]) == ("account", "block")
    assert "4111" not in found["says"]


def test_hostile_words_leave_clean_in_every_list(tmp_path_factory: pytest.TempPathFactory) -> None:
    shell = Shell(tmp_path_factory.mktemp("hostile-work"))
    text = "=1+1 \x1b]0;x\x07 [bold]water\x1b[2J \u202e"
    shell.settings(SETTINGS)
    fill(shell.paths, [text])
    _work_on_it(shell, text)
    for verb in (["claims"], ["drafts"], ["outbox"], ["outbox", "--all"], ["replies"], ["channels"]):
        for form in ([], ["--json"], ["--csv"]):
            ran = shell.run(*verb, *form)
            assert ran.code == 0
            assert ran.out
            assert raw_controls(ran.out) == []
            assert forbidden(ran.text.replace("\t", " ")) == []
        with Terminal([*shell.command, *verb], columns=160, env=shell.environment) as terminal:
            assert terminal.wait(20) == 0
            assert "water" in terminal.text() or verb not in (["drafts"], ["outbox"])
    for verb in (["drafts", "show", "1"], ["outbox", "show", "1"]):
        assert forbidden(shell.run(*verb).text.replace("\t", " ")) == []


def _work_on_it(shell: Shell, text: str) -> None:
    """A claim, a draft and a delivery that are hostile in every field, as if nothing had cleaned them."""
    from datetime import UTC, datetime

    from console.settings import StoreSettings
    from console.store import claims, drafts, outbox
    from console.store.change import Change
    from console.store.writer import Store
    from console.work import Claim, Delivery, Draft
    from feeds.channel import Message

    now = datetime.now(UTC)

    def work(change: Change) -> None:
        db = change.connection
        claims.write(db, Claim(f"incident:{text}", 1, 7, text, "7.shell", now))
        draft = drafts.add(
            db, Draft(0, f"incident:{text}", "reply", text, text, text, text, opened_at=now, saved_at=now)
        )
        message = Message("k", now, text, text, text)
        outbox.add(
            db,
            Delivery(
                *(0, draft.id, 1, f"incident:{text}", "reply", text, 0, 1, 1, None, message, "held", text),
                *(7, text, "", 0, "", now, None, now),
                names=(text,),
                url=text,
                ticket=text,
            ),
        )

    store = Store.open(shell.paths, settings=StoreSettings(), clock=lambda: now)
    store.change(work)
    store.close()
