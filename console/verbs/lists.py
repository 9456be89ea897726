"""What the desk holds, listed: incidents and mentions."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

FILTER = click.argument("wanted", metavar="[FILTER]...", nargs=-1)
FILTER_HELP = (
    'FILTER is what `/` takes on the wall: words, "quoted phrases", place: source: tier: topic: since: '
    "incident:, each an argument of its own."
)


def filter_line(parts: tuple[str, ...]) -> str:
    """Put the filter together again from what the shell made of it."""
    return " ".join(_requoted(part) for part in parts)


def _requoted(part: str) -> str:
    """Give back the quotes that the shell ate: `place:"Mill Street"` arrives here without them."""
    key, colon, value = part.partition(":")
    lost = colon and key.isalpha() and " " in value and '"' not in value and ":" not in value
    return f'{key}:"{value}"' if lost else part


@click.command(help=help_of("mentions"), epilog=FILTER_HELP)
@FILTER
@forms
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="At most so many."
)
@pass_call
def mentions(call: Call, wanted: tuple[str, ...], as_json: bool, as_csv: bool, limit: int) -> None:
    """List mentions, the newest first.

    What its author shows only to people who have signed in appears on a terminal and leaves in no other form.
    """
    from console.output import form_for, write_rows
    from console.verbs.columns import mention_columns

    now = datetime.now(UTC)
    chosen = call.filter(filter_line(wanted), now)
    with call.reader() as reader:
        rows = reader.mentions(chosen, limit=limit)
    form = form_for(as_json=as_json, as_csv=as_csv)
    leaving = rows if form == "table" else tuple(row for row in rows if row.audience != "signed in")
    if kept := len(rows) - len(leaving):
        said = "their authors show them only to people who have signed in"
        click.echo(f"{kept} left out: {said}.", err=True)
    write_rows(
        leaving,
        mention_columns(now, call.zone),
        form,
        empty="No mention matches." if not chosen.empty else "No mention has been taken in yet.",
    )


@click.command(help=help_of("incidents"), epilog=FILTER_HELP)
@FILTER
@forms
@click.option("--closed", is_flag=True, help="Those that are over as well.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=500, show_default=True, help="At most so many."
)
@pass_call
def incidents(
    call: Call, wanted: tuple[str, ...], as_json: bool, as_csv: bool, closed: bool, limit: int
) -> None:
    """List incidents, the worst first."""
    from console.output import form_for, write_rows
    from console.verbs.columns import incident_columns

    now = datetime.now(UTC)
    chosen = call.filter(filter_line(wanted), now)
    with call.reader() as reader:
        rows = reader.incidents(chosen, closed=closed, limit=limit)
    write_rows(
        rows,
        incident_columns(now, call.zone),
        form_for(as_json=as_json, as_csv=as_csv),
        empty="No incident is open." if chosen.empty and not closed else "No incident matches.",
    )
