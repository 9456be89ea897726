"""Whatever operators, terminals, clocks and crashes do in whatever order: no double answer, no lost draft, no
approval of one's own words.

The machine drives the service's real requests on a real database. It runs 2,000 times 40 steps where
WATCHFLOOR_TEST_MACHINE=full, fewer in every run. That it can fail is tested: without the check of the epoch,
and of answers that came meanwhile, it finds the double answer.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import console.service.drafting
import console.service.settling
import console.workflow.gate
from console.service.socket import RequestError
from console.store import claims, outbox
from console.work import Claim
from feeds.channel import Message, Receipt
from tests.service.workbench import Seat, Workbench, with_answers

FULL = os.environ.get("WATCHFLOOR_TEST_MACHINE") == "full"
RUNS = 2000 if FULL else 60
STEPS = 40
SPEAKERS = ("ana", "kim", "lee")
SUBJECTS = ("1", "2")
WHICH = st.sampled_from([0, 0, 0, 1])
"""Which report somebody works on: mostly the same, where they meet."""
OFTEN = [
    *["write"] * 4,
    *["send"] * 6,
    *["send as further"] * 2,
    *["claim", "take over", "release"],
    *["approve"] * 3,
    *["take back", "look again", "look again", "settle"],
]
"""What a desk does, the usual most often."""
EVENTS = [
    *["hold ends"] * 12,
    *["minutes pass", "crash before", "crash after"],
    *["well", "well", "applied and lost", "lost", "busy"],
    *["terminal dies", "author edits"],
]
MACHINE = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


QUICK = settings(MACHINE, max_examples=300, phases=[Phase.generate], print_blob=False)


class Answering(RuleBasedStateMachine):
    """A desk of three, two reports, and a platform that loses answers."""

    bench: Workbench

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.bench = with_answers(Path(self._folder.name), second_tiers=self.second)
        self.bench.answers = self._platform
        self.seats: dict[str, Seat] = {}
        self.epochs: dict[tuple[str, str], int] = {}
        """What each terminal believes it holds: it need not be so any more."""
        self.typed: dict[int, set[str]] = {}
        self.furthers: Counter[str] = Counter()
        self.count = 0
        self.mood = "well"
        self.stale: list[str] = []

    stale_matters = True
    second: tuple[int, ...] = ()

    @initialize()
    def begin(self) -> None:
        self.subjects = [self.bench.report(number, f"report {number}") for number in SUBJECTS]
        for name in SPEAKERS:
            self.seats[name] = self.bench.sit(name)

    def teardown(self) -> None:
        self.bench.close()
        self._folder.cleanup()

    def _platform(self, message: Message) -> Receipt:
        one = next(one for one in self.bench.deliveries() if one.message.key == message.key)
        claim = self.bench.claim_on(one.claim)
        if claim.uid != one.uid and (claim.held or claim.epoch != one.epoch):
            self.stale.append(f"{one.subject} had been taken over by {claim.name}")
        if self.mood == "applied and lost":
            return Receipt("unknown", "no whole answer", names=(message.key,))
        if self.mood == "lost":
            return Receipt("unknown", "no whole answer")
        if self.mood == "busy":
            return Receipt("later", "too many requests")
        return Receipt("confirmed", "taken", names=(message.key,))

    def ask(self, who: str, request: str, **fields: Any) -> dict[str, Any] | None:
        try:
            return self.seats[who].do(request, **fields)
        except RequestError:
            return None

    def living(self, subject: str) -> Any:
        found = [draft for draft in self.bench.drafts() if draft.subject == subject]
        return found[0] if found else None

    @rule(who=st.sampled_from(SPEAKERS), which=WHICH, what=st.sampled_from([*OFTEN, *EVENTS]))
    def something_happens(self, who: str, which: int, what: str) -> None:
        """One rule for all: of several, Hypothesis leaves some out of a whole run."""
        if what in OFTEN:
            getattr(self, what.replace(" ", "_"))(who, self.subjects[which])
        elif what in ("well", "applied and lost", "lost", "busy"):
            self.mood = what
        elif what == "terminal dies":
            self.seats[who].hang_up()
            self.seats[who] = self.bench.sit(who)
        elif what == "author edits":
            self.count += 1
            self.bench.edit(self.subjects[which], f"report {self.count}")
        else:
            self.time_passes(130 if what == "minutes pass" else 11, crash=what.partition("crash ")[2])

    def claim(self, who: str, subject: str, reason: str = "") -> None:
        if answer := self.ask(who, "claim", subject=subject, reason=reason):
            self.epochs[who, subject] = answer["claim"]["epoch"]

    def take_over(self, who: str, subject: str) -> None:
        self.claim(who, subject, reason="they are away")

    def release(self, who: str, subject: str) -> None:
        self.ask(who, "release", subject=subject, epoch=self.epoch(who, subject))

    def epoch(self, who: str, subject: str) -> int:
        """What this terminal believes to hold."""
        return self.epochs.get((who, subject), 0)

    def write(self, who: str, subject: str) -> None:
        if self.epoch(who, subject) == 0:
            self.claim(who, subject)
        opened = self.ask(who, "draft", subject=subject, epoch=self.epoch(who, subject))
        if opened is None:
            return
        self.count += 1
        id_, text = opened["draft"]["id"], f"words number {self.count}"
        if self.ask(who, "draft_save", draft=id_, epoch=self.epoch(who, subject), text=text, seen=True):
            self.typed.setdefault(id_, set()).add(text)

    def send(self, who: str, subject: str) -> None:
        if draft := self.living(subject):
            self.ask(who, "submit", draft=draft.id, epoch=self.epoch(who, subject))

    def send_as_further(self, who: str, subject: str) -> None:
        draft, epoch = self.living(subject), self.epoch(who, subject)
        if draft and self.ask(who, "draft_save", draft=draft.id, epoch=epoch, further=True):
            self.furthers[subject] += 1
        self.send(who, subject)

    def approve(self, who: str, subject: str) -> None:
        if draft := self.living(subject):
            self.ask(who, "approve", draft=draft.id, version=draft.version)

    def take_back(self, who: str, subject: str) -> None:
        for one in self.bench.deliveries():
            if one.subject == subject:
                self.ask(who, "take_back", delivery=one.id)
                return

    def look_again(self, who: str, subject: str) -> None:
        for one in self.bench.deliveries():
            if one.state == "waiting" and one.subject == subject:
                self.ask(who, "look_again", delivery=one.id, epoch=self.epoch(who, subject))
                return

    def settle(self, who: str, subject: str) -> None:
        """A person settles what is unknown, by what is really there."""
        for one in self.bench.deliveries():
            if one.state == "unknown" and one.subject == subject:
                there = any(message.key == one.message.key for message in self.bench.said)
                self.ask(who, "settle", delivery=one.id, said=there)
                return

    def time_passes(self, seconds: float, crash: str) -> None:
        self.bench.go(seconds)
        self.bench.deliver(crash_at=crash)
        if crash:
            self.bench.restart()
            for seat in self.seats.values():
                self.bench.leases.arrive(seat.connection.session, seat.connection.number)

    @invariant()
    def nothing_is_said_twice(self) -> None:
        keys = Counter(message.key for message in self.bench.said)
        assert not keys or max(keys.values()) == 1
        by_subject = Counter(self._subject_of(message) for message in self.bench.said)
        for subject, times in by_subject.items():
            assert times <= 1 + self.furthers[subject], f"{subject} was answered {times} times"

    def _subject_of(self, message: Message) -> str:
        return next(one.subject for one in self.bench.deliveries() if one.message.key == message.key)

    @invariant()
    def nothing_is_said_after_a_take_over(self) -> None:
        assert not (self.stale and self.stale_matters), self.stale

    @invariant()
    def no_draft_is_lost(self) -> None:
        for id_, texts in self.typed.items():
            draft = self.bench.draft(id_)
            assert draft is not None
            assert draft.state != "dropped"
            assert draft.text in texts

    @invariant()
    def nobody_approves_their_own_words(self) -> None:
        for one in self.bench.deliveries():
            if one.state in ("sending", "confirmed", "unknown") and self.second and one.draft:
                found = self.bench.approvals(one.draft, one.version)
                assert any(approval.uid != one.uid for approval in found)


class AnsweringByTwo(Answering):
    """The same where a second person has to agree to everything."""

    second = (1, 2, 3)


@pytest.mark.parametrize("machine", [Answering, AnsweringByTwo])
def test_no_double_answer_no_lost_draft_no_approval_of_ones_own(machine: type[Answering]) -> None:
    run_state_machine_as_test(machine, settings=MACHINE)


def without_the_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out the check that a claim is still the one that somebody believes to hold."""

    def any_claim(change: Any, subject: Any, _who: Any, _epoch: int) -> Claim:
        return claims.read(change.connection, subject.name)

    monkeypatch.setattr(console.service.drafting, "held", any_claim)
    monkeypatch.setattr(console.service.settling, "held", any_claim)
    monkeypatch.setattr(console.workflow.gate, "is_stale", lambda _delivery, _claim: False)


def test_without_the_epoch_the_machine_finds_words_said_after_a_take_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_the_epoch(monkeypatch)
    with pytest.raises(AssertionError, match="had been taken over"):
        run_state_machine_as_test(Answering, settings=QUICK)


def test_without_any_check_the_machine_finds_the_double_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    without_the_epoch(monkeypatch)
    monkeypatch.setattr(outbox, "rounds", lambda _connection, _subject: 0)
    monkeypatch.setattr(outbox, "others", lambda _connection, _delivery: 0)

    class Unguarded(Answering):
        stale_matters = False

        def __init__(self) -> None:
            super().__init__()
            self.bench.store.connection.execute("DROP INDEX delivery_once")

    with pytest.raises(AssertionError, match="was answered 2 times"):
        run_state_machine_as_test(Unguarded, settings=QUICK)
