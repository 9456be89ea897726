"""What folds on real posts, held against verdicts by hand: `python -m tests.bench.signal repeats`.

Each event is replayed through the judge. Its groups, at most a hundred of them, were read one by one, and so
were the 200 pairs that are most alike of those that did not fold; `repeats_verdicts.jsonl` keeps post ids and
verdicts, no texts. The posts were freed of exact copies by those who published them, so copies and changed
copies are made of real posts as well, in the ways in which posts are passed on and reports differ.
"""

from __future__ import annotations

import json
import random
import string
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, pairwise
from pathlib import Path

from console.intake.phrases import Words
from console.intake.pipeline import Judge
from console.intake.repeats import Repeats
from console.intake.rules import load_rules
from console.settings_intake import IntakeSettings
from feeds.post import Post
from tests.bench.intake import read_index
from tests.training.posts import Gold, gold

VERDICTS = Path(__file__).resolve().parents[2] / "intake/repeats_verdicts.jsonl"
SEED = 5
SAMPLE = 100
BAR = 0.98
"""Share of the judged groups of each event that must be right."""
UNJUDGED = 0.05
"""Share of all groups that may have changed since they were judged, before they must be read again."""
APART = 0.98
"""Share of the changed copies that must not fold, of each way by itself."""
FOLDED = 0.95
"""Share of the copies of all ways that must."""
_WIDE = 30
_STREETS = frozenset(
    ("street", "st", "road", "rd", "avenue", "ave", "lane", "drive", "bridge", "river", "park")
)
"""Words that end the name of a street or the like."""
SHORTEST = 12
"""Words of a post that copies are made of; the shortest posts are told apart by every word."""


@dataclass(slots=True)
class _Verdicts:
    right: list[frozenset[str]] = field(default_factory=list)
    wrong: list[frozenset[str]] = field(default_factory=list)
    repeats: list[frozenset[str]] = field(default_factory=list)
    others: list[frozenset[str]] = field(default_factory=list)

    def of(self, group: frozenset[str]) -> bool | None:
        """Whether a group is right; None where it holds posts that were not judged together."""
        if any(two <= group for two in (*self.wrong, *self.others)):
            return False
        return True if any(group <= judged for judged in self.right) else None


def report() -> bool:
    """Print what folds in each event, what is missed, and what becomes of copies; True where it is enough."""
    verdicts = _read_verdicts()
    folded: list[frozenset[str]] = []
    good, unjudged, all_groups = True, 0, 0
    heads = ("posts", "groups", "sampled", "right", "unjudged", "voices")
    print("event".ljust(_WIDE) + "".join(head.rjust(10) for head in heads))
    for event, posts in groupby(gold(), key=lambda post: post.event):
        listed = list(posts)
        groups, voices = _replay(listed)
        sample = sorted(groups, key=sorted)
        sample = random.Random(SEED).sample(sample, min(SAMPLE, len(sample)))
        said = [verdicts.of(group) for group in sample]
        judged = [one for one in said if one is not None]
        share = sum(judged) / len(judged) if judged else 1.0
        had = any(judged <= {post.id for post in listed} for judged in verdicts.right)
        good = good and share >= BAR and (bool(groups) or not had)
        unjudged += len(said) - len(judged)
        all_groups += len(said)
        folded += groups
        counts = (len(listed), len(groups), len(sample), f"{share:.0%}", len(said) - len(judged), voices)
        print(event.ljust(_WIDE) + "".join(str(count).rjust(10) for count in counts))
    print(f"groups {all_groups}, changed since they were judged {unjudged}")
    _report_missed(verdicts, folded)
    return _report_copies() and good and unjudged <= UNJUDGED * all_groups


def _read_verdicts() -> _Verdicts:
    verdicts = _Verdicts()
    for row in map(json.loads, VERDICTS.read_text("utf-8").splitlines()):
        if "group" in row:
            (verdicts.right if row["right"] else verdicts.wrong).append(frozenset(row["group"]))
        else:
            (verdicts.repeats if row["repeat"] else verdicts.others).append(frozenset(row["pair"]))
    return verdicts


