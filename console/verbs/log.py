"""The append-only log: reading it, and checking that nobody has changed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.store.anchors import Anchor


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
@click.option(
    "--anchors",
    "copies",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Anchors that were kept elsewhere: a copy of the desk's own, or lines of journald; repeatable.",
)
@pass_call
def verify(call: Call, copies: tuple[Path, ...]) -> int:
    """Follow the chain from its first line and compare it with every anchor; fail where one does not fit.

    The service writes the log's head into `anchors` beside the database every hour, and into its own log.
    """
    from console.output import busy, one_line
    from console.store import anchors
    from console.store.connect import open_readonly
    from console.store.log import head
    from console.store.log import verify as breaks_of

    own = call.paths.anchors
    files = [*([own] if own.exists() else ()), *copies]
    # Read before the log is: it only grows, so that whatever is anchored here must stand in it.
    kept = {file: tuple(anchors.read(file)) for file in files}
    connection, _ = open_readonly(call.paths.database)
    with closing(connection), busy("following the log"):
        breaks = list(breaks_of(connection))
        for file, found in kept.items():
            breaks += anchors.faults(connection, file, found)
        seq, newest = head(connection)
    for sentence in breaks:
        click.echo(one_line(sentence), err=True)
    if breaks:
        return 1
    click.echo(f"whole, {seq} lines, head {newest}")
    for sentence in _means(kept):
        click.echo(one_line(sentence))
    return 0


def _means(kept: Mapping[Path, Sequence[Anchor | int]]) -> Iterator[str]:
    """What a chain that fits shows, and what it cannot."""
    yield "shown: no line was changed, taken out or put in since the chain went over it"
    upto = 0
    for file, found in kept.items():
        newest = max((one.seq for one in found if not isinstance(one, int)), default=0)
        upto = max(upto, newest)
        yield f"shown: the log is the one of all {len(found)} anchors in {file}, up to line {newest}"
    yield (
        f"not shown: that the lines after {upto} were not cut off or written anew by somebody who may write "
        "the database"
        if upto
        else "not shown: that no lines were cut off or written anew, for there is no anchor yet"
    )
    yield (
        "not shown: that the anchors were not written anew with the log, by whoever may write both; compare "
        "with a copy that is kept elsewhere: log verify --anchors COPY"
    )
    yield "not shown: that what a line tells was true when it was written"
