"""The evening: written lines and seeded chance in, every post of every source in order out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import Generic, TypeVar

from console.demo.alerts import bulletins
from console.demo.story import Line, Origin, Scene, news_items, scenes
from console.demo.timeline import LENGTH, MINUTE, anchored
from console.demo.voices import RESIDENTS, Voice, voices, write

POWER_SILENT = (96 * MINUTE, 200 * MINUTE)
"""Seconds of the story between which the power company's feed does not answer."""

_COMMENTS = (
    "please share",
    "boost this",
    "anyone near?",
    "this",
    "read this one",
    "passing this on",
    "!!",
    "look",
)
_SLOT = "<"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that one source shows at one moment. Texts still carry their clock marks (see `timeline`)."""

    at: float
    """Seconds of the story at which it appears."""
    source: Origin
    id: str
    text: str
    scene: str
    said_at: float
    """When it was first published; earlier than `at` for an edit or a deletion."""
    author: str = ""
    author_name: str = ""
    lang: str = ""
    title: str = ""
    reply_to: str = ""
    repost_of: str = ""
    quote_of: str = ""
    place: str = ""
    topic: str = ""
    deleted: bool = False


def evening(seed: int) -> tuple[Item, ...]:
    """Everything that is said this evening, in order. The same seed gives the same evening."""
    everybody = voices()
    items = [item for scene in scenes() for item in _Telling(scene, everybody, seed).items()]
    items += [
        Item(
            news.at * MINUTE,
            "council",
            news.id,
            anchored(news.text, news.at * MINUTE),
            "news",
            news.at * MINUTE,
            title=news.title,
        )
        for news in news_items()
    ]
    items += [
        Item(alert.at * MINUTE, "alerts", alert.id, alert.infos[0].headline, "alerts", alert.at * MINUTE)
        for alert in bulletins()
    ]
    return tuple(sorted(items, key=lambda item: (item.at, item.source, item.id)))


T = TypeVar("T")


class _Deck(Generic[T]):
    """Cards dealt one after the other; when all are out they are shuffled and dealt again."""

    def __init__(self, cards: Sequence[T], dice: Random) -> None:
        self._cards = cards
        self._dice = dice
        self._left: list[T] = []

    def draw(self, fits: Callable[[T], bool] = bool) -> T:
        """The next card that fits; there is always one in a full deck."""
        for full in (False, True):
            if full or not self._left:
                self._left = self._dice.sample(self._cards, len(self._cards))
            for place, card in enumerate(self._left):
                if fits(card):
                    return self._left.pop(place)
        raise LookupError("nobody in this cast can say this line")


class _Telling:
    """One scene told once: chance decides who speaks, how exactly, and who passes it on."""

    def __init__(self, scene: Scene, everybody: tuple[Voice, ...], seed: int) -> None:
        self._scene = scene
        self._dice = Random(f"{seed} {scene.name}")
        self._known = {voice.handle: voice for voice in everybody}
        self._cast = _Deck([voice for voice in everybody if voice.group in scene.cast], self._dice)
        self._crowd = [voice for voice in everybody if voice.group in RESIDENTS]
        self._said: dict[str, Item] = {}
        self._numbers = count(1)

    def items(self) -> Iterator[Item]:
        """Say every line in its turn, each followed by those who repeat it."""
        lines = tuple(self._drawn()) if self._scene.draw else tuple(map(_line, self._scene.lines))
        waiting = [line for line in lines if line.at is None]
        turns = iter(self._turns(len(waiting)))
        for line in sorted(lines, key=lambda line: bool(line.edits or line.deletes)):
            item = self._say(line, next(turns) if line.at is None else line.at * MINUTE)
            self._said.setdefault(item.id, item)
            yield item
            if item.source == "posts" and not (line.edits or line.deletes):
                yield from self._passed_on(item, line)

    def _turns(self, lines: int) -> list[float]:
        start, span = self._scene.start, self._scene.until - self._scene.start
        if self._scene.height is not None:
            ends = self._scene.start, self._scene.until, self._scene.height
            return sorted(self._dice.triangular(*ends) * MINUTE for _ in range(lines))
        return [
            (start + (turn + self._dice.uniform(0.05, 0.95)) / lines * span) * MINUTE for turn in range(lines)
        ]

    def _say(self, line: Line, at: float) -> Item:
        earlier = line.edits or line.deletes
        if earlier:
            first = self._said[earlier]
            return replace(first, at=at, text=line.text or first.text, deleted=bool(line.deletes))
        voice = self._voice(line)
        written_out = line.id or line.lang or self._scene.source != "posts"
        scene = self._scene
        text = (
            line.text
            if written_out
            else write(line.text, voice.style, self._dice, tags=scene.tags, emoji=scene.emoji)
        )
        return Item(
            at=at,
            source=scene.source,
            id=line.id or f"{scene.name.replace(' ', '-')}-{next(self._numbers)}",
            text=anchored(text, at),
            scene=scene.name,
            said_at=at,
            author=voice.handle,
            author_name=voice.name,
            lang=line.lang or ("" if scene.name == "hostile" else "en"),
            reply_to=line.re,
            place=line.place,
            topic=line.topic,
        )

    def _voice(self, line: Line) -> Voice:
        if line.by:
            return self._known.get(line.by) or Voice(line.by, line.by, "office", "plain")
        return self._cast.draw(lambda voice: f"@{voice.handle}" not in line.text)

    def _passed_on(self, item: Item, line: Line) -> Iterator[Item]:
        times = line.reposts
        if not times and self._dice.random() < self._scene.reposts:
            times = self._dice.randint(1, 3)
        others = [voice for voice in self._crowd if voice.handle != item.author]
        for number, voice in enumerate(self._dice.sample(others, times), start=1):
            # Squared chance: most of those who pass something on do so in the first minutes.
            at = item.at + (0.3 + self._dice.random() ** 2 * line.over) * MINUTE
            if at < LENGTH:
                yield self._repeat(item, voice, at, number)

    def _repeat(self, item: Item, voice: Voice, at: float, number: int) -> Item:
        passed = replace(
            item,
            at=at,
            said_at=at,
            id=f"{item.id}-r{number}",
            author=voice.handle,
            author_name=voice.name,
            reply_to="",
        )
        quoted = f"RT @{item.author}: {item.text}"
        match self._dice.randrange(8):
            case 0:
                return replace(passed, text=quoted)
            case 1:
                return replace(passed, text=f"{self._dice.choice(_COMMENTS)} {quoted}", quote_of=item.id)
            case _:
                return replace(passed, repost_of=item.id)

    def _drawn(self) -> Iterator[Line]:
        """Short reactions: each template in turn, its slots filled by chance, no text twice."""
        templates = _Deck([_line(line).text for line in self._scene.lines], self._dice)
        made: dict[str, None] = {}
        while len(made) < self._scene.draw:
            text = templates.draw()
            while _SLOT in text:
                before, _, rest = text.partition(_SLOT)
                slot, _, after = rest.partition(">")
                text = before + self._dice.choice(self._scene.slots[slot]) + after
            made[text] = None
        return (Line(text=text) for text in made)


def _line(line: str | Line) -> Line:
    return Line(text=line) if isinstance(line, str) else line
