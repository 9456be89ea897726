"""Following what was sent until it is known what became of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from console.verbs.call import Call

if TYPE_CHECKING:
    from console.service.client import ServiceClient
    from console.work import Delivery

LOOK_EVERY = 0.2
"""Seconds between two looks at the database."""
ASK_EVERY = 2.0
"""Seconds between two questions whether the service still runs: without it nothing goes on."""
FOR_A_PERSON = ("refused", "unknown", "waiting", "taken back")
"""States from which nothing goes on, or not for certain, without somebody."""


def follow(call: Call, service: ServiceClient, ids: Sequence[int]) -> int:
    """Print what becomes of deliveries until all are confirmed, or one needs a person; gives the exit code.

    Raises:
        NoService: when the service ends meanwhile; what was to be said is safe in its outbox.
    """
    told: dict[int, str] = {}
    asked = time.monotonic()
    with call.reader() as reader:
        while True:
            found = [one for id_ in ids if (one := reader.delivery(id_)) is not None]
            for one in found:
                if told.get(one.id) != one.state:
                    told[one.id] = one.state
                    click.echo(line_of(one))
            if all(one.state == "confirmed" for one in found):
                return 0
            if any(one.state in FOR_A_PERSON for one in found):
                return 1
            if time.monotonic() - asked > ASK_EVERY:
                service.ask("status")
                asked = time.monotonic()
            time.sleep(LOOK_EVERY)


def line_of(one: Delivery) -> str:
    """One delivery as a sentence: how it stands, what is known, and what can be done about it."""
    from console.output import one_line

    part = f" (part {one.part} of {one.parts})" if one.parts > 1 else ""
    says = f" {one.says}" if one.says else ""
    where = f" {one.url}" if one.url and one.url not in one.says else ""
    mend = _mend(one)
    return one_line(f"delivery {one.id}{part}: {one.state}.{says}{where}{f' {mend}' if mend else ''}")


def _mend(one: Delivery) -> str:
    if one.state == "held":
        return f"`watchfloor take-back {one.id}` stops it."
    if one.state == "waiting":
        return f"`watchfloor look-again {one.id}` lets it go on, `watchfloor take-back {one.id}` does not."
    if one.state == "unknown" and one.next_at is not None:
        return "It may have been said; the account is read back before anything else is done."
    if one.state == "unknown":
        return f"Look there, then `watchfloor settle {one.id} --said` or `--not-said`."
    if one.state == "refused":
        return "Nothing was said; the draft is open again unless a part of it was."
    return ""
