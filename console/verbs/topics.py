"""What posts can be about: the topics of the rules, what was heard and learned of each, and forgetting it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from console.verbs.call import Call, pass_call
from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.output import Column


@dataclass(frozen=True, slots=True)
class Told:
    """One topic; the names of the fields are those of its JSON."""

    topic: str
    mentions: int
    """In the last 24 hours, repeats left out."""
    examples: int
    corrections: int
    by_tables: int
    """Of the corrections, what the tables alone had right."""
    foretold: int
    """What was right with all that was learned before, each judged before it was learned."""


@click.group(
    invoke_without_command=True,
    help=help_of("topics"),
    epilog="A topic is corrected with `watchfloor correct 12 --topic roads`, or o on the wall.",
)
@forms
@click.pass_context
def topics(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """List them, the most spoken of first."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json=as_json, as_csv=as_csv)


@topics.command(
    help="Forget what was learned from corrections: of one topic, or of --all. It cannot be undone."
)
@click.argument("topic", required=False, default="")
@click.option("--all", "all_", is_flag=True, help="Of every topic.")
@pass_call
def forget(call: Call, topic: str, all_: bool) -> None:
    """Have the service forget it; what hands have set on mentions stays."""
    from console.output import one_line

    if all_ == bool(topic.strip()) or (topic and all_):
        raise click.UsageError("name one topic, or say --all")
    fields = {} if all_ else {"topic": topic}
    with call.service() as service:
        told = service.ask("forget", **fields)
    noun = "correction" if told["count"] == 1 else "corrections"
    click.echo(
        one_line(f"{told['count']} {noun} forgotten; topics set by hand stay. Left: {told['learned']}.")
    )


def _list(call: Call, *, as_json: bool, as_csv: bool) -> None:
    from console.output import form_for, write_rows

    form = form_for(as_json=as_json, as_csv=as_csv)
    rows, sentence = _read(call)
    write_rows(rows, _columns(), form, empty="The rules have no topics.")
    if form in ("table", "plain"):
        click.echo(sentence, err=form == "plain")


def _read(call: Call) -> tuple[tuple[Told, ...], str]:
    from console.intake.learning import Score
    from console.intake.rules import load_rules
    from console.model import NO_TOPIC
    from console.store import lessons
    from console.verbs.handed import opened

    rules = load_rules(call.settings.desk.rules)
    examples = Counter(topic for topic, _ in rules.examples)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with opened(call) as connection:
        heard = lessons.counts(connection, yesterday.timestamp())
        taught, sentence = lessons.by_topic(connection), lessons.score(connection).sentence
    rows = []
    for name in dict.fromkeys((*rules.topics, NO_TOPIC, *heard, *taught)):
        score = taught.get(name, Score(0, 0, 0))
        told = Told(name, heard.get(name, 0), examples[name], score.lessons, score.by_tables, score.foretold)
        rows.append(told)
    rows.sort(key=lambda row: (-row.mentions, -row.corrections))
    return tuple(rows), f"{sentence[:1].upper()}{sentence[1:]}."


def _columns() -> tuple[Column[Told], ...]:
    from console.output import Column

    return (
        Column("topic", lambda row: row.topic),
        Column("24h", lambda row: str(row.mentions or "-"), right=True),
        Column("examples", lambda row: str(row.examples or "-"), right=True),
        Column("corrected", lambda row: str(row.corrections or "-"), right=True),
        Column("right before", lambda row: str(row.by_tables) if row.corrections else "-", right=True),
        Column("right now", lambda row: str(row.foretold) if row.corrections else "-"),
    )
