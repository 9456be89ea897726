"""The operator's process, its connection or the service is killed in the middle of what somebody does.

Each act is asked for and the victim dies a moment later, at several moments: before the service reads it,
while it works, after it answered. Whatever was acknowledged is there after a restart; what was not is there
whole or not at all, and asking again does it once; a claim whose terminal stays away ends by the grace.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import pytest

from console.model import MentionFilter
from console.paths import DataPaths
from console.service.address import short_address
from console.service.client import Refused
from console.settings import load
from console.store.reader import Reader
from console.work import Claim, Draft
from tests.service.at_work import ROOT, sent, until
from tests.service.fire import settings_with
from tests.service.hurried import Hurried

Victim = Literal["process", "connection", "service"]
VICTIMS: tuple[Victim, ...] = ("process", "connection", "service")
DELAYS = (0.0, 0.001, 0.004, 0.02, 0.2)
"""Seconds from the request to the kill."""
PATIENCE = 90.0
"""Seconds for what takes three or four on a quiet machine."""
SESSION = "terminalthatdies"
WORDS = "A crew is on its way."
SOMEBODY_ELSE = 61_001
"""The uid of who wrote what is to be approved."""
ROUTE = """
[routes.works]
channel = "alone"
"""
CLIENT = """
import json, sys
from pathlib import Path
from console.paths import DataPaths
from console.service.client import ServiceClient
client = ServiceClient.connect(DataPaths(Path(sys.argv[1])))
client.hello(sys.argv[2])
print("ready", flush=True)
print(json.dumps(client.ask(**json.loads(sys.stdin.readline()))), flush=True)
sys.stdin.readline()
"""


class Ground:
    """A desk whose parts are killed."""

    def __init__(self, home: Path) -> None:
        channels = [{"name": name, "kind": "dry-run"} for name in ("alone", "by-two")]
        path = settings_with(home, [], *channels).path
        assert path is not None
        path.write_text(
            path.read_text().replace("[answers]", '[answers]\nsecond_channels = ["by-two"]') + ROUTE
        )
        (home / "places.csv").write_text(
            "name\n" + "".join(f"Lane{number} Street\n" for number in range(200))
        )
        self.served = Hurried(load(path, {}))
        self.count = 0

    def subject(self) -> str:
        """Something new that somebody said."""
        self.count += 1
        with self.served.client() as client:
            client.ask("take", posts=[sent(self.count, f"question {self.count}?")])
        with self.reader() as reader:
            return f"mention:{reader.newest_id()}"

    def incident(self) -> str:
        """Something that two people report from a street of its own."""
        self.count += 1
        said = [sent(f"{self.count}{who}", f"pothole on Lane{self.count} Street, {who}") for who in "abc"]
        with self.served.client() as client:
            client.ask("take", posts=said)
        with self.reader() as reader:
            key = next(one.key for one in reader.incidents() if one.place == f"Lane{self.count} Street")
        return f"incident:{key}"

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Ask from a terminal of the same name as the one that dies."""
        with self.served.client() as client:
            client.hello(SESSION)
            return client.ask(do, **fields)

    def restart(self) -> None:
        """Kill the service, if it still lives, and start it again."""
        self.served.kill()
        self.served = Hurried(self.served.settings)
        self.served.client().close()

    def reader(self) -> Reader:
        return self.served.reader()

    def claim(self, subject: str) -> Claim:
        with self.reader() as reader:
            held = [one for one in reader.claims() if one.subject == subject]
        return held[0] if held else Claim(subject)

    def draft(self, subject: str) -> Draft | None:
        with self.reader() as reader:
            return next((one for one in reader.drafts() if one.subject == subject), None)

    def tickets(self, incident: str) -> list[int]:
        """The numbers of the tickets of an incident."""
        path = self.served.paths.database
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            key = incident.removeprefix("incident:")
            return [row[0] for row in connection.execute("SELECT id FROM ticket WHERE incident = ?", (key,))]

    def drafts_of(self, incident: str) -> list[str]:
        """What is drafted to those who reported an incident."""
        key = incident.removeprefix("incident:")
        with self.reader() as reader:
            ids = {f"mention:{one.id}" for one in reader.mentions(MentionFilter(incident=key))}
            return [one.text for one in reader.drafts() if one.subject in ids]

    def deliveries(self, subject: str) -> list[tuple[str, str]]:
        with self.reader() as reader:
            return [(one.message.text, one.state) for one in reader.deliveries(subject, settled=True)]

    def logged(self, subject: str, kind: str) -> int:
        with self.reader() as reader:
            return sum((one.subject, one.kind) == (subject, kind) for one in reader.events(100_000))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    ground = Ground(tmp_path_factory.mktemp("ground"))
    yield ground
    assert ground.served.end() == 0
    assert ground.served.said() == ""


