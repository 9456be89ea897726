"""The settings file: writing one to start from, checking it, finding it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

import console
from console.verbs.call import Call, pass_call
from console.verbs.help import help_of


@click.group(help=help_of("config"))
def config() -> None:
    """Hold the verbs of the settings together."""


@config.command()
@pass_call
def path(call: Call) -> None:
    """Say which settings file is read."""
    from console.intake.clean import guard
    from console.settings import find

    found = call.config or find(os.environ)
    if found is None:
        click.echo("none: the defaults hold", err=True)
    else:
        click.echo(guard(str(found.absolute())))


@config.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--print", "to_shell", is_flag=True, help="Write it to the shell instead of a file.")
@pass_call
def init(call: Call, file: Path | None, to_shell: bool) -> None:
    """Write a commented settings file to start from; one that exists is left alone."""
    from console.intake.clean import guard
    from console.paths import settings_places

    template = Path(console.__file__).with_name("settings_template.toml").read_text(encoding="utf-8")
    if to_shell:
        click.echo(template, nl=False)
        return
    named = file or call.config or os.environ.get("WATCHFLOOR_CONFIG")
    target = Path(named) if named else settings_places(os.environ)[0]
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as page:
            page.write(template)
    except FileExistsError:
        raise click.ClickException(f"{target} exists and was left alone; --print shows a fresh one") from None
    click.echo(guard(str(target.absolute())))


@config.command()
@pass_call
def validate(call: Call) -> int:
    """Check the settings, the place list and the tables; name every mistake at once."""
    from console.intake.clean import guard
    from console.settings import SettingsError

    try:
        mistakes = [*_of_the_tables(call)]
    except SettingsError as error:
        mistakes = [*map(str, error.mistakes)]
    for mistake in mistakes:
        click.echo(guard(mistake), err=True)
    if mistakes:
        click.echo(f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}", err=True)
        return 2
    click.echo(guard(f"{call.settings.path or 'the defaults'}: no mistakes"))
    return 0


def _of_the_tables(call: Call) -> Iterator[str]:
    """What is wrong with the place list and the tables that the settings name."""
    from console.intake.place_list import PlaceListError, read_places
    from console.intake.rules import RulesError, load_rules

    desk = call.settings.desk
    if desk.places is not None:
        try:
            yield from (f"{desk.places}: {problem}" for problem in read_places(desk.places).problems)
        except PlaceListError as error:
            yield str(error)
    try:
        load_rules(desk.rules)
    except RulesError as error:
        yield from error.mistakes
