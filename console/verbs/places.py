"""The place list: looking at it, and taking another one in."""

from __future__ import annotations

from pathlib import Path

import click

from console.settings import Settings
from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of


@click.group(help=help_of("places"))
def places() -> None:
    """Hold the verbs of the place list together."""


@places.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@pass_call
def import_places(call: Call, file: Path, dry_run: bool) -> int:
    """Take places in from a CSV or GeoJSON FILE; those already listed gain its spellings."""
    from console.intake.place_list import read_places, write_places
    from console.output import busy, one_line
    from console.verbs.merging import merge

    target = _list_of(call.settings)
    with busy("reading places"):
        arriving = read_places(file)
        present = read_places(target).places if target.exists() else ()
        merged = merge(present, arriving.places)
    for problem in arriving.problems:
        click.echo(one_line(f"{file}: {problem}"), err=True)
    if not arriving.places:
        raise click.ClickException(f"{file} holds no place; nothing was changed")
    count = f"{merged.new} new, {merged.changed} changed, {len(merged.places)} in all"
    if dry_run:
        click.echo(f"would be: {count}; nothing was changed")
        return 0
    write_places(target, merged.places)
    click.echo(f"{count}; {_told_the_service(call)}")
    return 0


def _list_of(settings: Settings) -> Path:
    """The place list that the settings name, else the one that will lie beside them."""
    if settings.place_list is None:
        raise click.UsageError(
            "a place list lies beside the settings file, and there is none yet; "
            "`watchfloor config init` writes one"
        )
    return settings.place_list


def _told_the_service(call: Call) -> str:
    from console.service.client import NoService, Refused

    try:
        with call.service() as service:
            service.ask("reload")
    except NoService:
        return "the service reads them when it starts"
    except Refused as error:
        return f"written, but the service goes on with the old list: {error}"
    return "the service reads them now"


@places.command("list")
@forms
@pass_call
def list_places(call: Call, as_json: bool, as_csv: bool) -> None:
    """List the places that intake knows."""
    from console.intake.place_list import read_places
    from console.model import Place
    from console.output import Column, form_for, write_rows

    target = call.settings.desk.places
    columns: tuple[Column[Place], ...] = (
        Column("place", lambda row: row.name, most=40),
        Column("area", lambda row: row.area),
        Column("also", lambda row: "; ".join(row.aliases)),
    )
    write_rows(
        read_places(target).places if target else (),
        columns,
        form_for(as_json=as_json, as_csv=as_csv),
        empty="No place is known. `watchfloor places import FILE` takes a list in.",
    )
