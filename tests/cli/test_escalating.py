"""Handing on and closing the loop from a shell: departments, tickets, reporters, and the whole of a story."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from console.settings import StoreSettings
from console.store import claims, items, tickets
from console.store.change import Change
from console.store.tickets import Proposed
from console.store.writer import Store
from console.work import Claim, Item, Pledge, Snooze, Ticket
from tests.cli.answering_desk import answering, delivered, said, second_operator
from tests.cli.department import Mailbox, mailbox
from tests.cli.shell import Ran, Shell, fill
from tests.hostile import forbidden, raw_controls
from tests.terminal import Terminal

ME = pwd.getpwuid(os.geteuid()).pw_name
OTHER = next(account for account in pwd.getpwall() if account.pw_uid not in (0, os.geteuid()))
SETTINGS = """
[desk]
name = "Riverton"
time_zone = "Europe/Vienna"
places = "places.csv"
[answers]
hold = "1s"
{second}
[network]
allow = ["127.0.0.1"]
[channels.town]
kind = "dry-run"
limit = 500
[channels.departments]
kind = "mail"
address = "smtp://127.0.0.1:{port}"
account = "desk@riverton.example"
to = "office@riverton.example"
[routes.water]
channel = "departments"
topics = ["flood"]
to = "water@riverton.example"
phone = "+44 20 7946 0018"
[routes.roads]
channel = "departments"
topics = ["road"]
[roles]
respond = ["{me}"]
approve = ["{other}"]
"""
REPORTS = {
    "@ann": "Mill Street is flooded, water is coming in, we cant get out",
    "@ben": "Flood water in the houses on Mill Street, please send help",
}


class Desk:
    """The desk for me, for the second operator where there can be one, and the department's mailbox."""

    def __init__(self, mine: Shell, theirs: Shell | None, box: Mailbox) -> None:
        self.mine, self.theirs, self.box = mine, theirs, box
        self.run = mine.run


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    # In a place where the second operator may look, unlike pytest's own.
    with TemporaryDirectory(prefix="watchfloor-story-") as place, mailbox() as box:
        mine = Shell(Path(place))
        mine.home.chmod(0o711)
        theirs = second_operator(mine, OTHER.pw_uid)
        second = 'second_channels = ["town"]' if theirs else ""
        text = SETTINGS.format(second=second, port=box.port, me=ME, other=OTHER.pw_name)
        mine.settings(text).with_name("places.csv").write_text("name,aliases,area\nMill Street,,Riverton\n")
        with answering(mine, text):
            yield Desk(mine, theirs, box)


