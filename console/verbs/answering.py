"""Answering: `reply`, and the second person's `approve` and `send-back`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of
from console.verbs.subjects import SUBJECT, SUBJECT_HELP

if TYPE_CHECKING:
    from console.service.client import ServiceClient

DRAFT = click.argument("number", metavar="DRAFT", type=click.IntRange(1))
WAIT = click.option(
    "--wait", is_flag=True, help="Stay until it is confirmed; fail where it is refused or unknown."
)
AUDIENCES = click.Choice(["public", "unlisted", "private", "direct"])


@click.command(
    help=help_of("reply"),
    epilog=f"{SUBJECT_HELP} Without --text, --file or --template the text comes from standard input; none at "
    "all leaves the draft's as it is.",
)
@SUBJECT
@click.option("--channel", metavar="NAME", default="", help="Where; otherwise the most fitting channel.")
@click.option("--text", metavar="TEXT", help="What to say.")
@click.option(
    "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="What to say, in a file."
)
@click.option("--template", metavar="NAME", help="A canned reply; `replies` lists them.")
@click.option("--slot", "slots", multiple=True, metavar="KEY=VALUE", help="Fill a slot of it; repeatable.")
@click.option("--warning", metavar="TEXT", help="Content warning.")
@click.option("--lang", metavar="TAG", help="Language, such as en or de-AT.")
@click.option("--audience", type=AUDIENCES, help="Never wider than that of the post.")
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    metavar="RULE=WHY",
    help="Why it may be said though the guard warns.",
)
@click.option("--further", is_flag=True, help="It was answered already, and this is to be added.")
@click.option("--seen", is_flag=True, help="You have read the post as it stands now, after it was changed.")
@click.option("--replace", is_flag=True, help="Write over what a colleague typed in this draft.")
@click.option("--send/--keep", default=False, help="Have it said; otherwise it is only kept as a draft.")
@WAIT
@click.option("--json", "as_json", is_flag=True, help="What the service says of the draft, as JSON.")
@pass_call
def reply(
    call: Call,
    /,
    subject: str,
    channel: str,
    text: str | None,
    file: Path | None,
    template: str | None,
    slots: tuple[str, ...],
    reasons: tuple[str, ...],
    send: bool,
    wait: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Keep a draft, say what stands in its way, and with --send have it said."""
    from console.verbs import composing

    if sum(one is not None for one in (text, file, template)) > 1:
        raise click.UsageError("say the words once: --text, --file or --template")
    if slots and template is None:
        raise click.UsageError("--slot fills a slot of a --template, and none was named")
    if wait and not send:
        raise click.UsageError("there is nothing to wait for without --send")
    fields: dict[str, Any] = {
        name: options[name] for name in ("warning", "lang", "audience") if options[name] is not None
    }
    if reasons:
        fields["reasons"] = composing.pairs_of(reasons, "--reason")
    fields |= {name: True for name in ("further", "seen") if options[name]}
    filled = (
        composing.from_template(call.settings, template, composing.pairs_of(slots, "--slot"))
        if template
        else text
    )
    with call.service() as service:
        with call.reader() as reader:
            composing.must_hold(reader, subject, os.geteuid())
        words = composing.text_of(filled, file)
        shown = service.ask("draft", subject=subject, channel=channel)
        draft = shown["draft"]
        if words is not None:
            _mind_the_colleague(draft, words, replace=options["replace"])
            fields["text"] = words
        if fields:
            shown = service.ask(
                "draft_save", draft=draft["id"], version=draft["version"], **_kept(draft, fields)
            )
        if not send:
            _show(call, shown, as_json=as_json)
            return 0
        return _send(call, service, shown, wait=wait, as_json=as_json)


def _mind_the_colleague(draft: Mapping[str, Any], words: str, *, replace: bool) -> None:
    """See that nobody writes over what somebody else has typed without knowing."""
    from console.output import one_line

    theirs = draft["text"].strip() and draft["authors"] and draft["authors"][-1] != os.geteuid()
    if theirs and draft["text"].strip() != words.strip() and not replace:
        raise click.ClickException(
            f'{draft["author"]} has typed in draft {draft["id"]}: "{one_line(draft["text"])}". It was left '
            "as it is; --replace writes over it"
        )


