"""Asking a mention's source whether it still stands as shown."""

from __future__ import annotations

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of


@click.command(help=help_of("recheck"))
@click.argument("mention", metavar="MENTION", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_call
def recheck(call: Call, mention: int, as_json: bool) -> int:
    """Ask, and say what came of it; fail where it could not be found out."""
    from console.output import one_line, write_json

    with call.service() as service:
        told = service.ask("recheck", mention=mention)
    if as_json:
        write_json([told])
    else:
        click.echo(one_line(f"{told['state']}: {told['says']}"))
    return int(told["state"] == "unknown")
