"""From a draft to something that may be said: what is typed, and what stands in its way. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from console.work import Draft, Operator, Original, Refusal
from feeds.post import Audience

WIDTH: tuple[Audience, ...] = ("direct", "private", "signed in", "unlisted", "public")
"""Audiences, the narrowest first."""
TYPED = ("text", "title", "warning", "lang", "audience", "to")
"""The parts of a draft that a person types; changing one of them makes another version of it."""


class Finding(Protocol):
    """What the guard found, as far as it decides here (`console.workflow.guard.Finding`)."""

    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def level(self) -> Literal["inform", "warn", "block"]: ...  # noqa: D102
    @property
    def says(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Policy:
    """When a second person has to agree."""

    tiers: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    """Of the author."""
    guard: Literal["inform", "warn", "never"] = "never"
    """The mildest finding of the guard that asks for one."""
    late_after: float = 900.0
    """Seconds after which an approval comes too late to let the words go out by themselves."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides whether a draft may go on."""

    findings: Sequence[Finding]
    empty_slots: Sequence[str]
    over: int
    """By how much the text is too long for one message and cannot be split; 0 where it fits."""
    tier: int
    """The worst of what is shown and of what intake says by itself: nobody corrects their way past a rule."""
    round: int
    """How often the subject has been answered by now."""
    answered: str
    """Who answered it last, and when, in words."""
    original: Original | None
    """None where nothing is answered."""
    news: str = ""
    """How it stands by now, where the words were begun before; empty where they tell just that."""


def type_in(draft: Draft, who: Operator, typed: Mapping[str, str], now: datetime) -> Draft:
    """The draft with what somebody typed; whatever was agreed to is void then.

    Raises:
        Refusal: when it is no draft any more.
    """
    if draft.state in ("sent", "dropped"):
        raise Refusal("This draft has been sent or dropped; begin another one.")
    changed = {name: value for name, value in typed.items() if getattr(draft, name) != value}
    if not changed:
        return draft
    assert set(changed) <= set(TYPED)
    after = replace(draft, **changed)  # type: ignore[arg-type]  # fields of a draft, all of them text
    if changed.keys() & {"text", "title", "warning"}:
        after = replace(after, reasons=())  # they were given for other words
    return _another(after, who, now)


def decide(
    draft: Draft,
    who: Operator,
    now: datetime,
    *,
    original: str | None = None,
    round: int | None = None,
    reasons: tuple[tuple[str, str], ...] | None = None,
    read_again: bool = False,
) -> Draft:
    """The draft with what its author decided beside the words, each of which whoever approves must see too.

    Args:
        draft: As it stands.
        who: Decides.
        now: The present.
        original: `text_mark` of the answered post as they read it just now.
        round: How many earlier answers they know of.
        reasons: Why what the guard warns of may be said.
        read_again: They have read how it stands by now, which is another thing than when they began.
    """
    after = replace(
        draft,
        original=draft.original if original is None else original,
        round=draft.round if round is None else round,
        reasons=draft.reasons if reasons is None else reasons,
    )
    return after if after == draft and not read_again else _another(after, who, now)


def _another(draft: Draft, who: Operator, now: datetime) -> Draft:
    """Another version of it: whoever typed last stands last among its authors."""
    return replace(
        draft,
        version=draft.version + 1,
        state="open",
        author=who.name,
        authors=(*(uid for uid in draft.authors if uid != who.uid), who.uid),
        saved_at=now,
        asked_at=None,
    )


def may_drop(draft: Draft, who: Operator) -> None:
    """See that a draft is this one's to put aside: nobody's words are taken away by another.

    Raises:
        Refusal: when it is not.
    """
    if draft.state not in ("open", "asked"):
        raise Refusal("It has been sent or dropped already.")
    if draft.text.strip() and who.uid not in draft.authors:
        raise Refusal(f"{draft.author} wrote it; go on with it, or leave it. Only its authors drop a draft.")


def check(draft: Draft, facts: Facts) -> None:
    """See that nothing stands in the way of saying this.

    Raises:
        Refusal: with the first thing that does, and what to do about it.
    """
    if draft.state in ("sent", "dropped"):
        raise Refusal("This draft has been sent or dropped already.")
    if not draft.text.strip():
        raise Refusal("There is no text yet.")
    if facts.empty_slots:
        raise Refusal(f"Fill in {', '.join(facts.empty_slots)} first: an empty slot is never sent.")
    if facts.over > 0:
        raise Refusal(f"It is {facts.over} too long, and cannot be split there. Shorten it.")
    _check_original(draft, facts)
    if facts.news:
        raise Refusal(
            f"{facts.news} Nothing was sent; change the words, say that you have read how it stands (a), "
            "then send."
        )
    for finding in facts.findings:
        if finding.level == "block":
            raise Refusal(f"{finding.says} This must not be said; change it.")
    given = dict(draft.reasons)
    for finding in facts.findings:
        if finding.level == "warn" and not given.get(finding.rule, "").strip():
            raise Refusal(f"{finding.says} Change it, or give a reason for it (g).")


def _check_original(draft: Draft, facts: Facts) -> None:
    if facts.round > draft.round:
        raise Refusal(
            f"{facts.answered} meanwhile. Nothing was sent; read that answer first, then drop this or send "
            "it as a further one."
        )
    original = facts.original
    if original is None:
        return
    if original.deleted:
        raise Refusal(f"{original.who} has deleted the post. Nothing was sent; the draft is kept.")
    if original.mark != draft.original:
        raise Refusal(
            f"{original.who} has changed the post since you read it. Nothing was sent; read it again, then "
            "send."
        )
    # What one says oneself may be read by all: to be seen only by the signed in is the author's own wish.
    widest = "public" if original.audience == "signed in" else original.audience
    if WIDTH.index(draft.audience) > WIDTH.index(widest):
        raise Refusal(
            f"The answer would reach more people (`{draft.audience}`) than the post does "
            f"(`{original.audience}`). Narrow it."
        )


def needs_second(draft: Draft, author: Operator, facts: Facts, policy: Policy) -> str:
    """Why a second person has to agree, in words; empty where nobody has to."""
    if draft.channel in policy.channels:
        return f"channel {draft.channel}"
    if facts.tier in policy.tiers:
        return f"tier {facts.tier}"
    if author.role in policy.roles:
        return f"role {author.role}"
    levels = {finding.level for finding in facts.findings}
    if policy.guard == "inform" and levels:
        return "the guard found something"
    if policy.guard == "warn" and "warn" in levels:
        return "the guard warns"
    return ""


def approve(draft: Draft, who: Operator, version: int) -> None:
    """See that somebody may agree to a draft, in this very version.

    Raises:
        Refusal: when it is not waiting, has changed, or is this one's own.
    """
    if not who.may("approve"):
        raise Refusal("Your role does not approve. Ask somebody with the role `approve` or `lead`.")
    if draft.state != "asked":
        raise Refusal("This draft does not wait for approval (any more).")
    if draft.version != version:
        raise Refusal("It was changed while you read it. Read it again; nothing was approved.")
    if who.uid in draft.authors:
        raise Refusal("You wrote in it yourself, so somebody else has to approve it, whatever your role.")


def too_late(draft: Draft, policy: Policy, now: datetime) -> bool:
    """Whether an approval comes so late that its author has to time the words again."""
    return draft.asked_at is not None and (now - draft.asked_at).total_seconds() > policy.late_after
