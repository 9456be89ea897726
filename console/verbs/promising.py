"""Promises that were given elsewhere, and taking back what one did last."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of
from console.verbs.moments import moment
from console.verbs.subjects import SUBJECT, SUBJECT_HELP, typed

WORDS = "next update"


@click.command(
    help=help_of("promise"),
    epilog=f"TIME is 17:00, 30m or 2h. What an answer promises is noted by itself. {SUBJECT_HELP}",
)
@SUBJECT
@click.argument("time", metavar="[TIME]", required=False)
@click.option("--words", metavar="TEXT", default=WORDS, show_default=True, help="What was promised.")
@click.option("--kept", is_flag=True, help="It was kept: the nearest one, or the one that is numbered.")
@click.option(
    "--number", metavar="N", type=click.IntRange(1), default=None, help="Which one was kept, as `item` says."
)
@pass_call
def promise(call: Call, subject: str, time: str | None, words: str, kept: bool, number: int | None) -> None:
    """Note a promise, or that one was kept."""
    from console.output import one_line
    from console.words import clock

    if kept == (time is not None) or (number is not None and not kept):
        raise click.UsageError("say until when it was promised, or --kept, perhaps with its --number")
    if time is None:
        with call.service() as service:
            service.ask("promise", subject=subject, kept=number or 0)
        click.echo(one_line(f"{typed(subject)}: kept. Its clock has stopped."))
        return
    now = datetime.now(UTC)
    due = moment(time, now, call.settings)
    with call.service() as service:
        service.ask("promise", subject=subject, due=due.isoformat(), words=words)
    click.echo(one_line(f'{typed(subject)}: "{words}" is promised for {clock(due, now, call.zone)}.'))


@click.command(
    help="Undo what you did last to work itself: all of it, or nothing.",
    epilog="What was sent is not undone; `take-back` stops it while that can be.",
)
@click.option(
    "--event", metavar="N", type=click.IntRange(1), help="Another act of yours: its line of the log."
)
@click.option("--json", "as_json", is_flag=True, help="What was undone, as one JSON object.")
@pass_call
def undo(call: Call, event: int | None, as_json: bool) -> None:
    """Take it back."""
    from console.output import one_line, write_json

    with call.service() as service:
        told = service.ask("undo", event=event or 0)
    if as_json:
        write_json([told])
        return
    names = ", ".join(map(typed, told["subjects"][:3])) + (" and more" if told["count"] > 3 else "")
    click.echo(one_line(f"Undone: {told['what']} ({names}), line {told['undone']} of the log."))
