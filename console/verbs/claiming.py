"""Taking work and giving it back, and who has what."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of
from console.verbs.subjects import SUBJECT, SUBJECT_HELP, typed


@click.command(help=help_of("claim"), epilog=SUBJECT_HELP)
@SUBJECT
@click.option("--over", metavar="REASON", default="", help="Take it from whoever holds it; they read why.")
@click.option("--json", "as_json", is_flag=True, help="The claim as one JSON object.")
@pass_call
def claim(call: Call, subject: str, over: str, as_json: bool) -> None:
    """Take it, or say who holds it. A claim made here ends half an hour after your last verb."""
    from console.output import one_line, write_json
    from console.workflow.claims import SHELL_LEASE

    with call.service() as service:
        taken = service.ask("claim", subject=subject, reason=over)["claim"]
    if as_json:
        write_json([taken])
    else:
        minutes = int(SHELL_LEASE // 60)
        click.echo(
            one_line(f"{typed(subject)} is yours, until you release it or type nothing for {minutes} min.")
        )


@click.command(help=help_of("release"), epilog=SUBJECT_HELP)
@SUBJECT
@pass_call
def release(call: Call, subject: str) -> None:
    """Give it back."""
    from console.output import one_line

    with call.service() as service:
        service.ask("release", subject=subject)
    click.echo(one_line(f"{typed(subject)} is free. Drafts on it are kept."))


@click.command(help=help_of("claims"))
@forms
@pass_call
def claims(call: Call, as_json: bool, as_csv: bool) -> None:
    """List what somebody holds, the oldest claim first."""
    from console.output import form_for, write_rows
    from console.verbs.work_columns import claim_columns

    with call.reader() as reader:
        rows = reader.claims()
    write_rows(
        rows,
        claim_columns(datetime.now(UTC), call.zone),
        form_for(as_json=as_json, as_csv=as_csv),
        empty="Nobody holds anything.",
    )