def _replay(posts: list[Gold]) -> tuple[list[frozenset[str]], int]:
    """Groups of two posts or more, and how many authors are counted in them; each post is its own author."""
    settings, now = IntakeSettings(), datetime(2026, 1, 1, tzinfo=UTC)
    judge = Judge(read_index(), load_rules(), window=settings.window, voices=settings.voices)
    groups: dict[str, set[str]] = defaultdict(set)
    voices: dict[str, int] = {}
    for one in posts:
        post = Post("replay", one.id, one.text, datetime.fromisoformat(one.created_at), author=one.id)
        ruling = judge.take(post, now=now)
        head = ruling.judgement.repeat_of or one.id
        groups[head].add(one.id)
        voices[head] = ruling.head_voices
    folded = {head: frozenset(members) for head, members in groups.items() if len(members) > 1}
    return list(folded.values()), sum(voices[head] for head in folded)


def _report_missed(verdicts: _Verdicts, folded: list[frozenset[str]]) -> None:
    """Print the estimate of what is missed, from all that was judged to be repeats and does not fold."""
    known = (*verdicts.repeats, *verdicts.right)
    missed = [repeats for repeats in known if not any(repeats <= group for group in folded)]
    count = sum(len(group) - 1 for group in folded)
    later = len({max(repeats) for repeats in missed})
    print(f"judged repeats and not folded: {len(missed)} ({later} posts); folded: {count} posts")
    print(f"found, at most: {count / (count + later):.0%}")


def _report_copies() -> bool:
    dice = random.Random(SEED)
    posts = [post for post in gold() if len(Words(post.text).keys) >= SHORTEST]
    posts = dice.sample(posts, 1500)
    good = True
    for name, ways in (("copies that fold", _copies), ("changed copies that stay apart", _changed)):
        counts: dict[str, list[bool]] = defaultdict(list)
        for post in posts:
            for way, text in ways(post.text, dice).items():
                counts[way].append(_folds(post.text, text) is (ways is _copies))
        shares = {way: sum(told) / len(told) for way, told in counts.items()}
        share = sum(map(sum, counts.values())) / sum(map(len, counts.values()))
        print(f"{name}: {share:.1%}  " + ", ".join(f"{way} {share:.1%}" for way, share in shares.items()))
        good = good and (share >= FOLDED if ways is _copies else min(shares.values()) >= APART)
    return good


def _folds(first: str, then: str) -> bool:
    memory, at = Repeats(), datetime(2026, 1, 1, tzinfo=UTC)
    memory.see("first", Words(first), author="a", at=at)
    return memory.see("then", Words(then), author="b", at=at).head == "first"


def _copies(text: str, dice: random.Random) -> dict[str, str]:
    cut = text[: int(len(text) * 0.75)]
    return {
        "repost": f"RT @somebody: {text}",
        "cut": f"RT @somebody: {cut}…",
        "via": f"{text} via @somebody",
        "link": f"{text} https://t.example/{dice.randrange(9999)}",
        "tags": f"{text} #news #{dice.choice(('viral', 'today', 'live'))}",
        "source": f"{text} - Northfield Daily News",
        "lead": f"BREAKING: {text}",
        "capitals": text.upper(),
        "emoji": f"\U0001f631 {text} \U0001f631",
        "look-alikes": text.replace("e", "\u0435", 3),
    }


def _changed(text: str, dice: random.Random) -> dict[str, str]:
    """A copy for each way in which two reports differ, where the text has what it takes."""
    words = text.split()
    made = {
        "call": f"{text} we are trapped please help",
        "toll": f"{text} - now {dice.randrange(3, 90)} dead",
        "place": f"{text} and on Alder Street",
        "own": f"{text} same at my house",
        "hoax": f"FAKE: {text}",
    }
    numbers = [at for at, word in enumerate(words) if word.isdigit()]
    if numbers:
        words[dice.choice(numbers)] = str(dice.randrange(100, 999))
        made["figure"] = " ".join(words)
    streets = [at for at, (word, after) in enumerate(pairwise(text.split())) if _is_street(word, after)]
    if streets:
        words, at = text.split(), dice.choice(streets)
        words[at] = dice.choice([word for word in _of_one_stem(words[at]) if word != words[at]])
        made["street"] = " ".join(words)
    for verb in (" is ", " are ", " has ", " have ", " will "):
        if verb in text:
            made["not"] = text.replace(verb, f"{verb}not ", 1)
            break
    return made


def _is_street(word: str, after: str) -> bool:
    return word.isalpha() and len(word) >= 4 and after.strip(string.punctuation).lower() in _STREETS


def _of_one_stem(name: str) -> list[str]:
    """Names of other streets that begin alike, or have the same letters."""
    swapped = f"{name[:-2]}{name[-1]}{name[-2]}"
    return [f"{name}{ending}" for ending in ("s", "er", "son", "ton", "ley")] + [f"{name[:-1]}ton", swapped]
