"""The pages of drafts that wait and of the outbox: a real desk over a real service, worked by keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from console.desk import deciding
from console.desk.approvals import Approvals
from console.desk.composing import Composer
from console.desk.outbox import OutboxPage
from console.service.serve import Service
from console.store import claims, drafts, outbox
from console.work import Claim, Delivery, DeliveryState, Draft, Pause, text_mark
from feeds.channel import Message
from tests.desk.answering import (
    WATER,
    at_the_desk,
    begins,
    deliveries_of,
    settings_with,
    shows,
    types,
    until,
)
from tests.desk.town import text_of

MENTION = "mention:1"
KIM = 4242
NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
SECOND = '[answers]\nhold = "2s"\nsecond_tiers = [1]\n'


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


async def kim_asks(service: Service, text: str = "A crew is coming") -> Draft:
    """A colleague has written an answer, and it waits for somebody else."""

    def write(change: Any) -> Draft:
        claims.write(change.connection, Claim(MENTION, 3, KIM, "kim", f"{KIM}.terminal00000000", change.now))
        draft = Draft(
            0, MENTION, "reply", "dry-run", text,
            lang="en", version=2, state="asked", author="kim", authors=(KIM,), original=text_mark(WATER),
            opened_at=change.now, saved_at=change.now, asked_at=change.now,
        )  # fmt: skip
        return drafts.add(change.connection, draft)

    return await service.work(write)


async def draft_now(service: Service, id_: int) -> Draft:
    found = await service.work(lambda change: drafts.read(change.connection, id_))
    assert found is not None
    return found


def test_whoever_approves_sees_everything_and_another_key_lets_it_go(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        draft = await kim_asks(service)
        await pilot.press("A")
        screen = await shows(pilot, "WORDS of kim")
        assert "REPLY as Riverton on dry-run: DRY RUN, nothing is sent" in screen
        assert "Water is coming into the basement" in screen
        assert "A crew is coming" in screen
        assert "waits" in screen
        await pilot.press("y")
        await shows(pilot, "Say this on dry-run")
        await pilot.press("enter")
        await shows(pilot, "Nothing was done")
        assert (await draft_now(service, draft.id)).state == "asked"
        await pilot.press("y", "s")
        await shows(pilot, "held")
        (sent,) = await deliveries_of(service)
        assert (sent.author, sent.message.text) == ("kim", "A crew is coming")
        await pilot.press("u")
        await shows(pilot, "aken back: nothing was sent")

    at_the_desk(settings_with(tmp_path, SECOND.replace("2s", "30s")), evening)


def test_only_what_stood_on_the_screen_when_it_was_asked_is_approved(tmp_path: Path) -> None:
    """Between the question and the key that confirms, its author changes it: the words are not let out."""

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        draft = await kim_asks(service)
        await pilot.press("A")
        await shows(pilot, "GUARD AND RULES")
        await pilot.press("y")
        await shows(pilot, "s does it")
        changed = replace(draft, text="Something else entirely", version=3)
        await service.work(lambda change: drafts.write(change.connection, changed))
        await shows(pilot, "Something else entirely")
        await pilot.press("s")
        await shows(pilot, "It was changed while you read it")
        assert not await deliveries_of(service)
        assert (await draft_now(service, draft.id)).state == "asked"

    at_the_desk(settings_with(tmp_path, SECOND), evening)


def test_what_nobody_asked_about_is_not_approved(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        draft = await kim_asks(service)
        open_ = replace(draft, state="open", asked_at=None)
        await service.work(lambda change: drafts.write(change.connection, open_))
        await pilot.press("A")
        await shows(pilot, "GUARD AND RULES")
        await pilot.press("y")
        await shows(pilot, "it is still being written")

    at_the_desk(settings_with(tmp_path, SECOND), evening)


def test_an_own_draft_waits_and_is_not_approved_by_its_author(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "mine")
        await shows(pilot, "needs a second person: tier 1")
        await pilot.press("escape", "y")
        await shows(pilot, "Waits for a second person (tier 1)")
        await pilot.press("A")
        await shows(pilot, "WORDS of")
        await pilot.press("y", "s")
        await shows(pilot, "You wrote in it yourself")
        assert not await deliveries_of(service)

    at_the_desk(settings_with(tmp_path, SECOND), evening)


def test_a_draft_is_sent_back_only_with_a_reason(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        draft = await kim_asks(service)
        await pilot.press("A")
        await shows(pilot, "WORDS of kim")
        await pilot.press("b")
        await shows(pilot, "reason ")
        await pilot.press("enter")
        await shows(pilot, "sending back needs a reason")
        await pilot.press("b")
        await shows(pilot, "reason ")
        await types(pilot, "name the street")
        await pilot.press("enter")
        await shows(pilot, "It is back with its author")
        assert (await draft_now(service, draft.id)).state == "open"
        await pilot.press("e")
        await shows(pilot, "kim holds it since")
        await types(pilot, "kim is ill")
        await pilot.press("enter")
        await shows(pilot, "sent back: by")
        assert "name the street" in text_of(pilot)

    at_the_desk(settings_with(tmp_path, SECOND), evening)


def test_editing_a_draft_that_waits_voids_the_asking(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        draft = await kim_asks(service)
        await pilot.press("A")
        await shows(pilot, "WORDS of kim")
        await pilot.press("e")
        await shows(pilot, "kim holds it since")
        await types(pilot, "kim is ill")
        await pilot.press("enter")
        await shows(pilot, "It waits for a second person")
        await types(pilot, " soon")
        for _ in range(100):
            if (now := await draft_now(service, draft.id)).state == "open":
                break
            await pilot.pause(0.05)
        assert (now.state, now.text) == ("open", "A crew is coming soon")
        await pilot.press("escape", "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Approvals))

    at_the_desk(settings_with(tmp_path, SECOND), evening)


async def sent_once(service: Service, **more: Any) -> Delivery:
    """Something is in the outbox in a state of ours."""

    def add(change: Any) -> Delivery:
        return outbox.add(change.connection, replace(delivery(change.now), **more))

    return await service.work(add)


def delivery(now: datetime = NOW, **more: Any) -> Delivery:
    values: dict[str, Any] = {
        "id": 0, "draft": None, "version": 1, "subject": MENTION, "purpose": "reply", "channel": "dry-run",
        "round": 0, "part": 1, "parts": 1, "after": None, "message": Message("k1", now, "A crew is coming"),
        "state": "unknown", "says": "The server did not answer.", "uid": KIM, "author": "kim", "claim": "",
        "epoch": 0, "original": text_mark(WATER), "held_until": None, "next_at": None, "made_at": now,
    }  # fmt: skip
    return Delivery(**values | more)


def test_what_is_unknown_is_settled_by_hand_with_two_keys_and_a_reason(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await sent_once(service)
        await pilot.press("O")
        screen = await shows(pilot, "UNKNOWN: The server did not answer.")
        assert "x on the page O settles it by hand" in screen
        assert "A crew is coming" in screen
        await pilot.press("x")
        await shows(pilot, "Does it stand there?")
        await pilot.press("x")
        await shows(pilot, "Nothing was done")
        await pilot.press("x", "s")
        await shows(pilot, "you saw ")
        await types(pilot, "it stands there")
        await pilot.press("enter")
        await shows(pilot, "Settled: it was said.")
        (settled,) = await deliveries_of(service)
        assert settled.state == "confirmed"
        assert "it stands there" in settled.says

    at_the_desk(settings_with(tmp_path), evening)


def test_everything_is_paused_with_a_reason_and_every_desk_says_so(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await pilot.press("O", "P")
        await shows(pilot, "pause all, because")
        await pilot.press("enter")
        await shows(pilot, "it needs a reason")
        await pilot.press("P")
        await shows(pilot, "pause all, because")
        await types(pilot, "the account was stolen")
        await pilot.press("enter")
        await shows(pilot, "PAUSED: nothing goes out")
        await pilot.press("escape")
        await shows(pilot, "PAUSED by")
        await begins(pilot)
        await types(pilot, "words")
        await shows(pilot, "the account was stolen; what you send waits")
        await pilot.press("escape", "q")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        await pilot.press("O", "P")
        await shows(pilot, "Let the desk speak again?")
        await pilot.press("s")
        await shows(pilot, "The desk speaks again")
        await pilot.press("escape")
        await until(pilot, lambda: "PAUSED" not in text_of(pilot))

    at_the_desk(settings_with(tmp_path), evening)


def test_what_waits_is_looked_at_and_goes_on(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await sent_once(service, state="waiting", says="It was to go out 20 min ago.")
        await pilot.press("O")
        await shows(pilot, "waits for a person: It was to go out 20 min ago.")
        assert isinstance(pilot.app.screen, OutboxPage)
        await pilot.press("l")
        await shows(pilot, "held")

    at_the_desk(settings_with(tmp_path, SECOND), evening)


def test_an_exercise_stands_on_the_status_line_and_in_the_composer(tmp_path: Path) -> None:
    async def evening(_service: Service, pilot: Pilot[int]) -> None:
        assert "EXERCISE" in text_of(pilot).splitlines()[0]
        await begins(pilot)
        assert "EXERCISE  nothing is sent" in text_of(pilot)

    settings = settings_with(tmp_path)
    assert settings.path is not None
    text = settings.path.read_text().replace('data = "data"', 'data = "data"\nexercise = true')
    settings.path.write_text(text)
    at_the_desk(settings_with_text(settings.path), evening)


def test_a_desk_and_the_service_that_it_starts_mean_the_same_exercise(tmp_path: Path) -> None:
    from console.settings import load

    path = tmp_path / "settings.toml"
    path.write_text('[desk]\ndata = "data"\nexercise = true\n')
    data = load(path, {}).desk.data
    assert data == tmp_path / "data" / "exercise"
    assert load(path, {"WATCHFLOOR_DATA": str(data)}).desk.data == data


def settings_with_text(path: Path) -> Any:
    from console.settings import load

    return load(path, {})


def test_a_difference_needs_no_colour() -> None:
    told = deciding.difference("The road is closed until nine", "The road is open until nine tomorrow")
    assert told == "The road is [-closed-] {+open+} until nine {+tomorrow+}"


def test_what_needs_a_person_stands_first() -> None:
    states: tuple[DeliveryState, ...] = ("confirmed", "held", "unknown", "waiting")
    listed = [
        replace(delivery(), id=number, state=state, settled_at=NOW if state == "confirmed" else None)
        for number, state in enumerate(states, 1)
    ]
    rows = deciding.delivery_rows(listed, NOW + timedelta(minutes=12))
    assert [row.state for row in rows] == ["waiting", "UNKNOWN", "held", "confirmed"]
    assert [row.urgent for row in rows] == [True, True, False, False]
    page = deciding.delivery_page(listed[2], Pause("stolen", "kim", NOW), NOW, UTC)
    assert page[0].text.startswith("UNKNOWN: The server did not answer.")
    assert any("PAUSED by kim: stolen" in paragraph.text for paragraph in page)
