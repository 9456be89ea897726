"""What there is to do, the worst first, and taking the next of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.store.reader import Reader

UPDATE_CLOCKS = ("update", "promise")
"""What makes work again of an incident that was answered, once it has run out."""


@dataclass(frozen=True, slots=True)
class Row:
    """An open incident as the queue has it."""

    incident: str
    tier: int
    since: datetime
    clock: str
    """The most pressing of its clocks: `answer 4m`; empty where none runs."""
    late: bool
    passed: str
    """Why nobody has to take it now: `held`, `snoozed`, `answered`; empty where somebody has to."""
    holder: str
    place: str
    topic: str


@click.command(help="Take the next incident that nobody has, the worst first, and show it.")
@click.option("--json", "as_json", is_flag=True, help="All that is known of it, as one JSON object.")
@pass_call
def next(call: Call, as_json: bool) -> int:
    """Claim it, going on where a colleague was quicker."""
    from console.output import one_line
    from console.service.client import Refused
    from console.verbs.item import show
    from console.work import subject_of_incident

    with call.service() as service, call.reader() as reader:
        for row in rows(call, reader, datetime.now(UTC)):
            if row.passed:
                continue
            subject = subject_of_incident(row.incident)
            try:
                service.ask("claim", subject=subject)
            except Refused:
                if any(claim.subject == subject for claim in reader.claims()):
                    continue
                raise
            if not as_json:
                click.echo(one_line(f"{row.incident} is yours."))
            show(call, reader, subject, as_json=as_json)
            return 0
    click.echo("Nothing waits for anybody: `watchfloor queue` says why.", err=True)
    return 1


@click.command(
    help=help_of("queue"),
    epilog="What somebody holds, put away or answered is passed over by `next`; an answer counts until an "
    "update or a promise is due.",
)
@forms
@pass_call
def queue(call: Call, as_json: bool, as_csv: bool) -> None:
    """List it."""
    from console.model import NO_PLACE, TIER_WORDS
    from console.output import Column, form_for, write_rows
    from console.verbs.columns import TIER_STYLES
    from console.words import age_of

    now = datetime.now(UTC)
    with call.reader() as reader:
        found = rows(call, reader, now)
    columns: tuple[Column[Row], ...] = (
        Column("tier", lambda row: TIER_WORDS[row.tier], style=lambda row: TIER_STYLES[row.tier]),
        Column("incident", lambda row: row.incident, most=32),
        Column("for", lambda row: age_of(row.since, now), right=True, spare=1),
        Column("clock", lambda row: row.clock or "-", style=lambda row: "bold red" if row.late else ""),
        Column("passed", lambda row: f"{row.passed} {row.holder}".rstrip() or "-"),
        Column("topic", lambda row: row.topic, most=14, spare=3),
        Column("place", lambda row: row.place or NO_PLACE),
    )
    write_rows(found, columns, form_for(as_json=as_json, as_csv=as_csv), empty="No incident is open.")


def rows(call: Call, reader: Reader, now: datetime) -> Sequence[Row]:
    """The open incidents, the worst first, then the oldest."""
    from console.service.promising import zone_of
    from console.work import incident_in
    from console.workflow.queue import passed_over, snapshot
    from console.workflow.running import running

    work, clocks, zone = reader.work(), call.settings.clocks, zone_of(call.settings)
    told = {incident.key: incident for incident in reader.incidents(limit=1000)}
    found = []
    for row in snapshot(work.open.values(), now).rows:
        key = incident_in(row.subject) or ""
        ticking = running(work.clocks_of(row.subject), row.tier, clocks, zone, now)
        passed = passed_over(row.subject, work, now, now) or ""
        heard = work.item(row.subject).said_at is not None
        if not passed and heard and not any(one.left < 0 for one in ticking if one.name in UPDATE_CLOCKS):
            passed = "answered"
        claim, incident = work.claims.get(row.subject), told.get(key)
        found.append(
            Row(
                incident=key,
                tier=row.tier,
                since=row.since,
                clock=ticking[0].row if ticking else "",
                late=bool(ticking and ticking[0].left < 0),
                passed=passed,
                holder=claim.name if claim else "",
                place=incident.place if incident else "",
                topic=incident.topic if incident else "",
            )
        )
    return found
