"""Whatever happens on the way: nobody is told the same news twice, and nobody is forgotten."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from console.service.socket import RequestError
from console.service.tickets import of_which
from console.settings import Route, Settings
from console.store import told
from console.store.change import Change
from console.work import Delivery, mention_in
from feeds.channel import Channel, Message, Receipt
from feeds.source import Source
from tests.service.workbench import ROLES, Workbench

KEY = "incident:main-road.road"
SETTINGS = Settings(
    roles=ROLES,
    channels=(
        Channel("town", "mastodon", "https://town.example", "@desk", limit=500),
        Channel(
            "roads-mail", "mail", "smtp://mail.example:587", "desk@town.example", to="roads@town.example"
        ),
    ),
    routes=(Route("roads", "roads-mail"),),
    sources=tuple(
        Source(name, "mastodon", f"https://{name}.example/public", 60.0) for name in ("home", "tags")
    ),
)
PEOPLE = ("@joe@a.example", "@joe@a.example", "Joe@a.example", "sue@b.example", "desk@town.example")
STATUSES = ("in progress", "closed", "open", "triage")
WORDS = "The department wrote to us about it."


class Closing(RuleBasedStateMachine):
    """Reports, changes of status, tells, answers, refusals, doubts, take-backs and restarts, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.bench = Workbench(self.folder, SETTINGS)
        self.behaves = "confirmed"
        self.bench.answers = self.answer
        self.posts = 0

    def teardown(self) -> None:
        try:
            self.everybody_hears_in_the_end()
        finally:
            self.bench.close()
            shutil.rmtree(self.folder)

    def answer(self, message: Message) -> Receipt:
        if self.behaves == "lost":  # it was said, and the answer to that was lost
            return Receipt("unknown", "no whole answer", names=(message.key,))
        if self.behaves in ("refused", "later", "unknown"):
            return Receipt(self.behaves, "so it is.")  # type: ignore[arg-type]
        return Receipt("confirmed", "taken", names=(message.key,))

    def tried(self, request: str, **fields: Any) -> dict[str, Any] | None:
        """Ask, and let it be refused: a refusal is an answer too."""
        try:
            return self.ana.do(request, **fields)
        except RequestError:
            return None

    @initialize()
    def begin(self) -> None:
        self.ana = self.bench.sit("ana")
        self.report("home", "@joe@a.example")
        self.ana.do("claim", subject=KEY)
        self.ana.do("escalate", subject=KEY, route="roads")
        self.bench.go(11)
        self.bench.deliver()

    @rule(source=st.sampled_from(("home", "tags")), author=st.sampled_from(PEOPLE))
    def report(self, source: str, author: str) -> None:
        self.posts += 1
        self.bench.report(str(self.posts), f"words {self.posts}", source=source, author=author)

    @rule(status=st.sampled_from(STATUSES))
    def department_says(self, status: str) -> None:
        self.tried("ticket", ticket=1, status=status)

    @rule()
    def tell(self) -> None:
        self.tried("tell", subject=KEY, text=WORDS, vouched="test")

    @rule(pick=st.integers(0, 30), purpose=st.sampled_from(("told", "told", "reply")))
    def answer_one_by_hand(self, pick: int, purpose: str) -> None:
        shown = self.tried("draft", subject=f"mention:{pick % self.posts + 1}", purpose=purpose)
        if shown is not None:
            self.tried("draft_save", draft=shown["draft"]["id"], text=WORDS, further=True)

    @rule(pick=st.integers(0, 30))
    def submit(self, pick: int) -> None:
        if drafts := self.bench.drafts():
            self.tried("submit", draft=drafts[pick % len(drafts)].id)

    @rule()
    def submit_all(self) -> None:
        for draft in self.bench.drafts():
            self.tried("submit", draft=draft.id)

    @rule()
    def all_goes_out(self) -> None:
        self.submit_all()
        self.time_passes(11, "")

    @rule(pick=st.integers(0, 30))
    def drop(self, pick: int) -> None:
        if drafts := self.bench.drafts():
            self.tried("draft_drop", draft=drafts[pick % len(drafts)].id)

    @rule(pick=st.integers(0, 30), verb=st.sampled_from(("take_back", "look_again")))
    def reconsider(self, pick: int, verb: str) -> None:
        if made := self.bench.deliveries():
            self.tried(verb, delivery=made[pick % len(made)].id)

    @rule(pick=st.integers(0, 30))
    def settle(self, pick: int) -> None:
        """Somebody looks at the account and says truly what is there."""
        if made := [one for one in self.bench.deliveries() if one.state == "unknown"]:
            self.settle_one(made[pick % len(made)])

    def settle_one(self, one: Delivery) -> None:
        self.tried("settle", delivery=one.id, said=any(m.key == one.message.key for m in self.bench.said))

    @rule(behaves=st.sampled_from(("confirmed", "confirmed", "refused", "later", "unknown", "lost")))
    def platform(self, behaves: str) -> None:
        self.behaves = behaves

    @rule(seconds=st.sampled_from((1, 11, 60)), crash=st.sampled_from(("", "", "before", "after")))
    def time_passes(self, seconds: int, crash: str) -> None:
        self.ana.do("claim", subject=KEY)
        self.bench.go(seconds)
        self.bench.deliver(crash_at=crash)
        if crash:
            self.bench.restart()
            self.ana = self.bench.sit("ana")
            self.ana.do("claim", subject=KEY, reason="restarted")

    def news(self) -> list[tuple[str, int]]:
        """Who really read which news."""
        keys, made = {message.key for message in self.bench.said}, self.bench.deliveries()

        def look(change: Change) -> list[tuple[str, int]]:
            read = []
            for one in made:
                found = told.report(change.connection, mention_in(one.subject) or 0)
                if one.purpose == "told" and one.message.key in keys and found is not None:
                    read.append((found[0].author.lstrip("@").casefold(), of_which(change, one)[1]))
            return read

        return self.bench.store.change(look)

    @invariant()
    def nobody_is_told_the_same_twice(self) -> None:
        read = self.news()
        assert len(read) == len(set(read)), read

    def everybody_hears_in_the_end(self) -> None:
        """Once platforms work and people settle what is open, one more `tell` reaches all who are owed it."""
        if not hasattr(self, "ana"):
            return
        self.behaves = "confirmed"
        for _ in range(3):
            for one in self.bench.deliveries():
                if one.state == "unknown":
                    self.settle_one(one)
                elif one.state in ("held", "queued", "waiting"):
                    self.tried("take_back", delivery=one.id)
            for draft in self.bench.drafts():
                self.tried("draft_drop", draft=draft.id)
            self.tried("claim", subject=KEY)
            self.tried("tell", subject=KEY, text=WORDS, vouched="test")
            self.submit_all()
            self.bench.go(11)
            self.bench.deliver()
        states = {one["author"]: one["state"] for one in self.ana.do("told", subject=KEY)["reporters"]}
        ours = states.pop("desk@town.example", "not told")
        assert ours == "not told"
        assert set(states.values()) <= {"told"}, states
        self.nobody_is_told_the_same_twice()


Closing.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestClosing = Closing.TestCase
