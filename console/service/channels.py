"""Channels as requests: `channels` says which have their secret, `who_speaks` which account each speaks for.

Only the service can answer: secrets are for its eyes alone, and none of them is ever in an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.credentials import CredentialError, secret_of
from console.service.claiming import line
from console.service.operators import operator_of
from console.service.socket import Connection, RequestError
from console.work import Refusal
from feeds.source import SourceError

if TYPE_CHECKING:
    from console.service.serve import Service

Answer = dict[str, Any]
WITHIN = 30.0
"""Seconds that a server has to say whose secret it was shown."""


async def channels(service: Service, _connection: Connection, _request: Mapping[str, Any]) -> Answer:
    """For each channel, whether it has a secret, and what is wrong with one that cannot be used."""
    return {"channels": await asyncio.to_thread(_secrets, service)}


def _secrets(service: Service) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for channel in service.speaking.channels:
        try:
            found[channel.name] = {"secret": bool(secret_of(channel.name, service.settings)), "wrong": ""}
        except CredentialError as error:
            found[channel.name] = {"secret": False, "wrong": str(error)}
    return found


async def who_speaks(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Ask a channel's server whose account its secret opens; nothing is said to anybody."""
    if not operator_of(service, connection).may("respond"):
        raise RequestError("Your role is to observe: nothing was asked.")
    try:
        channel = service.speaking.channel(line(request, "channel"))
        async with asyncio.timeout(WITHIN):
            return {"speaks": await service.ask_who(channel), "named": channel.account}
    except TimeoutError:
        raise RequestError(f"No answer within {WITHIN:.0f} s; nothing was said to anybody.") from None
    except (Refusal, SourceError) as error:
        raise RequestError(str(error)) from None
