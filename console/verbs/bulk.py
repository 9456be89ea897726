"""Verbs that work on one subject or many: how these are named, and how it is told what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from console.verbs.call import Call
from console.verbs.subjects import subject_of, typed

F = TypeVar("F", bound=Callable[..., Any])


def subjects_of(ctx: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The subjects' names as the service knows them; raises BadParameter for what can be none."""
    return tuple(subject_of(ctx, option, value) for value in values)


SUBJECTS = click.argument(
    "subjects", metavar="SUBJECT...", nargs=-1, required=True, callback=subjects_of, is_eager=False
)
BULK_HELP = "What a colleague holds is left alone, and named. `undo` takes the whole of it back."


def bulk(function: F) -> F:
    """Add what every such verb takes besides its own: `SUBJECT...` first, `--preview`, `--json`."""
    preview = click.option(
        "--preview", is_flag=True, help="Only count what would be done, and what would not."
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="What was done, as one JSON object.")
    return preview(as_json(function))


def act(
    call: Call,
    do: str,
    doing: str,
    subjects: tuple[str, ...],
    *,
    preview: bool,
    as_json: bool,
    **fields: Any,
) -> int:
    """Have the service do something to subjects, or with `preview` count it; gives the exit code.

    Args:
        call: The command line.
        do: The name of the request.
        doing: What is said to be done to each, such as `tagged bridge`.
        subjects: As the service knows them.
        preview: Whether nothing is to be done yet.
        as_json: Whether a program reads the answer.
        fields: Of the request.
    """
    from console.output import one_line, write_json

    with call.service() as service:
        told = service.ask(do, subjects=list(subjects), preview=preview, **fields)
    skipped = told["skipped"]
    if as_json:
        write_json([told])
        return 1 if preview and not told["count"] else 0
    click.echo(one_line(_done(told, doing, len(skipped) + told["count"], preview=preview)))
    for one in skipped:
        click.echo(one_line(f"left alone: {typed(one['subject'])}: {one['why']}"), err=True)
    return 1 if preview and not told["count"] else 0


def _done(told: Mapping[str, Any], doing: str, of: int, *, preview: bool) -> str:
    count = told["count"]
    many = f"{count} of {of}" if of > count else f"{count}"
    if preview:
        return f"{many} would be {doing}; nothing was done."
    made = f" as {told['incident']}" if told.get("incident") else ""
    learned = f" So far {told['learned']}." if told.get("learned") else ""
    return f"{many} {doing}{made}; `watchfloor undo --event {told['event']}` takes it back.{learned}"
