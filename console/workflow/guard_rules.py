"""The guard's rules: read from TOML, a desk's own file on top of the shipped one, every mistake named."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast, get_args

from feeds.channel import ChannelKind

Level = Literal["inform", "warn", "block"]
"""`inform`: shown. `warn`: a reason must be given. `block`: it is not sent."""
LEVELS: tuple[Level, ...] = get_args(Level)
Heard = Literal["any", "public", "private"]
"""Whether a rule holds for what the public reads, for what only departments and colleagues read, or both."""
PERSONAL = [
    "phone",
    "mail",
    "card",
    "iban",
    "nino",
    "nhs",
    "ssn",
    "steuer-id",
    "bsn",
    "nir",
    "dni",
    "plate",
    "address",
]  # who or where somebody is
CHECKS = (
    *PERSONAL,
    *[
        "terms",
        "markings",
        "links",
        "shorteners",
        "tone",
        "reading",
        "images",
        "shouting",
        "hashtags",
        "fancy",
        "mixed",
        "invisible",
    ],
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: offsets into the text, and what a sentence may repeat of it; never a person's data."""

    start: int
    end: int
    found: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for, how much it weighs, and for whom, where; an empty list holds for all."""

    name: str
    checks: tuple[str, ...]
    level: Level | Literal["off"]
    says: str
    """For the operator: what it is, and what to do; `{found}` stands for the term, host or measure."""
    roles: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    audience: Heard = "any"
    terms: tuple[str, ...] = ()
    """Found in any letters."""
    capitals: tuple[str, ...] = ()
    """Markings that count in capitals only."""
    alone: tuple[str, ...] = ()
    """Markings that are ordinary words: in capitals, and on a line of their own or between strokes."""
    hosts: frozenset[str] = frozenset()
    limit: float = 0.0
    """Of a measure: the mood below, the school grade above which it is found."""

    def holds(self, role: str, channel: str, kind: str, public: bool) -> bool:
        """Whether the rule is for this speech; what is not known of a speech is no way round a rule."""
        return (
            (not self.roles or not role or role in self.roles)
            and (not self.channels or not channel or channel in self.channels)
            and (not self.kinds or not kind or kind in self.kinds)
            and (self.audience == "any" or (self.audience == "public") == public)
        )


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is nobody's secret: the desk's own numbers, addresses and hosts, and places that are public."""

    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    """How numbers begin that no private person has: freephone and the like. Digits only."""
    accounts: tuple[str, ...] = ()
    """Bank accounts that are public, as one for donations."""
    mails: frozenset[str] = frozenset()
    """Mail addresses, or `@host` for all of a host."""
    hosts: frozenset[str] = frozenset()
    """Hosts that a link may lead to, and those under them; none: any host."""
    addresses: tuple[str, ...] = ()
    public_places: tuple[str, ...] = ()
    """Words beside a house number which say that it is no private person's: `town hall`, `school`."""
    facts: tuple[str, ...] = ()
    """Words that tell what happened, and so nothing of our tone: `flood`, `danger`."""
    tag_words: tuple[str, ...] = ()
    """Words that hashtags are made of, by which one without capitals is parted."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, the shipped and the desk's own, and what they let pass."""

    rules: tuple[Rule, ...]
    allowed: Allowed = field(default_factory=Allowed)
    stamp: str = ""
    """Changes whenever a rule does."""


_ALLOWED = tuple(one.name for one in fields(Allowed))
_LISTS = ("roles", "channels", "kinds", "terms", "capitals", "alone", "hosts")
_ADDED = ("terms", "capitals", "alone", "hosts")
"""Lists of a desk's own file that add to the shipped ones; the others take their place."""
_KEYS = ("checks", "level", "says", "audience", "limit", *_LISTS)


def load_rules(path: Path | None = None) -> Rules:
    """Read the shipped rules and, where there is one, a desk's own file on top.

    Raises:
        ValueError: The file cannot be read, or has mistakes; there is a sentence, a line each, for all.
    """
    shipped = tomllib.loads(files("console.workflow").joinpath("guard.toml").read_text("utf-8"))
    mistakes: list[str] = []
    rules: dict[str, Rule] = {}
    allowed = Allowed()
    for name, table in [("guard.toml", shipped), *([(str(path), _read(path))] if path is not None else [])]:
        wrong: list[str] = []
        allowed = _allow(table.get("allow", {}), allowed, wrong)
        _merge(table.get("rules", {}), rules, wrong)
        wrong += [
            f"[{key}] is no part of the guard; there are [allow] and [rules.NAME]."
            for key in table
            if key not in ("allow", "rules")
        ]
        mistakes += [f"{name}: {mistake}" for mistake in wrong]
    if mistakes:
        raise ValueError("\n".join(mistakes))
    whole = Rules(tuple(rules.values()), allowed)
    return replace(whole, stamp=_stamp(whole))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ValueError(f"The guard's rules {path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}.") from error