def rows(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran
    return [json.loads(line) for line in ran.out.splitlines()]


def facts(ran: Ran) -> dict[str, str]:
    assert ran.code == 0, ran
    return dict(line.split("\t", 1) for line in ran.text.splitlines())


def report(desk: Desk, texts: dict[str, str]) -> None:
    now = datetime.now(UTC).isoformat()
    posts = [
        {"id": f"{author}-{text[:20]}", "text": text, "author": author, "created_at": now}
        for author, text in texts.items()
    ]
    lines = "\n".join(map(json.dumps, posts)).encode()
    assert desk.run("replay", "-", "--speed", "max", stdin=lines).code == 0


def until_confirmed(desk: Desk, number: int) -> None:
    patience = time.monotonic() + 30
    while delivered(desk.mine, number)["state"] != "confirmed":
        assert time.monotonic() < patience, delivered(desk.mine, number)
        time.sleep(0.1)


def until_proposed(desk: Desk, state: str) -> str:
    """Wait for the words that a status bears; the service offers them by itself."""
    patience = time.monotonic() + 30
    while True:
        found = [row for row in rows(desk.run("proposals", "--json")) if state in row["template"]]
        if found:
            return str(found[0]["text"])
        assert time.monotonic() < patience
        time.sleep(0.3)


def test_a_report_becomes_an_answer_a_ticket_and_a_word_to_all_who_reported(desk: Desk) -> None:
    report(desk, REPORTS)
    key = _taken(desk)
    post = _answered(desk, key)
    ticket = _escalated(desk, key)
    _closed(desk, ticket, key)
    _told(desk, key, post)
    whole = desk.run("log", "verify")
    assert whole.code == 0
    assert whole.text.startswith("whole, ")
    kinds = {row["kind"] for row in rows(desk.run("log", "show", "--json", "--limit", "1000"))}
    assert {"claimed", "escalated", "ticket", "telling"} <= kinds
    assert desk.run("close", key, "--reason", "the water is gone").code == 0
    assert desk.run("release", key).code == 0


def _taken(desk: Desk) -> str:
    """The report comes in, among others that are as bad, and I take it."""
    keys = [row["incident"] for row in rows(desk.run("queue", "--json")) if row["place"] == "Mill Street"]
    assert len(keys) == 1
    for other in ("radio.0", "radio.1", "radio.2", "radio.3", "radio.4"):
        desk.run("correct", other, "--tier", "watch")
    taken = desk.run("next")
    assert taken.text.startswith(f"{keys[0]} is yours.")
    assert "flood at Mill Street" in taken.text
    return str(keys[0])


def _answered(desk: Desk, key: str) -> str:
    """The guard refuses my answer; mended and approved it is sent."""
    post = str(min(row["id"] for row in rows(desk.run("mentions", f"incident:{key}", "--json"))))
    refused = desk.run("reply", post, "--text", "Your card 4111 1111 1111 1111 is known.", "--send")
    assert refused.code == 1
    assert "Not sent, and kept as draft" in refused.err
    text = "We know of the water in Mill Street. Stay upstairs; help is on its way."
    mended = desk.run("reply", post, "--text", text, "--send")
    assert mended.code == 0, mended
    if desk.theirs is None:
        until_confirmed(desk, int(mended.text.split("delivery ")[1].split(";")[0]))
        return post
    assert "a second person has to approve" in mended.text
    draft = said(desk.run("reply", post, "--json"))["draft"]["id"]
    approved = desk.theirs.run("approve", str(draft), "--yes", "--wait")
    assert approved.code == 0, approved
    assert "confirmed. Dry run" in approved.text
    return post


def _escalated(desk: Desk, key: str) -> str:
    """The department gets a mail, names its case, and further reports go on to it."""
    fitting = [row["name"] for row in rows(desk.run("routes", key, "--json")) if row["fits"]]
    assert fitting == ["water"]
    preview = facts(desk.run("escalate", key, "--preview"))
    assert preview["department"].startswith("water, ")
    assert preview["channel"] == "departments (mail) to water@riverton.example"
    assert desk.box.mails == []
    sent = desk.run("escalate", key, "--text", "-", "--wait", stdin=b"Water in the houses of Mill Street.\n")
    assert sent.code == 0, sent
    (mail,) = desk.box.mails
    assert mail["To"] == "water@riverton.example"
    assert key in mail["Subject"]
    assert "Water in the houses of Mill Street." in mail.get_content()
    ticket = sent.text.split("It is ticket ")[1].split(" ")[0]
    twice = desk.run("escalate", key)
    assert (twice.code, "already" in twice.err) == (1, True)
    assert f"taken by kim (by {ME})" in desk.run("acknowledge", ticket, "--who", "kim").text
    shown = facts(desk.run("ticket", ticket, "--number", "W-17"))
    assert (shown["number"], shown["state"]) == ("W-17", "open: they have a case for it")
    assert [row["number"] for row in rows(desk.run("tickets", "--json"))] == ["W-17"]
    return ticket


def _closed(desk: Desk, ticket: str, key: str) -> None:
    shown = facts(desk.run("ticket", ticket, "--status", "closed", "--notes", "pumped out"))
    assert shown["status"] == "closed: pumped out"
    assert rows(desk.run("tickets", "--json")) == []
    assert [row["state"] for row in rows(desk.run("tickets", "--all", "--json"))] == ["closed"]
    assert "water as number W-17" in facts(desk.run("item", key))["ticket"]


def _told(desk: Desk, key: str, post: str) -> None:
    """Everybody who reported hears of it, once; no more than the ticket bears."""
    words = until_proposed(desk, "closed")
    told = desk.run("told", key)
    assert "stands at: closed" in told.err
    assert [row["state"] for row in rows(desk.run("told", key, "--json"))] == ["due", "due"]
    more = desk.run("tell", key, "--text", "It is fixed.")
    assert more.code == 1
    assert "closed is not fixed" in more.err
    earlier = desk.run("tell", key, "--text", "The water company has it.", "--change", "1")
    assert (earlier.code, "stands at `closed` by now" in earlier.err) == (1, True)
    preview = desk.run("tell", key, "--proposed", "--preview")
    assert preview.text.count("due\t") == 2
    assert words.split("\n")[0].split(".")[0] in preview.text
    assert desk.run("drafts").out == b""
    done = said(desk.run("tell", key, "--proposed", "--send", "--json"))
    assert len(done["sent"]) == 2
    for one in done["sent"]:
        if desk.theirs is not None:
            assert one["asked"]
            assert desk.theirs.run("approve", str(one["draft"]), "--yes", "--wait").code == 0
        else:
            until_confirmed(desk, one["deliveries"][0])
    assert {row["state"] for row in rows(desk.run("told", key, "--json"))} == {"told"}
    again = desk.run("tell", key, "--text", "The water company closed its case.")
    assert again.text.startswith("Nobody is owed these words")
    assert "told" in {row["purpose"] for row in rows(desk.run("outbox", "--all", "--json"))}
    assert post in {row["subject"].partition(":")[2] for row in rows(desk.run("outbox", "--all", "--json"))}


def test_without_a_claim_and_without_a_fitting_department_nothing_is_sent(desk: Desk) -> None:
    unfit = desk.run("escalate", "radio.1")
    assert unfit.code == 1
    assert "No route of the settings is for" in unfit.err
    assert "water, roads" in unfit.err
    unclaimed = desk.run("escalate", "radio.1", "--route", "roads")
    assert (unclaimed.code, "`watchfloor claim radio.1`" in unclaimed.err) == (1, True)
    wrong = desk.run("escalate", "radio.1", "--route", "raods")
    assert (wrong.code, '"roads"' in wrong.err) == (2, True)


def test_two_who_take_the_next_at_once_take_two(desk: Desk) -> None:
    if desk.theirs is None:
        pytest.skip("only root may become a second account, with setpriv")
    shells = (desk.mine, desk.theirs)
    for _ in range(3):
        running = [
            subprocess.Popen(
                [*one.humbly, *one.command, "next", "--json"],
                env=one.environment,
                cwd=one.home,
                stdout=subprocess.PIPE,
            )
            for one in shells
        ]
        told = [json.loads(one.communicate(timeout=30)[0]) for one in running]
        assert told[0]["incident"] != told[1]["incident"]
        for shell, taken in zip(shells, told, strict=True):
            assert shell.run("release", taken["incident"]).code == 0


def test_what_goes_by_hand_is_printed_and_settled(shell: Shell) -> None:
    settings = '[channels.board]\nkind = "clipboard"\n[routes.paper]\nchannel = "board"\n'
    with answering(shell, settings):
        shell.run("claim", "radio.2")
        handed = shell.run("escalate", "radio.2", "--text", "No light in Oak Road.")
        assert handed.text == "No light in Oak Road.\n"
        number = handed.err.split("settle ")[1].split(" ")[0]
        assert shell.run("settle", number, "--said").code == 0
        assert [row["state"] for row in rows(shell.run("tickets", "--json"))] == ["sent"]
        assert [row["state"] for row in rows(shell.run("told", "radio.2", "--json"))] == ["by hand"]
        by_hand = shell.run("tell", "radio.2", "--text", "We know.")
        assert by_hand.text.startswith("Nobody is owed these words")
        assert "by hand: 3 " in by_hand.err


def test_a_mail_that_came_back_is_in_sight_and_another_department_is_asked(desk: Desk) -> None:
    desk.run("claim", "radio.3")
    sent = said(desk.run("escalate", "radio.3", "--route", "roads", "--title", "Ice", "--json"))
    until_confirmed(desk, sent["delivery"])
    assert desk.box.mails[-1]["Subject"] == "Ice"
    assert desk.box.mails[-1]["To"] == "office@riverton.example"
    back = facts(desk.run("ticket", str(sent["ticket"]["id"]), "--bounced", "no such mailbox"))
    assert "roads does not have it. It came back: no such mailbox." in back["mind"]
    assert "does not have it" in desk.run("tickets").text
    assert desk.run("escalate", "radio.3", "--route", "water", "--wait").code == 0
    desk.run("release", "radio.3")


def test_the_guard_reads_reports_too_and_a_reason_lets_a_warning_pass(desk: Desk) -> None:
    desk.run("claim", "radio.4")
    card = desk.run("escalate", "radio.4", "--route=roads", "--text", "Her card is 4111 1111 1111 1111.")
    assert (card.code, "must not be said" in card.err) == (1, True)
    report_ = (
        "escalate",
        "radio.4",
        "--route",
        "roads",
        "--text",
        "\U0001d5e7\U0001d5e5\U0001d5d8\U0001d5d8 down",
    )
    refused = desk.run(*report_)
    assert refused.code == 1
    assert "Nothing was sent." in refused.err
    assert desk.run(*report_, "--reason", "fancy=they read it so", "--wait").code == 0
    desk.run("release", "radio.4")


def test_who_was_told_by_hand_is_noted(desk: Desk) -> None:
    assert desk.run("tell", "radio.0", "--by-hand", "1").code == 1
    desk.run("claim", "radio.0")
    assert desk.run("tell", "radio.0", "--by-hand", "2").code == 1
    assert "Noted: you told the author of 1" in desk.run("tell", "radio.0", "--by-hand", "1").text
    assert [row["state"] for row in rows(desk.run("told", "radio.0", "--json"))] == ["told"]
    desk.run("release", "radio.0")


@pytest.mark.parametrize(
    "arguments",
    [
        ["routes", "mill street"],
        ["escalate", "radio.0", "--reason", "phone"],
        ["acknowledge", "x"],
        ["ticket", "1", "--notes", "x"],
        ["tell", "radio.0", "--text", "a", "--template", "b"],
        ["tell", "radio.0", "--slot", "a=b"],
        ["tell", "radio.0", "--by-hand", "nobody"],
        ["proposals", "nothing"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_2(desk: Desk, arguments: list[str]) -> None:
    ran = desk.run(*arguments)
    assert (ran.code, ran.out) == (2, b"")


@pytest.mark.parametrize(
    "arguments",
    [["routes", "no.such"], ["escalate", "no.such"], ["acknowledge", "99"], ["ticket", "99"],
     ["ticket", "99", "--number", "1"], ["told", "no.such"], ["tell", "no.such", "--text", "x"],
     ["tell", "radio.1", "--proposed", "--preview"]],
    ids=" ".join,
)  # fmt: skip
def test_what_there_is_not_is_1_and_a_sentence(desk: Desk, arguments: list[str]) -> None:
    ran = desk.run(*arguments)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.startswith("watchfloor: ")


def test_hostile_words_leave_clean_in_every_list(shell: Shell) -> None:
    text = "=1+1 \x1b]0;x\x07 [bold]water\x1b[2J \u202e"
    fill(shell.paths, [text])
    _hand_it_on(shell, text)
    for verb in ("tickets", "tickets --all", "proposals", "queue", "ticket 1", "item 1", "item radio.0"):
        for form in ([], ["--json"]):
            ran = shell.run(*verb.split(), *form)
            assert ran.code == 0
            assert b"water" in ran.out
            assert raw_controls(ran.out) == []
            assert forbidden(ran.text.replace("\t", " ")) == []
    for verb in ("tickets", "proposals", "queue"):
        (_, line) = shell.run(verb, "--csv").text.split("\n", 1)
        assert "\n=" not in line
        assert ",=" not in line
        with Terminal([*shell.command, verb], columns=160, env=shell.environment) as terminal:
            assert terminal.wait(20) == 0
            assert "water" in terminal.text()


def _hand_it_on(shell: Shell, text: str) -> None:
    """Everything that people set and hand on, hostile in every field, as if nothing had cleaned it."""
    now = datetime.now(UTC)

    def work(change: Change) -> None:
        db, mention, incident = change.connection, "mention:1", "incident:radio.0"
        pledge, snooze = Pledge(1, now, text, text, now), Snooze("time", now + timedelta(hours=1), text, now)
        for subject in (mention, incident):
            items.write(db, Item(subject, tags=(text,), pledges=(pledge,), snooze=snooze, by=text, at=now))
            items.add_note(change, subject, text, text, 7)
            claims.write(db, Claim(subject, 1, 7, text, "7.shell", now))
            change.log(text, text, subject, {"text": text})
        ticket = Ticket(0, "radio.0", text, text, None, now, 7, text, "sent", text, text, text, text)
        made = tickets.add(db, replace(ticket, acknowledged_by=text, acknowledged_at=now))
        tickets.propose(db, Proposed(0, "words", "radio.0", made.id, None, text, text, text, text, now))

    store = Store.open(shell.paths, settings=StoreSettings(), clock=lambda: now)
    store.change(work)
    store.close()
