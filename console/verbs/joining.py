"""What belongs together: incidents made one, mentions taken out of theirs."""

from __future__ import annotations

import click

from console.verbs.bulk import BULK_HELP, SUBJECTS, act, bulk
from console.verbs.call import Call, pass_call
from console.verbs.help import help_of
from console.verbs.subjects import subject_of, typed


@click.command(
    help="Make incidents part of another one; what comes to them from now on goes there as well.",
    epilog=BULK_HELP,
)
@SUBJECTS
@click.option(
    "--into", metavar="KEY", required=True, callback=subject_of, help="The incident that they become part of."
)
@bulk
@pass_call
def merge(call: Call, subjects: tuple[str, ...], into: str, preview: bool, as_json: bool) -> int:
    """Make them one."""
    doing = f"made part of {typed(into)}"
    return act(call, "merge", doing, subjects, preview=preview, as_json=as_json, into=into)


@click.command(help="Make an incident of its own from mentions.", epilog=BULK_HELP)
@SUBJECTS
@bulk
@pass_call
def split(call: Call, subjects: tuple[str, ...], preview: bool, as_json: bool) -> int:
    """Split them off; the service finds a free key."""
    return act(call, "split", "split off", subjects, preview=preview, as_json=as_json)


@click.command(help=help_of("detach"), epilog=BULK_HELP)
@SUBJECTS
@bulk
@pass_call
def detach(call: Call, subjects: tuple[str, ...], preview: bool, as_json: bool) -> int:
    """Take them out."""
    doing = "taken out of their incident"
    return act(call, "detach", doing, subjects, preview=preview, as_json=as_json)
