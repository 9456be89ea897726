"""Tickets: what departments have, who took it, and what they said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.work import Ticket

TICKET = click.argument("id_", metavar="TICKET", type=click.IntRange(1))
STYLES = {"refused": "bold red", "asked": "yellow", "sent": "yellow"}


@click.command(help=help_of("acknowledge"))
@TICKET
@click.option("--who", metavar="NAME", default="", help="Who took it, where you only phoned them.")
@pass_call
def acknowledge(call: Call, id_: int, who: str) -> None:
    """Note it."""
    from console.output import one_line

    with call.service() as service:
        told = service.ask("acknowledge", ticket=id_, who=who)["ticket"]
    taken = f"Ticket {id_} is taken by {told['acknowledged_by']}; nobody else is woken."
    click.echo(one_line(taken))


@click.command(
    help="Note what a department said: its number, its status, that the mail came back; or show the ticket.",
    epilog="A status is the department's own word: in progress, closed, declined. Closed is not mended.",
)
@TICKET
@click.option("--number", metavar="N", default="", help="The number of their case.")
@click.option("--status", metavar="WORD", default="", help="How it stands there.")
@click.option("--notes", metavar="TEXT", default="", help="What they say beside the status.")
@click.option("--bounced", metavar="WHY", default="", help="The report came back; they do not have it.")
@click.option("--json", "as_json", is_flag=True, help="The ticket as one JSON object.")
@pass_call
def ticket(call: Call, id_: int, number: str, status: str, notes: str, bounced: str, as_json: bool) -> None:
    """Write it down, and show how the ticket stands now."""
    from console.output import write_json, write_pairs
    from console.store import tickets as stored
    from console.verbs.handed import opened

    if notes and not status:
        raise click.UsageError("--notes are said beside a --status")
    if number or status or bounced:
        with call.service() as service:
            service.ask("ticket", ticket=id_, number=number, status=status, notes=notes, bounced=bounced)
    with opened(call) as connection:
        found = stored.read(connection, id_)
    if found is None:
        raise click.ClickException(f"there is no ticket {id_}; `watchfloor tickets --all` lists them")
    if as_json:
        write_json([found])
    else:
        write_pairs(_facts(call, found))


def _facts(call: Call, one: Ticket) -> Iterator[tuple[str, str]]:
    from console.verbs.handed import STATE_WORDS
    from console.words import clock

    now = datetime.now(UTC)
    yield "ticket", f"{one.id}, with {one.route} by {one.channel}"
    yield "incident", one.incident
    yield "state", f"{one.state}: {STATE_WORDS[one.state]}"
    if one.number:
        yield "number", one.number
    if one.status:
        yield "status", f"{one.status}: {one.notes}" if one.notes else one.status
    if one.says:
        yield "mind", one.says
    yield "escalated", f"by {one.by} at {clock(one.made_at, now, call.zone)}"
    if one.delivery is not None:
        yield "report", f"delivery {one.delivery}"
    if one.acknowledged_at is not None:
        yield "taken", f"by {one.acknowledged_by} at {clock(one.acknowledged_at, now, call.zone)}"
    if one.step_at is not None:
        yield "on call", f"{one.step} asked; the next at {clock(one.step_at, now, call.zone)}"
    if one.notes_sent:
        yield "notes", f"{one.notes_sent} of further reports went on to them"


@click.command(help=help_of("tickets"), epilog="Without --all those that are closed are left out.")
@forms
@click.option("--all", "closed", is_flag=True, help="Those that are closed as well.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=200, show_default=True, help="At most so many."
)
@pass_call
def tickets(call: Call, as_json: bool, as_csv: bool, closed: bool, limit: int) -> None:
    """List them, the newest first."""
    from console.output import Column, form_for, write_rows
    from console.store import tickets as stored
    from console.verbs.handed import opened
    from console.words import clock

    now = datetime.now(UTC)
    with opened(call) as connection:
        rows = stored.newest(connection, limit, closed=closed)
    columns: tuple[Column[Ticket], ...] = (
        Column("id", lambda row: str(row.id), right=True),
        Column("department", lambda row: row.route, most=18),
        Column("state", lambda row: row.state, style=lambda row: STYLES.get(row.state, "")),
        Column("number", lambda row: row.number or "-", most=18),
        Column("status", lambda row: row.status or "-", most=16, spare=1),
        Column("taken by", lambda row: row.acknowledged_by or "-", most=18, spare=3),
        Column("by", lambda row: row.by, most=14, spare=4),
        Column("made", lambda row: clock(row.made_at, now, call.zone), right=True, spare=2),
        Column(
            "incident", lambda row: f"{row.incident}: {row.says}" if row.says else row.incident, wraps=True
        ),
    )
    write_rows(
        rows,
        columns,
        form_for(as_json=as_json, as_csv=as_csv),
        empty="No department has anything." if closed else "No department has anything open.",
    )
