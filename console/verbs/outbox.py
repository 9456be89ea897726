"""The outbox: what is on its way, what became of it, and what a person does about it."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

DELIVERY = click.argument("number", metavar="DELIVERY", type=click.IntRange(1))


@click.group(
    help=help_of("outbox"),
    invoke_without_command=True,
    epilog="Without a further verb it lists what is not over yet, the newest first.",
)
@forms
@click.option("--all", "settled", is_flag=True, help="The newest, whatever became of them.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=200, show_default=True, help="At most so many."
)
@pass_call
def outbox(call: Call, as_json: bool, as_csv: bool, settled: bool, limit: int) -> None:
    """List deliveries, unless one of the verbs below was typed."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from console.output import form_for, one_line, write_rows
    from console.verbs.work_columns import Said, delivery_columns
    from console.words import clock

    now = datetime.now(UTC)
    with call.reader() as reader:
        rows = tuple(map(Said.of, reader.deliveries(settled=settled, limit=limit)))
        pause = reader.pause()
    if pause is not None:
        but = f", but for {', '.join(pause.allow)}" if pause.allow else ""
        text = f"PAUSED{but} by {pause.by} since {clock(pause.at, now, call.zone)}: {pause.reason}"
        click.echo(one_line(text), err=True)
    write_rows(
        rows,
        delivery_columns(now, call.zone),
        form_for(as_json=as_json, as_csv=as_csv),
        empty="Nothing was sent yet." if settled else "Nothing is on its way.",
    )


@outbox.command()
@DELIVERY
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_call
def show(call: Call, number: int, as_json: bool) -> None:
    """Show all that is known of one. Needs no service."""
    from console.output import write_json, write_pairs
    from console.verbs.following import line_of
    from console.verbs.subjects import typed
    from console.verbs.work_columns import Said
    from console.words import clock

    with call.reader() as reader:
        one = reader.delivery(number)
    if one is None:
        raise click.ClickException(f"there is no delivery {number}; `watchfloor outbox --all` lists them")
    if as_json:
        write_json([Said.of(one)])
        return
    now = datetime.now(UTC)
    moments = (
        ("made", one.made_at),
        ("held until", one.held_until),
        ("next try", one.next_at),
        ("first try", one.sent_at),
        ("settled", one.settled_at),
    )
    facts = [
        ("stands", line_of(one)),
        ("about", f"{typed(one.subject)}, as {one.purpose}"),
        ("channel", f"{one.channel}, {one.message.audience}"),
        ("who", f"{one.author}, draft {one.draft} version {one.version}" if one.draft else one.author),
        *((name, clock(at, now, call.zone)) for name, at in moments if at is not None),
        ("tries", str(one.attempts) if one.attempts else ""),
        ("there", ", ".join(one.names)),
        ("address", one.url),
        ("ticket", one.ticket),
        ("warning", one.message.warning),
        ("title", one.message.title),
        *(("text", line) for line in one.message.text.split("\n")),
    ]
    write_pairs(pair for pair in facts if pair[1] or pair[0] == "text")


@click.command("take-back", help=help_of("take-back"))
@DELIVERY
@pass_call
def take_back(call: Call, number: int) -> None:
    """Take it back, all parts of its thread that have not left with it."""
    with call.service() as service:
        service.ask("take_back", delivery=number)
    click.echo(f"Delivery {number} is taken back: nothing of it was said. Its draft is open again.")


@click.command("look-again", help=help_of("look-again"))
@DELIVERY
@pass_call
def look_again(call: Call, number: int) -> None:
    """Hold it anew; it passes the gate like any other."""
    with call.service() as service:
        held = service.ask("look_again", delivery=number)["held"]
    click.echo(f"Held for {held:g} s; `watchfloor take-back {number}` stops it.")


@click.command(help=help_of("settle"))
@DELIVERY
@click.option("--said/--not-said", default=None, help="What you saw where it should stand.")
@click.option("--reason", metavar="TEXT", default="", help="How you know.")
@click.option("--url", metavar="ADDRESS", default="", help="Where it stands.")
@pass_call
def settle(call: Call, number: int, said: bool | None, reason: str, url: str) -> None:
    """Settle by a person's own look what could not be found out."""
    if said is None:
        raise click.UsageError("look whether it stands there, then say --said or --not-said")
    with call.service() as service:
        service.ask("settle", delivery=number, said=said, reason=reason, url=url)
    after = "said" if said else "not said; its draft is open again unless a part of it was said"
    click.echo(f"Delivery {number} is settled as {after}.")


@click.command(help=help_of("pause"))
@click.option("--reason", metavar="TEXT", required=True, help="Everybody at the desk reads it.")
@click.option("--allow", multiple=True, metavar="CHANNEL", help="A channel that may still speak; repeatable.")
@pass_call
def pause(call: Call, reason: str, allow: tuple[str, ...]) -> None:
    """Stop everything at the gate."""
    from console.output import one_line
    from console.verbs.channels import named

    for name in allow:
        named(name, call.settings)
    with call.service() as service:
        told = service.ask("pause", reason=reason, allow=list(allow))["pause"]
    but = f", but for {', '.join(told['allow'])}" if told["allow"] else ""
    click.echo(one_line(f"Paused{but}: nothing goes out until `watchfloor resume`."))


@click.command(help=help_of("resume"))
@pass_call
def resume(call: Call) -> None:
    """End a pause; what it stopped waits to be looked at."""
    with call.service() as service:
        waiting = service.ask("resume")["waiting"]
    click.echo(f"The desk speaks again; {waiting or 'nothing'} waits for somebody: `watchfloor outbox`.")
