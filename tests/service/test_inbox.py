"""Posts meant for the desk's account alone: who sees them, and that nobody else can find a word of them."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.intake.pipeline import Judge
from console.paths import DataPaths
from console.service.client import Refused
from console.service.inbox import unseen
from console.service.intake import NotTakenIn
from console.service.serve import Service
from console.service.upkeep import back_up_hourly
from console.settings import InboxSettings, Role, Settings
from console.store.connect import StoreError
from console.store.inbox import Inbox
from console.store.inbox_file import LISTED, InboxFile
from console.store.reader import Reader
from feeds.post import Post
from tests.service.at_work import ROOT, Served, write_settings
from tests.service.in_process import ME, ask, read_by, serving

CANARY = "canary7f3a"
NOW = datetime.now(UTC) - timedelta(minutes=5)
HELP = f"We are trapped on Mill Street, the house is on fire, please help, code {CANARY}"
NAME = f"https://masto.example/{CANARY}/1"


def direct(text: str = HELP, number: int = 1, **more: Any) -> Post:
    """A post that named the desk's account and nobody else."""
    uri = f"https://masto.example/{CANARY}/{number}"
    fields: dict[str, Any] = {
        "audience": "direct",
        "author": f"{CANARY}@masto.example",
        "author_name": CANARY,
    }
    fields |= {"names": (uri, f"masto.example#{number}"), "url": uri, "raw": text.encode()}
    return Post("masto", uri, text, created_at=NOW, **{**fields, **more})


def public(number: int, text: str) -> Post:
    return Post("masto", f"https://masto.example/{number}", text, created_at=NOW, author=f"voice{number}")


def holding(root: Path, word: str = CANARY) -> set[str]:
    """The files under a directory that hold a word."""
    return {path.name for path in root.rglob("*") if path.is_file() and word.encode() in path.read_bytes()}


async def listed(service: Service) -> list[dict[str, Any]]:
    posts: list[dict[str, Any]] = (await ask(service, "inbox"))["posts"]
    return posts


def test_not_a_word_of_it_leaves_the_inbox(tmp_path: Path) -> None:
    settings = read_by(write_settings(tmp_path), ME)
    data = DataPaths(settings.desk.data)

    async def night() -> None:
        async with serving(settings) as service:
            counts = await service.take([direct(), public(1, "calm on Mill Street")], trust="public")
            assert counts.new == 2
            await service.take([direct(f"edited, {CANARY} again", updated_at=NOW)], trust="public")
            assert len(await listed(service)) == 1
            await ask(service, "inbox_read", id=1)
            await back_up_hourly(service)
            await service.reload()
            await service.take([direct(state="deleted", text="")], trust="public")
            assert holding(data.root) <= {"inbox.db", "inbox.db-wal"}

    asyncio.run(night())
    assert holding(data.root) == {"inbox.db"}
    assert list(data.backups.glob("*.db"))
    assert stat.S_IMODE(data.inbox.stat().st_mode) == 0o600
    with Reader(data.database) as reader:
        assert [mention.text for mention in reader.mentions()] == ["calm on Mill Street"]
        assert (reader.total(), reader.incidents()) == (1, ())
        assert CANARY not in repr(reader.events(1000))
        kinds = [event.kind for event in reader.events(1000)]
        assert {"inbox listed", "inbox read"} <= set(kinds)
        (line,) = (event for event in reader.events(1000) if event.kind == "inbox listed")
        assert (line.actor, json.loads(line.data)) == (ME, {"ids": [1]})


