"""Who has been told: nobody the same twice, nobody forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from console.workflow.ledger import NEVER, Line, Report, Told, sheet

NETWORKS = {"home": "mastodon", "tags": "mastodon"}


def network(source: str) -> str:
    return NETWORKS.get(source, source)


def report(mention: int, author: str = "@ana@town.example", source: str = "home", **more: object) -> Report:
    values: dict[str, object] = {"channel": "mastodon"} | more
    return Report(mention, source, author, **values)  # type: ignore[arg-type]


def lines(*reports: Report, told: tuple[Told, ...] = (), current: int = 1) -> list[Line]:
    return list(sheet(reports, told, current, ours=("@desk@town.example",), network=network))


def test_whoever_wrote_three_times_is_told_once_under_their_newest_post() -> None:
    (one,) = lines(report(1), report(3), report(2))
    assert (one.state, one.answer_to.mention, one.reports, one.number) == ("due", 3, 3, NEVER)


def test_one_person_heard_through_two_sources_of_a_network_is_one_reporter() -> None:
    (one,) = lines(report(1), report(2, source="tags", author="ana@Town.example"))
    assert one.reports == 2


def test_the_same_handle_on_two_networks_is_two_people() -> None:
    assert len(lines(report(1), report(2, source="forum"))) == 2


def test_posts_without_an_author_are_each_somebody_elses() -> None:
    assert len(lines(report(1, author=""), report(2, author=""))) == 2


def test_officials_and_our_own_accounts_are_not_told() -> None:
    found = lines(report(1, author="@desk@town.example"), report(2, author="@police", official=True))
    assert [line.state for line in found] == ["not told", "not told"]


def test_whoever_was_told_is_owed_the_next_change_and_nothing_before() -> None:
    told = (Told("home", "@ana@town.example", 1, 1),)
    assert lines(report(1), told=told)[0].state == "told"
    assert lines(report(1), told=told, current=2)[0].state == "due"


def test_before_any_change_whoever_was_never_answered_is_due() -> None:
    assert lines(report(1), current=0)[0].state == "due"
    assert lines(report(1), told=(Told("home", "@ana@town.example", 1, 0),), current=0)[0].state == "told"


def test_an_open_draft_or_an_unsettled_answer_to_any_of_their_posts_comes_first() -> None:
    drafted = lines(report(1, draft="kim"), report(2))[0]
    assert (drafted.state, drafted.says) == ("drafted", "kim has an open draft")
    assert lines(report(1, pending="unknown"), report(2))[0].state == "on its way"


def test_whom_no_channel_reaches_is_listed_apart_and_whoever_deleted_all_is_gone() -> None:
    assert lines(report(1, channel="", source="paper"))[0].state == "by hand"
    assert lines(report(1, deleted=True))[0].state == "gone"
    kept = lines(report(1), report(2, deleted=True))[0]
    assert (kept.state, kept.answer_to.mention) == ("due", 1)


def test_a_post_that_can_be_answered_goes_before_a_newer_one_that_cannot() -> None:
    assert lines(report(1), report(2, source="tags", channel=""))[0].answer_to.mention == 1


@dataclass
class Flight:
    """An answer that has been prepared."""

    mention: int
    number: int
    state: str = "draft"


@dataclass
class World:
    reports: list[Report] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    flights: list[Flight] = field(default_factory=list)
    current: int = 0
    heard: list[tuple[str, int]] = field(default_factory=list)
    """What people really read: who, and which number."""


AUTHORS = ("ana@a.example", "@Ana@a.example", "ben@b.example", "", "desk@town.example")
SOURCES = ("home", "tags", "forum")


class Ledger(RuleBasedStateMachine):
    """Reports, changes, tells, refusals, retries and doubts in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def book(self) -> tuple[Line, ...]:
        world = self.world
        drafts = {one.mention for one in world.flights if one.state == "draft"}
        pending = {one.mention for one in world.flights if one.state in ("held", "unknown")}
        reports = [
            replace(
                one,
                draft="kim" if one.mention in drafts else "",
                pending="held" if one.mention in pending else "",
            )
            for one in world.reports
        ]
        return sheet(reports, world.told, world.current, ours=("@desk@town.example",), network=network)

    def who(self, mention: int) -> str:
        one = self.world.reports[mention]
        handle = one.author.lstrip("@").casefold()
        return f"{network(one.source)} {handle}" if handle else f"post {mention}"

    def flight(self, pick: int, *states: str) -> Flight | None:
        found = [one for one in self.world.flights if one.state in states]
        return found[pick % len(found)] if found else None

    @rule(author=st.sampled_from(AUTHORS), source=st.sampled_from(SOURCES), official=st.booleans())
    def reported(self, author: str, source: str, official: bool) -> None:
        id_ = len(self.world.reports)
        channel = "" if source == "forum" else "mastodon"
        self.world.reports.append(
            Report(id_, source, author, channel=channel, official=official and not author)
        )

    @rule(pick=st.integers(0, 50))
    def deleted(self, pick: int) -> None:
        if reports := self.world.reports:
            place = pick % len(reports)
            reports[place] = replace(reports[place], deleted=True)

    @rule()
    def changed(self) -> None:
        self.world.current += 1

    @rule()
    def tell(self) -> None:
        for line in self.book():
            if line.state == "due":
                self.world.flights.append(Flight(line.answer_to.mention, self.world.current))

    @rule(pick=st.integers(0, 50))
    def submitted(self, pick: int) -> None:
        if one := self.flight(pick, "draft"):
            one.state = "held"

    @rule(pick=st.integers(0, 50), becomes=st.sampled_from(("draft", "unknown", "dropped")))
    def not_said(self, pick: int, becomes: str) -> None:
        """Refused (the draft is open again), in doubt, or taken back and dropped."""
        if one := self.flight(pick, "held"):
            one.state = becomes

    @rule(pick=st.integers(0, 50))
    def said(self, pick: int) -> None:
        if one := self.flight(pick, "held", "unknown"):
            one.state = "said"
            post = self.world.reports[one.mention]
            self.world.told.append(Told(post.source, post.author, one.mention, one.number))
            self.world.heard.append((self.who(one.mention), one.number))

    @invariant()
    def nobody_is_told_the_same_twice(self) -> None:
        assert len(self.world.heard) == len(set(self.world.heard))

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Everybody stands in the book once, and only for a reason as anything else than due or told."""
        book = self.book()
        people = {self.who(one.mention) for one in self.world.reports}
        assert sorted(self.who(line.answer_to.mention) for line in book) == sorted(people)
        for line in book:
            who = self.who(line.answer_to.mention)
            flying = any(
                self.who(one.mention) == who and one.state in ("draft", "held", "unknown")
                for one in self.world.flights
            )
            heard = (who, self.world.current) in self.world.heard
            posts = [one for one in self.world.reports if self.who(one.mention) == who]
            if line.state == "told":
                assert heard
            elif line.state in ("drafted", "on its way"):
                assert flying
                assert not heard
            elif line.state == "gone":
                assert all(one.deleted for one in posts)
            elif line.state == "not told":
                assert "desk@" in who or any(one.official for one in posts)
            else:
                assert line.state == (
                    "by hand" if all(not one.channel for one in posts if not one.deleted) else "due"
                )
                assert not flying
                assert not heard


Ledger.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
TestLedger = Ledger.TestCase
