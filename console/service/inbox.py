"""The restricted inbox as desks ask for it: who may, what they are told, and what the log keeps of it.

The log tells who listed or read which numbers, never what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from console.model import PrivatePost
from console.roles import anyone, may_read
from console.service.presence import Peer
from console.service.socket import Connection, RequestError
from console.settings import Settings
from console.store.connect import StoreError

if TYPE_CHECKING:
    from console.service.serve import Service

NOT_YOURS = "the restricted inbox is not yours to read; the settings name who may, under [inbox] and [roles]"


def permitted(settings: Settings, peer: Peer) -> bool:
    """Whether a peer holds a role that may read the inbox, by the socket's uid alone."""
    return may_read(peer.uid, settings.inbox.roles, settings.roles)


def unseen(settings: Settings, unread: int) -> str:
    """A sentence for when private posts wait for nobody: an unseen call for help is a failure."""
    if not unread or anyone(settings.inbox.roles, settings.roles):
        return ""
    wait = "1 private post waits" if unread == 1 else f"{unread} private posts wait"
    if settings.inbox.roles:
        return (
            f"{wait} in the restricted inbox and nobody on this machine holds a role that may read it; "
            "see [roles] and [inbox]"
        )
    return f"{wait} in the restricted inbox and no role may read it; name one in [inbox]"


def standing(service: Service, peer: Peer) -> dict[str, Any]:
    """What `status` says of the inbox: to those who may read it how much waits, to others nothing at all."""
    if not permitted(service.settings, peer):
        return {}
    return {"inbox": msgspec.to_builtins(service.store.inbox.unread)}


async def inbox(service: Service, connection: Connection, _request: Mapping[str, Any]) -> dict[str, Any]:
    """List what is in the inbox, newest first, to whoever may read it."""
    who = _require(service, connection)

    def listed() -> tuple[PrivatePost, ...]:
        posts = service.store.inbox.posts()
        service.store.log(who, "inbox listed", "", {"ids": [post.id for post in posts]})
        return posts

    try:
        return {"posts": msgspec.to_builtins(await service.write(listed))}
    except StoreError as error:
        raise RequestError(str(error)) from None


async def inbox_read(service: Service, connection: Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Note that one was read, and by whom."""
    who = _require(service, connection)
    id_ = request.get("id")
    if not isinstance(id_, int) or isinstance(id_, bool):
        raise RequestError('say which one by its number: {"do": "inbox_read", "id": 1}')

    def read() -> None:
        service.store.inbox.read(id_, who)
        service.store.log(who, "inbox read", str(id_))

    try:
        await service.write(read)
    except KeyError:
        raise RequestError(f"there is no private post {id_} in the restricted inbox") from None
    except StoreError as error:
        raise RequestError(str(error)) from None
    service.unsaid.set()
    return {"id": id_, "inbox": msgspec.to_builtins(service.store.inbox.unread)}


def _require(service: Service, connection: Connection) -> str:
    if not permitted(service.settings, connection.peer):
        raise RequestError(NOT_YOURS)
    return connection.peer.name
