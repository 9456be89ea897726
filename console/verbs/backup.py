"""`watchfloor backup`: a copy of the database, while it is written to."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of


@click.command(
    help=help_of("backup"),
    epilog="Without TO it is put beside the copies that the service makes every hour.",
)
@click.argument("to", required=False, type=click.Path(path_type=Path))
@pass_call
def backup(call: Call, to: Path | None) -> None:
    """Copy it, and print where the copy lies; a file that exists is left alone."""
    from console.intake.clean import guard
    from console.output import busy
    from console.store.backups import back_up, copy_database

    call.reader().close()  # where there is no database, it says who makes it
    if to is not None and to.exists():
        raise click.ClickException(f"{to} exists and was left alone; name another file")
    if to is not None and not os.access(to.absolute().parent, os.W_OK):
        raise click.ClickException(f"{to.absolute().parent} is no directory that you may write into")
    with busy("backing up") as progress:
        if to is None:
            # Copies that somebody asked for drop none of the others; the service does when it next makes one.
            to = back_up(call.paths, datetime.now(UTC), keep=sys.maxsize, progress=progress)
        else:
            copy_database(call.paths.database, to, progress)
    click.echo(guard(str(to)))
