"""Handing work on by keys, over a real service: escalate, what the department says, who is told."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from console.desk.choosing import Chooser
from console.service.serve import Service
from tests.desk.answering import at_the_desk, settings_with, shows, types, until
from tests.desk.town import text_of
from tests.desk.working import EVENING, FLOOD, SHELTER, at_incidents, claim_on, kim, work_of

ROUTES = """
[channels.roads]
kind = "dry-run"
[routes.Water]
channel = "roads"
topics = ["flood"]
phone = "555 0100"
[routes.Housing]
channel = "roads"
topics = ["shelter"]
"""


async def escalated(pilot: Pilot[int]) -> None:
    """The worst incident goes to the most fitting department."""
    await pilot.press("e")
    await until(pilot, lambda: isinstance(pilot.app.screen, Chooser))
    await pilot.press("enter")
    await shows(pilot, "Hand Mill Street flood to Water by roads?")
    await pilot.press("s")
    await shows(pilot, "held")


def test_e_shows_departments_reasons_phones_and_words_and_only_another_key_hands_it(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        wall = await at_incidents(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, Chooser))
        screen = await shows(pilot, "ESCALATE Mill Street flood")
        assert "Water" in screen
        assert "phone 555 0100" in screen
        assert "Housing (does not fit)" in screen
        assert "WORDS by roads (dry-run)" in screen
        await pilot.press("enter")
        await shows(pilot, "Hand Mill Street flood to Water by roads? s does it")
        await pilot.press("enter")
        await shows(pilot, "Nothing was done.")
        assert (await work_of(service)).tickets == {}
        await escalated(pilot)
        ticket = (await work_of(service)).tickets["mill-street.flood"]
        assert ticket.route == "Water"
        assert (await claim_on(service)).uid == wall._me
        await until(pilot, lambda: "Water asked" in text_of(pilot))
        await pilot.press("u")
        await shows(pilot, "Taken back: nothing was said on roads")
        await until(pilot, lambda: "Water refused" in text_of(pilot))

    at_the_desk(settings_with(tmp_path, ROUTES), evening, posts=EVENING, size=(120, 40))


def test_what_a_colleague_holds_is_not_escalated_and_a_desk_without_routes_says_so(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("e")
        await shows(pilot, "Phone, and add")
        await pilot.press("K")
        await shows(pilot, "No department has this incident; e escalates it.")

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)

    async def held(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await kim(service, "claim", subject=FLOOD)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, Chooser))
        await pilot.press("enter", "s")
        await shows(pilot, "Kim holds it")
        assert (await work_of(service)).tickets == {}

    (tmp_path / "other").mkdir()
    at_the_desk(settings_with(tmp_path / "other", ROUTES), held, posts=EVENING)


def test_K_notes_who_took_it_its_number_and_its_status_and_the_row_says_so(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await escalated(pilot)
        await pilot.press("K")
        await shows(pilot, "What do they say?")
        await types(pilot, "whatever")
        await pilot.press("enter")
        await shows(pilot, '"whatever" says nothing of a ticket')
        await pilot.press("K", *"4411", "enter")
        await shows(pilot, "Water #4411 open")
        await pilot.press("K")
        await types(pilot, "ack lee")
        await pilot.press("enter")
        await shows(pilot, "acknowledged by lee")
        assert "#4411 open" in text_of(pilot)
        ticket = (await work_of(service)).tickets["mill-street.flood"]
        assert (ticket.number, ticket.acknowledged_by[:3]) == ("4411", "lee")

    at_the_desk(settings_with(tmp_path, ROUTES), evening, posts=EVENING, size=(120, 70))


def test_L_shows_who_has_been_told_and_drafts_for_all_others_after_a_preview(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("L")
        await until(pilot, lambda: isinstance(pilot.app.screen, Chooser))
        screen = await shows(pilot, "TOLD Mill Street flood: ")
        assert "voice1 (posts) is owed an answer" in screen
        await pilot.press("escape")
        await shows(pilot, "Nobody was told anything.")
        await pilot.press("L")
        await until(pilot, lambda: isinstance(pilot.app.screen, Chooser))
        await pilot.press("j", "enter")
        await types(pilot, "A crew is on its way.")
        await pilot.press("enter")
        await shows(pilot, "4 answers will be drafted.")
        assert (await work_of(service)).drafts == ()
        await pilot.press("s")
        await shows(pilot, "4 answers drafted, none sent yet. A shows them")
        drafts = (await work_of(service)).drafts
        assert {draft.text for draft in drafts} == {"A crew is on its way."}
        assert {draft.purpose for draft in drafts} == {"told"}
        assert SHELTER not in (await work_of(service)).claims

    at_the_desk(settings_with(tmp_path, ROUTES), evening, posts=EVENING)


def test_words_chosen_before_the_department_said_something_else_are_not_drafted(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await escalated(pilot)
        await pilot.press("L")
        await until(pilot, lambda: isinstance(pilot.app.screen, Chooser))
        await pilot.press("j", "enter")
        await types(pilot, "A crew is on its way.")
        (ticket,) = (await work_of(service)).tickets.values()
        await kim(service, "acknowledge", ticket=ticket.id)
        await pilot.press("enter")
        await shows(pilot, "stands at `taken` by now: that is change 1, and you saw 0")
        assert (await work_of(service)).drafts == ()

    at_the_desk(settings_with(tmp_path, ROUTES), evening, posts=EVENING, size=(120, 40))


def test_what_the_guard_stops_is_asked_for_on_the_spot_and_the_reason_is_in_the_log(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, Chooser))
        await pilot.press("enter", "s")
        await shows(pilot, "what they get instead")
        await types(pilot, "Cellar under water, see the knee deep photo")
        await pilot.press("enter")
        await shows(pilot, "why they get it all the same")
        assert (await work_of(service)).tickets == {}
        await types(pilot, "their words")
        await pilot.press("enter")
        await shows(pilot, "held")
        assert (await work_of(service)).deliveries[0].message.text.startswith("Cellar under water")
        asked = "SELECT data FROM event WHERE kind = 'guard overridden'"
        (told,) = await service.work(lambda change: change.connection.execute(asked).fetchall())
        assert "their words" in told[0]

    rules = """
[rules.mothers]
level = "block"
checks = ["terms"]
terms = ["my mother"]
says = "It names somebody's mother."
[rules.knees]
level = "warn"
checks = ["terms"]
terms = ["knee deep"]
says = "It says knee deep."
"""
    (tmp_path / "guard.toml").write_text(rules)
    settings = settings_with(tmp_path, ROUTES + '[answers]\nguard = "guard.toml"\n')
    at_the_desk(settings, evening, posts=EVENING)
