"""Topics that people set by hand, as lessons for intake: kept with the change, gone with its undo.

The lesson is written in the transaction of the correction. What intake makes of all lessons is worked out
anew after it, in the thread that judges: some milliseconds, and nothing that was judged before is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any

from console.intake.clean import clean_line
from console.model import NO_TOPIC
from console.service.operators import operator_of
from console.service.socket import Connection, RequestError
from console.store import lessons, placing, subjects
from console.store.change import Change
from console.work import Item, Refusal, Subject, mention_in

if TYPE_CHECKING:
    from console.service.serve import Service

Answer = dict[str, Any]


def topic(service: Service, given: object) -> str | None:
    """The topic that a request names, as the tables spell it; None lets intake decide again.

    Raises:
        RequestError: There is no such topic; says the nearest, or all.
    """
    if given is None:
        return None
    names = (*service.intake.judge.topics.names, NO_TOPIC)
    name = clean_line(given).strip().casefold() if isinstance(given, str) else ""
    if name in names:
        return name
    close = get_close_matches(name, names, n=1)
    meant = f'did you mean "{close[0]}"?' if close else f"there are {', '.join(names)}."
    raise RequestError(
        f'There is no topic "{name}": {meant} The rules say which there are; `watchfloor topics` lists them.'
    )


def filed(change: Change, subject: Subject, item: Item) -> str | None:
    """The incident that its topic and tier by hand put a mention into: its key, empty for none.

    None where it is as intake says.

    Raises:
        Refusal: It is an official alert.
    """
    id_ = mention_in(subject.name)
    if item.topic is None or id_ is None:
        return None
    if placing.is_alert(change.connection, id_):
        raise Refusal("An official alert is about what its sender says.")
    return placing.filed(change.connection, id_, item.topic, item.tier)


def learn(service: Service, change: Change, edits: Iterable[tuple[Item, Item]]) -> Answer:
    """Keep what the topics among these edits teach, and forget what is taken back.

    Gives what to tell of it, and the ids of mentions that are, or were, in no incident by that (`loose`);
    nothing where no topic is among them.
    """
    turned = [(before, after) for before, after in edits if before.topic != after.topic]
    loose = []
    for before, after in turned:
        id_, subject = mention_in(after.subject), subjects.read(change.connection, after.subject)
        if id_ is None:
            continue
        if after.topic is None or subject is None:
            lessons.forget(change.connection, mentions=[id_])
        else:
            lesson = service.intake.judge.topics.lesson(subject.text, after.topic)
            lessons.keep(change, id_, lesson)
        if "" in (before.filed, after.filed):
            loose.append(id_)
    return _told(change) | {"loose": loose} if turned else {}


async def taught(service: Service, answer: Answer) -> Answer:
    """Let intake go by what was just learned, where that is so."""
    if "learned" in answer:
        await service.write(partial(service.intake.learn, answer.get("loose", ())))
    return answer


def _told(change: Change) -> Answer:
    return {"learned": lessons.score(change.connection).sentence}


async def forget(service: Service, connection: Connection, request: Mapping[str, Any]) -> Answer:
    """Forget what was learned of a topic, or of all. What hands have set stays; it cannot be undone."""
    who, given = operator_of(service, connection), request.get("topic")
    name = clean_line(given).strip() if isinstance(given, str) else ""
    if given is not None and not name:
        raise RequestError("Nothing was forgotten: say of which topic, or of all.")

    def do(change: Change) -> Answer:
        if not who.may("respond"):
            raise Refusal("Your role is to observe: nothing was forgotten.")
        count = lessons.forget(change.connection, topic=name, all_=given is None)
        if not count:
            raise Refusal("Nothing was learned of that, so nothing was forgotten.")
        change.log(who.name, "lessons forgotten", "", {"topic": name, "count": count})
        return {"count": count} | _told(change)

    return await taught(service, await service.work(do))
