"""Writing an answer: a real desk over a real service, worked by keys."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot

from console.desk.composing import Composer
from console.desk.keeping import Keeper, Kept
from console.paths import default_state
from console.service.serve import Service
from console.store import claims, drafts
from console.work import Claim, Draft
from tests.desk.answering import (
    WATER,
    at_the_desk,
    begins,
    composer_of,
    deliveries_of,
    desk_of,
    drafts_of,
    said,
    settings_with,
    shows,
    types,
    until,
)
from tests.desk.town import text_of, wall_of
from tests.hostile import PAYLOADS
from tests.service.in_process import serving

MENTION = "mention:1"
KIM = 4242


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the operator's own files lie in this test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


async def held_by_kim(service: Service, *, typing: bool = False) -> None:
    def hold(change: object) -> None:
        now = service.clock()
        claim = Claim(MENTION, 5, KIM, "kim", f"{KIM}.terminal00000000", now, None, now if typing else None)
        claims.write(change.connection, claim)  # type: ignore[attr-defined]

    await service.work(hold)


async def saved(service: Service, pilot: Pilot[int], text: str) -> Draft:
    """Wait until the service has a text."""
    for _ in range(200):
        found = [draft for draft in await drafts_of(service) if draft.text == text]
        if found:
            return found[0]
        await pilot.pause(0.05)
    raise AssertionError(f"{text!r} was never saved:\n{text_of(pilot)}")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_an_answer_is_written_in_view_of_what_it_answers_and_sent(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    due = f"{datetime.now(UTC).astimezone() + timedelta(hours=1):%H:%M}"
    answer = f"We are coming. Next update here by {due}."

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, answer)
        await saved(service, pilot, answer)
        screen = await shows(pilot, "  saved")
        assert "REPLY  as  Riverton  on  dry-run" in screen
        assert "DRY RUN  nothing is sent" in screen
        assert "to @ana_r (posts)" in screen
        assert "unchanged since you opened it" in screen
        assert "Water is coming into the basement" in screen
        assert "41 of 500 · one message" in screen
        assert re.search(rf"You promise .*{due}", screen)
        leave = "Esc then:" if size[0] == 80 else "Esc leaves the text, then:"
        assert f"{leave}  y hold & send  t template  g guard" in screen
        await pilot.press("escape", "y")
        await shows(pilot, "s, u takes it back")
        (sent,) = await deliveries_of(service)
        assert (sent.state, sent.message.text) == ("held", answer)
        assert wall_of(pilot)._following.held == sent.id
        await shows(pilot, "confirmed")

    at_the_desk(settings_with(tmp_path, '[answers]\nhold = "2s"\n'), evening, size=size)


def test_an_incident_is_answered_to_everybody(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await pilot.press("shift+tab")
        await begins(pilot)
        screen = await shows(pilot, "UPDATE  as  Riverton")
        assert "to everybody, about flood in Mill Street" in screen
        assert "Water is coming" in screen

    at_the_desk(settings_with(tmp_path), evening)


def test_a_draft_that_is_kept_is_there_again(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "half a word")
        await pilot.press("escape", "q")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        (draft,) = await drafts_of(service)
        assert (draft.text, draft.state) == ("half a word", "open")
        await begins(pilot)
        assert composer_of(pilot)._writing.text == "half a word"

    at_the_desk(settings_with(tmp_path), evening)


def test_what_was_only_looked_at_is_given_back(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await pilot.press("escape", "q")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        assert not (await service.work(lambda change: claims.read(change.connection, MENTION))).held

    at_the_desk(settings_with(tmp_path), evening)


def test_what_is_typed_and_pasted_at_once_with_the_key_that_opens_it_stands_there(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        for letter in "rDyq":
            pilot.app.post_message(Key(letter, letter))
        await until(pilot, lambda: isinstance(pilot.app.screen, Composer))
        pilot.app.post_message(Paste(" words"))
        await until(pilot, lambda: composer_of(pilot)._answer is not None)
        await saved(service, pilot, "Dyq words")

    at_the_desk(settings_with(tmp_path), evening)


def test_a_key_pressed_ahead_of_the_wall_sends_nothing_while_the_answer_is_being_left(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "half a word")
        for key in ("escape", "q", "y", "d", "s"):
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        await pilot.pause(0.3)
        assert await deliveries_of(service) == ()
        assert [draft.text for draft in await drafts_of(service)] == ["half a word"]

    at_the_desk(settings_with(tmp_path), evening)


def test_keys_that_were_pressed_ahead_are_typed_and_none_is_obeyed(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await pilot.press("r", *"Dyqwords")
        await until(pilot, lambda: composer_of(pilot)._answer is not None)
        await saved(service, pilot, "Dyqwords")
        assert await deliveries_of(service) == ()

    at_the_desk(settings_with(tmp_path), evening)


def test_text_that_is_pasted_is_made_harmless_and_runs_nothing(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        writing = composer_of(pilot)._writing
        writing.post_message(Paste("first\x1b[31m line\r\nsecond [bold]line[/bold]\u202e"))
        await until(pilot, lambda: "second" in writing.text)
        assert writing.text == "first␛[31m line\nsecond [bold]line[/bold]"
        assert "[bold]line[/bold]" in text_of(pilot)
        writing.post_message(Paste("x" * 9000))
        await shows(pilot, "A draft has 8000 characters at most")
        assert "x" not in writing.text
        await pilot.press("escape")
        pilot.app.screen.post_message(Paste("yD\n"))
        await pilot.pause(0.3)
        assert isinstance(pilot.app.screen, Composer)
        assert await deliveries_of(service) == ()

    at_the_desk(settings_with(tmp_path), evening)


def test_what_is_typed_while_the_service_is_away_is_saved_when_it_is_back(
    tmp_path: Path, state: Path
) -> None:
    settings = settings_with(tmp_path)

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([said()], trust="public")
            desk = desk_of(settings)
            running = desk.run_test(size=(80, 24))
            pilot = await running.__aenter__()
            await shows(pilot, "LIVE")
            await pilot.press("tab")
            await begins(pilot)
            await types(pilot, "before ")
            await saved(service, pilot, "before ")
        await types(pilot, "and while it is away")
        screen = await shows(pilot, "NOT SAVED, kept in your own file")
        assert "before and while it is away" in screen
        (file,) = (state / "watchfloor" / "typed").glob("*.json")
        assert file.stat().st_mode & 0o777 == 0o600
        assert b"while it is away" in file.read_bytes()
        async with serving(settings) as service:
            await saved(service, pilot, "before and while it is away")
            await shows(pilot, "The service is back")
            await until(pilot, lambda: not file.exists())
            await running.__aexit__(None, None, None)

    asyncio.run(evening())


def test_a_terminal_and_a_service_that_end_together_lose_nothing(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([said()], trust="public")
            async with desk_of(settings).run_test(size=(80, 24)) as pilot:
                await shows(pilot, "LIVE")
                await pilot.press("tab")
                await begins(pilot)
                service.stopping.set()
                await pilot.pause(1.0)
                await types(pilot, "nobody has this")
        async with serving(settings) as service, desk_of(settings).run_test(size=(80, 24)) as pilot:
            await shows(pilot, "LIVE")
            await pilot.press("tab")
            await begins(pilot)
            await shows(pilot, "Restored what you typed")
            await saved(service, pilot, "nobody has this")

    asyncio.run(evening())


def test_an_original_that_is_edited_has_to_be_read_again(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "We are coming")
        await saved(service, pilot, "We are coming")
        await service.take([said("Never mind, it was the washing machine")], trust="public")
        screen = await shows(pilot, "EDITED: read it, then Esc a")
        assert "washing machine" in screen
        await pilot.press("escape", "y")
        await shows(pilot, "has changed the post since you read it")
        await pilot.press("a")
        await shows(pilot, "unchanged since you opened it")
        await pilot.press("y")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        assert len(await deliveries_of(service)) == 1

    at_the_desk(settings_with(tmp_path), evening)


def test_an_original_that_is_deleted_says_so(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "We are coming")
        await service.take([replace(said(""), state="deleted")], trust="public")
        await shows(pilot, "DELETED by its author")
        await pilot.press("escape", "y")
        await shows(pilot, "has deleted the post. Nothing was sent")

    at_the_desk(settings_with(tmp_path), evening)


def test_the_guard_warns_in_words_and_is_answered_with_a_reason_and_another_key(tmp_path: Path) -> None:
    text = "Call Mrs Miller on 020 7946 0018"

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, text)
        draft = await saved(service, pilot, text)
        await shows(pilot, "warn: ")
        await pilot.press("escape", "y")
        await shows(pilot, "give a reason for it (g)")
        assert await deliveries_of(service) == ()
        await pilot.press("g")
        while composer_of(pilot)._line is None:
            await pilot.pause(0.05)
        assert "GUARD 1 of " in text_of(pilot)
        for _ in range(5):
            if composer_of(pilot)._line is None:
                break
            await types(pilot, "she asked for it")
            await pilot.press("enter")
            await pilot.pause(0.2)
        await shows(pilot, "Your reasons are kept")
        await pilot.press("y")
        await shows(pilot, "Say it all the same?")
        await pilot.press("enter")
        await shows(pilot, "Nothing was done")
        await pilot.press("y")
        await shows(pilot, "Say it all the same?")
        await pilot.press("s")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        (sent,) = await deliveries_of(service)
        assert sent.draft == draft.id

    at_the_desk(settings_with(tmp_path), evening)


def test_a_draft_is_dropped_only_by_another_key(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "words")
        await pilot.press("escape", "D")
        await shows(pilot, "Drop this draft?")
        await pilot.press("D")
        await shows(pilot, "Nothing was done")
        assert len(await drafts_of(service)) == 1
        await pilot.press("D", "s")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        assert await drafts_of(service) == ()

    at_the_desk(settings_with(tmp_path), evening)


def test_a_question_that_is_out_of_sight_is_answered_by_no_key(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "words")
        await saved(service, pilot, "words")
        await pilot.press("escape", "D")
        await shows(pilot, "Drop this draft?")
        composer_of(pilot)._say("Something else is said.")
        await pilot.press("s")
        await pilot.pause(0.5)
        assert len(await drafts_of(service)) == 1

    at_the_desk(settings_with(tmp_path), evening)


def test_a_colleague_s_claim_is_shown_and_taken_over_only_with_a_reason(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await held_by_kim(service, typing=True)
        await pilot.press("r")
        screen = await shows(pilot, "kim holds it since")
        assert "typing just now" in screen
        await shows(pilot, "reason ")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        assert (await service.work(lambda change: claims.read(change.connection, MENTION))).uid == KIM
        await pilot.press("r")
        await shows(pilot, "reason ")
        await types(pilot, "kim went home")
        await pilot.press("enter")
        await until(pilot, lambda: composer_of(pilot)._answer is not None)
        taken = await service.work(lambda change: claims.read(change.connection, MENTION))
        assert (taken.uid != KIM, taken.epoch) == (True, 6)

    at_the_desk(settings_with(tmp_path), evening)


def test_a_draft_that_somebody_else_changed_is_not_written_over(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "mine")
        draft = await saved(service, pilot, "mine")

        def change_it(change: object) -> None:
            theirs = replace(draft, text="theirs", version=draft.version + 1, author="kim", authors=(KIM,))
            drafts.write(change.connection, theirs)  # type: ignore[attr-defined]

        await service.work(change_it)
        await types(pilot, " and more")
        await shows(pilot, "kim has changed this draft meanwhile")
        await shows(pilot, "Esc p shows the other one")
        assert [one.text for one in await drafts_of(service)] == ["theirs"]
        assert composer_of(pilot)._writing.text == "mine and more"
        await pilot.press("escape", "p")
        await until(pilot, lambda: composer_of(pilot)._writing.text == "theirs")
        await pilot.press("p")
        await saved(service, pilot, "mine and more")

    at_the_desk(settings_with(tmp_path), evening)


def test_a_claim_that_ended_is_taken_again_with_what_is_on_the_screen(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "one ")
        await saved(service, pilot, "one ")
        await service.work(lambda change: claims.write(change.connection, Claim(MENTION, 9)))
        await types(pilot, "two")
        await shows(pilot, "Your claim has ended")
        await pilot.press("escape", "c")
        await saved(service, pilot, "one two")

    at_the_desk(settings_with(tmp_path), evening)


def test_a_canned_reply_comes_with_its_first_slot_marked(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await pilot.press("escape", "t")
        await shows(pilot, "CANNED REPLIES")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Composer))
        await until(pilot, lambda: bool(composer_of(pilot)._writing.text))
        assert composer_of(pilot)._writing.selected_text.startswith("{")

    at_the_desk(settings_with(tmp_path), evening)


CHANNELS = """
[channels.town]
kind = "clipboard"
counting = "x"
[channels.paper]
kind = "clipboard"
"""


def test_another_channel_takes_the_text_along(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "words")
        await saved(service, pilot, "words")
        first = composer_of(pilot)._answer
        assert first is not None
        assert "BY HAND" in text_of(pilot)
        await pilot.press("escape", "w")
        await shows(pilot, "chosen now")
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Composer))
        other = next(one.name for one in first.choices if one.name != first.channel.name)
        for _ in range(100):
            living = await drafts_of(service)
            if [(one.channel, one.text) for one in living] == [(other, "words")]:
                break
            await pilot.pause(0.05)
        assert [(one.channel, one.text) for one in living] == [(other, "words")]

    at_the_desk(settings_with(tmp_path, CHANNELS), evening)


def test_a_long_text_shows_its_parts(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        composer_of(pilot)._writing.put_in("The first sentence. " * 30)
        screen = await shows(pilot, "a thread of 2")
        assert '1/2 ends: "...' in await shows(pilot, "1/2 ends")
        assert "of 500" in screen

    at_the_desk(settings_with(tmp_path), evening, size=(120, 40))


@pytest.mark.parametrize("name", [name for name, text in PAYLOADS.items() if len(text) < 400])
def test_a_hostile_original_is_dead_text(name: str) -> None:
    from textual.geometry import Size

    from widgets.composer import Address, AddressLines, Quote, Remark, Remarks

    text = PAYLOADS[name]
    address = AddressLines(Address("REPLY", text, text, "LIVE", text, to=text, state=text))
    for drawn in (
        address.lines(Size(80, 2)),
        Quote(text).text(80),
        Remarks((Remark(text, "warn"),)).lines(Size(80, 3)),
    ):
        assert all(isinstance(part, str) for line in drawn for part, _ in line)


def test_it_works_in_ascii_and_on_a_small_terminal(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "words")
        await saved(service, pilot, "words")
        screen = await shows(pilot, "saved")
        assert screen.replace("ñ", "n").isascii()
        assert "words" in screen
        await pilot.resize_terminal(60, 16)
        await pilot.pause(0.3)
        assert "words" in text_of(pilot)
        assert WATER[:20] in text_of(pilot)

    settings = settings_with(tmp_path)
    settings = replace(settings, desk=replace(settings.desk, glyphs="ascii"))
    at_the_desk(settings, evening)


def test_a_file_that_cannot_be_written_or_read_is_a_sentence_and_never_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.desk.here import utc_now

    (tmp_path / "state").write_text("a file where a directory should be")
    keeper = Keeper(default_state({"XDG_STATE_HOME": str(tmp_path / "state")}), tmp_path)
    kept = Kept(MENTION, "town", "words", 1, utc_now())
    assert "cannot be written" in keeper.write(kept)
    assert keeper.read(MENTION, "town") is None
    keeper.forget(MENTION, "town")


def test_an_answer_is_taken_back_within_its_hold_and_its_draft_is_open_again(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "too early")
        await pilot.press("escape", "y")
        await shows(pilot, "s, u takes it back")
        await pilot.press("u")
        await shows(pilot, "aken back")
        assert [one.state for one in await deliveries_of(service)] == ["taken back"]
        await begins(pilot)
        assert composer_of(pilot)._writing.text == "too early"

    at_the_desk(settings_with(tmp_path, '[answers]\nhold = "60s"\n'), evening)


def test_a_second_answer_is_sent_only_as_a_further_one(tmp_path: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "first")
        await pilot.press("escape", "y")
        await shows(pilot, "confirmed")
        await begins(pilot)
        await shows(pilot, "answered: ")
        assert 'confirmed: "first"' in text_of(pilot)
        await types(pilot, "second")
        await pilot.press("escape", "y")
        await shows(pilot, "meanwhile. Nothing was sent")
        assert "f further" in text_of(pilot)
        await pilot.press("f")
        await shows(pilot, "It will be a further answer")
        await pilot.press("y")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Composer))
        sent = await deliveries_of(service)
        assert [(one.round, one.message.text) for one in sent] == [(1, "second"), (0, "first")]

    at_the_desk(settings_with(tmp_path, '[answers]\nhold = "1s"\n'), evening)


def test_words_saved_in_another_terminal_of_one_s_own_are_never_written_over_unseen(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "first")
        await saved(service, pilot, "first")
        async with desk_of(settings).run_test(size=(80, 24)) as other:
            await shows(other, "LIVE")
            await other.press("tab")
            await begins(other)
            await types(other, " second")
            await saved(service, other, "first second")
            await shows(pilot, "Another terminal of yours has changed this draft")
            assert "  saved" not in text_of(pilot)
            await types(pilot, " mine")
            await types(other, " THIRD")
            await saved(service, other, "first second THIRD")
            await pilot.press("escape", "c")
            await shows(pilot, "Esc p shows them.")
            assert composer_of(pilot)._writing.text == "first mine"
            await shows(other, "Another terminal of yours has changed this draft")
            await pilot.press("p")
            await saved(service, pilot, "first second THIRD")
            await pilot.press("p")
            await saved(service, pilot, "first mine")

    at_the_desk(settings, evening)


def test_an_empty_reason_is_none(tmp_path: Path) -> None:
    text = "Call Mrs Miller on 020 7946 0018"

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, text)
        await saved(service, pilot, text)
        await shows(pilot, "warn: ")
        await pilot.press("escape", "g")
        await until(pilot, lambda: composer_of(pilot)._line is not None)
        for _ in range(5):
            if composer_of(pilot)._line is None:
                break
            await pilot.press("enter")
            await pilot.pause(0.2)
        screen = await shows(pilot, "Still without a reason, g asks for it")
        assert "are kept" not in screen
        assert [one.reasons for one in await drafts_of(service)] == [()]

    at_the_desk(settings_with(tmp_path), evening)


def test_a_key_that_could_not_send_says_so_while_the_service_is_away(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([said()], trust="public")
            running = desk_of(settings).run_test(size=(80, 24))
            pilot = await running.__aenter__()
            await shows(pilot, "LIVE")
            await pilot.press("tab")
            await begins(pilot)
        await types(pilot, "nobody is there")
        await shows(pilot, "NOT SAVED, kept in your own file")
        await pilot.press("escape", "y")
        await shows(pilot, "Not sent: no service answers. y tries again once it is back.")
        await pilot.press("escape", "g")
        await shows(pilot, "Nothing was done: no service answers.")
        await running.__aexit__(None, None, None)

    asyncio.run(evening())


def test_the_own_file_has_every_key_at_once_and_does_not_wait_for_the_service(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.desk import drafting

    monkeypatch.setattr(drafting, "PAUSE", 60.0)
    monkeypatch.setattr(drafting, "WHILE_TYPING", 60.0)

    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "steady words")
        files = (state / "watchfloor" / "typed").glob
        await until(pilot, lambda: any(b"steady words" in one.read_bytes() for one in files("*.json")))
        assert [one.text for one in await drafts_of(service)] == [""]

    at_the_desk(settings_with(tmp_path), evening)


def test_what_a_lost_claim_does_not_save_is_called_not_saved(tmp_path: Path, state: Path) -> None:
    async def evening(service: Service, pilot: Pilot[int]) -> None:
        await begins(pilot)
        await types(pilot, "one ")
        await saved(service, pilot, "one ")
        await held_by_kim(service)
        await types(pilot, "two")
        await shows(pilot, "kim holds it now, so nothing was done. What you typed stays with you")
        await shows(pilot, "NOT SAVED, kept in your own file")
        files = (state / "watchfloor" / "typed").glob
        await until(pilot, lambda: any(b"one two" in one.read_bytes() for one in files("*.json")))
        await service.work(lambda change: claims.write(change.connection, Claim(MENTION, 9)))
        await pilot.press("escape", "c")
        await saved(service, pilot, "one two")
        await shows(pilot, "  saved")

    at_the_desk(settings_with(tmp_path), evening)
