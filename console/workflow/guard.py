"""The guard: what of a text must not be said, or not without thinking; asked while typing and before sending.

Pure and deterministic. A sentence of the guard never repeats a person's data, so that it may be shown, stored
with an override and written to the log. Measured: 1.5 ms for 500 characters (tests/bench/guard.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import cast

from console.workflow import guard_people as people
from console.workflow import guard_places as places
from console.workflow import guard_terms as terms
from console.workflow import guard_words as words
from console.workflow.guard_letters import Reading
from console.workflow.guard_rules import LEVELS, PERSONAL, Hit, Level, Rule, Rules, load_rules

__all__ = ["MAX_READ", "Finding", "Guard", "Level", "Speech", "load_guard", "worst"]

MAX_READ = 10_000
"""Characters of a text that are looked at, twice the longest post of any server; a longer one is blocked."""
MOST_HITS = 20
"""What one check finds in one text at most; whoever mends these asks again."""
UNREAD = "unread"
"""The one rule that cannot be switched off: what was not looked at is not sent."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: how much it weighs, a sentence for the operator, and where."""

    rule: str
    level: Level
    says: str
    """What it is, and what to do."""
    start: int
    end: int
    """Offsets into the text; 0, 0 for the whole, and for what is in the title or the content warning."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What is about to be said, where, and by whom; what is unknown stays empty and makes nothing laxer."""

    text: str
    channel: str = ""
    kind: str = ""
    """`feeds.channel.ChannelKind`."""
    role: str = ""
    title: str = ""
    warning: str = ""
    """Content warning."""
    lang: str = ""
    """BCP 47."""
    quotes: str = ""
    """The post that is answered."""
    public: bool = True
    images_without_description: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """One field of a speech, read."""

    reading: Reading
    speech: Speech
    lang: str


Check = Callable[[_Part, Rule], Iterable[Hit]]


class Guard:
    """The rules, ready to be asked."""

    __slots__ = ("_checks", "_rules", "stamp")

    def __init__(self, rules: Rules) -> None:
        self.stamp = rules.stamp
        """Short; another after any change of a rule, so that a later gate knows that it must ask again."""
        self._rules = tuple(rule for rule in rules.rules if rule.level != "off")
        self._checks = {
            (rule.name, check): _check_of(check, rule, rules) for rule in self._rules for check in rule.checks
        }

    def check(self, speech: Speech) -> tuple[Finding, ...]:
        """All that the rules find, worst first, then as it stands in the text. Never raises."""
        found: dict[Finding, None] = {}
        rules = [
            rule
            for rule in self._rules
            if rule.holds(speech.role, speech.channel, speech.kind, speech.public)
        ]
        for name, text in (("", speech.text), ("title", speech.title), ("content warning", speech.warning)):
            if not text and name:
                continue
            part = _Part(Reading(text[:MAX_READ]), speech, speech.lang)
            for rule in rules:
                for finding in self._of_rule(rule, part, name):
                    found[finding] = None
            if len(text) > MAX_READ:
                found[_unread(name)] = None
        return tuple(sorted(found, key=_order))

    def _of_rule(self, rule: Rule, part: _Part, name: str) -> Iterator[Finding]:
        for check in rule.checks:
            if name and check in _OF_THE_WHOLE:
                continue
            for hit in _outermost(islice(self._checks[rule.name, check](part, rule), MOST_HITS)):
                says = rule.says.replace("{found}", hit.found)
                if check in PERSONAL and _repeats(part, hit):
                    says += " It stands in the post that is answered; to repeat it is to publish it again."
                at = (0, 0) if name else (hit.start, hit.end)
                yield Finding(
                    rule.name, cast("Level", rule.level), f"In the {name}: {says}" if name else says, *at
                )


def load_guard(path: Path | None = None) -> Guard:
    """Read the shipped rules, and a desk's own file on top of them.

    Raises:
        ValueError: The file cannot be used; a sentence for each mistake, a line each.
    """
    return Guard(load_rules(path))


def worst(findings: Iterable[Finding]) -> Level | None:
    """The heaviest level among these; None where nothing was found."""
    return max((finding.level for finding in findings), key=LEVELS.index, default=None)


def _outermost(hits: Iterable[Hit]) -> list[Hit]:
    """Without those that lie within another: of `TLP:AMBER+STRICT` and its beginning, the whole."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _order(finding: Finding) -> tuple[int, int, int, str, str]:
    return -LEVELS.index(finding.level), finding.start, finding.end, finding.rule, finding.says


def _unread(name: str) -> Finding:
    return Finding(
        UNREAD,
        "block",
        f"The {name or 'text'} is longer than the {MAX_READ:,} characters that are checked. Shorten it.",
        0,
        0 if name else MAX_READ,
    )


def _repeats(part: _Part, hit: Hit) -> bool:
    """Whether what was found stands in the post that is answered, too."""
    written = Reading(part.reading.text[hit.start : hit.end]).plain.casefold()
    return written in Reading(part.speech.quotes[:MAX_READ]).plain.casefold()


_OF_THE_WHOLE = frozenset(("tone", "reading", "images"))
"""Checks that are asked of a text once, and not of its title."""


def _images(part: _Part, _rule: Rule) -> Iterator[Hit]:
    count = part.speech.images_without_description
    if count > 0:
        yield Hit(0, 0, "1 image" if count == 1 else f"{count} images")


def _check_of(check: str, rule: Rule, rules: Rules) -> Check:
    """One check as a function, with all that can be prepared for it prepared."""
    allowed = rules.allowed
    sought = terms.Terms(rule.terms)
    capitals, alone = terms.Terms(rule.capitals), terms.Terms(rule.alone)
    checks: dict[str, Check] = {
        "phone": lambda part, _: people.phones(part.reading, allowed),
        "mail": lambda part, _: people.mails(part.reading, allowed),
        "plate": lambda part, _: people.plates(part.reading),
        "address": lambda part, _: places.addresses(part.reading, allowed),
        "terms": lambda part, _: terms.forbidden(part.reading, sought),
        "markings": lambda part, _: terms.markings(part.reading, sought, capitals, alone),
        "links": lambda part, _: terms.outside(part.reading, allowed.hosts),
        "shorteners": lambda part, rule: terms.to(part.reading, rule.hosts),
        "tone": lambda part, rule: words.tone(
            part.reading.text, part.speech.quotes, part.lang, rule.limit, allowed.facts
        ),
        "reading": lambda part, rule: words.reading_ease(part.reading.text, part.lang, rule.limit),
        "images": _images,
        "shouting": lambda part, _: words.shouting(part.reading),
        "hashtags": lambda part, _: words.hashtags(part.reading, allowed.tag_words),
        "fancy": lambda part, _: (Hit(*span) for span in part.reading.fancy()),
        "mixed": lambda part, _: (Hit(*part.reading.given(*span)) for span in part.reading.mixed()),
        "invisible": lambda part, _: (Hit(*span) for span in part.reading.invisible()),
    }
    return checks.get(check) or (lambda part, _: people.numbers(part.reading, check, allowed))
