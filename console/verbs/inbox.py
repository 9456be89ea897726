"""The restricted inbox in a shell: the service shows it to whoever the settings name, and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of


@click.group(help=help_of("inbox"), invoke_without_command=True)
@forms
@click.pass_context
def inbox(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """List private posts, the newest first."""
    if ctx.invoked_subcommand is not None:
        return
    import msgspec

    from console.model import PrivatePost
    from console.output import form_for, write_rows
    from console.verbs.columns import private_columns

    call = ctx.find_object(Call)
    assert call is not None
    with call.service() as service:
        rows = msgspec.convert(service.ask("inbox")["posts"], tuple[PrivatePost, ...])
    write_rows(
        rows,
        private_columns(datetime.now(UTC), call.zone),
        form_for(as_json=as_json, as_csv=as_csv),
        empty="Nobody has written to the desk in private.",
    )


@inbox.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@pass_call
def read(call: Call, number: int) -> None:
    """Note that you have read the private post of this number; the log keeps who did, and when."""
    with call.service() as service:
        left = service.ask("inbox_read", id=number)["inbox"]["unread"]
    click.echo(f"{number} is read; {left or 'none'} left unread")
