"""The place list: looking at it, taking another one in, and names that it does not have yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.settings import Settings
from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from console.model import Unlisted
    from console.output import Column


AS_JSON = click.option("--json", "as_json", is_flag=True, help="What was done, as one JSON object.")


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
    kept = write_places(target, merged.places)
    beside = f"; the list as it was is kept beside it as {kept.name}" if kept else ""
    click.echo(one_line(f"{count}; {_told_the_service(call)}{beside}"))
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


@places.command(
    epilog="Names are proposed once three people say them within a day; reposts and copies do not count. "
    "`places add` puts one on the list, `places refuse` sees that it is proposed no more."
)
@forms
@click.option("--decided", is_flag=True, help="Those that were added or refused instead, and by whom.")
@pass_call
def proposed(call: Call, as_json: bool, as_csv: bool, decided: bool) -> None:
    """List names that people use and the list does not have, the likeliest first."""
    from datetime import UTC, datetime

    from console.output import form_for, write_rows

    now = datetime.now(UTC)
    with call.reader() as reader:
        found = reader.unlisted(decided=decided)
    columns = (_decided_columns if decided else _proposed_columns)(now)
    empty = "No name was decided about." if decided else "No name to add: three voices a day make one."
    write_rows(found, columns, form_for(as_json=as_json, as_csv=as_csv), empty=empty)


def _proposed_columns(now: datetime) -> Sequence[Column[Unlisted]]:
    """What is named, how often, by how many, when last, and what one of them says."""
    from console.output import Column
    from console.words import age_of

    return (
        Column("name", lambda row: row.name, most=32),
        Column("mentions", lambda row: str(row.mentions), right=True, spare=1),
        Column("voices", lambda row: str(row.voices), right=True),
        Column("last", lambda row: age_of(row.last_seen, now), right=True),
        Column("mention", lambda row: str(row.example or "-"), right=True, spare=2),
        Column("text", lambda row: row.text),
    )


def _decided_columns(now: datetime) -> Sequence[Column[Unlisted]]:
    """What was decided of a name, by whom, and when."""
    from console.output import Column
    from console.words import age_of

    return (
        Column("name", lambda row: row.name, most=32),
        Column("decided", lambda row: row.state),
        Column("by", lambda row: row.by),
        Column("ago", lambda row: age_of(row.decided_at, now), right=True),
    )


@places.command(epilog="`watchfloor undo` takes it back; earlier mentions that name it are filed with it.")
@click.argument("name", metavar="NAME")
@click.option("--area", metavar="AREA", default="", help="The area that it lies in.")
@click.option("--as", "of", metavar="OTHER", default="", help="It is another spelling of this listed place.")
@AS_JSON
@pass_call
def add(call: Call, name: str, area: str, of: str, as_json: bool) -> None:
    """Put NAME on the place list, or make it another spelling of a place that is there."""
    from console.output import one_line, write_json

    with call.service() as service:
        told = service.ask("add_place", name=name, area=area, **{"as": of})
    if as_json:
        write_json([told])
        return
    what = f"{told['name']} is on the list" + (f" as {told['place']}" if of else "")
    many = f"{told['filed']} mention{'' if told['filed'] == 1 else 's'}"
    click.echo(one_line(f"{what}; {many} named it; {told['list']}."))


@places.command(epilog="`watchfloor undo` takes it back; `places proposed --decided` shows what was refused.")
@click.argument("name", metavar="NAME")
@AS_JSON
@pass_call
def refuse(call: Call, name: str, as_json: bool) -> None:
    """See that NAME is proposed no more, however many say it."""
    from console.output import one_line, write_json

    with call.service() as service:
        told = service.ask("refuse_place", name=name)
    if as_json:
        write_json([told])
        return
    click.echo(one_line(f"{told['name']} is proposed no more."))
