"""The sources: how each is doing; finding and adding one, trying one, opening one that waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.settings import Settings
    from console.trial import Trial
    from feeds.source import Source

TRUST = {"public": "one voice among others", "official": "it may warn by itself"}


@click.group(
    invoke_without_command=True,
    help=help_of("sources"),
    epilog="Without a further verb it lists the sources that the service knows.",
)
@forms
@pass_call
def sources(call: Call, as_json: bool, as_csv: bool) -> None:
    """List the sources, unless one of the verbs below was typed."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from console.output import form_for, write_rows
    from console.verbs.columns import source_columns

    with call.reader() as reader:
        rows = reader.sources()
    write_rows(
        rows,
        source_columns(datetime.now(UTC)),
        form_for(as_json=as_json, as_csv=as_csv),
        empty="The settings name no source. `watchfloor sources add ADDRESS` adds one.",
    )


@sources.command(short_help="Find out about a source, try it, add it to the settings.")
@click.argument("address", metavar="ADDRESS")
@click.option(
    "--name", metavar="NAME", help="What it is called from now on; otherwise one is made from the address."
)
@click.option(
    "--keyword",
    "keywords",
    multiple=True,
    metavar="WORD",
    help="Only posts with this word (Jetstream); repeatable.",
)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="ACCOUNT",
    help="Whom to sign in as (Bluesky), whose posts to take (Jetstream, a DID); repeatable.",
)
@click.option("--yes", is_flag=True, help="Add it without asking.")
@pass_call
def add(
    call: Call,
    address: str,
    name: str | None,
    keywords: tuple[str, ...],
    accounts: tuple[str, ...],
    yes: bool,
) -> int:
    """Find out what ADDRESS is, try it, show what it brings, and add it to the settings.

    ADDRESS is a web address, a host, @user@server, @name.bsky.social, #tag@server, or a file.
    """
    from console.credentials import wanted_by
    from console.output import busy, one_line
    from console.sources_entry import Wish, append_entry, entry, free_name, with_entry
    from console.trial import find

    file = call.settings.path
    if file is None:
        raise click.ClickException("there is no settings file yet; `watchfloor config init` writes one")
    names = [source.name for source in call.settings.sources]
    if name is not None and name.casefold() in map(str.casefold, names):
        raise click.ClickException(f'there is a source "{name}" already; it was left as it is')
    with busy("finding out what this is"):
        found = find(address, call.settings)
    name = name or free_name(found.name, names)
    own = found.kind == "bluesky"
    wish = Wish(accounts[0] if own and accounts else "", () if own else accounts, keywords)
    today = datetime.now(call.zone).date()
    settings = with_entry(file, entry(found, name, wish, wanted="", today=today))
    source = next(source for source in settings.sources if source.name == name)
    text = entry(found, name, wish, wanted=wanted_by(source), today=today)
    click.echo(one_line(f"{found.title[:1].upper()}{found.title[1:]}."))
    for note in found.notes:
        click.echo(one_line(note))
    _describe_and_try(call, source, settings)
    if not yes and not click.confirm(f"Add it as {name} to {one_line(str(file))}?", err=True):
        click.echo("Nothing was written.")
        return 1
    append_entry(file, text)
    click.echo(one_line(f"Added [sources.{name}] to {file}."))
    return _reload(call)


@sources.command(short_help="Try one that the settings name; nothing is kept.")
@click.argument("name", metavar="NAME")
@pass_call
def test(call: Call, name: str) -> None:
    """Try the source NAME of the settings: look once, show what it brings, keep nothing."""
    _describe_and_try(call, _named(name, call.settings), call.settings)


@sources.command("open", short_help="Look at one now, as a search on Bluesky wants it.")
@click.argument("name", metavar="NAME")
@pass_call
def open_(call: Call, name: str) -> None:
    """Have the service look at NAME now; a search on Bluesky is looked at in no other way."""
    from console.output import one_line

    _named(name, call.settings)
    with call.service() as service:
        told = service.ask("open", source=name)
    counts = [f"{told[word]} {word}" for word in ("new", "edited", "deleted", "unchanged") if told.get(word)]
    click.echo(one_line(f"{name}: {', '.join(counts) or 'nothing new'}."))
    for refusal in told.get("refused") or ():
        click.echo(one_line(f"Left out: {refusal}"))


