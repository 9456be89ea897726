"""Notes, tags, putting away, putting right, closing: what is done to work without saying anything."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import click

from console.verbs.bulk import BULK_HELP, SUBJECTS, act, bulk
from console.verbs.call import Call, pass_call
from console.verbs.help import help_of
from console.verbs.moments import moment
from console.verbs.subjects import SUBJECT_HELP

HELP = f"{SUBJECT_HELP} {BULK_HELP}"
NONE = "none"
"""What lets intake decide again."""


@click.command(help=help_of("note"), epilog=f"A TEXT of - is read from standard input. {HELP}")
@SUBJECTS
@click.argument("text", metavar="TEXT")
@bulk
@pass_call
def note(call: Call, subjects: tuple[str, ...], text: str, preview: bool, as_json: bool) -> int:
    """Write a note."""
    from console.verbs.composing import text_of

    words = (text_of(None, None) or "") if text == "-" else text
    return act(call, "note", "noted", subjects, preview=preview, as_json=as_json, text=words)


@click.command(help="Add a tag; `untag` takes it away again.", epilog=HELP)
@SUBJECTS
@click.argument("word", metavar="TAG")
@bulk
@pass_call
def tag(call: Call, subjects: tuple[str, ...], word: str, preview: bool, as_json: bool) -> int:
    """Add a tag."""
    return act(call, "tag", f"tagged {word}", subjects, preview=preview, as_json=as_json, tags=[word])


@click.command(help=help_of("untag"), epilog=HELP)
@SUBJECTS
@click.argument("word", metavar="TAG")
@bulk
@pass_call
def untag(call: Call, subjects: tuple[str, ...], word: str, preview: bool, as_json: bool) -> int:
    """Take a tag away."""
    from console.intake.clean import clean_line

    if not clean_line(word).strip():
        # To the service no word means all of them.
        raise click.UsageError("say which tag")
    doing = f"no longer tagged {word}"
    return act(call, "untag", doing, subjects, preview=preview, as_json=as_json, tags=[word])


@click.command(
    help=help_of("snooze"),
    epilog="UNTIL is 30m, 2h, 1d or 18:00; report or status for what brings it back earlier than any time; "
    f"'report 2h' for whichever comes first. {HELP}",
)
@SUBJECTS
@click.argument("until", metavar="UNTIL")
@bulk
@pass_call
def snooze(call: Call, subjects: tuple[str, ...], until: str, preview: bool, as_json: bool) -> int:
    """Put it away."""
    word, _, rest = until.strip().lower().partition(" ")
    on = word if word in ("report", "status") else "time"
    at = rest if on != "time" else until
    fields = {"on": on}
    if at:
        fields["until"] = moment(at, datetime.now(UTC), call.settings).isoformat()
    doing = f"put away until {until}"
    return act(call, "snooze", doing, subjects, preview=preview, as_json=as_json, **fields)


@click.command(help=help_of("wake"), epilog=HELP)
@SUBJECTS
@bulk
@pass_call
def wake(call: Call, subjects: tuple[str, ...], preview: bool, as_json: bool) -> int:
    """Bring it back."""
    return act(call, "wake", "brought back", subjects, preview=preview, as_json=as_json)


@click.command(help=help_of("correct"), epilog=f"With none intake decides again. {HELP}")
@SUBJECTS
@click.option("--tier", type=click.Choice(["now", "soon", "watch", NONE]), help="How urgent it is.")
@click.option("--mood", metavar="X", help="Of mentions: -1 to 1, or none.")
@click.option("--topic", metavar="NAME", help="Of mentions: what they are about, or none.")
@bulk
@pass_call
def correct(
    call: Call,
    subjects: tuple[str, ...],
    tier: str | None,
    mood: str | None,
    topic: str | None,
    preview: bool,
    as_json: bool,
) -> int:
    """Set what intake got wrong."""
    from console.filters import TIERS

    if tier is None and mood is None and topic is None:
        raise click.UsageError("say what is right: --tier, --mood, --topic, or more than one of them")
    fields: dict[str, Any] = {"tier": TIERS.get(tier)} if tier else {}
    if mood is not None:
        fields["mood"] = None if mood == NONE else _mood(mood)
    if topic is not None:
        fields["topic"] = None if topic == NONE else topic
    given = (("tier", tier), ("mood", mood), ("topic", topic))
    doing = "set to " + ", ".join(f"{name} {word}" for name, word in given if word)
    return act(call, "correct", doing, subjects, preview=preview, as_json=as_json, **fields)


def _mood(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -1 <= value <= 1:
        raise click.UsageError(f'"{text}" is no mood; write a number from -1 to 1, or {NONE}')
    return value


@click.command(help=help_of("close"), epilog=HELP)
@SUBJECTS
@click.option("--reason", metavar="TEXT", default="", help="Why, for the log.")
@bulk
@pass_call
def close(call: Call, subjects: tuple[str, ...], reason: str, preview: bool, as_json: bool) -> int:
    """Close them."""
    return act(call, "close", "closed", subjects, preview=preview, as_json=as_json, reason=reason)


@click.command(help=help_of("reopen"), epilog=HELP)
@SUBJECTS
@bulk
@pass_call
def reopen(call: Call, subjects: tuple[str, ...], preview: bool, as_json: bool) -> int:
    """Open them again."""
    return act(call, "reopen", "opened again", subjects, preview=preview, as_json=as_json)
