"""`watchfloor triage`: posts in, judgements out; no settings, no database, no network."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

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
    """Make a judge with the defaults of a desk, and hand it the streams."""
    from console.intake.pipeline import Judge
    from console.intake.place_list import read_places
    from console.intake.places import PlaceIndex
    from console.intake.rules import load_rules
    from console.service.memory import settle
    from console.settings_intake import IntakeSettings
    from console.triage import run

    defaults = IntakeSettings()
    known = read_places(places) if places else None
    if known and known.problems:
        from console.output import one_line

        for problem in known.problems:
            click.echo(one_line(f"{places}: {problem}"), err=True)
    judge = Judge(
        PlaceIndex(known.places if known else ()),
        load_rules(rules),
        window=defaults.window,
        voices=defaults.voices,
    )
    if sys.stdin.isatty():
        click.echo("Reading posts from the keyboard, a JSON object a line; Ctrl+D ends it.", err=True)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8 whatever the locale (RFC 8259, 8.1)
    stdin = cast(io.BufferedReader, sys.stdin.buffer)
    settle()
    return run(stdin, sys.stdout, sys.stderr, judge, lambda: datetime.now(UTC))
