"""Putting work in order by keys, over a real service: marks, bulk with a preview, corrections, merges."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from console.service.serve import Service
from tests.desk.answering import at_the_desk, settings_with, shows, types, until
from tests.desk.town import rest, text_of, wall_of
from tests.desk.working import EVENING, FLOOD, KIM, SHELTER, at_incidents, claim_on, kim, work_of


def test_marks_are_counted_on_the_key_line_stand_in_the_gutter_and_go_with_esc(tmp_path: Path) -> None:
    async def evening(_service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("space", "j", "space", "tab", "space")
        await shows(pilot, "3 marked:")
        assert "▹+ ●" in text_of(pilot)
        assert " + ▲" in text_of(pilot)
        await pilot.press("space")
        await shows(pilot, "2 marked:")
        await pilot.press("escape")
        await rest(pilot)
        assert "marked" not in text_of(pilot)
        assert "+ ▲" not in text_of(pilot)

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_a_bulk_verb_says_first_how_many_and_whom_it_leaves_alone_and_only_s_does_it(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await kim(service, "claim", subject=FLOOD)
        await pilot.press("space", "j", "space", "s")
        await shows(pilot, "snooze until, 2 incidents")
        await types(pilot, "report 2h")
        await pilot.press("enter")
        screen = await shows(pilot, "1 of 2 will be put away until a new report or")
        assert "Left alone: kim holds it" in screen
        await pilot.press("enter")
        await shows(pilot, "Nothing was done.")
        assert (await work_of(service)).item(SHELTER).snooze is None
        await pilot.press("s")
        await types(pilot, "status")
        await pilot.press("enter")
        await shows(pilot, "1 of 2 will be put away")
        await pilot.press("s")
        await shows(pilot, "snoozed status")
        snooze = (await work_of(service)).item(SHELTER).snooze
        assert snooze is not None
        assert snooze.on == "status"
        assert "marked" not in text_of(pilot)

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_no_key_confirms_a_question_that_a_call_for_help_has_taken_out_of_sight(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("space", "j", "space", "X")
        await types(pilot, "over")
        await pilot.press("enter")
        await shows(pilot, "2 will be closed")
        wall_of(pilot)._say("something else")
        await pilot.press("s")
        await shows(pilot, "snooze until")
        await pilot.press("escape")
        assert len((await work_of(service)).open) == 2

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_a_topic_by_hand_is_learned_from_marked_and_taken_back(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("tab", "o")
        await shows(pilot, "one word like roads")
        await types(pilot, "raods")
        await pilot.press("enter")
        await shows(pilot, 'did you mean "roads"?')
        await pilot.press("o")
        await types(pilot, "Parks")
        await pilot.press("enter")
        await shows(pilot, "Set to topic parks:")
        await shows(pilot, "Learned from 1 correction")
        set_by_hand = [one for one in (await work_of(service)).items.values() if one.topic == "parks"]
        assert len(set_by_hand) == 1
        await shows(pilot, "parks^")
        await pilot.press("u")
        await shows(pilot, "Undone: corrected")
        assert not [one for one in (await work_of(service)).items.values() if one.topic]

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_severity_by_hand_is_marked_and_holds_until_intake_may_decide_again(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("j", "T")
        await shows(pilot, "Severity: 1 act now, 2 soon, 3 watch, 0 as intake says")
        await pilot.press("3")
        await shows(pilot, "· watch^   shelter")
        assert (await work_of(service)).item(SHELTER).tier == 3
        await rest(pilot)
        await pilot.press("T", "0")
        await shows(pilot, "● soon     shelter")
        await pilot.press("T", "j")
        await shows(pilot, "Nothing was done.")

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_mood_notes_and_tags_stand_in_the_detail_and_a_mistake_says_how_to_write_it(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await pilot.press("M", *"awful", "enter")
        await shows(pilot, '"awful" is no mood')
        await pilot.press("M", *"bad", "enter")
        await shows(pilot, "Set to mood -0.50")
        await pilot.press("t", *"gym", "space", "-", *"old", "enter")
        await shows(pilot, "one at a time")
        await pilot.press("t", *"gym", "enter")
        await shows(pilot, "tags gym")
        await pilot.press("N", *"keys", "space", *"are", "space", *"with", "space", *"ana", "enter")
        await shows(pilot, "Noted: what @voice8 said. u undoes it.")
        await pilot.press("enter")
        await rest(pilot)
        await pilot.press("G")
        screen = await shows(pilot, "Notes, never sent")
        assert "keys are with ana" in screen
        assert "mood -0.50 set by hand" in screen
        await pilot.press("escape", "t", "-", *"gym", "enter")
        await shows(pilot, "Untagged gym")
        assert not any(item.tags for item in (await work_of(service)).items.values())

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING, size=(80, 40))


def test_marked_incidents_become_part_of_the_selected_one_and_come_apart_with_u(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("m")
        await shows(pilot, "Mark (space) the incidents that are one")
        await pilot.press("j", "space", "k", "m")
        await shows(pilot, "1 will be made part of Mill Street flood.")
        await pilot.press("s")
        await shows(pilot, "8 voices")
        assert list((await work_of(service)).open) == [FLOOD]
        await pilot.press("u")
        await shows(pilot, "Undone: merged")
        assert set((await work_of(service)).open) == {FLOOD, SHELTER}

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_marked_mentions_are_split_off_or_taken_out(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await pilot.press("g", "space", "j", "space", "x")
        await shows(pilot, "2 mentions: s makes an incident of their own, d only takes them out")
        await pilot.press("s")
        await shows(pilot, "2 will be made an incident of their own.")
        await pilot.press("s")
        await until(pilot, lambda: "1 new incident" in text_of(pilot) or "Made an incident" in text_of(pilot))
        assert len((await work_of(service)).open) == 3
        await pilot.press("j", "x")
        await shows(pilot, "1 mention: s makes")
        await pilot.press("d")
        await shows(pilot, "Taken out of their incident")

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_an_incident_is_closed_with_a_reason_stays_where_it_is_and_is_opened_again(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("j", "X", *"over", "enter")
        await shows(pilot, "Closed: Oak School shelter. u undoes it.")
        assert "· closed   shelter" in text_of(pilot)
        assert SHELTER not in (await work_of(service)).open
        await pilot.press("X")
        await shows(pilot, "Opened again: Oak School shelter.")
        assert SHELTER in (await work_of(service)).open
        await pilot.press("X", "escape")
        await shows(pilot, "Nothing was closed.")
        await kim(service, "claim", subject=SHELTER)
        await pilot.press("X", "enter")
        await shows(pilot, "kim holds it")
        assert (await claim_on(service, SHELTER)).uid == KIM

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_it_works_in_ascii(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await kim(service, "claim", subject=FLOOD)
        await pilot.press("space", "T")
        await shows(pilot, "kim <1m")
        assert text_of(pilot).isascii()
        await pilot.press("2")
        await shows(pilot, "kim holds it")
        await pilot.press("question_mark")
        assert (await shows(pilot, "KEYS")).isascii()
        await pilot.press("escape")

    settings = settings_with(tmp_path)
    assert settings.path is not None
    settings.path.write_text(settings.path.read_text().replace("[desk]\n", '[desk]\nglyphs = "ascii"\n'))
    from console.settings import load

    at_the_desk(load(settings.path, {}), evening, posts=EVENING)
