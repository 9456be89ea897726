"""Learned words, listed: what each counts for a request, a call for help, and other humanitarian classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from console.verbs.forms import forms
from console.verbs.help import help_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.intake.weights import Weights
    from console.output import Column


@dataclass(frozen=True, slots=True)
class Weight:
    """One word in points, before it shares with the post's other words; the fields' names are its JSON's."""

    word: str
    by: str
    """What is known of it: `itself`, its beginning (`floo-`), or nothing."""
    requests_or_urgent_needs: float = 0.0
    injured_or_dead_people: float = 0.0
    missing_or_found_people: float = 0.0
    displaced_people_and_evacuations: float = 0.0
    infrastructure_and_utility_damage: float = 0.0
    caution_and_advice: float = 0.0
    rescue_volunteering_or_donation_effort: float = 0.0
    calls_for_help: float = 0.0


@click.command(
    help=help_of("weights"),
    epilog="Without a WORD all are listed, what speaks most for a need first. In a post a word counts its "
    "points divided by the square root of how many words are known, and for a need or a call only what it "
    "says more for that than for the strongest of the other columns.",
)
@click.argument("words", metavar="[WORD]...", nargs=-1)
@forms
def weights(words: tuple[str, ...], as_json: bool, as_csv: bool) -> None:
    """List words with their weights, and say whence those come."""
    from console.intake.phrases import fold
    from console.intake.weights import load_weights
    from console.output import form_for, one_line, write_rows

    known = load_weights()
    asked = [key for word in words for key in fold(word)]
    rows = [_weight(word, known) for word in (asked or known.words)]
    if not asked:
        rows = sorted((row for row in rows if row.by != NOTHING), key=_against_need)
    about = known.about
    click.echo(
        one_line(f"Learned from {about['data']}, {about['licence']}, {about['attribution']}."), err=True
    )
    write_rows(
        rows, weight_columns(), form_for(as_json=as_json, as_csv=as_csv), empty="There is no word in that."
    )


NOTHING = "says nothing"


def _weight(word: str, known: Weights) -> Weight:
    from console.intake.weights import BEGINNING, TENTH

    row = known.row(word)
    if not row:
        return Weight(word, NOTHING)
    by = "itself" if word in known.words else f"{word[:BEGINNING]}-"
    return Weight(word, by, *(round(TENTH * tenths, 1) for tenths in row))


def _against_need(row: Weight) -> float:
    """How much more a word says for the strongest other class than for a need."""
    return max(_others(row)) - row.requests_or_urgent_needs


def _others(row: Weight) -> tuple[float, ...]:
    return (
        row.injured_or_dead_people,
        row.missing_or_found_people,
        row.displaced_people_and_evacuations,
        row.infrastructure_and_utility_damage,
        row.caution_and_advice,
        row.rescue_volunteering_or_donation_effort,
    )


def weight_columns() -> Sequence[Column[Weight]]:
    """The word, what is known of it, and its points for a need, a call for help, and each other class."""
    from console.output import Column

    return (
        Column("word", lambda row: row.word, most=20),
        Column("known by", lambda row: row.by, spare=1),
        Column("need", lambda row: f"{row.requests_or_urgent_needs:+g}", right=True),
        Column("call", lambda row: f"{row.calls_for_help:+g}", right=True),
        Column("hurt", lambda row: f"{row.injured_or_dead_people:+g}", right=True),
        Column("missing", lambda row: f"{row.missing_or_found_people:+g}", right=True),
        Column("leaving", lambda row: f"{row.displaced_people_and_evacuations:+g}", right=True),
        Column("damage", lambda row: f"{row.infrastructure_and_utility_damage:+g}", right=True),
        Column("advice", lambda row: f"{row.caution_and_advice:+g}", right=True),
        Column("rescue", lambda row: f"{row.rescue_volunteering_or_donation_effort:+g}"),
    )
