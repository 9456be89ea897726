"""The append-only log: reading it, and checking that nobody has changed it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of


@click.group(help=help_of("log"))
def log() -> None:
    """Hold the verbs of the log together."""


@log.command()
@forms
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="At most so many."
)
@pass_call
def show(call: Call, as_json: bool, as_csv: bool, limit: int) -> None:
    """List what was done, the newest last."""
    from console.model import Event
    from console.output import Column, form_for, write_rows
    from console.words import clock

    now = datetime.now(UTC)
    with call.reader() as reader:
        events = sorted(reader.events(limit), key=lambda event: event.seq)
    columns: tuple[Column[Event], ...] = (
        Column("line", lambda row: str(row.seq), right=True, spare=1),
        Column("when", lambda row: clock(row.at, now, call.zone), right=True),
        Column("who", lambda row: row.actor),
        Column("what", lambda row: row.kind),
        Column("of", lambda row: row.subject, most=32, spare=2),
        Column("data", lambda row: row.data),
    )
    write_rows(events, columns, form_for(as_json=as_json, as_csv=as_csv), empty="Nothing was logged yet.")


@log.command()
@pass_call
def verify(call: Call) -> int:
    """Follow the chain from its first line; fail where it is broken, and print its head where it is whole.

    Who keeps the head elsewhere can later prove that nothing before it was changed or cut off.
    """
    from console.output import busy
    from console.store.connect import open_readonly
    from console.store.log import head
    from console.store.log import verify as breaks_of

    connection, _ = open_readonly(call.paths.database)
    with closing(connection), busy("following the log"):
        breaks = breaks_of(connection)
        seq, newest = head(connection)
    for sentence in breaks:
        click.echo(sentence, err=True)
    if breaks:
        return 1
    click.echo(f"whole, {seq} lines, head {newest}")
    return 0
