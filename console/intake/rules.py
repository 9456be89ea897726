"""The tables of urgency and topic: read from TOML, every mistake named at once, turned into tries."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp, prod
from pathlib import Path
from typing import Any

from console.intake.patterns import Patterns, beginnings
from console.intake.phrases import fold
from console.judgement import NO_TOPIC, Reason, Tier

SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
_TABLES = ("tiers", "voices", "official", "address", "urgency", "topics", "asides")
MAX_SPELLINGS = 20_000
"""Phrases that one entry may stand for."""
PHRASE, HINT = 2, 1
"""What a phrase and a hint of a topic count; it takes as much as a phrase to have a post."""
MAX_EXAMPLES = 200
"""Examples of one topic: a desk writes down a few, the rest it learns from what operators correct."""

Vote = tuple[int, int]
"""A topic, by its place in `Rules.topics`, and what a phrase counts for it."""


class RulesError(Exception):
    """A table that cannot be used; `mistakes` holds a sentence for each thing to mend."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases that mean the same for urgency: what is said to the operator, and what it counts."""

    name: str
    says: str
    points: int
    needs: str = ""
    """A sign (`?`) without which the phrases do not count."""
    danger: bool = False
    """Whether these phrases speak of danger or need: nothing else makes a mention one to act on now."""


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The tables, ready to be looked into."""

    groups: tuple[Group, ...]
    urgency: Patterns[int]
    """Phrase -> places in `groups`; none for a phrase that only takes a word out of the others' hands."""
    topics: tuple[str, ...]
    subjects: Patterns[Vote]
    """Phrase -> what it counts for which topics, likewise."""
    act_now: int
    soon: int
    voices: tuple[tuple[int, int], ...]
    """(independent voices, points), most voices first."""
    official: Mapping[str, int]
    covers: int
    address: int
    """Points added to danger or need where a post gives the number of a house."""
    dangers: tuple[str, ...]
    """How reasons of danger and need begin."""
    grave: tuple[str, ...]
    """How those of them begin that alone are worth more than tier 2 takes."""
    matters: tuple[str, ...]
    """How reasons begin that put a post in tier 2 for another matter: a question, a rumour, a service."""
    examples: tuple[tuple[str, str], ...] = ()
    """(topic, text) of posts that the desk gives as examples."""

    def speak_of_danger(self, reasons: Iterable[Reason]) -> bool:
        """Tell whether any of these reasons speaks of danger or need."""
        return any([reason.text.startswith(self.dangers) for reason in reasons])

    def speak_of_grave_danger(self, reasons: Iterable[Reason]) -> bool:
        """Tell whether any of these reasons is a call for help, or of danger as grave."""
        return any([reason.text.startswith(self.grave) for reason in reasons])

    def speak_of_another_matter(self, reasons: Iterable[Reason]) -> bool:
        """Tell whether any of these reasons is worth tier 2 and speaks of neither danger nor need."""
        return any([reason.text.startswith(self.matters) for reason in reasons])

    def short_of_tier_1(self, points: float, more: float) -> float:
        """How much of a bonus so many points can take without coming to tier 1 by it."""
        if points >= self.act_now:
            return more
        return max(0, min(more, round(self.act_now - 1 - points, 1)))

    def tier(self, points: float) -> Tier:
        """The tier that so many points make."""
        return 1 if points >= self.act_now else 2 if points >= self.soon else 3

    def urgency_of(self, points: float) -> float:
        """Points as a number from 0 to 1; one half lies midway between watching and acting now."""
        return _urgency(points, (self.act_now + self.soon) / 2)

    def voices_points(self, voices: int) -> int:
        """What so many independent voices add to an incident."""
        for least, points in self.voices:
            if voices >= least:
                return points
        return 0


@lru_cache(1024)
def _urgency(points: float, middle: float) -> float:
    return round(1 / (1 + exp(max(-60.0, min(60.0, (middle - points) / 2)))), 6)


def load_rules(path: Path | None = None) -> Rules:
    """Read a table; None reads the one that comes with the program.

    Raises:
        RulesError: The file cannot be read, or has mistakes; all of them are named.
    """
    named = str(path) if path is not None else "rules.toml"
    try:
        table = path.read_bytes() if path is not None else _own_table()
    except OSError as error:
        raise RulesError((f"The rules {named} cannot be read: {error.strerror or error}.",)) from error
    try:
        return _build(_extended(tomllib.loads(table.decode("utf-8-sig"))))
    except UnicodeDecodeError as error:
        raise RulesError((f"{named} is not UTF-8 (byte {error.start}). Save it as UTF-8.",)) from error
    except tomllib.TOMLDecodeError as error:
        raise RulesError((f"{named} is not TOML: {error}.",)) from error
    except RulesError as error:
        raise RulesError(tuple(f"{named}: {mistake}" for mistake in error.mistakes)) from None


