"""Words before they are anybody's: what the guard says of a text, and the canned replies."""

from __future__ import annotations

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of


@click.command(
    help=help_of("guard"),
    epilog="Reads a text from standard input; fails where it must not be said. Needs no service.",
)
@click.option("--channel", metavar="NAME", help="As it would be on this channel; otherwise the strictest.")
@click.option("--lang", metavar="TAG", default="", help="Language, such as en or de-AT.")
@click.option("--warning", metavar="TEXT", default="", help="Content warning.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
@pass_call
def guard(call: Call, channel: str | None, lang: str, warning: str, as_json: bool) -> int:
    """Check a text as it would be checked before it is sent."""
    from console.intake.clean import clean
    from console.output import one_line, write_json
    from console.verbs.channels import named
    from console.verbs.composing import finding_line, text_of
    from console.workflow.guard import MAX_READ, Speech, load_guard
    from feeds.channel import PUBLIC_KINDS

    chosen = named(channel, call.settings) if channel else None
    try:
        rules = load_guard(call.settings.answers.guard)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    # As the composer keeps it, so that the answer is the one that sending will get.
    text = clean(text_of(None, None) or "", max_chars=MAX_READ + 1)
    found = rules.check(
        Speech(
            text=text,
            channel=chosen.name if chosen else "",
            kind=chosen.kind if chosen else "",
            public=chosen is None or chosen.kind in PUBLIC_KINDS,
            lang=lang or (chosen.lang if chosen else ""),
            warning=warning,
        )
    )
    if as_json:
        write_json(found)
    for finding in () if as_json else found:
        click.echo(one_line(finding_line(finding.level, finding.rule, finding.says)))
    if not found and not as_json:
        click.echo("The guard finds nothing.")
    return int(any(finding.level == "block" for finding in found))


@click.group(
    help=help_of("replies"), invoke_without_command=True, epilog="Without a further verb it lists them."
)
@forms
@pass_call
def replies(call: Call, as_json: bool, as_csv: bool) -> None:
    """List the canned replies, unless the verb below was typed."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from console.output import form_for, write_rows
    from console.verbs.work_columns import TEMPLATE_COLUMNS
    from console.workflow.templates import load_templates

    known = load_templates(call.settings.answers.replies)
    write_rows(known.all, TEMPLATE_COLUMNS, form_for(as_json=as_json, as_csv=as_csv), empty="There is none.")


@replies.command()
@click.argument("name", metavar="NAME")
@pass_call
def show(call: Call, name: str) -> None:
    """Show one in full, and what its slots want."""
    from console.output import write_pairs
    from console.settings_fields import nearest
    from console.workflow.templates import load_templates

    known = load_templates(call.settings.answers.replies)
    template = known.get(name)
    if template is None:
        raise click.UsageError(
            f'there is no reply "{name}"; {nearest(name, [one.name for one in known.all])}'
        )
    tiers = ", ".join(map(str, template.tiers))
    facts = [
        ("name", template.name),
        ("title", template.title),
        ("kind", template.kind),
        ("lang", template.lang or "any"),
        ("topics", ", ".join(template.topics) or "any"),
        ("channels", ", ".join(template.channels) or "any"),
        ("tiers", tiers or "any"),
        *(("slot", f"{slot.name}: {slot.hint}" if slot.hint else slot.name) for slot in template.slots),
        *(("text", line) for line in template.text.split("\n")),
    ]
    write_pairs(facts)
