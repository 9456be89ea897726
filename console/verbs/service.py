"""The service: running it, and asking how it is."""

from __future__ import annotations

import sys

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of


@click.command(help=help_of("serve"))
@click.option("--until-idle", is_flag=True, help="Stop when the last desk has closed.")
@pass_call
def serve(call: Call, until_idle: bool) -> int:
    """Run the service: fetch, judge and store, until it is told to stop."""
    from console.output import one_line
    from console.service.serve import run

    if sys.stdout.isatty():
        click.echo(one_line(f"Serving {call.settings.desk.name} from {call.paths.root}; Ctrl+C ends it."))
    return run(call.settings, until_idle=until_idle)


@click.command(help=help_of("status"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_call
def status(call: Call, as_json: bool) -> int:
    """Ask the service, and read the rest from the database as a desk does."""
    from datetime import UTC, datetime

    from console.output import write_json, write_pairs
    from console.verbs.standing import Standing, standing_lines

    with call.service() as service, call.reader() as reader:
        standing = Standing.of(service.ask("status"), reader, exercise=call.settings.desk.exercise)
    if as_json:
        write_json([standing])
    else:
        write_pairs(standing_lines(standing, datetime.now(UTC), call.zone))
    return 0