def _stamp(rules: Rules) -> str:
    parts: list[object] = [rules.allowed, *rules.rules]
    told = [{one: getattr(part, one) for one in part.__slots__} for part in parts]  # type: ignore[attr-defined]
    return sha256(json.dumps(told, sort_keys=True, default=sorted).encode()).hexdigest()[:12]


def _allow(table: Any, before: Allowed, mistakes: list[str]) -> Allowed:
    if not isinstance(table, dict):
        mistakes.append("allow must be a table, [allow].")
        return before
    mistakes += [
        f"[allow] {key} is not known; there are {', '.join(_ALLOWED)}."
        for key in table
        if key not in _ALLOWED
    ]
    changed: dict[str, Any] = {}
    for key in _ALLOWED:
        texts = _texts(table, key, "allow", mistakes)
        if key in ("mails", "hosts"):
            texts = tuple(text.lower() for text in texts)
        old = getattr(before, key)
        changed[key] = (
            old | set(texts) if isinstance(old, frozenset) else tuple(dict.fromkeys((*old, *texts)))
        )
    return Allowed(**changed)


def _merge(table: Any, rules: dict[str, Rule], mistakes: list[str]) -> None:
    if not isinstance(table, dict):
        mistakes.append("rules must be tables, [rules.NAME].")
        return
    for name, entry in table.items():
        if not isinstance(entry, dict):
            mistakes.append(f"rules.{name} must be a table, [rules.{name}].")
            continue
        wrong = [
            f"[rules.{name}] {key} is not known; there are {', '.join(_KEYS)}."
            for key in entry
            if key not in _KEYS
        ]
        made = _rule(name, entry, rules.get(name), wrong)
        mistakes += wrong
        if not wrong:
            rules[name] = made


def _rule(name: str, entry: dict[str, Any], before: Rule | None, mistakes: list[str]) -> Rule:
    where = f"rules.{name}"
    rule = before or Rule(name, (), "warn", "")
    if before is None:
        mistakes += [
            f"[{where}] {key} is missing; the shipped rules have none of this name."
            for key in ("checks", "level", "says")
            if key not in entry
        ]
    lists: dict[str, Any] = {}
    for key in _LISTS:
        if key not in entry:
            continue
        texts = _texts(entry, key, where, mistakes)
        if key == "hosts":
            texts = tuple(text.lower() for text in texts)
        old = getattr(rule, key) if key in _ADDED else ()
        lists[key] = (
            frozenset((*old, *texts)) if key not in ("terms", "capitals", "alone") else (*old, *texts)
        )
    _among(lists.get("kinds", ()), get_args(ChannelKind), where, "kinds", mistakes)
    checks = _texts(entry, "checks", where, mistakes) if "checks" in entry else rule.checks
    _among(checks, CHECKS, where, "checks", mistakes)
    return replace(
        rule,
        **lists,
        checks=checks,
        level=_one_of(entry, "level", (*LEVELS, "off"), rule.level, where, mistakes),
        audience=_one_of(entry, "audience", get_args(Heard), rule.audience, where, mistakes),
        says=_says(entry, rule.says, where, mistakes),
        limit=_number(entry, rule.limit, where, mistakes),
    )


def _texts(table: dict[str, Any], key: str, where: str, mistakes: list[str]) -> tuple[str, ...]:
    texts = table.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        mistakes.append(f'[{where}] {key} must be a list of texts in quotes, as ["one", "another"].')
        return ()
    return tuple(text.strip() for text in cast("list[str]", texts))


def _among(texts: Any, known: tuple[str, ...], where: str, key: str, mistakes: list[str]) -> None:
    mistakes += [
        f"[{where}] {key}: {text!r} is not known; there are {', '.join(known)}."
        for text in sorted(texts)
        if text not in known
    ]


def _one_of(
    entry: dict[str, Any], key: str, known: tuple[str, ...], before: str, where: str, mistakes: list[str]
) -> Any:
    value = entry.get(key, before)
    if value not in known:
        mistakes.append(f"[{where}] {key} must be one of {', '.join(known)}, not {value!r}.")
    return value


def _says(entry: dict[str, Any], before: str, where: str, mistakes: list[str]) -> str:
    says = entry.get("says", before)
    if not isinstance(says, str) or ("says" in entry and not says.strip()):
        mistakes.append(f"[{where}] says must be a sentence in quotes: what it is, and what to do.")
        return before
    return says.strip()


def _number(entry: dict[str, Any], before: float, where: str, mistakes: list[str]) -> float:
    value = entry.get("limit", before)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -100 <= value <= 100:
        mistakes.append(f"[{where}] limit must be a number from -100 to 100, not {value!r}.")
        return before
    return float(value)
