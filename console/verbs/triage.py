"""`watchfloor triage`: posts in, judgements out; no settings, no database, no network."""

from __future__ import annotations

from pathlib import Path

import click

from console.verbs.help import help_of

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    help=help_of("triage"),
    epilog="Reads a JSON object a line from standard input and writes a judgement a line, in the same order.",
)
@click.option("--places", type=FILE, help="The place list, CSV or GeoJSON.")
@click.option("--rules", type=FILE, help="Urgency and topic tables of your own.")
def triage(places: Path | None, rules: Path | None) -> int:
    """Hand the streams to intake."""
    from console.triage import run

    return run(places=places, rules=rules)
