"""Learn what words say of the humanitarian classes, and so of urgency; writes `console/intake/weights.json`.

The rules' own points stand before anything is learned: the words learn what those leave unsaid. A word that
fewer than `EVENTS` disasters use is left out, and so is what mostly names a place, a storm or a person.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log
from pathlib import Path

from console.intake import weights as learned
from console.intake.phrases import Words
from console.intake.rules import Rules, load_rules
from console.intake.urgency import weigh
from console.intake.weights import BEGINNING, CALL, CLASSES, COLUMNS, REQUEST, Row, Weights, combined
from tests.training.calls import PARTS, calls
from tests.training.logistic import Example, learn
from tests.training.posts import POSTS, Gold, gold

EVENTS = 4
"""Different disasters in which a word must occur."""
NAMED = 0.95
"""A word that begins with a capital more often than this is a name: of a storm, a country, a station."""
POINTS = 5.0
"""Points that one unit of log-odds makes; of 2 to 6 less gives the rules too much weight, more no gain."""
USUAL = 0.3
"""How much of a class's commonness counts when the likeliest is told; of 0 to 0.7 the best mean F1."""
PENALTY = 0.7
INVENTED = "invented"
INVENTED_COUNT = 1.0
"""What an invented post counts; of the others those of each class count one on average. With more of it calls
are told a little better, and what is asked for after disasters less well."""
ROUNDS = 10
SEED = 20260301
ASKING = (COLUMNS.index(REQUEST), COLUMNS.index(CALL))
SILENT = frozenset(
    (
        "a", "about", "after", "all", "also", "am", "amp", "an", "and", "any", "are", "as", "at", "be",
        "been", "before", "being", "between", "both", "but", "by", "can", "cant", "could", "did", "do",
        "does", "doing", "dont", "down", "during", "each", "even", "few", "for", "from", "had", "has",
        "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "im", "in", "into",
        "is", "it", "its", "just", "may", "me", "might", "mine", "more", "most", "must", "my", "no", "nor",
        "not", "now", "of", "off", "on", "only", "onto", "or", "other", "our", "ours", "out", "over", "own",
        "rt", "same", "shall", "she", "should", "so", "some", "still", "such", "than", "that", "the",
        "their", "theirs", "them", "then", "there", "these", "they", "this", "those", "through", "to",
        "too", "u", "under", "until", "up", "ur", "us", "very", "via", "was", "we", "were", "what", "when",
        "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "would", "yes", "yet",
        "you", "your", "youre", "yours",
    )
)  # fmt: skip
"""Words that only join others: without them the posts of unseen events are told apart as well, by less."""
ABOUT = {
    "what": "weights of words for the humanitarian classes, in tenths of a point",
    "data": "IDRISI-RE, EN gold, train part of 14 events (https://github.com/rsuwaileh/IDRISI), and invented "
    "posts (tests/training/calls.jsonl)",
    "licence": "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
    "attribution": 'Suwaileh, Elsayed, Imran: "IDRISI-RE"; changed: only these weights are derived from it',
    "made_by": "python -m tests.training urgency",
}
OUT = Path(learned.__file__).with_name("weights.json")


def fit(posts: Sequence[Gold], rules: Rules) -> Weights:
    """Learn from these posts alone."""
    own, beginnings = _learn([*posts, *invented()], rules)
    return combined(own, beginnings, usual=_usual(posts), silent=SILENT, about=ABOUT)


def main() -> int:
    """Learn from all posts and write the file; 1 where the data is not there."""
    if not POSTS.exists():
        print("The posts to learn from are not here (../shared/data); nothing was changed.")
        return 1
    own, beginnings = _learn([*gold(), *invented()], load_rules())
    parts = {
        "about": ABOUT,
        "columns": COLUMNS,
        "usual": _usual(gold()),
        "silent": sorted(SILENT),
        "words": own,
        "beginnings": beginnings,
    }
    OUT.write_text(_written(parts), encoding="utf-8")
    print(f"{OUT.name}: {len(own)} words, {len(beginnings)} beginnings, {OUT.stat().st_size // 1000} kB")
    return 0


