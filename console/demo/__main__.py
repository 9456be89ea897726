"""`python -m console.demo`: the demo, or with --print the evening as lines to read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from console.demo.evening import Item, evening
from console.demo.timeline import Timeline
from console.intake.clean import clean_line

PAPER = Timeline(datetime(2027, 3, 3, 18, 0, tzinfo=UTC), pace=1.0, zone=UTC)
"""The story at its own pace on some evening, so that the same seed prints the same bytes."""


def lines(seed: int, timeline: Timeline = PAPER) -> Iterator[str]:
    """The evening of a seed, one line an item, safe to print."""
    for item in evening(seed):
        text = clean_line(timeline.tell(f"{item.title}: {item.text}" if item.title else item.text), 300)
        yield f"{timeline.clock(item.at)}  {item.source:<8}  {_who(item):<20}  {text}{_note(item)}"


def _who(item: Item) -> str:
    return f"@{item.author}" if item.source == "posts" else item.author


def _note(item: Item) -> str:
    if item.deleted:
        return "  [deleted]"
    if item.at > item.said_at:
        return "  [edited]"
    return f"  [repost of {item.repost_of}]" if item.repost_of else ""


@click.command()
@click.option("--print", "on_paper", is_flag=True, help="Print the evening instead of playing it.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same evening.")
@click.option("--speed", default=1.0, show_default=True, help="Times faster.")
def main(on_paper: bool, seed: int, speed: float) -> None:
    """An invented town on an invented evening."""
    if on_paper:
        for line in lines(seed):
            click.echo(line)
        return
    from console.demo.play import run
    from console.service.client import NoService

    try:
        sys.exit(run(speed, seed))
    except NoService as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
