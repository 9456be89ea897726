"""A town's name in a hashtag of several words, such as `#HoustonFlood`.

Of 463 such tags with a name in them, people marked the name as a place in two posts (IDRISI-RE): a country's
or a state's tag (`#ItalyEarthquake`) is the name of an event. A town's tells where, so it is taken where
a post names no other town; its streets are in it.
"""

from __future__ import annotations

from console.intake.candidate import Candidate
from console.intake.gazetteer import Gazetteer
from console.intake.phrases import Words
from console.intake.place_words import LOCAL_TAG_ENDINGS, TAG_BEGINNINGS, TAG_ENDINGS

_SHORTEST = 5
"""Letters of a town's name in a tag without capitals."""
_WIDER = frozenset("acrs")
"""Classes of what is wider than a town."""


def town_in_tags(words: Words, gazetteer: Gazetteer, *, beside: bool = False) -> Candidate | None:
    """The first town in a hashtag; None where there is none.

    Beside another place a tag may as well be about somebody who bears a town's name: `#TaylorStrong`. There
    only what weather and traffic are told by counts.
    """
    for first, after in words.hashtags:
        tag = "".join(words.keys[first:after])
        if beside and (tag.startswith(TAG_BEGINNINGS) or not tag.endswith(LOCAL_TAG_ENDINGS)):
            continue
        name, begins = _glued(tag, gazetteer)
        if name:
            ends = len(tag) - begins - len(name.replace(" ", ""))
            return Candidate(first, after, name, "T", "", (begins, ends))
    return None


def _is_town(name: str, gazetteer: Gazetteer) -> bool:
    label = gazetteer.label(name)
    return bool(label) and label[-1] in "+0" and len(name) > 3 and _WIDER.isdisjoint(label)


def _glued(tag: str, gazetteer: Gazetteer) -> tuple[str, int]:
    """A town's name in a tag without capitals, and the letters before it; empty for none."""
    if not tag.startswith(TAG_BEGINNINGS) and not tag.endswith(TAG_ENDINGS):
        return "", 0
    begins = next((len(beginning) for beginning in TAG_BEGINNINGS if tag.startswith(beginning)), 0)
    rest = tag[begins:]
    ending = next((ending for ending in TAG_ENDINGS if rest.endswith(ending)), "")
    name = rest[: len(rest) - len(ending)]
    if len(name) < _SHORTEST:
        return "", 0
    known = name if gazetteer.label(name) else gazetteer.glued(name)
    return (known, begins) if _is_town(known, gazetteer) else ("", 0)