def _own_table() -> bytes:
    return Path(__file__).with_name("rules.toml").read_bytes()


def _extended(table: dict[str, Any]) -> dict[str, Any]:
    """Lay a desk's tables over the program's own, where it says `extends = true`.

    What it names goes before what it does not; asides are added to those that there are.
    """
    if (extends := table.pop("extends", False)) is not True:
        return table if extends is False else table | {"extends": extends}
    base = tomllib.loads(_own_table().decode())
    whole = dict(table)
    for part in _TABLES:
        own, there = table.get(part, {}), base.get(part, {})
        if isinstance(own, dict):
            whole[part] = {name: _over(own.get(name), there.get(name)) for name in (*own, *there)}
    return whole


def _over(own: Any, there: Any) -> Any:
    """One entry of a desk's laid over the program's."""
    if isinstance(own, dict) and isinstance(there, dict):
        return there | own
    if isinstance(own, list) and isinstance(there, list):
        return [*there, *own]
    return there if own is None else own


def _build(table: dict[str, Any]) -> Rules:
    mistakes = [
        f"[{name}] is no table of the rules; there are {', '.join(_TABLES)}."
        for name in table
        if name not in (*_TABLES, "extends")
    ]
    if "extends" in table:
        mistakes.append(f"extends must be true or false, not {table['extends']!r}.")
    parts = {name: table.get(name, {}) for name in _TABLES}
    for name, part in parts.items():
        if not isinstance(part, dict):
            mistakes.append(f"{name} must be a table, [{name}].")
            parts[name] = {}
    act_now = _whole(parts["tiers"], "act_now", "tiers", 6, mistakes)
    soon = _whole(parts["tiers"], "soon", "tiers", 3, mistakes)
    if soon >= act_now:
        mistakes.append(f"[tiers] soon ({soon}) must be less than act_now ({act_now}).")
    covers = _whole(parts["official"], "covers", "official", 3, mistakes)
    address = _whole(parts["address"], "points", "address", 2, mistakes)
    official = {name: _whole(parts["official"], name, "official", 1, mistakes) for name in SEVERITIES}
    groups: list[Group] = []
    urgency: list[tuple[str, int | None]] = []
    for name, group in parts["urgency"].items():
        made = _group(name, group, mistakes)
        if made is not None:
            urgency += [
                (phrase, len(groups))
                for phrase in _phrases(group.get("phrases"), f"urgency.{name}", mistakes)
            ]
            groups.append(made)
    topics, subjects, examples = _topics(parts["topics"], mistakes)
    if parts["asides"]:
        asides, sayings = _asides(parts["asides"], mistakes)
        subjects += [(phrase, None) for phrase in (*asides, *sayings)]
        urgency += [(phrase, None) for phrase in asides]
    voices = _voices(parts["voices"], mistakes)
    if mistakes:
        raise RulesError(tuple(mistakes))
    dangers = [group for group in groups if group.danger]
    return Rules(
        tuple(groups),
        Patterns(urgency),
        topics,
        Patterns(subjects),
        act_now,
        soon,
        voices,
        official,
        covers,
        address,
        tuple(f'{group.says} "' for group in dangers),
        tuple(f'{group.says} "' for group in dangers if group.points > soon),
        tuple(f'{group.says} "' for group in groups if group.points >= soon and not group.danger),
        examples,
    )


def _whole(table: dict[str, Any], key: str, name: str, default: int, mistakes: list[str]) -> int:
    value = table.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool) and -100 <= value <= 100:
        return value
    mistakes.append(f"[{name}] {key} must be a whole number from -100 to 100, not {value!r}.")
    return default


def _voices(table: dict[str, Any], mistakes: list[str]) -> tuple[tuple[int, int], ...]:
    steps = []
    for voices in table:
        points = _whole(table, voices, "voices", 0, mistakes)
        if voices.isdecimal():
            steps.append((int(voices), points))
        else:
            mistakes.append(f"[voices] {voices} must be a number of voices.")
    return tuple(sorted(steps, reverse=True))


