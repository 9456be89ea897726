"""Taking work by keys, over a real service, with a colleague who takes it too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.desk import drafting
from console.desk.answering import TYPES
from console.desk.keys import hints
from console.desk.wall import Wall
from console.service.serve import Service
from console.store import claims
from tests.desk.answering import at_the_desk, begins, settings_with, shows, types, until
from tests.desk.town import rest, text_of, wall_of
from tests.desk.working import (
    BEDS,
    EVENING,
    FLOOD,
    KIM,
    SHELTER,
    WATER,
    at_incidents,
    claim_on,
    kim,
    reports,
    work_of,
)
from widgets.glyphs import UNICODE


def row_of(pilot: Pilot[int], words: str) -> str:
    """The first line of the screen that holds these words."""
    return next((line for line in text_of(pilot).split("\n") if words in line), "")


def test_c_takes_what_is_selected_the_row_says_who_and_the_detail_and_C_gives_it_back(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        wall = await at_incidents(pilot)
        await pilot.press("c")
        await shows(pilot, "You hold Mill Street flood")
        mine = await claim_on(service)
        assert mine.uid == wall._me
        assert not mine.session.endswith(".shell")
        assert f"{mine.name} <1m" in row_of(pilot, "act now  flood")
        assert f"claimed by {mine.name} <1m" in text_of(pilot)
        await pilot.press("c")
        await shows(pilot, "already")
        assert (await claim_on(service)).epoch == mine.epoch
        await pilot.press("C")
        await shows(pilot, "is free again")
        assert (await claim_on(service)).uid is None
        await pilot.press("C")
        await shows(pilot, "Nobody holds it.")

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_what_a_colleague_holds_is_taken_over_only_with_a_reason_and_esc_leaves_it(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        wall = await at_incidents(pilot)
        await kim(service, "claim", subject=FLOOD)
        await shows(pilot, "kim <1m")
        await pilot.press("c")
        await shows(pilot, "To take it over, give a reason: kim is told.")
        await pilot.press("escape")
        await shows(pilot, "Nothing was taken.")
        assert (await claim_on(service)).uid == KIM
        await pilot.press("C")
        await shows(pilot, "not yours to give back")
        # On a slow link the reason comes with the key, before anything is drawn.
        await pilot.press("c", *"ate", "space", *"nothing", "enter")
        await until(pilot, lambda: wall._seen.work.claims[FLOOD].uid == wall._me)
        assert "You hold Mill Street flood" in text_of(pilot)
        asked = "SELECT kind, data FROM event"
        events = await service.work(lambda change: list(change.connection.execute(asked)))
        assert any(kind == "taken over" and "ate nothing" in data for kind, data in events)

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_whoever_is_faster_is_named_and_nothing_is_taken_unasked(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        wall = wall_of(pilot)
        look, wall._look = wall._look, lambda: None  # type: ignore[method-assign]
        await kim(service, "claim", subject=FLOOD)
        wall._look = look  # type: ignore[method-assign]
        wall._seen.work.claims.pop(FLOOD, None)  # type: ignore[attr-defined]
        await pilot.press("c")
        await shows(pilot, "give a reason")
        assert (await claim_on(service)).uid == KIM

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_a_taken_over_claim_is_told_in_one_line_with_who_and_why(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("c")
        await shows(pilot, "You hold Mill Street flood")
        await kim(service, "claim", subject=FLOOD, reason="you are at lunch")
        await shows(pilot, "kim took over Mill Street flood: you are at lunch. What you typed is kept.")
        assert "kim <1m" in row_of(pilot, "act now  flood")
        # A release by oneself, or what a colleague takes that nobody held, is no news.
        await kim(service, "claim", subject=SHELTER)
        await pilot.press("escape")
        await shows(pilot, "kim <1m", seconds=3)
        assert "took over" not in text_of(pilot)

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_who_types_is_seen_within_two_seconds_and_who_has_stopped_is_not(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await kim(service, "claim", subject=FLOOD)
        await kim(service, "typing", subject=FLOOD)
        await shows(pilot, "kim typing", seconds=2)
        claim = await claim_on(service)
        assert claim.typing is not None
        long_ago = replace(claim, typing=claim.typing - timedelta(seconds=TYPES - 3))
        await service.work(lambda change: claims.write(change.connection, long_ago))
        await shows(pilot, "kim <1m", seconds=5)

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_the_first_letter_of_an_answer_shows_colleagues_that_one_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "PAUSE", 60.0)
    monkeypatch.setattr(drafting, "WHILE_TYPING", 60.0)

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "A")
        for _ in range(40):
            if (await claim_on(service, "mention:8")).typing is not None:
                break
            await pilot.pause(0.05)
        claim = await claim_on(service, "mention:8")
        await pilot.press("escape", "q")
        await shows(pilot, f"{claim.name} typing", seconds=3)

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_n_takes_the_worst_that_nobody_has_opens_it_and_goes_on(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        wall = await at_incidents(pilot)
        await kim(service, "claim", subject=FLOOD)
        await pilot.press("n")
        await shows(pilot, "you hold Oak School shelter")
        assert (await claim_on(service, SHELTER)).uid == wall._me
        assert wall._at == "mentions"
        assert wall._stream.wanted.incident == "oak-school.shelter"
        await rest(pilot)
        assert BEDS[0] in text_of(pilot)
        await pilot.press("n")
        await shows(pilot, "Nothing is left to take: 2 held. n looks anew.")

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_what_comes_as_act_now_goes_before_the_queue(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("n")
        await shows(pilot, "1 of 1: you hold Oak School shelter")
        await service.take(reports(*WATER, start=30), trust="public")
        await pilot.press("n")
        await shows(pilot, "new, act now: you hold Mill Street flood")

    at_the_desk(settings_with(tmp_path), evening, posts=reports(*BEDS))


def test_u_undoes_the_last_act_as_one_step_and_says_which(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await at_incidents(pilot)
        await pilot.press("space", "j", "space", "s")
        await types(pilot, "1h")
        await pilot.press("enter")
        await shows(pilot, "2 will be put away")
        await pilot.press("s")
        await shows(pilot, "snoozed")
        await pilot.press("u")
        await shows(pilot, "Undone: snoozed, 2 at once.")
        assert all(item.snooze is None for item in (await work_of(service)).items.values())
        await pilot.press("u")
        await shows(pilot, "nothing of yours to undo")

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_u_takes_back_what_is_still_held_before_it_undoes_anything(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await pilot.press("N")
        await types(pilot, "look")
        await pilot.press("enter")
        await shows(pilot, "Noted")
        await pilot.press("r")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Wall) and pilot.app.screen._answer)  # type: ignore[attr-defined]
        await types(pilot, "A crew is on its way.")
        await pilot.press("escape", "y")
        await shows(pilot, "u takes it back")
        await pilot.press("u")
        await shows(pilot, "Taken back: nothing was said on dry-run")
        work = await work_of(service)
        assert work.deliveries == ()
        assert [draft.text for draft in work.drafts] == ["A crew is on its way."]
        await pilot.press("u")
        await shows(pilot, "Undone: ")

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)


def test_an_observer_s_desk_has_no_verbs_in_keys_key_line_help_or_palette(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        wall = await at_incidents(pilot)
        await until(pilot, lambda: wall._lifeline.observes)
        await shows(pilot, "/ filter")
        line = text_of(pilot).split("\n")[-1]
        assert not any(word in line for word in ("claim", "reply", "escalate", "snooze", "undo"))
        before = text_of(pilot).split("\n")[1:]
        await pilot.press("c", "n", "space", "s", "m", "N", "t", "T", "X", "u", "e", "K", "L", "r")
        await rest(pilot)
        assert text_of(pilot).split("\n")[1:] == before
        assert (await claim_on(service)).uid is None
        await pilot.press("question_mark")
        assert "Take an incident" not in await shows(pilot, "KEYS")
        await pilot.press("escape", "colon")
        await shows(pilot, "ALL VERBS")
        await types(pilot, "claim")
        await rest(pilot)
        assert "Take an incident" not in text_of(pilot)
        await pilot.press("escape")

    settings = settings_with(tmp_path, '[roles]\nrespond = ["nobody"]\n')
    at_the_desk(settings, evening, posts=EVENING)
    assert {hint.label for hint in hints("incidents", UNICODE)} >= {"claim", "reply", "escalate", "next"}


def test_a_claim_repaints_its_own_row_and_nothing_moves(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        wall = await at_incidents(pilot)
        await pilot.press("j")
        await rest(pilot)
        before = text_of(pilot).split("\n")[1:]
        drawn: list[int] = []
        refresh = wall._incidents.list.refresh

        def watched(*regions: object, **more: object) -> object:
            drawn.extend(region.y for region in regions)  # type: ignore[attr-defined]
            return refresh(*regions, **more)  # type: ignore[arg-type]

        wall._incidents.list.refresh = watched  # type: ignore[assignment,method-assign]
        await kim(service, "claim", subject=FLOOD)
        await shows(pilot, "kim <1m")
        after = text_of(pilot).split("\n")[1:]
        assert [old for old, new in zip(before, after, strict=True) if old != new] == [row_of_list(before)]
        assert 1 in drawn
        assert len(set(drawn)) <= 2, "its own row, and one more where a minute passed"
        assert wall._incidents.selected is not None
        assert wall._incidents.selected.key == "oak-school.shelter"

    def row_of_list(lines: list[str]) -> str:
        return next(line for line in lines if "act now  flood" in line)

    at_the_desk(settings_with(tmp_path), evening, posts=EVENING)