def _named(name: str, settings: Settings) -> Source:
    from console.settings_fields import nearest

    for source in settings.sources:
        if source.name == name:
            return source
    known = [source.name for source in settings.sources]
    hint = nearest(name, known) if known else "the settings name none"
    raise click.UsageError(f'there is no source "{name}"; {hint}')


def _describe_and_try(call: Call, source: Source, settings: Settings) -> None:
    """Say what a source is and what it needs, then what one look at it brought."""
    from console.output import busy, one_line, write_pairs
    from console.trial import try_out

    write_pairs(_facts(source, settings))
    if source.kind == "webhook":
        click.echo("It is sent to, so there is nothing to look at. The README says how a request is signed.")
        return
    if _lacks_secret(source, settings):
        click.echo("It was not tried: that can be done once its secret is in its place.")
        return
    with busy(f"looking at {one_line(source.name)}"):
        trial = try_out(source, settings)
    _show(call, trial)


def _facts(source: Source, settings: Settings) -> Iterator[tuple[str, str]]:
    from console.credentials import directory_of, wanted_by
    from console.settings_fields import spell

    yield "source", source.name
    yield "kind", source.kind
    yield "address", source.address
    if source.by_hand:
        yield "asked", f"only when somebody types `watchfloor sources open {source.name}`"
    elif source.pushes and source.kind != "mastodon":
        yield "asked", "never; its posts come by themselves"
    elif not source.address.startswith(("http://", "https://")):
        yield "read", "as soon as it changes"
    else:
        yield "asked", f"every {spell(source.interval)}" + (", and listened to" if source.stream else "")
    yield "trust", f"{source.trust}: {TRUST[source.trust]}"
    wanted, directory = wanted_by(source), directory_of(settings)
    if not wanted:
        yield "secret", "needs none"
    else:
        place = f"{directory}/{source.name}" if directory else f"credentials/{source.name}"
        there = "it has one" if not _lacks_secret(source, settings) else "it has none yet"
        yield "secret", f"{wanted}, alone on a line in {place}, mode 0600; {there}"


def _lacks_secret(source: Source, settings: Settings) -> bool:
    from console.credentials import CredentialError, secret_of, wanted_by

    if not wanted_by(source):
        return False
    try:
        return not secret_of(source.name, settings)
    except CredentialError:
        return False  # there is one; the trial says what is wrong with it


def _show(call: Call, trial: Trial) -> None:
    from console.model import NO_PLACE, TIER_WORDS
    from console.output import Column, form_for, one_line, write_rows
    from console.trial import Sample
    from console.verbs.columns import TIER_STYLES
    from console.words import clock

    now = datetime.now(UTC)
    columns: tuple[Column[Sample], ...] = (
        Column("when", lambda row: clock(row.at, now, call.zone), right=True),
        Column("tier", lambda row: TIER_WORDS[row.tier], style=lambda row: TIER_STYLES[row.tier]),
        Column("place", lambda row: row.place or NO_PLACE, most=20, spare=2),
        Column("topic", lambda row: row.topic, most=12, spare=3),
        Column("author", lambda row: row.author, most=24, spare=1),
        Column("text", lambda row: row.text),
    )
    more = " and there are more" if trial.more else ""
    items = f"{trial.items} item{'' if trial.items == 1 else 's'}"
    click.echo(f"One look brought {items}{more}, and left out {len(trial.refusals)}.")
    if trial.private:
        click.echo(f"{trial.private} of them are for the desk's account alone and are not shown here.")
    for refusal in trial.refusals[:3]:
        click.echo(one_line(f"Left out {refusal.item}: {refusal.reason}"))
    if trial.remaining is not None:
        of_all = f" of {trial.limit}" if trial.limit is not None else ""
        click.echo(f"The server grants {trial.remaining}{of_all} more requests for now.")
    write_rows(trial.samples, columns, form_for(), empty="Nothing of it can be shown yet.")


def _reload(call: Call) -> int:
    """Tell a running service; without one the next start reads the file."""
    from console.output import one_line
    from console.service.client import NoService, Refused

    try:
        with call.service() as service:
            service.ask("reload")
    except NoService as error:
        click.echo(one_line(f"Not told to a service: {error}."))
    except Refused as error:
        click.echo(one_line(f"It is in the settings, but the service did not take it up: {error}"), err=True)
        return 1
    else:
        click.echo("The service listens to it from now on.")
    return 0
