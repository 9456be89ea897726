"""Who has been told what: every reporter of an incident, and whether they are owed an answer. Pure.

What there is to tell is numbered for each incident: 0 before any department said anything, then one more with
each change of a ticket's status. A reporter is owed the last number, once, however often they wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["due", "told", "on its way", "drafted", "by hand", "gone", "not told"]
"""`due`: is owed an answer. `on its way`: one is under way, or nobody knows whether it arrived. `drafted`:
somebody writes to them. `by hand`: nobody but a person reaches them (clipboard). `gone`: deleted all that
they wrote. `not told`: an official voice, or our own."""
NEVER = -1
"""The number of a reporter who was never told anything."""


@dataclass(frozen=True, slots=True)
class Report:
    """One post about an incident, and how it can be answered."""

    mention: int
    source: str
    author: str
    """Their handle; empty where the source gives none, and then every post is somebody else's."""
    url: str = ""
    official: bool = False
    deleted: bool = False
    channel: str = ""
    """What would answer it by program; empty where nothing does."""
    draft: str = ""
    """Who has an unfinished answer to it."""
    pending: str = ""
    """State of an answer to it that is not settled."""


@dataclass(frozen=True, slots=True)
class Told:
    """That a reporter was told, as far as a number."""

    source: str
    author: str
    mention: int
    number: int
    status: str = ""
    channel: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One reporter."""

    source: str
    author: str
    state: State
    number: int
    """The last one told; `NEVER` where none was."""
    answer_to: Report
    """The newest of their posts, of those that still stand if any does."""
    reports: int
    says: str = ""


def sheet(
    reports: Sequence[Report],
    told: Iterable[Told],
    current: int,
    *,
    ours: Collection[str] = (),
    network: Callable[[str], str] = lambda source: source,
) -> tuple[Line, ...]:
    """Every reporter once, those who are owed an answer first, then by who wrote first.

    Args:
        reports: All posts about the incident.
        told: All that was ever told about it.
        current: The number of the last change.
        ours: Handles of the desk's own accounts.
        network: What a source's handles are unique in: two sources may bring one person's posts.
    """
    own = {_handle(name) for name in ours}
    reached: dict[tuple[str, str], int] = {}
    for one in told:
        who = _who(one, network)
        reached[who] = max(one.number, reached.get(who, NEVER))
    people: dict[tuple[str, str], list[Report]] = {}
    for report in sorted(reports, key=lambda report: report.mention):
        people.setdefault(_who(report, network), []).append(report)
    lines = [
        _line(posts, reached.get(who, NEVER), current, _handle(posts[0].author) in own)
        for who, posts in people.items()
    ]
    return tuple(sorted(lines, key=lambda line: line.state != "due"))


def same(one: Told | Report, other: Told | Report, network: Callable[[str], str]) -> bool:
    """Whether two posts are one reporter's."""
    return _who(one, network) == _who(other, network)


def _line(posts: Sequence[Report], number: int, current: int, own: bool) -> Line:
    standing = [post for post in posts if not post.deleted]
    answerable = [post for post in standing if post.channel]
    newest = (answerable or standing or posts)[-1]
    state, says = _state(posts, bool(standing), newest, number, current, own)
    return Line(newest.source, newest.author, state, number, newest, len(posts), says)


def _state(
    posts: Sequence[Report], stands: bool, newest: Report, number: int, current: int, own: bool
) -> tuple[State, str]:
    if own:
        return "not told", "our own account"
    if any(post.official for post in posts):
        return "not told", "an official voice"
    if number >= current:
        return "told", ""
    if pending := next((post.pending for post in posts if post.pending), ""):
        return "on its way", f"an answer is {pending}"
    if writer := next((post.draft for post in posts if post.draft), ""):
        return "drafted", f"{writer} has an open draft"
    if not stands:
        return "gone", "deleted what they wrote"
    return ("due", "") if newest.channel else ("by hand", f"nothing of ours answers on {newest.source}")


def _who(one: Told | Report, network: Callable[[str], str]) -> tuple[str, str]:
    handle = _handle(one.author)
    return (network(one.source), handle) if handle else (one.source, f"#{one.mention}")


def _handle(name: str) -> str:
    return name.strip().lstrip("@").casefold()
