"""Asking a mention's source whether it still stands as shown, before somebody acts on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from console.service.intake import NotTakenIn
from console.service.socket import Connection, RequestError
from console.store.connect import StoreError
from console.store.known import Shown
from feeds.source import Parsed, Source, SourceError

if TYPE_CHECKING:
    from console.service.serve import Service

ANSWER_WITHIN = 20.0
"""Seconds that a source may take."""

State = Literal["unchanged", "edited", "deleted", "unknown"]
Ask = Callable[[Source, tuple[str, ...]], Awaitable[Parsed]]
"""Asks a source about the posts of these names; raises `SourceError`."""
Answer = dict[str, Any]


async def recheck(service: Service, _connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Ask the source, take in what comes back, and say what that changed."""
    id_ = request.get("mention")
    if not isinstance(id_, int) or isinstance(id_, bool):
        raise RequestError('say which mention by its number: {"do": "recheck", "mention": 1}')
    before = await _shown(service, id_)
    source = next((source for source in service.settings.sources if source.name == before.source), None)
    if source is None:
        said = f"The settings name no source {before.source} any more, so nobody can be asked about it."
        return _answer("unknown", said)
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            found = await service.ask_about(source, before.names)
        await service.take(found.posts, trust=source.trust)
    except TimeoutError:
        return _answer("unknown", f"{source.name} did not answer within {ANSWER_WITHIN:.0f} s.")
    except SourceError as error:
        return _answer("unknown", str(error))
    except NotTakenIn as error:
        raise RequestError(str(error)) from None
    if not found.posts:
        reason = found.refusals[0].reason if found.refusals else "it said nothing about it"
        return _answer("unknown", f"{source.name} was asked, but {reason}.")
    return _compared(before, await _shown(service, id_), source.name)


async def _shown(service: Service, id_: int) -> Shown:
    try:
        shown = await service.write(partial(service.store.shown, id_))
    except StoreError as error:
        raise RequestError(str(error)) from None
    if shown is None:
        raise RequestError(f"there is no mention {id_}, or no more")
    return shown


def _compared(before: Shown, after: Shown, source: str) -> Answer:
    if after.deleted_at is not None:
        return _answer("deleted", f"{source} says that it was deleted.")
    if after.text != before.text or before.deleted_at is not None:
        return _answer("edited", f"{source} says that it was edited; it now stands as it is there.")
    return _answer("unchanged", f"{source} still shows it as it stands here.")


def _answer(state: State, says: str) -> Answer:
    return {"state": state, "says": says}