def invented() -> list[Gold]:
    """Invented posts as they are learned from, dealt into events so that a word must occur in several."""
    return [
        Gold(f"{INVENTED} {at}", f"{INVENTED} {at % PARTS}", "", one.text, CALL if one.call else "", ())
        for at, one in enumerate(calls())
    ]


def names(words: Iterable[str]) -> list[str]:
    """The features of different words: each itself, and its beginning (`floo-`); figures are none."""
    found = []
    for word in words:
        if word in SILENT:
            continue
        if not any(map(str.isdigit, word)):
            found.append(word)
        beginning = word[:BEGINNING]
        if len(beginning) == BEGINNING and not any(map(str.isdigit, beginning)):
            found.append(f"{beginning}-")
    return found


def _learn(posts: Sequence[Gold], rules: Rules) -> tuple[dict[str, Row], dict[str, Row]]:
    read = [Words(post.text) for post in posts]
    texts = [sorted(set(words.keys)) for words in read]
    number = {name: at for at, name in enumerate(_common(posts, read))}
    frequency = Counter(post.label for post in posts if not post.id.startswith(INVENTED))
    even = frequency.total() / len(CLASSES)
    examples = []
    for post, words, different in zip(posts, read, texts, strict=True):
        known = [found for word in different if (found := [n for n in names([word]) if n in number])]
        points = sum(reason.points for reason in weigh(words, rules))
        examples.append(
            Example(
                tuple(number[name] for found in known for name in found),
                max(1, len(known)) ** -0.5,
                _right(post.label),
                points / POINTS,
                INVENTED_COUNT if post.id.startswith(INVENTED) else even / frequency[post.label],
            )
        )
    rows = learn(
        examples, len(number), len(COLUMNS), asking=ASKING, penalty=PENALTY, rounds=ROUNDS, seed=SEED
    )
    tenths = {
        name: tuple(round(weight * POINTS * 10) for weight in rows[at]) for name, at in sorted(number.items())
    }
    own = {name: row for name, row in tenths.items() if not name.endswith("-")}
    return own, {name[:-1]: row for name, row in tenths.items() if name.endswith("-")}


def _right(label: str) -> tuple[int, ...]:
    """The columns that are right for a post; of one that is only known not to ask, all that do not."""
    return (COLUMNS.index(label),) if label else tuple(set(range(len(COLUMNS))).difference(ASKING))


def _usual(posts: Sequence[Gold]) -> Row:
    """What each class has before a word is read, in tenths of a point."""
    frequency = Counter(post.label for post in posts)
    even = len(posts) / len(CLASSES)
    return tuple(round(USUAL * POINTS * 10 * log(frequency[name] / even)) for name in CLASSES)


def _common(posts: Sequence[Gold], read: Sequence[Words]) -> list[str]:
    """The features that occur in enough different events and name nothing; sorted."""
    events: defaultdict[str, set[str]] = defaultdict(set)
    often: Counter[str] = Counter()
    in_places: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for post, words in zip(posts, read, strict=True):
        for key, piece, (start, end) in zip(words.keys, words.pieces, words.spans, strict=True):
            placed = any(first <= start and end <= after for _, _, first, after in post.places)
            for name in names([key]):
                events[name].add(post.event)
                often[name] += 1
                in_places[name] += placed
                capital[name] += piece[0].isupper()
    return sorted(
        name
        for name, times in often.items()
        if len(events[name]) >= EVENTS and in_places[name] <= times / 2 and capital[name] < NAMED * times
    )


def _written(parts: Mapping[str, object]) -> str:
    """JSON with a line for each word, so that a person can read it and a change shows."""
    blocks = []
    for name, part in parts.items():
        if isinstance(part, dict):
            lines = ",\n".join(f"{_compact(key)}: {_compact(value)}" for key, value in part.items())
            blocks.append(f'"{name}": {{\n{lines}\n}}')
        else:
            blocks.append(f'"{name}": {_compact(part)}')
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
