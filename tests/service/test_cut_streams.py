"""A stream that is cut again and again while a town talks: what its server holds is here, each post once."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from tests.instance import Instance
from tests.service.at_work import Served, until, write_settings

HARM = '{"id":"1","uri":"https://town.example/1","content":"<p>never said</p>","account":{"acct":"eve"}}'
TORN = ('event: update\ndata: {"id":"11700', f"event: update\ndata: {HARM}", f"event: update\ndata: {HARM}\n")
"""What is sent of an event before each cut: without the empty line after it, nothing was said."""
UNHEARD = 45
"""Posts while nobody listens: more than a page."""


class Town:
    """What is said, and what of it stands."""

    def __init__(self, server: Instance) -> None:
        self.server = server
        self.standing: dict[str, str] = {}
        self._said = 0

    def say(self, what: str) -> str:
        self._said += 1
        text = f"Water on Mill Street, {what} {self._said}"
        number = self.server.say(text, author=f"voice{self._said}")
        self.standing[number] = text
        return number

    def edit(self, number: str) -> None:
        self.standing[number] += ", corrected"
        self.server.edit(number, self.standing[number])

    def delete(self, number: str) -> None:
        del self.standing[number]
        self.server.delete(number)


def test_after_every_cut_all_that_the_server_holds_is_here_once(tmp_path: Path) -> None:
    with Instance() as server:
        town = Town(server)
        town.say("at first")
        source = {
            "name": "town",
            "kind": "mastodon",
            "address": f"http://127.0.0.1:{server.port}/tags/riverton",
            "interval": "60s",
            "stream": True,
        }
        settings = write_settings(tmp_path / "desk", [source])
        keep = tmp_path / "desk/credentials"
        keep.mkdir()
        (keep / "town").write_text("a-token-for-the-stream")
        (keep / "town").chmod(0o600)
        with Served(settings) as served:
            for torn in TORN:
                _is_heard(served, town)
                edited, regretted, *_ = [town.say("live") for _ in range(6)]
                town.edit(edited)
                town.delete(regretted)
                until(lambda: _standing(served) == Counter(town.standing.values()))
                server.cut(torn)
                for _ in range(UNHEARD):
                    town.say("unheard")
            until(lambda: _standing(served) == Counter(town.standing.values()), within=60)
            with served.reader() as reader:
                (health,) = reader.sources()
            assert health.refused == 0
            assert "missing" not in health.note


def _is_heard(served: Served, town: Town) -> None:
    """Say something until it comes by the stream: at once, where a look would come a minute later."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        text = town.standing[town.say("is anybody there")]
        time.sleep(1.0)
        if text in served.texts():
            return
    raise AssertionError("the stream was never opened again")


def _standing(served: Served) -> Counter[str]:
    """Every text on the stream that was not taken back, and how often."""
    with served.reader() as reader:
        return Counter(
            mention.text
            for mention in reader.mentions(oldest_first=True, limit=1000)
            if mention.deleted_at is None
        )
