"""Drafts: which there are, what one says, putting one aside."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

DRAFT = click.argument("number", metavar="DRAFT", type=click.IntRange(1))


@click.group(
    help=help_of("drafts"),
    invoke_without_command=True,
    epilog="Without a further verb it lists those that can be sent, first those that wait for approval.",
)
@forms
@pass_call
def drafts(call: Call, as_json: bool, as_csv: bool) -> None:
    """List the living drafts, unless one of the verbs below was typed."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from console.output import form_for, write_rows
    from console.verbs.work_columns import draft_columns

    with call.reader() as reader:
        rows = reader.drafts()
    write_rows(
        rows,
        draft_columns(datetime.now(UTC), call.zone),
        form_for(as_json=as_json, as_csv=as_csv),
        empty="No draft waits to be sent.",
    )


@drafts.command()
@DRAFT
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_call
def show(call: Call, number: int, as_json: bool) -> None:
    """Show one in full, also one that was sent or dropped. Needs no service."""
    from console.output import write_json, write_pairs
    from console.verbs.subjects import typed
    from console.words import clock

    with call.reader() as reader:
        draft = reader.draft(number)
    if draft is None:
        raise click.ClickException(f"there is no draft {number}; `watchfloor drafts` lists them")
    if as_json:
        write_json([draft])
        return
    saved = clock(draft.saved_at, datetime.now(UTC), call.zone) if draft.saved_at else "?"
    facts = [
        ("draft", f"{draft.id}, version {draft.version}, {draft.state}"),
        ("about", typed(draft.subject)),
        ("channel", f"{draft.channel}, {draft.audience}"),
        ("who", f"{draft.author} at {saved}"),
        ("lang", draft.lang),
        ("warning", draft.warning),
        ("title", draft.title),
        ("to", draft.to),
        *(("reason", f"{rule}: {why}") for rule, why in draft.reasons),
        *(("text", line) for line in draft.text.split("\n")),
    ]
    write_pairs(pair for pair in facts if pair[1] or pair[0] == "text")


@drafts.command()
@DRAFT
@pass_call
def drop(call: Call, number: int) -> None:
    """Put one aside; what was typed can still be shown."""
    with call.service() as service:
        service.ask("draft_drop", draft=number)
    click.echo(f"Draft {number} is put aside; `watchfloor drafts show {number}` still shows it.")