def test_no_list_of_the_shell_shows_it(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([direct(), public(1, "calm on Mill Street")], trust="public")

    asyncio.run(evening())
    for verb in (
        ["mentions", "--json"],
        ["mentions", CANARY],
        ["incidents", "--csv"],
        ["log", "show", "--json"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "console", "--config", str(settings.path), *verb],
            capture_output=True,
            cwd=ROOT,
            check=True,
        )
        assert CANARY.encode() not in done.stdout + done.stderr


def test_whoever_may_read_it_sees_it_judged_and_unread(tmp_path: Path) -> None:
    settings = read_by(write_settings(tmp_path), ME)

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([direct("the library, please?", 1), direct(number=2)], trust="public")
            assert (await ask(service, "status"))["inbox"] == {"unread": 2, "act_now": 1}
            newest, older = await listed(service)
            assert (newest["text"], newest["tier"], newest["place"]) == (HELP, 1, "Mill Street")
            assert newest["reasons"]
            assert (newest["audience"], newest["read_at"]) == ("direct", None)
            assert older["tier"] != 1
            await ask(service, "inbox_read", id=newest["id"])
            assert (await ask(service, "status"))["inbox"] == {"unread": 1, "act_now": 0}
            read = (await listed(service))[0]
            assert (read["read_by"], bool(read["read_at"])) == (ME, True)
            with pytest.raises(Refused, match="no private post 99"):
                await ask(service, "inbox_read", id=99)
            with pytest.raises(Refused, match="by its number"):
                await ask(service, "inbox_read", id="1")
            assert service.trouble == ""

    asyncio.run(evening())


def test_it_is_still_there_after_a_restart(tmp_path: Path) -> None:
    settings = read_by(write_settings(tmp_path), ME)

    async def evening(taken: int) -> None:
        async with serving(settings) as service:
            assert (await service.take([direct()], trust="public")).new == taken
            assert (await ask(service, "status"))["inbox"]["unread"] == 1

    asyncio.run(evening(1))
    asyncio.run(evening(0))


def test_to_others_it_is_not_even_counted(tmp_path: Path) -> None:
    settings = read_by(write_settings(tmp_path), "no-such-account")

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([direct()], trust="public")
            status = await ask(service, "status")
            assert "inbox" not in status
            for request in (
                {"do": "inbox"},
                {"do": "inbox_read", "id": 1},
                {"do": "inbox", "you": "lead", "uid": 0},
            ):
                with pytest.raises(Refused, match="not yours to read"):
                    await ask(service, **request)
            assert (await service.write(service.store.inbox.posts))[0].read_at is None

    asyncio.run(evening())


@pytest.mark.parametrize("text", ["settings name none", "nobody on this machine holds one"])
def test_posts_that_nobody_may_read_are_a_trouble_without_content(tmp_path: Path, text: str) -> None:
    settings = write_settings(tmp_path)
    if text != "settings name none":
        settings = read_by(settings, "no-such-account", "@no-such-group")

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([direct(number=number) for number in range(3)], trust="public")
            trouble = (await ask(service, "status"))["trouble"]
            assert trouble.startswith("3 private posts wait in the restricted inbox and no")
            assert CANARY not in trouble
            with Reader(service.paths.database) as reader:
                for _ in range(100):
                    if reader.service().trouble == trouble:
                        return
                    await asyncio.sleep(0.02)
            raise AssertionError("the trouble was never written down")

    asyncio.run(evening())


def test_the_trouble_is_a_sentence() -> None:
    assert unseen(Settings(), 0) == ""
    assert unseen(Settings(), 1) == (
        "1 private post waits in the restricted inbox and no role may read it; name one in [inbox]"
    )
    assert unseen(Settings(), 3) == (
        "3 private posts wait in the restricted inbox and no role may read it; name one in [inbox]"
    )
    mine = Settings(roles=(Role("lead", (ME,)),), inbox=InboxSettings(("lead",)))
    assert unseen(mine, 3) == ""


def test_the_judge_remembers_nothing_of_it(tmp_path: Path) -> None:
    """Two authors in public and one in private make no incident of three, and no repeat."""
    settings = write_settings(tmp_path)
    text = "the lights are out in Oak School, power cut in the whole street"

    async def evening() -> None:
        async with serving(settings) as service:
            secret = [direct(text, number, author=f"{CANARY}{number}") for number in range(5)]
            await service.take([*secret, public(1, text), public(2, text)], trust="public")

    asyncio.run(evening())
    with Reader(DataPaths(settings.desk.data).database) as reader:
        (head,) = reader.mentions()
        assert (head.voices, head.repeats) == (2, 1)
        assert reader.incidents() == ()


def test_edits_and_deletions_are_followed_by_name(tmp_path: Path) -> None:
    settings = read_by(write_settings(tmp_path), ME)

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([direct()], trust="public")
            await ask(service, "inbox_read", id=1)
            edit = direct("all is well again", updated_at=NOW + timedelta(minutes=1))
            assert (await service.take([edit], trust="public")).edited == 1
            (post,) = await listed(service)
            assert (post["text"], post["read_at"], post["tier"]) == ("all is well again", None, 3)
            assert (await service.take([direct(), edit], trust="public")).unchanged == 2
            gone = Post("masto", "masto.example#1", "", names=("masto.example#1",), state="deleted")
            assert (await service.take([gone], trust="public")).deleted == 1
            assert (await service.take([gone, edit], trust="public")).unchanged == 2
            assert (await listed(service))[0]["deleted_at"]
            assert (await ask(service, "status"))["inbox"] == {"unread": 0, "act_now": 0}

    asyncio.run(evening())


def test_a_closed_account_takes_its_private_posts_back(tmp_path: Path) -> None:
    settings = read_by(write_settings(tmp_path), ME)
    id_ = "at://did:plc:ana/chat/1"

    async def evening() -> None:
        async with serving(settings) as service:
            secret = Post("sky", id_, HELP, created_at=NOW, names=(id_,), audience="private")
            await service.take([secret, Post("sky", "at://did:plc:ana/", "", state="gone")], trust="public")
            assert (await listed(service))[0]["deleted_at"]

    asyncio.run(evening())


def test_a_private_post_that_fails_is_refused_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = write_settings(tmp_path)

    def fails(_judge: Judge, post: Post, **_: object) -> None:
        raise ValueError(f"bad word {post.text}")

    monkeypatch.setattr(Judge, "weigh_alone", fails)

    async def evening() -> None:
        async with serving(settings) as service:
            counts = await service.take([direct(), public(1, "calm on Mill Street")], trust="public")
            assert counts.refused == ("a private post of masto: it failed intake (ValueError)",)
            assert counts.new == 1

    asyncio.run(evening())
    assert holding(settings.desk.data) == set()


def test_a_private_post_that_cannot_be_stored_is_put_aside_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = write_settings(tmp_path)

    def fails(*_: object) -> None:
        raise StoreError("The database cannot be used: a wrong type.")

    monkeypatch.setattr(InboxFile, "take", fails)

    async def evening() -> None:
        async with serving(settings) as service:
            counts = await service.take([direct(), public(1, "calm on Mill Street")], trust="public")
            assert counts.new == 1
            assert "a private post of masto" in counts.refused[0]

    asyncio.run(evening())
    assert holding(settings.desk.data) == set()
    with Reader(DataPaths(settings.desk.data).database) as reader:
        assert [event.subject for event in reader.events() if event.kind == "post refused"] == [
            "a private post of masto"
        ]


def test_nobody_replays_a_private_post_a_name_or_the_end_of_an_account(tmp_path: Path) -> None:
    post = {"source": "replay", "id": "1", "text": "said", "author": "a"}
    with Served(write_settings(tmp_path)) as served:
        doubtful = [
            post | {"audience": "direct"},
            post | {"audience": "unlisted"},
            post | {"names": ["https://council.example/1"]},
            post | {"id": "at://did:plc:ana/", "state": "gone"},
        ]
        reply = served.ask("take", posts=doubtful)
        assert reply["new"] == 0
        for words, reason in zip(("public", "public", "called", "closed"), reply["refused"], strict=True):
            assert words in reason
        assert not served.paths.inbox.exists()


def test_what_is_old_is_forgotten_and_overwritten(tmp_path: Path) -> None:
    from tests.store.making import desk

    kept = desk(tmp_path, keep=3600.0)
    store = kept.open()
    _take(store.inbox, direct(), kept.clock.now)
    store.tidy(idle=True)
    assert store.inbox.unread.unread == 1
    kept.clock.go(hours=2)
    store.tidy(idle=True)
    assert store.inbox.posts() == ()
    assert store.inbox.unread.unread == 0
    assert holding(kept.paths.root) == set()
    store.close()


def _take(inbox: Inbox, post: Post, now: datetime) -> None:
    from console.intake.places import PlaceIndex
    from console.intake.rules import load_rules
    from console.store.inbox import Received

    judge = Judge(PlaceIndex(()), load_rules(), window=3600.0, voices=3)
    inbox.receive([Received(post, judge.weigh_alone(post, now=now))])


def test_a_damaged_inbox_stops_nothing_but_what_is_private(tmp_path: Path) -> None:
    settings = read_by(write_settings(tmp_path), ME)
    settings.desk.data.mkdir()
    DataPaths(settings.desk.data).inbox.write_bytes(b"no database" * 1000)

    async def evening() -> None:
        async with serving(settings) as service:
            assert (await service.take([public(1, "calm on Mill Street")], trust="public")).new == 1
            with pytest.raises(NotTakenIn, match="nothing private can be taken in"):
                await service.take([direct()], trust="public")
            assert "inbox.db is damaged" in (await ask(service, "status"))["trouble"]
            service.paths.inbox.unlink()
            assert (await service.take([direct()], trust="public")).new == 1
            assert (await ask(service, "status"))["trouble"] == ""

    asyncio.run(evening())


def test_what_nobody_has_read_is_listed_however_old_it_is(tmp_path: Path) -> None:
    settings = read_by(write_settings(tmp_path), ME)

    async def evening() -> None:
        async with serving(settings) as service:
            await service.take([direct(number=number) for number in range(1, LISTED + 11)], trust="public")
            for number in range(2, 7):
                await ask(service, "inbox_read", id=number)
            ids = [post["id"] for post in await listed(service)]
            assert ids == [*range(LISTED + 10, 6, -1), 1]

    asyncio.run(evening())


def test_a_desk_without_private_posts_has_no_such_file(tmp_path: Path) -> None:
    with Served(write_settings(tmp_path)) as served:
        assert served.ask("status")["trouble"] == ""
        assert not served.paths.inbox.exists()
