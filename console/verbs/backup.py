"""`watchfloor backup`: a copy of the database, while it is written to."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call


@click.command()
@pass_call
def backup(call: Call) -> None:
    """Copy the database now, and say where the copy lies.

    The service does so by itself every hour; copies that were asked for stay until it next tidies up.
    """
    from console.output import busy
    from console.store.backups import back_up

    call.reader().close()  # where there is no database, it says who makes it
    with busy("backing up") as progress:
        copy = back_up(call.paths, datetime.now(UTC), keep=sys.maxsize, progress=progress)
    click.echo(copy)
