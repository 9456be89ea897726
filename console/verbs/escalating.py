"""Handing an incident to a department: which there are, and doing it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of
from console.verbs.subjects import SUBJECT, SUBJECT_HELP


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A department for one incident."""

    name: str
    fits: bool
    reason: str
    phone: str
    channel: str
    kind: str
    to: str
    ladder: tuple[str, ...]
    """Channels of those on call."""
    ticket: int | None
    """The newest with this department."""
    state: str
    """Of that ticket."""
    warns: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """The row of what the service says of one route."""
        ticket = told["ticket"] or {}
        same = {name: told[name] for name in ("name", "fits", "reason", "phone", "channel", "kind", "to")}
        return cls(
            **same,
            ladder=tuple(told["ladder"]),
            ticket=ticket.get("id"),
            state=ticket.get("state", ""),
            warns=told["warns"],
        )


@click.command(help=help_of("routes"), epilog=SUBJECT_HELP)
@SUBJECT
@forms
@pass_call
def routes(call: Call, subject: str, as_json: bool, as_csv: bool) -> None:
    """List them."""
    from console.output import Column, form_for, one_line, write_rows

    with call.service() as service:
        told = service.ask("routes", subject=subject)
    if told["says"]:
        click.echo(one_line(told["says"]), err=True)
    columns: tuple[Column[RouteRow], ...] = (
        Column("department", lambda row: row.name, most=20),
        Column("fits", lambda row: "fits" if row.fits else "no"),
        Column("phone", lambda row: row.phone or "-", most=20),
        Column("channel", lambda row: f"{row.channel} ({row.kind})", most=32, spare=2),
        Column("has it", lambda row: f"{row.state}, {row.ticket}" if row.ticket else "-", spare=1),
        Column("why", lambda row: f"{row.reason}. {row.warns}" if row.warns else row.reason, wraps=True),
    )
    rows = tuple(map(RouteRow.of, told["routes"]))
    write_rows(
        rows,
        columns,
        form_for(as_json=as_json, as_csv=as_csv),
        empty="The settings name no department; [routes.NAME] does.",
    )


@click.command(
    help="Hand an incident to a department, once; it is held, and goes through the outbox.",
    epilog=f"Without --route it goes to the most fitting department, without --text in the ready words that "
    f"--preview shows. Further reports go on to it by themselves. {SUBJECT_HELP}",
)
@SUBJECT
@click.option("--route", metavar="NAME", default="", help="The department; `routes` lists them.")
@click.option("--text", metavar="TEXT", help="What to tell it; - reads it from standard input.")
@click.option("--title", metavar="TEXT", default="", help="Subject of the mail, name of the request.")
@click.option("--address", metavar="TEXT", default="", help="Where exactly, for their own system.")
@click.option(
    "--reason", "reasons", multiple=True, metavar="RULE=WHY", help="Why it is said though the guard warns."
)
@click.option("--again", is_flag=True, help="They have closed it, and it is not over.")
@click.option("--preview", is_flag=True, help="Only show who would be told what.")
@click.option("--wait", is_flag=True, help="Stay until it arrived; fail where it did not.")
@click.option("--json", "as_json", is_flag=True, help="Ticket and delivery as one JSON object.")
@pass_call
def escalate(
    call: Call,
    /,
    subject: str,
    route: str,
    text: str | None,
    reasons: tuple[str, ...],
    preview: bool,
    wait: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Escalate it, under one's own claim."""
    from console.output import write_json, write_pairs
    from console.verbs import composing
    from console.verbs.following import follow
    from console.work import subject_of_incident

    words = composing.text_of(None, None) if text == "-" else text
    given = composing.pairs_of(reasons, "--reason")
    with call.service() as service:
        told = service.ask("routes", subject=subject)
        chosen = _chosen(told, route)
        if preview:
            facts = {**told, "text": words or told["text"], "title": options["title"] or told["title"]}
            if as_json:
                write_json([{**facts, "routes": [chosen]}])
            else:
                write_pairs(_preview(facts, chosen))
            return 0
        with call.reader() as reader:
            composing.must_hold(reader, subject_of_incident(told["incident"]), os.geteuid())
        done = service.ask(
            "escalate", subject=subject, route=chosen["name"], text=words or "", reasons=given, **options
        )
        if as_json:
            write_json([done])
        else:
            _say(done, chosen, words or told["text"])
        return follow(call, service, [done["delivery"]]) if wait else 0


def _chosen(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The route of a name, or the most fitting one."""
    from console.settings_fields import nearest

    known: Sequence[Mapping[str, Any]] = told["routes"]
    if not name:
        fitting = next((one for one in known if one["fits"]), None)
        if fitting is None:
            names = ", ".join(one["name"] for one in known) or "none at all"
            raise click.ClickException(f"{told['says']} Nothing was sent. --route names one: {names}")
        return fitting
    found = next((one for one in known if one["name"].casefold() == name.casefold()), None)
    if found is None:
        hint = nearest(name, [one["name"] for one in known]) if known else "there is none at all"
        raise click.UsageError(f'there is no route "{name}"; {hint}. Nothing was sent')
    return found


def _preview(told: Mapping[str, Any], route: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    ticket = route["ticket"]
    yield "incident", told["incident"]
    yield "department", f"{route['name']}, {route['reason']}"
    yield "phone", route["phone"] or "none is known"
    yield "channel", f"{route['channel']} ({route['kind']}){' to ' + route['to'] if route['to'] else ''}"
    if route["ladder"]:
        yield "on call", ", then ".join(route["ladder"])
    if route["warns"]:
        yield "mind", route["warns"]
    if ticket:
        yield "has it", f"ticket {ticket['id']} of {ticket['by']}, {ticket['state']}"
    yield "title", told["title"]
    yield from (("text", line) for line in told["text"].split("\n"))


def _say(done: Mapping[str, Any], route: Mapping[str, Any], text: str) -> None:
    from console.intake.clean import guard
    from console.output import one_line

    ticket, delivery = done["ticket"], done["delivery"]
    if route["kind"] == "clipboard":
        click.echo(guard(text))
        hint = f"Hand it over yourself, then `watchfloor settle {delivery} --said`: ticket {ticket['id']}."
        click.echo(one_line(hint), err=True)
    else:
        held = (
            f"Held for {done['held']:g} s as delivery {delivery}; `watchfloor take-back {delivery}` stops it."
        )
        click.echo(one_line(f"{held} It is ticket {ticket['id']} with {ticket['route']}."))
    if done["says"]:
        click.echo(one_line(done["says"]), err=True)
