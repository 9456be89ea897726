"""The service and the sources: who runs it, whether operators are kept apart from it, what it hears."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from console.doctor.finding import Finding, note, ok, problem
from console.model import SourceHealth
from console.paths import DataPaths
from console.words import age_of


def examine_service(paths: DataPaths, now: datetime) -> Iterator[Finding]:
    """Ask the service how it is, and look whose it is."""
    from console.service.client import NoService, Refused, ServiceClient

    try:
        with ServiceClient.connect(paths) as client:
            answer = client.ask("status")
    except NoService as error:
        what = str(error).partition(";")[0]
        yield note("service", what, "`watchfloor serve` runs one; a desk starts one of its own.")
        return
    except Refused as error:
        yield problem("service", str(error), "Stop it and start it again; what was stored is safe.")
        return
    if answer["trouble"]:
        yield problem("service", answer["trouble"], "Mend what it says; the service goes on by itself.")
    since = age_of(datetime.fromisoformat(answer["since"]), now)
    yield ok("service", f"running for {since}, process {answer['pid']}")
    if paths.socket.stat().st_uid == os.geteuid():
        yield note(
            "service",
            "it runs under your own user: no separation of privilege",
            "On a shared machine run it under a user of its own; the README has a systemd unit.",
        )
    else:
        yield ok("service", "it runs under a user of its own")


def examine_sources(paths: DataPaths, named: int, now: datetime) -> Iterator[Finding]:
    """Look at every source as the service last wrote it down."""
    from console.store.connect import StoreError
    from console.store.reader import Reader

    if not named:
        yield note(
            "sources", "the settings name none", "`watchfloor sources add ADDRESS` finds out about one."
        )
    try:
        with Reader(paths.database) as reader:
            healths = reader.sources()
    except StoreError:
        return  # said of the database already
    yield from (_source(health, now) for health in healths)


def _source(health: SourceHealth, now: datetime) -> Finding:
    state = health.state.upper() if health.state == "dead" else health.state
    text = f"{health.name} is {state}, {_heard(health, now)}"
    if health.state in ("live", "quiet"):
        return ok("sources", text)
    text = f"{text}: {health.last_error.rstrip('.')}" if health.last_error else text
    there = "answers" if health.address.startswith(("http://", "https://")) else "is there"
    mend = (
        f"The service tries again by itself. See whether {health.address} {there}, "
        f"or take [sources.{health.name}] out of the settings."
    )
    return problem("sources", text, mend) if health.state == "dead" else note("sources", text, mend)


def _heard(health: SourceHealth, now: datetime) -> str:
    """When it last answered, and with something new: `last answer 14m ago, last new item 2h ago`."""
    if health.last_answer_at is None:
        return "it never answered"
    answer = f"last answer {age_of(health.last_answer_at, now)} ago"
    if health.last_item_at is None:
        return f"{answer}, nothing new yet"
    return f"{answer}, last new item {age_of(health.last_item_at, now)} ago"
