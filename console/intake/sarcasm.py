"""Tell praise that may be meant as its opposite: `great, another power cut`.

Nobody can tell for certain from the words alone, and so nothing is turned around: such a post has no mood.
What is looked for is a word of praise or thanks that is put to something that nobody praises.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, pairwise


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TAGS = _set("sarcasm sarcastic irony /s eyeroll")
"""What takes a kind word back; `eyeroll` is what `mood_words` makes of two emoji."""
_PRAISE = _set(
    "great lovely wonderful fantastic brilliant perfect awesome excellent nice super fabulous amazing "
    "bravo congratulations congrats splendid terrific marvellous marvelous charming delightful fab yay "
    "hooray hurrah good well"
)
_TEPID = frozenset(("good", "well"))
"""Praise only where it is of a job, or of what is seen."""
_THANKS = _set("thanks thank thx cheers kudos applause congratulations congrats bravo")
_LOVE = _set("love loving adore enjoy enjoying")
_GLAD = _set("glad happy delighted thrilled pleased")
HOOKS = (
    _PRAISE | _THANKS | _LOVE | _GLAD | _set("much just exactly right wrong clap luck needs surprise lucky")
)
"""Without one of these no text is looked at twice."""

_BAD = _set(
    "cut cuts outage outages blackout blackouts flood flooded flooding floods leak leaks leaking burst "
    "broken delay delays delayed cancelled canceled closed closure closures closing queue queues "
    "queuing traffic jam jams gridlock roadworks diversion diversions pothole potholes sewage "
    "uncollected strike noise drilling storm storms mud mould mold rats stench smell smells stuck brown "
    "overflowing dumped blocked crash crashed accident evacuated evacuation earthquake quake aftershock "
    "aftershocks wildfire tornado hurricane unsafe"
)
"""Bad in themselves."""
_THINGS = _set(
    "rubbish trash bins bin siren sirens alarm alarms smoke fire fires rain waiting wait dark freezing "
    "power water electricity internet wifi signal heating bus buses train trains street road roads "
    "bridge bridges parking phone phones lights hour hours bill tap drain drains town"
)
"""Bad where they are missing, or there again."""
_TROUBLE = _BAD | _THINGS
_AGAIN = _set("another again yet still third fourth fifth always every usual twice")
_LACK = _set(
    "no not without zero nothing never nobody off out down late broken stuck closed closing cancelled "
    "canceled cancelling dark ignored ignoring useless overflowing dumped blocked delayed shut dont "
    "doesnt wont cant don't doesn't won't can't isn't isnt"
)
_WRONG = _AGAIN | _LACK
_RELIEF = _set(
    "fixed fix fixing restored restoring restore reopened working worked help helped helping helps "
    "rescued rescuing rescue saved saving warning warnings update updates clearing cleared quick "
    "quickly hard crews crew donate donated donating volunteers volunteer volunteering support "
    "supporting neighbours neighbors safe hurt injured harmed contained finally over reopen repaired "
    "repairing sheltering shelter firefighters prayers praying checking sharing organising organizing "
    "responders staff everyone longer stayed generator relief"
)
"""Somebody is really thanked, or something has really ended."""
_SAYINGS: dict[str, tuple[tuple[str, ...], ...]] = {}
for _saying in (
    "what could possibly go wrong",
    "what could go wrong",
    "yeah right",
    "slow clap",
    "good luck with that",
    "what a surprise",
    "thanks for nothing",
    "thank you for nothing",
    "lucky us",
    "lucky me",
    "so much for",
    "just what we needed",
    "just what i needed",
    "exactly what we needed",
    "exactly what i needed",
    "who needs",
):
    _said_words = tuple(_saying.split())
    _SAYINGS[_said_words[0]] = (*_SAYINGS.get(_said_words[0], ()), _said_words)
"""Sayings that mean their opposite, by their first words."""
_STARTS = HOOKS | _SAYINGS.keys()
_BEFORE = _set("oh well just how ah wow and really absolutely that's thats yeah")
"""Words that a sentence may begin with before its praise."""
_DOING = _set("it when sitting waiting standing being how that the")
_DONE = _set("job work done stuff going timing")
_NEAR = 12
"""Words after a word of praise within which what is praised is named."""
_CLOSE = 5


def sounds_sarcastic(words: Sequence[str], text: str) -> bool:
    """Tell whether a text may mean the opposite of its praise.

    `words` are those between its spaces, in small letters and without the punctuation around them.
    """
    if not _TAGS.isdisjoint(words):
        return True
    if not _RELIEF.isdisjoint(words) or _TROUBLE.isdisjoint(words):
        return False
    tokens = text.split()
    starts = compress(range(len(words)), map(_STARTS.__contains__, words))
    return any(_turned(words, tokens, at) or _said(words, tokens, at) for at in starts)


def _said(words: Sequence[str], tokens: Sequence[str], at: int) -> bool:
    """Tell whether a saying that means its opposite begins at a word, beside something bad."""
    for saying in _SAYINGS.get(words[at], ()):
        if tuple(words[at : at + len(saying)]) == saying:
            return _begins(words, tokens, at) and not (_BAD.isdisjoint(words) and _WRONG.isdisjoint(words))
    return False


def _turned(words: Sequence[str], tokens: Sequence[str], at: int) -> bool:
    """Tell whether what follows a word of praise is nothing to praise."""
    word, after = words[at], list(words[at + 1 : at + 1 + _NEAR])
    if word not in HOOKS or not after or ("no", "more") in pairwise(after):
        return False
    near = set(after)
    bad, wrong = not near.isdisjoint(_BAD), not near.isdisjoint(_WRONG)
    if not bad and near.isdisjoint(_THINGS):
        return False
    following = after[0]
    if word in _LOVE:
        return following in _DOING and (wrong or not near.isdisjoint(_BAD | {"hour", "hours"}))
    if word in _GLAD:
        return "without" in near or not near.isdisjoint(_AGAIN)
    ends = tokens[at][-1] in ".!?"
    if word in _THANKS and not ends and tokens[at + 1][-1] not in ".!?":
        return wrong
    if word not in _PRAISE:
        return False
    if following in _DONE or tuple(after[:2]) in (("to", "see"), ("to", "know"), ("to", "hear")):
        return wrong
    if word in _TEPID or not _begins(words, tokens, at):
        return False
    if following in ("another", "more", "yet"):
        return True
    alone = not tokens[at][-1].isalnum()
    return (alone or following in ("now", "so", "no")) and (wrong or not _BAD.isdisjoint(after[:_CLOSE]))


def _begins(words: Sequence[str], tokens: Sequence[str], at: int) -> bool:
    """Tell whether a word begins a sentence or a part of one, but for an `oh` or a `how`."""
    while at > 0 and words[at - 1] in _BEFORE:
        at -= 1
    return at == 0 or tokens[at - 1][-1] in ".!?:,;\u2026-" or not tokens[at - 1][0].isalnum()
