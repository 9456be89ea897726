"""Closing the loop: who reported, who knows how it stands, and telling the others."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of
from console.verbs.subjects import SUBJECT, SUBJECT_HELP, subject_of, typed

if TYPE_CHECKING:
    from console.service.client import ServiceClient
    from console.store.tickets import Proposed


@dataclass(frozen=True, slots=True)
class Reporter:
    """One who reported, and what they know."""

    author: str
    source: str
    state: str
    told: int
    """The number of the last change that they know of; -1 for none."""
    subject: str
    """The post that is answered."""
    channel: str
    reports: int
    says: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """The row of what the service says of one."""
        return cls(**told)


@click.command(
    help=help_of("told"),
    epilog="due: owed an answer; drafted, on its way: one is being given; by hand: nothing of ours reaches "
    f"them; gone: they deleted what they wrote. {SUBJECT_HELP}",
)
@SUBJECT
@forms
@pass_call
def told(call: Call, subject: str, as_json: bool, as_csv: bool) -> None:
    """List them, those who are owed an answer first."""
    from console.output import Column, form_for, one_line, write_rows

    with call.service() as service:
        found = service.ask("told", subject=subject)
    rows = tuple(map(Reporter.of, found["reporters"]))
    tally = ", ".join(f"{count} {state}" for state, count in Counter(row.state for row in rows).items())
    stands = found["status"] or "no department said anything"
    text = f"{found['incident']} stands at: {stands} (change {found['number']}); {tally or 'no reporter'}"
    click.echo(one_line(text), err=True)
    columns: tuple[Column[Reporter], ...] = (
        Column("who", lambda row: row.author or "-", most=28),
        Column("source", lambda row: row.source, most=16, spare=1),
        Column("state", lambda row: row.state, style=lambda row: "yellow" if row.state == "due" else ""),
        Column("knows", lambda row: str(row.told) if row.told >= 0 else "nothing", right=True, spare=2),
        Column("post", lambda row: typed(row.subject), right=True),
        Column("channel", lambda row: row.channel or "-", most=16, spare=3),
        Column("says", lambda row: row.says or "-", wraps=True),
    )
    write_rows(rows, columns, form_for(as_json=as_json, as_csv=as_csv), empty="Nobody reported it.")


@click.command(
    help="Write to everybody who reported and has not been told since the last change, once each.",
    epilog="Each gets a draft of their own, which passes guard, approval and hold like any answer; with "
    f"--send those that nothing stands against go there now. {SUBJECT_HELP}",
)
@SUBJECT
@click.option("--text", metavar="TEXT", help="What they shall be told; - reads it from standard input.")
@click.option("--template", metavar="NAME", default="", help="A canned reply; `replies` lists them.")
@click.option("--slot", "slots", multiple=True, metavar="KEY=VALUE", help="Fill a slot of it; repeatable.")
@click.option("--proposed", is_flag=True, help="The newest words of `proposals`.")
@click.option("--lang", metavar="TAG", default="", help="Language, such as en or de-AT.")
@click.option("--vouched", metavar="WHY", default="", help="Why more may be said than the ticket bears.")
@click.option(
    "--by-hand", metavar="ID", callback=lambda ctx, option, value: value and subject_of(ctx, option, value),
    help="Say nothing: note that you have told the author of this mention yourself.",
)  # fmt: skip
@click.option(
    "--change", "seen", metavar="NUMBER", type=click.IntRange(0), default=None,
    help="The change that your words tell of, as `told` shows it; refused where there is a later one.",
)  # fmt: skip
@click.option("--preview", is_flag=True, help="Only show who would be told what, and who not.")
@click.option("--send", is_flag=True, help="Have it said; otherwise the drafts are only kept.")
@click.option("--json", "as_json", is_flag=True, help="What was prepared, as one JSON object.")
@pass_call
def tell(
    call: Call,
    /,
    subject: str,
    text: str | None,
    template: str,
    slots: tuple[str, ...],
    proposed: bool,
    by_hand: str | None,
    seen: int | None,
    preview: bool,
    send: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Tell them."""
    from console.output import one_line, write_json, write_pairs
    from console.verbs import composing

    if sum((text is not None, bool(template), proposed, by_hand is not None)) > 1:
        raise click.UsageError("say the words once: --text, --template or --proposed; or --by-hand")
    if slots and not template:
        raise click.UsageError("--slot fills a slot of a --template, and none was named")
    fields: dict[str, Any] = {**options, "values": composing.pairs_of(slots, "--slot"), "template": template}
    with call.service() as service:
        book = service.ask("told", subject=subject)
        if not preview:
            _must_hold(call, book["incident"])
        number = book["number"] if seen is None else seen
        if by_hand is not None:
            service.ask("tell", subject=subject, by_hand=by_hand, number=number)
            click.echo(one_line(f"Noted: you told the author of {typed(by_hand)} yourself."))
            return 0
        words = _proposed(book) if proposed else composing.text_of(None, None) if text == "-" else text
        fields |= {"text": words or "", "number": number}
        done = service.ask("tell", subject=subject, preview=preview, **fields)
        sent = _send(service, done) if send and not preview else []
        if as_json:
            write_json([{**done, **({"sent": sent} if send else {})}])
        elif preview:
            write_pairs(_preview(done))
        else:
            _say(done, sent, send=send)
    return 1 if any(one["stands"] for one in sent) else 0


