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
    from console.service.client import NoService, ServiceClient
    from console.store.connect import StoreError
    from console.store.reader import Reader

    try:
        client = ServiceClient.connect(paths)
    except NoService as error:
        yield note("service", str(error), "`watchfloor serve` runs one; a desk starts one of its own.")
        return
    client.close()
    pid, since, trouble = "?", "?", ""
    try:
        reader = Reader(paths.database)
    except StoreError:
        pass
    else:
        state = reader.service()
        reader.close()
        pid, since, trouble = str(state.pid), age_of(state.since, now), state.trouble
    if trouble:
        yield problem("service", trouble, "Mend what it says; the service goes on by itself.")
    yield ok("service", f"running since {since}, process {pid}")
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
            "sources", "the settings name none", "`watchfloor config init` writes a file that shows how."
        )
    try:
        reader = Reader(paths.database)
    except StoreError:
        return
    healths = reader.sources()
    reader.close()
    yield from (_source(health, now) for health in healths)


def _source(health: SourceHealth, now: datetime) -> Finding:
    last = f"last answer {age_of(health.last_answer_at, now, 'never')}"
    new = f"last new item {age_of(health.last_item_at, now, 'never')}"
    text = f"{health.name} is {health.state}, {last}, {new}"
    if health.state in ("live", "quiet"):
        return ok("sources", text)
    text = f"{text}: {health.last_error}" if health.last_error else text
    mend = f"See that {health.address} answers, or take [sources.{health.name}] out of the settings."
    return problem("sources", text, mend) if health.state == "dead" else note("sources", text, mend)
