"""What rows and detail say of the work on something, and what is read from what operators type."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.desk import bulk, departments, doings, holding, losing, typed
from console.work import (
    Claim,
    Deed,
    Delivery,
    Draft,
    Item,
    ItemDetail,
    Note,
    Pledge,
    Snooze,
    Ticket,
    Wait,
    Waiting,
    WorkNow,
)
from console.workflow.clocks import Clocks
from feeds.channel import Message
from tests.desk.test_rows import INCIDENT, MENTION
from widgets.glyphs import ASCII, UNICODE
from widgets.incident_list import Fact, IncidentList, IncidentRow
from widgets.item_detail import Item as Shown
from widgets.line import length

NOW = datetime(2026, 3, 1, 16, 42, tzinfo=UTC)
KEY, SUBJECT = "mill-street.flood", "incident:mill-street.flood"
CLAIM = Claim(SUBJECT, 3, 1002, "kim", "1002.terminal", NOW - timedelta(minutes=4))
TICKET = Ticket(7, KEY, "Roads", "mail", 1, NOW, 1001, "ana", "acknowledged", "4411", acknowledged_by="lee")
SENT = Delivery(
    id=1,
    draft=1,
    version=1,
    subject=SUBJECT,
    purpose="update",
    channel="town",
    round=0,
    part=1,
    parts=1,
    after=None,
    message=Message("key", NOW, "A crew is on its way."),
    state="held",
    says="",
    uid=1002,
    author="kim",
    claim=SUBJECT,
    epoch=3,
    original="",
    held_until=NOW + timedelta(seconds=8),
    next_at=None,
    made_at=NOW,
)


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def working(**more: Any) -> WorkNow:
    """An incident of tier 1 that was opened twelve minutes ago."""
    return WorkNow(open={SUBJECT: Waiting(SUBJECT, 1, minutes(-12))}, **more)


def words(work: WorkNow, tier: int = 1) -> list[str]:
    return [fact.text for fact in holding.incident_facts(work, KEY, tier, Clocks(), NOW, UTC)]


def test_a_row_says_who_holds_it_for_how_long_whether_they_type_and_whether_they_are_gone() -> None:
    assert holding.held_words(CLAIM, NOW) == "kim 4m"
    assert holding.held_words(replace(CLAIM, typing=NOW - timedelta(seconds=3)), NOW) == "kim typing"
    assert holding.held_words(replace(CLAIM, typing=NOW - timedelta(seconds=20)), NOW) == "kim 4m"
    assert holding.held_words(replace(CLAIM, leaving=NOW), NOW) == "kim gone"
    assert len(holding.held_words(replace(CLAIM, name="bartholomew-the-third"), NOW)) <= 13


def test_a_clock_counts_down_and_what_is_late_comes_before_who_holds_it() -> None:
    assert words(working(claims={SUBJECT: CLAIM})) == ["kim 4m", "answer 3m"]
    late = WorkNow(claims={SUBJECT: CLAIM}, open={SUBJECT: Waiting(SUBJECT, 1, minutes(-27))})
    assert words(late) == ["LATE 12m", "kim 4m"]
    promised = Item(
        SUBJECT,
        answered_at=minutes(-5),
        said_at=minutes(-5),
        pledges=(Pledge(1, minutes(18), "by 17", "kim", NOW),),
    )
    assert words(working(items={SUBJECT: promised})) == ["update 18m"]
    assert words(WorkNow()) == ["-"]


def test_a_row_says_ticket_snooze_who_was_told_and_what_needs_a_person() -> None:
    assert words(working(tickets={KEY: TICKET}, told={KEY: 3})) == ["answer 3m", "Roads #4411 ack", "told 3"]
    assert "told 0" in words(working(tickets={KEY: TICKET}))
    away = Item(SUBJECT, snooze=Snooze("time", minutes(78), "ana", NOW))
    assert "snoozed 18:00" in words(working(items={SUBJECT: away}))
    assert holding.snooze_words(Snooze("report", None, "ana", NOW), NOW, UTC) == "snoozed report"
    assert "held" in words(working(deliveries=(SENT,)))
    assert words(working(deliveries=(SENT, replace(SENT, id=2, state="unknown"))))[0] == "UNKNOWN"
    draft = Draft(1, SUBJECT, "update", "town", state="asked")
    assert "to approve" in words(working(drafts=(draft,)))


def test_a_mention_s_row_says_who_holds_it_and_that_it_was_answered() -> None:
    mention = MENTION
    subject = "mention:7"
    claim = replace(CLAIM, subject=subject)
    assert holding.mention_work(WorkNow(), mention, NOW, UTC) == ""
    assert holding.mention_work(WorkNow(claims={subject: claim}), mention, NOW, UTC) == "kim 4m"
    answered = Item(subject, answered_at=NOW)
    assert holding.mention_work(WorkNow(items={subject: answered}), mention, NOW, UTC) == "answered"
    held = replace(SENT, subject=subject)
    assert (
        holding.mention_work(WorkNow(items={subject: answered}, deliveries=(held,)), mention, NOW, UTC)
        == "held"
    )


@pytest.mark.parametrize("width", [57, 78, 118])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_whatever_is_done_about_it_the_row_keeps_severity_topic_voices_age_and_its_width(
    width: int, glyphs: Any
) -> None:
    facts = (
        Fact("bartho typing", "strong"),
        Fact("LATE 12m"),
        Fact("Roads #4411 ack", short="#4411 ack"),
        Fact("told 312"),
    )
    row = IncidentRow(
        "a", "p", 1, "act now", "shelter", "312 voices", "12m", "+999", "-0.58", True, facts, "^"
    )
    line = IncidentList(glyphs=glyphs).draw(row, width)
    text = "".join(part for part, _ in line)
    assert length(line) == width
    assert all(word in text for word in ("act now^", "shelter", "312 voices", "12m", "+999", "bartho typing"))
    assert ("#4411" in text) == (width > 57)


def test_a_narrow_row_names_the_holder_and_the_number_of_the_ticket() -> None:
    facts = (Fact("kim 4m", "strong"), Fact("Roads #4411 ack", short="#4411 ack"))
    row = IncidentRow("a", "p", 1, "act now", "flood", "31 voices", "12m", facts=facts)
    assert "kim 4m #4411 ack" in "".join(part for part, _ in IncidentList().draw(row, 57))


def test_a_row_gives_up_its_mood_before_it_gives_up_who_has_it() -> None:
    facts = (Fact("kim 4m", "strong"), Fact("answer 14m"), Fact("Roads #4411 ack", short="#4411 ack"))
    row = IncidentRow("a", "p", 1, "act now", "flood", "31 voices", "12m", "", "-0.58", facts=facts)
    assert "kim 4m answer 14m Roads #4411 ack" in "".join(part for part, _ in IncidentList().draw(row, 78))
    calm = "".join(part for part, _ in IncidentList().draw(replace(row, facts=facts[:2]), 78))
    assert "  kim 4m  answer 14m" in calm
    assert "-0.58" in calm


def around(**more: Any) -> doings.Doings:
    values: dict[str, Any] = {
        "subject": SUBJECT,
        "detail": ItemDetail(Item(SUBJECT), (), ()),
        "said": (),
        "claims": (),
        "waits": (),
        "drafts": (),
        "ticket": None,
        "told": 0,
    }
    return doings.Doings(**values | more)


def shown(what: doings.Doings) -> Shown:
    return doings.attended(Shown(), what, 1, Clocks(), NOW, UTC)


def test_the_detail_says_claim_clocks_and_promises_on_one_line() -> None:
    waits = (Wait("answer", minutes(-10)), Wait("promise", NOW, minutes(18), "next update by 17:00"))
    item = shown(around(claims=(CLAIM,), waits=waits))
    assert item.work == (
        "claimed by kim 4m",
        "first answer due 16:47",
        "promised 17:00: next update by 17:00",
    )
    late = shown(around(waits=(Wait("answer", minutes(-27)),)))
    assert late.work == ("nobody holds it", "first answer LATE 12m, was due 16:30")


def test_the_detail_has_notes_ticket_corrections_and_what_was_said_with_its_state() -> None:
    mine = Item(SUBJECT, tags=("bridge",), tier=2, by="ana", snooze=Snooze("report", minutes(60), "ana", NOW))
    detail = ItemDetail(
        mine, (Note(1, SUBJECT, "keys are with ana", "lee", 1003, NOW),), (), ("main-road.flood",)
    )
    item = shown(
        around(
            detail=detail,
            ticket=TICKET,
            told=1,
            said=(SENT, replace(SENT, id=2, state="refused", says="too long")),
        )
    )
    told = {section.title: " | ".join(section.paragraphs) for section in item.sections}
    assert "put away by ana until a new report or 17:42" in told["Work"]
    assert 'severity "soon" set by hand by ana' in told["Work"]
    assert "merged into it: main-road.flood" in told["Work"]
    assert told["Notes, never sent"] == "lee 16:42: keys are with ana"
    assert "Roads number 4411: taken" in told["Ticket"]
    assert "acknowledged by lee" in told["Ticket"]
    assert "1 reporter knows how it stands" in told["Ticket"]
    words_said = told["Said, and about to be said"]
    assert 'update by kim 16:42 on town, held 8 s, u takes it back: "A crew is on its way."' in words_said
    assert "refused: too long" in words_said


def test_the_detail_says_where_a_mention_is_by_now_that_a_topic_by_hand_moved() -> None:
    said = 'topic "power" set by hand by ana, whatever intake says'
    for filed, key, where in (
        (None, "main-road.flood", ""),
        ("main-road.power", "main-road.power", "; it is in main-road.power"),
        ("", None, "; it is in no incident until there is one on that"),
        ("", "main-road.flood", "; it is in main-road.flood"),
    ):
        mine = Item("mention:1", topic="power", filed=filed, by="ana")
        known = around(subject="mention:1", detail=ItemDetail(mine, (), ()), incident=key)
        item = doings.attended(Shown(title=("soon", "power")), known, 2, Clocks(), NOW, UTC)
        work = next(section.paragraphs for section in item.sections if section.title == "Work")
        assert said + where in work


def test_until_when_is_read_and_what_is_none_is_told_with_examples() -> None:
    assert typed.snoozed("30m", NOW, UTC) == ("time", minutes(30))
    assert typed.snoozed("17:00", NOW, UTC) == ("time", minutes(18))
    assert typed.snoozed("6:00", NOW, UTC) == ("time", datetime(2026, 3, 2, 6, tzinfo=UTC))
    assert typed.snoozed("report", NOW, UTC) == ("report", None)
    assert typed.snoozed("status 2h", NOW, UTC) == ("status", minutes(120))
    assert typed.snoozed("off", NOW, UTC) is None
    for wrong in ("", "soon", "25:00", "report soon"):
        with pytest.raises(ValueError, match="Write 30m"):
            typed.snoozed(wrong, NOW, UTC)


def test_tags_moods_and_tickets_are_read() -> None:
    assert typed.tags("bridge, night") == ("tag", ("bridge", "night"))
    assert typed.tags("-bridge") == ("untag", ("bridge",))
    assert typed.mood("-0.5") == -0.5
    assert typed.mood("auto") is None
    assert typed.topic(" Street  Party ") == "street party"
    assert typed.topic("auto") is None
    with pytest.raises(ValueError, match="Write one word like roads"):
        typed.topic(" ")
    assert typed.ticket("") == ("acknowledge", {})
    assert typed.ticket("ack lee") == ("acknowledge", {"who": "lee"})
    assert typed.ticket("#4411") == typed.ticket("number 4411") == ("ticket", {"number": "4411"})
    assert typed.ticket("closed: filled") == ("ticket", {"status": "closed", "notes": "filled"})
    assert typed.ticket("status closed: filled") == ("ticket", {"status": "closed", "notes": "filled"})
    assert typed.ticket("bounced no such box") == ("ticket", {"bounced": "no such box"})
    for wrong in ("2", "very", "nan"):
        with pytest.raises(ValueError, match="is no mood"):
            typed.mood(wrong)
    with pytest.raises(ValueError, match="says nothing of a ticket"):
        typed.ticket("mended")


def test_a_preview_counts_and_gives_each_reason_once() -> None:
    told = {"count": 12, "skipped": [{"subject": f"mention:{n}", "why": "kim holds it."} for n in range(2)]}
    assert bulk.preview("closed", told) == "12 of 14 will be closed. Left alone: kim holds it (2)."
    assert (
        bulk.done("closed", {"count": 1, "skipped": []}, "Mill Street flood")
        == "Closed: Mill Street flood. u undoes it."
    )
    assert bulk.called(("incident:a", "mention:1", "mention:2")) == "1 incident and 2 mentions"


def test_whoever_loses_a_claim_is_told_and_nobody_else() -> None:
    mine = replace(CLAIM, uid=1001, name="ana")
    before, after = {SUBJECT: mine}, {SUBJECT: replace(CLAIM, epoch=4)}
    assert losing.changed(before, after, 1001) == (SUBJECT,)
    assert losing.changed(before, {}, 1001) == (SUBJECT,)
    assert losing.changed(after, after, 1001) == ()
    taken = Deed(9, NOW, "kim", "taken over", '{"from": "ana", "reason": "lunch"}')
    ended = Deed(9, NOW, "service", "claim ended", '{"of": "ana", "why": "the terminal is gone"}')
    assert losing.words("Mill Street flood", "ana", (taken,)).startswith(
        "kim took over Mill Street flood: lunch."
    )
    assert "ended: the terminal is gone" in losing.words("x", "ana", (ended,))
    assert losing.words("x", "lee", (taken,)) == ""
    assert losing.words("x", "ana", (replace(taken, kind="released"), taken)) == ""


def test_the_ledger_is_counted_and_each_reporter_said_in_words() -> None:
    one = {
        "source": "posts",
        "author": "@a",
        "state": "due",
        "told": -1,
        "subject": "mention:1",
        "reports": 2,
        "says": "",
    }
    hand = one | {
        "author": "",
        "state": "by hand",
        "subject": "mention:2",
        "reports": 1,
        "says": "nothing answers on news",
    }
    proposal = {"kind": "words", "text": "A crew has it.", "why": "Roads says: taken"}
    told = {"reporters": [one, hand], "proposals": [proposal], "status": "taken"}
    assert departments.ledger_words(told) == "1 due, 1 by hand"
    choices = departments.ledger_choices(told)
    assert [choice.key for choice in choices] == ["sheet", "words:A crew has it.", "own", "hand:mention:2"]
    assert "@a (posts, 2 posts) is owed an answer" in choices[0].text


def test_an_incident_without_work_is_drawn_as_before() -> None:
    assert holding.incident_facts(WorkNow(), INCIDENT.key, 1, Clocks(), NOW, UTC) == (holding.NOBODY,)
