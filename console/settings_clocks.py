"""What `[clocks]` may say: how long each tier may wait, and when the desk is staffed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast, get_args

from msgspec import Meta

from console import settings_fields as fields
from console.model import Tier
from console.workflow.clocks import Clocks, Hours, Spans, read_hours

DAY = 86400.0
TIERS: tuple[Tier, ...] = get_args(Tier)
_span = fields.duration(60.0, 90 * DAY, zero=True)


def _spans(value: Any, base: Path) -> tuple[float, ...]:
    """Three durations, for the tiers 1, 2 and 3; 0 where there is no such clock."""
    given = fields.convert(value, list[Any])
    if len(given) != len(TIERS):
        raise fields.Wrong("needs a duration for each of the three tiers", 'like ["15m", "2h", "8h"]')
    return tuple(_span(one, base) for one in given)


def _hours(value: Any, _base: Path) -> Hours:
    try:
        return read_hours(fields.convert(value, dict[str, str]))
    except ValueError as error:
        raise fields.Wrong("; ".join(str(error).splitlines()), 'like mon-fri = "07:00-19:00"') from None


def _days(value: Any, _base: Path) -> frozenset[date]:
    return frozenset(fields.convert(value, list[date]))


def _tiers(value: Any, _base: Path) -> frozenset[Tier]:
    return frozenset(cast(list[Tier], fields.convert(value, list[Annotated[int, Meta(ge=1, le=3)]])))


CLOCKS: dict[str, fields.Reader] = {
    "answer": _spans,
    "update": _spans,
    "close": _spans,
    "hours": _hours,
    "off": _days,
    "round_the_clock": _tiers,
}


def clocks_of(values: Mapping[str, Any]) -> Clocks:
    """The clocks that checked values make; what is not said stays as it comes with the program."""
    clocks = Clocks()
    tiers: dict[Tier, Spans] = {}
    for place, tier in enumerate(TIERS):
        said = {name: values[name][place] for name in ("answer", "update", "close") if name in values}
        tiers[tier] = replace(clocks.tiers[tier], **said)
    return Clocks(
        tiers,
        replace(values.get("hours", clocks.hours), off=values.get("off", frozenset())),
        values.get("round_the_clock", clocks.round_the_clock),
    )
