"""What can be asked of the service, one function a request.

| request                            | answer                                                              |
|------------------------------------|---------------------------------------------------------------------|
| `{"do": "hello", "as": "desk"}`    | who you are to the service; you are on shift until you hang up      |
| `{"do": "status"}`                 | pid, since, on_shift, trouble, taken, sources; inbox for who may    |
| `{"do": "take", "posts": [...]}`   | new, edited, deleted, unchanged, refused; sent after the commit     |
| `{"do": "recheck", "mention": 1}`  | state, says: whether it still stands at its source as shown         |
| `{"do": "inbox"}`                  | private posts, newest first; only for whom the settings name        |
| `{"do": "inbox_read", "id": 1}`    | that this one was read; only for the same                           |
| `{"do": "open", "source": "a"}`    | what one look at it brought: new, edited, deleted, unchanged        |
| `{"do": "claim", "subject": ...}`  | the claim; with a reason it is taken over                           |
| `{"do": "release", "subject": ...}`| that it is free                                                     |
| `{"do": "draft", "subject": ...}`  | the draft on a subject and channel, and all that decides about it   |
| `{"do": "draft_save", "draft": 1}` | the same after what was typed; `draft_check`, `draft_drop` likewise |
| `{"do": "submit", "draft": 1}`     | deliveries that are held, or that a second person was asked         |
| `{"do": "approve", "draft": 1}`    | deliveries that are held; `send_back` gives it back to its author   |
| `{"do": "take_back"}`              | that a delivery was taken back; also `look_again`, `settle`         |
| `{"do": "pause", "reason": ...}`   | that nothing goes out any more; `resume` ends it                    |
| `{"do": "routes", "subject": ...}` | departments for an incident, the most fitting first; the ready text |
| `{"do": "escalate", "route": ...}` | the ticket, and the report that is held                             |
| `{"do": "acknowledge"}`            | the ticket that somebody took; `ticket` notes its number or status  |
| `{"do": "told", "subject": ...}`   | who reported, and who has been told what                            |
| `{"do": "tell", "subject": ...}`   | a draft for each who has not been told since the last change        |
| `{"do": "note", "subjects": []}`   | count, skipped, event; also `tag`, `untag`, `snooze`, `wake`,       |
|                                    | `correct`, `close`, `reopen`, `merge`, `split`, `detach`, `promise` |
| `{"do": "undo"}`                   | what was undone of one's own: the last, or the `event` named        |
| `{"do": "forget", "topic": ...}`   | how many corrections of a topic, or of all, teach intake no more    |
| `{"do": "add_place", "name": ...}` | the place that it is listed as, and mentions that name it           |
| `{"do": "refuse_place"}`           | that a name is proposed no more                                     |
| `{"do": "channels"}`               | for each channel, whether it has its secret; never the secret       |
| `{"do": "who_speaks", ...}`        | the account that a channel's secret opens, as its server says       |
| `{"do": "reload"}`                 | names of the sources that changed; places and rules are read anew   |
| `{"do": "stop"}`                   | that it ends; only for the service's own user, or root              |

Who asks is known from the socket alone; a message that names somebody is not believed.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from console.intake.clean import clean_line
from console.service import (
    acts,
    channels,
    claiming,
    drafting,
    escalating,
    naming,
    settling,
    teaching,
    telling,
    tending,
)
from console.service.inbox import inbox, inbox_read, standing
from console.service.intake import NotTakenIn
from console.service.operators import role_of
from console.service.recheck import recheck
from console.service.sessions import session_of
from console.service.socket import Connection, RequestError
from console.settings import SettingsError
from feeds.post import Post
from feeds.source import SourceError

if TYPE_CHECKING:
    from console.service.serve import Service

MOST_POSTS = 200
"""In one `take`; a replay sends 20."""
LONGEST_ID = 512
"""Characters of a post's id, as `feeds.jsonl` makes them."""

Request = Callable[["Service", Connection, Mapping[str, Any]], Awaitable[dict[str, Any]]]