def _must_hold(call: Call, key: str) -> None:
    from console.verbs.composing import must_hold
    from console.work import subject_of_incident

    with call.reader() as reader:
        must_hold(reader, subject_of_incident(key), os.geteuid())


def _proposed(book: Mapping[str, Any]) -> str:
    """The newest words that wait for a decision; raises ClickException where there are none."""
    for one in book["proposals"]:
        if one["kind"] == "words":
            if one["text"]:
                return str(one["text"])
            raise click.ClickException(f"{one['why']} Nothing was prepared")
    raise click.ClickException("nothing is proposed; say it with --text or --template. Nothing was prepared")


def _send(service: ServiceClient, done: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Submit the drafts that were made, each by itself; gives what came of each."""
    from console.service.client import Refused

    sent = []
    for one in done["drafts"]:
        told: dict[str, Any] = {**one, "stands": "", "asked": "", "deliveries": [], "held": 0.0}
        try:
            shown = service.ask("draft_check", draft=one["draft"])
            told["stands"] = shown["stands"]
            if not shown["stands"]:
                told |= service.ask("submit", draft=one["draft"], version=shown["draft"]["version"])
        except Refused as refusal:
            told["stands"] = str(refusal)
        sent.append(told)
    return sent


def _preview(done: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "incident", done["incident"]
    yield "change", str(done["number"])
    if done["empty"]:
        yield "fill in", ", ".join(done["empty"])
    yield from (("text", line) for line in (done["text"] or "(no words yet)").split("\n"))
    for one in done["due"]:
        yield "due", f"{typed(one['subject'])} {_who(one)} on {one['channel']}"
    yield from _left(done)
    yield "told", f"{done['told']} know it already; nothing was done"


def _left(done: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Who gets nothing by this, and why."""
    for one in done["skipped"]:
        yield "left alone", f"{typed(one['subject'])} {_who(one)}: {one['says'] or one['state']}"
    for one in done["by_hand"]:
        address = f" {one['url']}" if one["url"] else ""
        yield "by hand", f"{typed(one['subject'])} {_who(one)}: {one['says']}{address}"
    if done["not_told"]:
        yield "not told", f"{done['not_told']}: official voices, and our own"


def _who(one: Mapping[str, Any]) -> str:
    return str(one["author"] or f"somebody on {one['source']}")


def _say(done: Mapping[str, Any], sent: list[dict[str, Any]], *, send: bool) -> None:
    from console.output import one_line

    made = len(done["drafts"])
    if send:
        for one in sent:
            click.echo(one_line(f"{typed(one['subject'])}: {_went(one)}"))
    elif made:
        click.echo(f"{made} written to, none is sent yet; `watchfloor reply POST --send` sends one:")
        for one in done["drafts"]:
            click.echo(one_line(f"{typed(one['subject'])}: draft {one['draft']}"))
    if not made:
        click.echo("Nobody is owed these words; nothing was prepared.")
    if done["left"]:
        click.echo(f"{done['left']} more are left: tell again.")
    for name, text in _left(done):
        click.echo(one_line(f"{name}: {text}"), err=True)


def _went(one: Mapping[str, Any]) -> str:
    """What came of one draft that was to be sent."""
    if one["stands"]:
        return f"not sent, and kept as draft {one['draft']}: {one['stands']}"
    if one["asked"]:
        return f"not sent yet, a second person has to approve draft {one['draft']} ({one['asked']})."
    first = one["deliveries"][0]
    return f"held for {one['held']:g} s as delivery {first}; `watchfloor take-back {first}` stops it."


@click.command(
    help=help_of("proposals"), epilog="Nothing of it is said before somebody does: `tell`, `escalate`."
)
@click.argument(
    "subject", metavar="[KEY]", required=False,
    callback=lambda ctx, option, value: value and subject_of(ctx, option, value),
)  # fmt: skip
@forms
@pass_call
def proposals(call: Call, subject: str | None, as_json: bool, as_csv: bool) -> None:
    """List them, the newest first. Needs no service."""
    from console.output import Column, form_for, write_rows
    from console.store import tickets
    from console.verbs.handed import opened
    from console.words import clock
    from console.work import incident_in

    now = datetime.now(UTC)
    with opened(call) as connection:
        rows = tickets.proposals(connection, (incident_in(subject) or "?") if subject else "")
    columns: tuple[Column[Proposed], ...] = (
        Column("id", lambda row: str(row.id), right=True),
        Column("when", lambda row: clock(row.at, now, call.zone), right=True, spare=2),
        Column("kind", lambda row: row.kind),
        Column("ticket", lambda row: str(row.ticket), right=True, spare=1),
        Column("incident", lambda row: row.incident, most=32),
        Column("words", lambda row: f"[{row.why}] {row.text}" if row.text else row.why, wraps=True),
    )
    write_rows(rows, columns, form_for(as_json=as_json, as_csv=as_csv), empty="Nothing waits for a decision.")
