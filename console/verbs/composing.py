"""Where the words of an answer come from on a command line, and how a draft is shown there."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.verbs.subjects import typed

if TYPE_CHECKING:
    from console.settings import Settings
    from console.store.reader import Reader

LONGEST = 64 * 1024
"""Bytes that are read as a text; a draft has 8,000 characters at most."""
SIGNED_IN = "(its author shows it only to people who have signed in: read it on a terminal)"


def pairs_of(given: Sequence[str], option: str) -> dict[str, str]:
    """`KEY=VALUE` options as a table; raises UsageError for one without a key."""
    pairs: dict[str, str] = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not key.strip() or not sign:
            raise click.UsageError(f'{option} is written KEY=VALUE; "{one}" is not')
        pairs[key.strip()] = value.strip()
    return pairs


def text_of(text: str | None, file: Path | None) -> str | None:
    """What is to be said: as given, from a file, or from standard input; None where nothing is."""
    if text is not None:
        return text
    if file is not None:
        with file.open("rb") as page:
            return _decoded(page.read(LONGEST + 1), str(file))
    if sys.stdin is None or sys.stdin.closed:
        return None
    if sys.stdin.isatty():
        click.echo("Type what is to be said; Ctrl+D alone on a line ends it.", err=True)
    return _decoded(sys.stdin.buffer.read(LONGEST + 1), "standard input").strip() or None


def _decoded(body: bytes, where: str) -> str:
    if len(body) > LONGEST:
        raise click.UsageError(
            f"{where} has more than {LONGEST // 1024} KiB: that is no answer; nothing was done"
        )
    try:
        return body.decode("utf-8-sig").rstrip("\n")
    except UnicodeDecodeError:
        raise click.UsageError(f"{where} is not UTF-8 text; nothing was done") from None


def from_template(settings: Settings, name: str, slots: Mapping[str, str]) -> str:
    """The text of a canned reply with its slots filled; empty ones stand, and block sending.

    Raises:
        UsageError: for a reply or a slot that there is not, with the nearest.
    """
    from console.settings_fields import nearest
    from console.workflow.templates import fill, load_templates

    known = load_templates(settings.answers.replies)
    template = known.get(name)
    if template is None:
        raise click.UsageError(
            f'there is no reply "{name}"; {nearest(name, [one.name for one in known.all])}'
        )
    names = [slot.name for slot in template.slots]
    for slot in slots:
        if slot.lower() not in names:
            hint = nearest(slot, names) if names else "it has none"
            raise click.UsageError(f'{name} has no slot "{slot}"; {hint}')
    return fill(template, slots).text


def must_hold(reader: Reader, subject: str, uid: int) -> None:
    """See that somebody holds a subject, or its incident, before they are asked for words.

    The service decides; this is so that nobody types first and is refused after.
    """
    found = reader.subject(subject)
    if found is None:
        raise click.ClickException("there is no such incident or mention, or no more; nothing was done")
    around = {name.casefold() for name in found.covered_by}
    held = [claim for claim in reader.claims() if claim.subject.casefold() in around]
    if any(claim.uid == uid for claim in held):
        return
    name = typed(subject)
    if held:
        raise click.ClickException(
            f"{held[0].name} holds {typed(held[0].subject)}, so nothing was done. To take it over, with a "
            f"reason that they read: `watchfloor claim {name} --over REASON`"
        )
    raise click.ClickException(f"claim it first, nothing was done: `watchfloor claim {name}`")


def draft_facts(shown: Mapping[str, Any], *, exercise: bool, for_eyes: bool) -> Iterator[tuple[str, str]]:
    """What the service says of a draft, for a person, the words themselves last.

    Args:
        shown: The answer to `draft`, `draft_save` or `draft_check`.
        exercise: Whether the desk is one.
        for_eyes: Whether a person reads this on a terminal.
    """
    draft, subject, channel = shown["draft"], shown["subject"], shown["channel"]
    account = f" as {channel['account']}" if channel["account"] else ""
    yield "draft", f"{draft['id']}, version {draft['version']}, {draft['state']}"
    if subject["text"]:
        hidden = subject["original"] and subject["original"]["audience"] == "signed in" and not for_eyes
        who = subject["original"]["who"] if subject["original"] else subject["source"]
        yield "answers", f"{typed(subject['name'])}, {who}: {SIGNED_IN if hidden else subject['text']}"
    else:
        yield "about", typed(subject["name"])
    if shown["changed"]:
        yield "changed", "the post was changed since; read it again, then add --seen"
    if shown["news"]:
        yield "changed", f"{shown['news']} Change the words, then add --seen"
    speaks = speaks_of(channel["kind"], exercise=exercise)
    yield "channel", f"{channel['name']} ({channel['kind']}{account}), {speaks}, {draft['audience']}"
    if draft["lang"]:
        yield "lang", draft["lang"]
    if draft["warning"]:
        yield "warning", draft["warning"]
    for number, part in enumerate(shown["parts"], start=1):
        name = "text" if len(shown["parts"]) == 1 else f"part {number}"
        yield from ((name, line) for line in part.split("\n"))
    limit = f" of {channel['limit']}" if channel["limit"] else ""
    parts = f", in {len(shown['parts'])} parts" if len(shown["parts"]) > 1 else ""
    yield "length", f"{shown['length']}{limit}{parts}"
    for finding in shown["findings"]:
        yield "guard", finding_line(finding["level"], finding["rule"], finding["says"])
    for rule, why in draft["reasons"]:
        yield "reason", f"{rule}: {why}"
    if not shown["findings"]:
        yield "guard", "finds nothing"
    if shown["second"]:
        yield "second", f"a second person has to approve it: {shown['second']}"
    yield "stands", shown["stands"] or "it can be sent"


def finding_line(level: str, rule: str, says: str) -> str:
    """A finding of the guard in one line."""
    mend = {"warn": f" Or give a reason: --reason '{rule}=WHY'."}.get(level, "")
    return f"{level} ({rule}): {says}{mend}"


def speaks_of(kind: str, *, exercise: bool) -> str:
    """Whether anybody hears what is said on a channel: `LIVE`, `EXERCISE`, `dry run` or `by hand`."""
    if exercise:
        return "EXERCISE"
    return {"dry-run": "dry run", "clipboard": "by hand"}.get(kind, "LIVE")


def without_what_is_hidden(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The service's answer as it may leave for a program: not with what is only for people signed in."""
    subject = dict(shown["subject"])
    if subject["original"] and subject["original"]["audience"] == "signed in":
        subject["text"] = ""
    return {**shown, "subject": subject}