class Act:
    """What somebody is in the middle of: what it takes, what it asks, and how one sees that it was done."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.subject = ground, ground.subject()

    def request(self) -> dict[str, Any]:
        """What is asked, after all that must come before."""
        raise NotImplementedError

    def done(self) -> bool:
        """Whether it was done, as a whole; fails when a part of it was."""
        raise NotImplementedError

    def written(self, channel: str, text: str = WORDS) -> int:
        """A draft with words in it, under a claim."""
        self.ground.ask("claim", subject=self.subject)
        draft: int = self.ground.ask("draft", subject=self.subject, channel=channel)["draft"]["id"]
        self.ground.ask("draft_save", draft=draft, text=text)
        return draft


class Claiming(Act):
    def request(self) -> dict[str, Any]:
        return {"do": "claim", "subject": self.subject}

    def done(self) -> bool:
        held = self.ground.logged(self.subject, "claimed")
        assert held <= 1
        return bool(held)


class Typing(Act):
    def request(self) -> dict[str, Any]:
        return {"do": "draft_save", "draft": self.written("alone", "A crew"), "text": WORDS}

    def done(self) -> bool:
        draft = self.ground.draft(self.subject)
        assert draft is not None
        assert (draft.text, draft.version) in (("A crew", 2), (WORDS, 3))
        return draft.text == WORDS


class Submitting(Act):
    def request(self) -> dict[str, Any]:
        return {"do": "submit", "draft": self.written("alone")}

    def done(self) -> bool:
        made, draft = self.ground.deliveries(self.subject), self.ground.draft(self.subject)
        assert [text for text, _ in made] in ([], [WORDS])
        assert (draft is None) == bool(made), "it is a draft as long as it was not sent"
        assert draft is None or draft.text == WORDS
        assert self.ground.logged(self.subject, "to be said") == len(made)
        return bool(made)


class Approving(Act):
    def request(self) -> dict[str, Any]:
        draft = self.written("by-two")
        assert "asked" in self.ground.ask("submit", draft=draft)
        with (
            closing(sqlite3.connect(self.ground.served.paths.database, timeout=30)) as connection,
            connection,
        ):
            # Somebody else has typed this, and holds it: not everybody who runs tests may be two users.
            connection.execute("UPDATE draft SET authors = ? WHERE id = ?", (f"[{SOMEBODY_ELSE}]", draft))
            held = (SOMEBODY_ELSE, "1.theirterminal", self.subject)
            connection.execute("UPDATE claim SET uid = ?, session = ? WHERE subject = ?", held)
        return {"do": "approve", "draft": draft, "version": 2}

    def done(self) -> bool:
        made, draft = self.ground.deliveries(self.subject), self.ground.draft(self.subject)
        assert [text for text, _ in made] in ([], [WORDS])
        assert (draft is None) == bool(made)
        assert draft is None or (draft.text, draft.state) == (WORDS, "asked")
        assert self.ground.logged(self.subject, "approved") == len(made)
        return bool(made)


class Escalating(Act):
    def __init__(self, ground: Ground) -> None:
        self.ground, self.subject = ground, ground.incident()

    def request(self) -> dict[str, Any]:
        self.ground.ask("claim", subject=self.subject)
        return {"do": "escalate", "subject": self.subject, "route": "works", "text": WORDS}

    def done(self) -> bool:
        made = self.ground.deliveries(self.subject)
        assert [text for text, _ in made] in ([], [WORDS])
        tickets = self.ground.tickets(self.subject)
        assert len(tickets) == len(made), "a ticket and its report are there together"
        return bool(made)


class Telling(Escalating):
    def request(self) -> dict[str, Any]:
        asked = super().request()
        self.ground.ask(**asked)
        until(lambda: self.ground.deliveries(self.subject) == [(WORDS, "confirmed")], PATIENCE)
        self.ground.ask("ticket", ticket=self.ground.tickets(self.subject)[0], number="4411")
        return {"do": "tell", "subject": self.subject, "text": WORDS}

    def done(self) -> bool:
        drafts = self.ground.drafts_of(self.subject)
        assert drafts in ([], [WORDS] * 3), "everybody who reported has a draft, or nobody"
        return bool(drafts)


ACTS = (Claiming, Typing, Submitting, Approving, Escalating, Telling)


def struck(ground: Ground, victim: Victim, delay: float, request: dict[str, Any]) -> dict[str, Any] | None:
    """Ask, and kill the victim after so many seconds; what was acknowledged by then, if anything was."""
    strike = {"process": _with_a_process, "connection": _by_a_connection, "service": _by_a_connection}[victim]
    line = strike(
        ground,
        delay,
        json.dumps(request).encode() + b"\n",
        ground.served.kill if victim == "service" else None,
    )
    if not line.endswith(b"\n"):
        return None
    answer: dict[str, Any] = json.loads(line)
    assert answer.pop("ok", True) is True, answer
    return answer


def _with_a_process(ground: Ground, delay: float, request: bytes, _kill: object) -> bytes:
    command = [sys.executable, "-c", CLIENT, str(ground.served.paths.root), SESSION]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.stdin.write(request)
        process.stdin.flush()
        time.sleep(delay)
        process.kill()
        return process.stdout.read()


def _by_a_connection(ground: Ground, delay: float, request: bytes, kill: Callable[[], None] | None) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        with short_address(DataPaths(ground.served.paths.root).socket) as address:
            connection.connect(address)
        connection.sendall(json.dumps({"do": "hello", "as": "desk", "session": SESSION}).encode() + b"\n")
        assert b'"ok":true' in connection.recv(65536)
        connection.sendall(request)
        time.sleep(delay)
        if kill is None:
            connection.setblocking(False)
        else:
            kill()
        return _whatever_came(connection)


def _whatever_came(connection: socket.socket) -> bytes:
    came = b""
    try:
        while not came.endswith(b"\n") and (piece := connection.recv(65536)):
            came += piece
    except (BlockingIOError, ConnectionResetError):
        pass
    return came


@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("act", ACTS)
def test_what_was_acknowledged_is_there_and_what_was_not_is_whole_or_not_there(
    ground: Ground, act: type[Act], victim: Victim
) -> None:
    acts = []
    for delay in DELAYS:
        one = act(ground)
        request = one.request()
        acknowledged = struck(ground, victim, delay, request)
        if victim == "service":
            assert one.done() or not acknowledged, "acknowledged, and not on the disk"
            ground.restart()
        acts.append((one, request, acknowledged is not None))
    ground.restart()
    for one, request, was_told in acts:
        assert one.done() or not was_told, "acknowledged, and not there after a restart"
        done_again(ground, one, request)
    assert acts[-1][2] or victim == "process", "long after the request it had been acknowledged"


def done_again(ground: Ground, act: Act, request: dict[str, Any]) -> None:
    """Ask for the same again, as somebody does who has seen no answer: it is done then, and once."""
    try:
        if not isinstance(act, Approving):
            ground.ask("claim", subject=act.subject)
        ground.ask(**request)
    except Refused as refused:
        known = ("has been sent", "does not wait for approval", "already", "Nobody")
        if not any(words in str(refused) for words in known):
            raise
    assert isinstance(act, Claiming) or act.done()
    if isinstance(act, Submitting | Approving) or type(act) is Escalating:
        until(lambda: ground.deliveries(act.subject) == [(WORDS, "confirmed")], PATIENCE)


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_claim_ends_by_the_grace_and_what_was_typed_under_it_stays(ground: Ground, victim: Victim) -> None:
    typing = Typing(ground)
    assert struck(ground, victim, 1.0, typing.request()) is not None
    if victim == "service":
        ground.restart()
    until(lambda: not ground.claim(typing.subject).held, PATIENCE, every=0.1)
    assert ground.logged(typing.subject, "claim ended") == 1
    assert typing.done()
    assert ground.ask("claim", subject=typing.subject)["claim"]["epoch"] == 2


def test_a_terminal_that_comes_back_within_the_grace_goes_on_where_it_was(ground: Ground) -> None:
    typing = Typing(ground)
    struck(ground, "process", 0.0, typing.request())
    with ground.served.client() as client:
        client.hello(SESSION)
        epoch = client.ask("claim", subject=typing.subject)["claim"]["epoch"]
        time.sleep(5)
        assert (ground.claim(typing.subject).held, ground.claim(typing.subject).epoch) == (True, epoch)
