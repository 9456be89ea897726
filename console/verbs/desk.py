"""Opening the desk: the real one, and the one of the invented town."""

from __future__ import annotations

import click

from console.verbs.call import Call
from console.verbs.help import help_of


def open_desk(call: Call) -> int:
    """Open the wall on the desk's database, with a service of its own where none runs."""
    from console.desk.app import run_desk
    from console.service.launch import ensure_service

    settings = call.settings
    client = ensure_service(settings)
    return run_desk(settings, call.paths, client)


@click.command(help=help_of("demo"))
@click.option(
    "--speed", type=click.FloatRange(0.1, 1000), default=1.0, show_default=True, help="Times faster."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same evening.")
def demo(speed: float, seed: int) -> int:
    """Open the desk on an invented town, offline."""
    from console.demo.play import run

    return run(speed, seed)
