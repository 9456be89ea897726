"""The channels that the desk speaks on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.settings import Settings
    from console.verbs.work_columns import ChannelRow
    from feeds.channel import Channel


@click.group(
    help=help_of("channels"),
    invoke_without_command=True,
    epilog="Without a further verb it lists them. Whether one has its secret only the service can see.",
)
@forms
@pass_call
def channels(call: Call, as_json: bool, as_csv: bool) -> None:
    """List the channels of the settings, unless the verb below was typed."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from console.output import form_for, write_rows
    from console.service.client import NoService
    from console.verbs.work_columns import CHANNEL_COLUMNS

    known: dict[str, Any] = {}
    try:
        with call.service() as service:
            known = service.ask("channels")["channels"]
    except NoService:
        pass  # The settings can be read without it.
    exercise = call.settings.desk.exercise
    rows = [_row(channel, known.get(channel.name), exercise=exercise) for channel in all_of(call.settings)]
    write_rows(rows, CHANNEL_COLUMNS, form_for(as_json=as_json, as_csv=as_csv), empty="")


@channels.command()
@click.argument("name", metavar="NAME")
@pass_call
def test(call: Call, name: str) -> int:
    """Ask who speaks on the channel NAME; nothing is said to anybody."""
    from console.output import one_line
    from console.verbs.composing import speaks_of

    channel = named(name, call.settings)
    with call.service() as service:
        told = service.ask("who_speaks", channel=name)
    speaks = speaks_of(channel.kind, exercise=call.settings.desk.exercise)
    click.echo(one_line(f"{name} ({channel.kind}, {speaks}) speaks as {told['speaks']}."))
    if channel.account and not _same(channel.account, told["speaks"]):
        text = f"The settings name {channel.account}: give it that account's secret, or mend the name."
        click.echo(one_line(text), err=True)
        return 1
    return 0


def _same(named: str, speaks: str) -> bool:
    """Whether both are one account; the settings may leave out the server, which the address names."""
    wanted, found = named.lstrip("@").casefold(), speaks.lstrip("@").casefold()
    return wanted in (found, found.partition("@")[0])


def all_of(settings: Settings) -> tuple[Channel, ...]:
    """The channels of the settings; the dry run where they name none."""
    from console.service.speech import DRY_RUN

    return settings.channels or (DRY_RUN,)


def named(name: str, settings: Settings) -> Channel:
    """The channel of this name; raises UsageError with the nearest where there is none."""
    from console.settings_fields import nearest

    known = all_of(settings)
    for channel in known:
        if channel.name == name:
            return channel
    raise click.UsageError(f'there is no channel "{name}"; {nearest(name, [one.name for one in known])}')


def _row(channel: Channel, known: dict[str, Any] | None, *, exercise: bool) -> ChannelRow:
    from console.credentials import wanted_by_channel
    from console.verbs.composing import speaks_of
    from console.verbs.work_columns import ChannelRow

    wanted, needed = wanted_by_channel(channel)
    if not wanted:
        secret = "not needed"
    elif known is None:
        secret = "not known: no service that has this channel answers"
    elif known["wrong"]:
        secret = known["wrong"]
    elif known["secret"]:
        secret = "has it"
    else:
        secret = f"lacks it: {wanted}" if needed else f"has none: {wanted}"
    return ChannelRow(
        name=channel.name,
        kind=channel.kind,
        speaks=speaks_of(channel.kind, exercise=exercise),
        account=channel.account,
        address=channel.address,
        limit=channel.limit,
        counting=channel.counting,
        audience=channel.audience,
        secret=secret,
    )
