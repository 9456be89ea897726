"""The service: running it, and asking how it is."""

from __future__ import annotations

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of


@click.command(help=help_of("serve"))
@click.option("--until-idle", is_flag=True, help="Stop when the last desk has closed.")
@pass_call
def serve(call: Call, until_idle: bool) -> int:
    """Run the service: fetch, judge and store, until it is told to stop."""
    from console.service.serve import run

    return run(call.settings, until_idle=until_idle)


@click.command(help=help_of("status"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_call
def status(call: Call, as_json: bool) -> int:
    """Say how the running service is."""
    from console.verbs.standing import show_status

    return show_status(call, as_json)
