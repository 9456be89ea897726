"""What can be typed: the group of verbs, the exit codes, and how a refusal reaches the shell.

This module and those of `console.verbs` import nothing heavy: a verb loads what it needs when it runs, so
that `--help` and completion stay quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.verbs.call import LINKS, Call

if TYPE_CHECKING:
    from console.settings import Wish

VERBS = {
    "demo": "desk",
    "serve": "service",
    "replay": "replay",
    "triage": "triage",
    "doctor": "doctor",
    "status": "service",
    "config": "config",
    "surges": "surges",
    "incidents": "lists",
    "mentions": "lists",
    "claim": "claiming",
    "release": "claiming",
    "claims": "claiming",
    "next": "queue",
    "queue": "queue",
    "item": "item",
    "note": "tending",
    "tag": "tending",
    "untag": "tending",
    "snooze": "tending",
    "wake": "tending",
    "correct": "tending",
    "topics": "topics",
    "weights": "weights",
    "close": "tending",
    "reopen": "tending",
    "merge": "joining",
    "split": "joining",
    "detach": "joining",
    "promise": "promising",
    "undo": "promising",
    "reply": "answering",
    "drafts": "drafts",
    "approve": "answering",
    "send-back": "answering",
    "outbox": "outbox",
    "take-back": "outbox",
    "look-again": "outbox",
    "settle": "outbox",
    "pause": "outbox",
    "resume": "outbox",
    "routes": "escalating",
    "escalate": "escalating",
    "acknowledge": "tickets",
    "ticket": "tickets",
    "tickets": "tickets",
    "told": "telling",
    "tell": "telling",
    "proposals": "telling",
    "channels": "channels",
    "guard": "wording",
    "replies": "wording",
    "sources": "sources",
    "inbox": "inbox",
    "recheck": "recheck",
    "places": "places",
    "log": "log",
    "backup": "backup",
}
"""Each verb and the module of `console.verbs` that it lives in, in the order in which help lists them."""


class ReaderGone(Exception):
    """Whoever read our output has closed it, as `| head` does."""


class Verbs(click.Group):
    """The verbs, each imported when it is asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb. Click would end a broken pipe as a failure, which it is not."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
            return code
        except BrokenPipeError:
            raise ReaderGone from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the verbs in the order of the manual."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the one verb that was typed."""
        module = VERBS.get(cmd_name)
        if module is None:
            return None
        command = getattr(import_module(f"console.verbs.{module}"), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb that was typed, or say which one is nearest."""
        if args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], VERBS, n=1)
            meant = f'did you mean "{close[0]}"?' if close else "`watchfloor --help` lists them"
            ctx.fail(f'there is no verb "{args[0]}"; {meant}')
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from console.verbs.call import version

        click.echo(f"watchfloor {version()}")
        ctx.exit()


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 refused or failed, 2 the request makes no sense, 3 no service.",
)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The settings file. Otherwise WATCHFLOOR_CONFIG, then the XDG places, then defaults that work.",
)
@click.option(
    "--link",
    type=click.Choice(LINKS),
    help="How much the desk draws. Otherwise WATCHFLOOR_LINK, then the settings, then what the link bears.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Say which version this is.",
)
@click.pass_context
def watchfloor(ctx: click.Context, config: Path | None, link: Wish | None) -> int:
    """The social command centre that runs in a terminal. Without a verb, open the desk."""
    ctx.obj = Call(config, link)
    if ctx.invoked_subcommand is None:
        from console.verbs.desk import open_desk

        return open_desk(ctx.obj)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; nothing expected ends in a traceback."""
    _never_choke_on_output()
    try:
        code = watchfloor.main(arguments, prog_name="watchfloor", standalone_mode=False)
        return int(code or 0)
    except ReaderGone:
        # Nothing to say, not even when Python closes the stream at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        return _complain("stopped", 1)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message(), err=True)
        return 2
    except Exception as error:
        from console.verbs.refusals import as_refusal

        refusal = as_refusal(error)
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(error.ctx.get_usage(), err=True)
        return _complain(refusal.sentence, refusal.exit_code)


def _complain(sentence: str, exit_code: int) -> int:
    from console.intake.clean import guard

    click.echo(f"watchfloor: {guard(sentence)}", err=True)
    return exit_code


def _never_choke_on_output() -> None:
    """Where the locale cannot write a character, write a question mark rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        encoding = getattr(stream, "encoding", None) or ""
        if hasattr(stream, "reconfigure") and encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="replace")