def _group(name: str, group: Any, mistakes: list[str]) -> Group | None:
    if not isinstance(group, dict):
        mistakes.append(f"urgency.{name} must be a table, [urgency.{name}].")
        return None
    mistakes += [
        f"[urgency.{name}] {key} is not known; there are says, points, needs, danger, phrases."
        for key in group
        if key not in ("says", "points", "needs", "danger", "phrases")
    ]
    if "points" not in group:
        mistakes.append(f"[urgency.{name}] points is missing.")
    points = _whole(group, "points", f"urgency.{name}", 0, mistakes)
    says, needs = group.get("says", name.replace("_", " ")), group.get("needs", "")
    if not isinstance(says, str) or not says.strip() or not isinstance(needs, str):
        mistakes.append(f"[urgency.{name}] says and needs must be text.")
        return None
    danger = group.get("danger", points > 0)
    if not isinstance(danger, bool):
        mistakes.append(f"[urgency.{name}] danger must be true or false, not {danger!r}.")
        return None
    return Group(name, says.strip(), points, needs, danger)


def _topics(
    table: dict[str, Any], mistakes: list[str]
) -> tuple[tuple[str, ...], list[tuple[str, Vote | None]], tuple[tuple[str, str], ...]]:
    """Read the topics: their names, what each phrase counts for them, and their examples."""
    names = tuple(name.casefold() for name in table if name != NO_TOPIC)
    if NO_TOPIC in table:
        mistakes.append(f"[topics] {NO_TOPIC} is what no topic names; it can have no phrases.")
    phrases: list[tuple[str, Vote | None]] = []
    examples: list[tuple[str, str]] = []
    for at, (name, given) in enumerate((name, table[name]) for name in table if name != NO_TOPIC):
        topic = given if isinstance(given, dict) else {"phrases": given}
        mistakes += [
            f"[topics.{name}] {key} is not known; there are phrases, hints, examples."
            for key in topic
            if key not in ("phrases", "hints", "examples")
        ]
        if not topic:
            mistakes.append(f"[topics.{name}] is empty; give it phrases, or a few examples.")
        where = f"topics.{name}" if topic is not given else f"topics.{name}.phrases"
        if "phrases" in topic:
            phrases += [(phrase, (at, PHRASE)) for phrase in _phrases(topic["phrases"], where, mistakes)]
        if "hints" in topic:
            hints = _phrases(topic["hints"], f"topics.{name}.hints", mistakes)
            phrases += [(phrase, (at, HINT)) for phrase in hints]
        examples += [(names[at], text) for text in _examples(topic.get("examples", []), name, mistakes)]
    return names, phrases, tuple(examples)


def _examples(given: Any, name: str, mistakes: list[str]) -> Iterator[str]:
    if not isinstance(given, list) or len(given) > MAX_EXAMPLES:
        mistakes.append(f"topics.{name}.examples must be a list of posts in quotes, {MAX_EXAMPLES} at most.")
        return
    for text in given:
        if isinstance(text, str) and fold(text):
            yield text
        else:
            mistakes.append(f"topics.{name}.examples holds {text!r}, which has no word in it.")


def _asides(table: dict[str, Any], mistakes: list[str]) -> tuple[list[str], list[str]]:
    """Read what counts for nothing at all, and what counts for no topic."""
    mistakes += [
        f"[asides] {key} is not known; there are phrases, sayings."
        for key in table
        if key not in ("phrases", "sayings")
    ]
    asides = list(_phrases(table["phrases"], "asides.phrases", mistakes)) if "phrases" in table else []
    sayings = list(_phrases(table["sayings"], "asides.sayings", mistakes)) if "sayings" in table else []
    return asides, sayings


def _phrases(entries: Any, name: str, mistakes: list[str]) -> Iterator[str]:
    if not isinstance(entries, list) or not entries:
        mistakes.append(f"{name} must be a list of phrases in quotes.")
        return
    for entry in entries:
        if not isinstance(entry, str) or not entry.strip():
            mistakes.append(f"{name} holds {entry!r}, which is no phrase.")
            continue
        if (size := _spellings(entry)) > MAX_SPELLINGS:
            mistakes.append(f"{name}: {entry!r} stands for {size} phrases; part it.")
            continue
        if not beginnings(entry):
            mistakes.append(f"{name} holds {entry!r}, which has no word in it.")
        yield entry


def _spellings(entry: str) -> int:
    """How many phrases an entry stands for; where it cannot be too many, no fewer than that."""
    choices = entry.count("|") + entry.count("?")
    if 1 << choices <= MAX_SPELLINGS:
        return 1 << choices
    return prod(slot.count("|") + 1 + slot.endswith("?") for slot in entry.split())
