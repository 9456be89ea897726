"""Surges, listed: of what far more people speak than usual, and how much the desk knows to tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from console.output import Column
    from console.surge import Surge

LATELY = timedelta(days=8)


@click.command(
    help=help_of("surges"),
    epilog="Voices are independent: reposts, and a loud author, count as one. What is usual is told by the "
    "past twelve hours, and by the same hour of the past seven days.",
)
@forms
@click.option("--over", is_flag=True, help="Those of the past eight days that are over as well.")
@pass_call
def surges(call: Call, as_json: bool, as_csv: bool, over: bool) -> None:
    """List surges, those that go on first; what the desk knows to tell them by stands beside."""
    from console.output import form_for, one_line, write_rows
    from console.surge import known_words
    from console.words import age_of

    now = datetime.now(UTC)
    with call.reader() as reader:
        found = reader.surges(now - LATELY if over else None)
    known = known_words(found.listened)
    since = f", {age_of(found.listened.at, now)} ago" if found.listened.at else ""
    form = form_for(as_json=as_json, as_csv=as_csv)
    if found.told or form != "table":
        click.echo(one_line(f"Surges: {known}{since}."), err=True)
    write_rows(found.told, surge_columns(now, call.zone), form, empty=f"No surge: {known}{since}.")


def surge_columns(now: datetime, zone: tzinfo | None) -> Sequence[Column[Surge]]:
    """Where, of what, how many and how many usually, since when, how old that is, and which words rose."""
    from console.model import NO_PLACE
    from console.output import Column
    from console.surge import terms_words, voices_words
    from console.words import age_of, clock

    return (
        Column("place", lambda row: row.place or NO_PLACE, most=20),
        Column("topic", lambda row: row.topic or "all topics", most=14),
        Column("surge", lambda row: f"x{row.times:.0f}", right=True),
        Column("voices", voices_words, most=44),
        Column("began", lambda row: clock(row.began_at, now, zone), right=True, spare=3),
        Column("counted", lambda row: age_of(row.heard_at, now), right=True, spare=2),
        Column("over", lambda row: age_of(row.ended_at, now), right=True, spare=4),
        Column("rose", terms_words),
    )
