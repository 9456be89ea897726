"""Names that no list has, in the shell: proposed, added, refused, and taken back, against a real service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.settings import StoreSettings
from console.store.writer import Store
from tests.cli.answering_desk import answering
from tests.cli.shell import Shell
from tests.hostile import SMALL, raw_controls
from tests.store.saying import STREET, named_by, naming

LIST = "name,aliases,area\nRiverton,,\nMill Street,,Riverton\n"


def note(shell: Shell, *names: str) -> None:
    """Have a store, that nobody holds yet, know names that three voices say."""
    now = datetime.now(UTC)
    store = Store.open(shell.paths, settings=StoreSettings(keep_free=0), clock=lambda: now)
    for number, name in enumerate(names):
        store.take(named_by(3, name, first=1000 * (number + 1), at=now))
    store.close()


@pytest.fixture
def desk(shell: Shell) -> Iterator[Shell]:
    """A running service with a place list and two names that it does not have."""
    here = shell.settings('[desk]\nname = "Riverton"\n').parent
    (here / "places.csv").write_text(LIST)
    note(shell, STREET, "Elder Rd")
    with answering(shell, '[desk]\nname = "Riverton"\n') as running:
        yield running


def names(shell: Shell, *more: str) -> list[str]:
    ran = shell.run("places", "proposed", "--json", *more)
    assert ran.code == 0, ran
    return [json.loads(line)["name"] for line in ran.out.splitlines()]


def test_names_are_proposed_without_a_service(shell: Shell) -> None:
    note(shell, STREET)
    ran = shell.run("places", "proposed")
    assert ran.code == 0
    name, mentions, voices, _last, mention, text = ran.text.rstrip("\n").split("\t")
    assert (name, mentions, voices, mention, text) == (
        STREET,
        "3",
        "3",
        "1",
        f"water over the kerb at {STREET}",
    )
    (line,) = shell.run("places", "proposed", "--json").out.splitlines()
    assert json.loads(line)["example"] == 1


def test_without_a_service_nothing_is_decided(shell: Shell) -> None:
    note(shell, STREET)
    assert shell.run("places", "add", STREET).code == 3
    assert shell.run("places", "refuse", STREET).code == 3
    assert names(shell) == [STREET]


def test_a_name_is_added_listed_and_taken_back(desk: Shell) -> None:
    ran = desk.run("places", "add", "alder street", "--area", "Riverton")
    assert ran.code == 0, ran
    assert ran.text == f"{STREET} is on the list; 3 mentions named it; posts are judged by it from now on.\n"
    assert f"{STREET}\tRiverton" in desk.run("places", "list").text
    assert names(desk) == ["Elder Rd"]
    again = desk.run("places", "add", STREET)
    assert again.code == 1
    assert "was added already" in again.err
    decided = desk.run("places", "proposed", "--decided").text.split("\t")
    assert decided[:2] == [STREET, "added"]
    assert len(desk.run("mentions", f'place:"{STREET}"', "--json").out.splitlines()) == 3
    assert "Undone: place added" in desk.run("undo").text
    assert "Alder" not in desk.run("places", "list").text
    assert names(desk) == [STREET, "Elder Rd"]


def test_it_is_said_where_the_list_of_others_is_kept(desk: Shell) -> None:
    (file,) = desk.home.rglob("places.csv")
    file.write_text(LIST + "Oak Hill,,Riverton,its phone\n")
    told = desk.run("places", "add", STREET).text
    assert told.endswith("; the list as it was is kept beside it as places.csv.original.\n")
    file.write_text(LIST + "Oak Hill,,Riverton,its phone\n")
    (file.parent / "more.csv").write_text("name\nElm Hill\n")
    told = desk.run("places", "import", str(file.parent / "more.csv")).text
    assert told.endswith("; the list as it was is kept beside it as places.csv.original-2\n")


def test_another_spelling_and_a_refusal(desk: Shell) -> None:
    told = json.loads(desk.run("places", "add", STREET, "--as", "mill street", "--json").out)
    assert (told["place"], told["filed"]) == ("Mill Street", 3)
    assert f"Mill Street\tRiverton\t{STREET}" in desk.run("places", "list").text
    assert desk.run("places", "refuse", "Elder Rd").text == "Elder Rd is proposed no more.\n"
    assert names(desk) == []
    assert names(desk, "--decided") == ["Elder Rd", STREET]
    wrong = desk.run("places", "add", "Olm Rd", "--as", "Mil Street")
    assert wrong.code == 1
    assert 'Did you mean "Mill Street"' in wrong.err


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=["plain", "json", "csv"])
def test_hostile_names_leave_clean(shell: Shell, form: list[str]) -> None:
    """As if nothing had cleaned them."""
    now = datetime.now(UTC)
    store = Store.open(shell.paths, settings=StoreSettings(keep_free=0), clock=lambda: now)
    for number, text in enumerate(SMALL.values()):
        three = [naming(f"{number}.{one}", "x St", text=f"x St {text}", at=now) for one in range(3)]
        store.take([replace(one, post=replace(one.post, source=f"s{number}")) for one in three])
        key = f"k{number}"
        store.connection.execute(
            "INSERT INTO unlisted VALUES (?, ?, 3, 3, 0, 1, 0, 0, 1, 'open', '', NULL)",
            (key, text.encode("utf-8", "replace").decode().replace("\0", "")),
        )
    store.close()
    ran = shell.run("places", "proposed", *form)
    assert ran.code == 0
    assert raw_controls(ran.out) == []
