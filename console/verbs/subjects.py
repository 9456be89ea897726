"""What work is done on, as it is typed: an incident's key, or a mention's number."""

from __future__ import annotations

import click

from console.work import subject_of_incident, subject_of_mention


def subject_of(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    """The subject's name as the service knows it; raises BadParameter for what can be none.

    Read are `mill-street.flood` and `incident:mill-street.flood`; `12`, `#12` and `mention:12`.
    """
    given = value.strip()
    number = given.removeprefix("mention:").removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 16:
        return subject_of_mention(int(number))
    key = given.removeprefix("incident:")
    if "." not in key or " " in key or not key.isprintable() or len(key) > 200:
        raise click.BadParameter(
            f'"{value}" is no incident, such as mill-street.flood, and no mention, such as 12'
        )
    return subject_of_incident(key)


SUBJECT = click.argument("subject", metavar="SUBJECT", callback=subject_of)
SUBJECT_HELP = "SUBJECT is an incident's key, as `incidents` lists it, or a mention's number: 12 or '#12'."


def typed(subject: str) -> str:
    """A subject as one types it."""
    return subject.removeprefix("incident:").removeprefix("mention:").removeprefix("place:")