async def hello(service: Service, connection: Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Count the connection as a desk."""
    if request.get("as") != "desk":
        raise RequestError('hello is for desks: {"do": "hello", "as": "desk"}')
    connection.desk = True
    connection.session = session_of(connection.peer.uid, request.get("session"))
    service.presence.arrive(connection.number, connection.peer)
    if service.leases.arrive(connection.session, connection.number):
        await claiming.mark_leaving(service, connection.session, gone=False)
    return {
        "you": connection.peer.name,
        "role": role_of(connection.peer.uid, service.settings, service.accounts),
        "pid": os.getpid(),
        "since": service.since.isoformat(),
    }


async def status(service: Service, connection: Connection, _request: Mapping[str, Any]) -> dict[str, Any]:
    """Say how the service is, from memory: it answers even when the disk does not."""
    taken = service.intake.taken
    return {
        "pid": os.getpid(),
        "since": service.since.isoformat(),
        "on_shift": service.presence.on_shift,
        "trouble": service.trouble,
        "taken": {
            "new": taken.new,
            "edited": taken.edited,
            "deleted": taken.deleted,
            "unchanged": taken.unchanged,
        },
        "sources": msgspec.to_builtins(service.schedule.health),
        **standing(service, connection.peer),
    }


async def take(service: Service, connection: Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Take in posts that somebody replays, as the public's word whatever they say of themselves."""
    try:
        posts = msgspec.convert(request.get("posts"), tuple[Post, ...])
    except msgspec.ValidationError as error:
        raise RequestError(f"these are not posts: {error}") from None
    if len(posts) > MOST_POSTS:
        raise RequestError(f"{len(posts)} posts at once are too many; send {MOST_POSTS} at most")
    ours = {source.name.casefold() for source in service.settings.sources}
    doubts = [_doubt(post, ours) for post in posts]
    if not connection.replays:
        connection.replays = True
        await service.note(connection.peer.name, "replay began")
    try:
        fair = [post for post, doubt in zip(posts, doubts, strict=True) if not doubt]
        counts = await service.take(fair, trust="public")
    except NotTakenIn as error:
        raise RequestError(str(error)) from None
    return {
        "new": counts.new,
        "edited": counts.edited,
        "deleted": counts.deleted,
        "unchanged": counts.unchanged,
        "refused": [*filter(None, doubts), *counts.refused],
    }


def _doubt(post: Post, ours: set[str]) -> str:
    """Why a replayed post is not taken in; nobody may speak in the name of a source of the desk."""
    name = clean_line(f"{post.source} {post.id}")
    if not post.source or not post.id:
        return f"{name}: it has no source or no id"
    if len(post.id) > LONGEST_ID:
        return f"{name}: its id is longer than {LONGEST_ID} characters"
    if clean_line(post.source) != post.source:
        return f"{name}: its source is named in characters that are not seen, or not to be shown"
    if any(when is not None and when.tzinfo is None for when in (post.created_at, post.updated_at)):
        return f"{name}: its time names no zone; write it like 2026-03-01T18:00:00Z"
    if post.source.casefold() in ours:
        return f"{name}: only the desk's own source speaks in that name; replay under another one"
    if post.hazard is not None:
        return f"{name}: official alerts come from the desk's own sources only"
    if post.names:
        return f"{name}: only the desk's own sources say what else a post is called"
    if post.audience != "public":
        return f"{name}: only public posts are replayed"
    if post.state == "gone":
        return f"{name}: only the desk's own sources say that an account was closed"
    return ""


async def open_source(service: Service, connection: Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Look at a source now; a search is looked at in no other way, and the log says who asked for it."""
    name = request.get("source")
    source = next((one for one in service.settings.sources if one.name == name), None)
    if source is None:
        raise RequestError("there is no source of that name")
    if source.kind in ("jetstream", "webhook"):
        raise RequestError(f"{source.name} is not looked at: its posts come by themselves")
    await service.note(connection.peer.name, "source opened", source.name)
    try:
        counts = await service.schedule.open(source.name)
    except (SourceError, NotTakenIn) as error:
        raise RequestError(str(error)) from None
    return {
        "new": counts.new,
        "edited": counts.edited,
        "deleted": counts.deleted,
        "unchanged": counts.unchanged,
        "refused": counts.refused,
    }


async def reload(service: Service, connection: Connection, _request: Mapping[str, Any]) -> dict[str, Any]:
    """Read settings, places and rules anew; if one of them makes no sense, nothing changes."""
    try:
        changed = await service.reload()
    except SettingsError as error:
        raise RequestError(f"the settings were left as they were:\n{error}") from None
    except (OSError, ValueError) as error:
        raise RequestError(f"places and rules were left as they were: {error}") from None
    await service.note(connection.peer.name, "settings reloaded")
    return {"changed": changed}


async def stop(service: Service, connection: Connection, _request: Mapping[str, Any]) -> dict[str, Any]:
    """End the service."""
    if connection.peer.uid not in (0, os.getuid()):
        raise RequestError("only the service's own user may end it")
    await service.note(connection.peer.name, "stop asked")
    service.stopping.set()
    return {"pid": os.getpid()}


REQUESTS: dict[str, Request] = {
    "hello": hello,
    "status": status,
    "take": take,
    "recheck": recheck,
    "inbox": inbox,
    "inbox_read": inbox_read,
    "claim": claiming.claim,
    "release": claiming.release,
    "typing": claiming.typing,
    "draft": drafting.draft,
    "draft_save": drafting.draft_save,
    "draft_check": drafting.draft_check,
    "draft_drop": drafting.draft_drop,
    "submit": drafting.submit,
    "approve": drafting.approve,
    "send_back": drafting.send_back,
    "take_back": settling.take_back,
    "look_again": settling.look_again,
    "settle": settling.settle,
    "pause": settling.pause,
    "resume": settling.resume,
    "routes": escalating.routes,
    "escalate": escalating.escalate,
    "acknowledge": escalating.acknowledge,
    "ticket": escalating.ticket,
    "tell": telling.tell,
    "told": telling.ledger,
    "note": tending.note,
    "tag": tending.tag,
    "untag": tending.untag,
    "snooze": tending.snooze,
    "wake": tending.wake,
    "correct": tending.correct,
    "close": tending.close,
    "reopen": tending.reopen,
    "merge": tending.merge,
    "split": tending.split,
    "detach": tending.detach,
    "promise": tending.promise,
    "undo": acts.undo,
    "forget": teaching.forget,
    "add_place": naming.add_place,
    "refuse_place": naming.refuse_place,
    "channels": channels.channels,
    "who_speaks": channels.who_speaks,
    "open": open_source,
    "reload": reload,
    "stop": stop,
}


async def answer(service: Service, connection: Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Do what a request asks; raises `RequestError` for what is refused."""
    do = request.get("do")
    wanted = REQUESTS.get(do) if isinstance(do, str) else None
    if wanted is None:
        raise RequestError(f"there is no such request; there are {', '.join(REQUESTS)}")
    return await wanted(service, connection, request)
