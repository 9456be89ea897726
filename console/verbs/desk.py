"""Opening the desk: the real one, and the one of the invented town."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from console.verbs.call import LINKS, Call
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.settings import Wish


def open_desk(call: Call) -> int:
    """Open the wall on the desk's database, with a service of its own where none runs.

    Where none runs and none can be started, the wall still shows what was stored, and says so.
    """
    from console.desk.app import refusal, run_desk
    from console.intake.clean import guard
    from console.service.client import NoService, ServiceClient
    from console.service.launch import ensure_service

    if reason := refusal(os.environ, sys.stdin, sys.stdout, sys.stderr):
        raise click.UsageError(reason)
    client: ServiceClient | None = None
    try:
        client = ensure_service(call.settings)
    except NoService as error:
        if not os.access(call.paths.database, os.R_OK):
            raise
        click.echo(guard(str(error)), err=True)
    return run_desk(call.settings, call.paths, client)


@click.command(help=help_of("demo"))
@click.option(
    "--speed", type=click.FloatRange(0.1, 1000), default=1.0, show_default=True, help="Times faster."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same evening.")
@click.option("--link", type=click.Choice(LINKS), help="How much the desk draws.")
@click.pass_obj
def demo(call: Call, speed: float, seed: int, link: Wish | None) -> int:
    """Open the desk on an invented town, offline."""
    from console.demo.play import run

    call.link = link or call.link
    return run(speed, seed, call.linked)