def _kept(draft: Mapping[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields to save; reasons that were given before stay beside those given now."""
    if "reasons" in fields:
        return {**fields, "reasons": {**dict(draft["reasons"]), **fields["reasons"]}}
    return fields


def _show(
    call: Call, shown: Mapping[str, Any], *, as_json: bool, sent: Mapping[str, Any] | None = None
) -> None:
    from console.output import write_json, write_pairs
    from console.verbs.composing import draft_facts, without_what_is_hidden

    if as_json:
        write_json([without_what_is_hidden(shown) | ({"sent": sent} if sent is not None else {})])
    else:
        exercise, for_eyes = call.settings.desk.exercise, sys.stdout.isatty()
        write_pairs(draft_facts(shown, exercise=exercise, for_eyes=for_eyes))


def _send(call: Call, service: ServiceClient, shown: Mapping[str, Any], *, wait: bool, as_json: bool) -> int:
    """Submit a draft, and say what comes next."""
    from console.output import one_line

    draft = shown["draft"]
    if shown["stands"]:
        _show(call, shown, as_json=as_json)
        click.echo(one_line(f"Not sent, and kept as draft {draft['id']}: {shown['stands']}"), err=True)
        return 1
    sent = service.ask("submit", draft=draft["id"], version=draft["version"])
    if as_json:
        _show(call, shown, as_json=True, sent=sent)
    if "asked" in sent:
        text = f"Not sent yet: a second person has to approve draft {draft['id']} ({sent['asked']})."
        click.echo(one_line(text), err=as_json)
        return 1 if wait else 0
    return _held(call, service, sent["deliveries"], sent["held"], wait=wait, quiet=as_json)


def _held(
    call: Call, service: ServiceClient, ids: list[int], hold: float, *, wait: bool, quiet: bool = False
) -> int:
    from console.verbs.following import follow

    if not quiet:
        first = ids[0]
        click.echo(f"Held for {hold:g} s as delivery {first}; `watchfloor take-back {first}` stops it.")
    return follow(call, service, ids) if wait else 0


@click.command(
    help=help_of("approve"), epilog="An edit voids it: what is approved is the version that you read."
)
@DRAFT
@click.option(
    "--version", type=click.IntRange(1), help="The version that you have read, if that was elsewhere."
)
@click.option("--yes", is_flag=True, help="Do not ask for the draft's number.")
@WAIT
@pass_call
def approve(call: Call, number: int, version: int | None, yes: bool, wait: bool) -> int:
    """Show original, words and findings, and agree once the draft's number was typed."""
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("without a terminal to ask on, say --yes")
    with call.service() as service:
        shown = service.ask("draft_check", draft=number)
        draft = shown["draft"]
        _show(call, shown, as_json=False)
        if draft["state"] != "asked":
            raise click.ClickException(f"draft {number} does not wait for approval; nothing was approved")
        if version is not None and version != draft["version"]:
            raise click.ClickException(
                f"it is version {draft['version']} by now, not {version}: read it again; nothing was approved"
            )
        if not yes and click.prompt(f"Type {number} to approve it", err=True).strip() != str(number):
            click.echo("Nothing was approved.")
            return 1
        told = service.ask("approve", draft=number, version=draft["version"])
        if told["late"]:
            click.echo(
                "Approved, and late: its author has to look at it again. "
                f"`watchfloor look-again {told['deliveries'][0]}` lets it go on."
            )
            return 0
        return _held(call, service, told["deliveries"], call.settings.answers.hold, wait=wait)


@click.command("send-back", help=help_of("send-back"))
@DRAFT
@click.option("--reason", metavar="TEXT", required=True, help="What is to be changed; its author reads it.")
@pass_call
def send_back(call: Call, number: int, reason: str) -> None:
    """Give it back."""
    with call.service() as service:
        service.ask("send_back", draft=number, reason=reason)
    click.echo(f"Draft {number} is its author's again; the log has your reason.")
