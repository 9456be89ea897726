"""`watchfloor replay`: a file of posts through the running service."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.replay import Progress


def read_speed(_ctx: click.Context, _option: click.Parameter, value: str) -> float | None:
    """Read a number above 0; `max` is None, for as fast as the service takes them."""
    if value == "max":
        return None
    try:
        speed = float(value)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise click.BadParameter(f'"{value}" is neither a number above 0 nor "max"')
    return speed


@click.command(help=help_of("replay"))
@click.argument("file", type=click.File("rb"))
@click.option(
    "--speed", callback=read_speed, default="1", metavar="N|max", help="Times faster than it was said."
)
@click.option("--keep-times", is_flag=True, help="Leave posts dated as they are; else they are told anew.")
@click.option("--source", default="replay", show_default=True, help="The name that the posts come under.")
@pass_call
def replay(call: Call, file: BinaryIO, speed: float | None, keep_times: bool, source: str) -> int:
    """Send it, show how far it is, and say what became of it."""
    from console.replay import replay as play

    with call.service() as service, _bar(file) as (lines, progress):
        done = play(service, lines, source=source, speed=speed, keep_times=keep_times, progress=progress)
    for reason in done.reasons:
        _say(f"refused: {reason}")
    if done.refused > len(done.reasons):
        _say(f"and {done.refused - len(done.reasons)} more")
    _say(f"{done.new} new, {done.edited} edited, {done.unchanged} unchanged, {done.refused} refused")
    return int(bool(done.refused) and not (done.new or done.edited or done.unchanged))


def _say(sentence: str) -> None:
    from console.intake.clean import guard

    click.echo(guard(sentence), err=True)


@contextmanager
def _bar(file: BinaryIO) -> Iterator[tuple[Iterator[bytes], Callable[[Progress], None]]]:
    """The lines of a file, and a bar over its bytes where somebody watches."""
    if not sys.stderr.isatty():
        yield iter(file), lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("replay"),
        BarColumn(),
        TextColumn("{task.fields[taken]} taken, {task.fields[refused]} refused"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=_size(file), taken=0, refused=0)

        def lines() -> Iterator[bytes]:
            for line in file:
                bar.advance(task, len(line))
                yield line

        def show(done: Progress) -> None:
            taken = done.new + done.edited + done.unchanged
            bar.update(task, taken=taken, refused=done.refused)

        yield lines(), show


def _size(file: BinaryIO) -> int | None:
    """Bytes of a file; None for a pipe."""
    return os.fstat(file.fileno()).st_size or None
