"""Tell whether a text says what another one said: a copy, cut short or dressed up, or another report.

Whoever is folded is not read, so every doubt makes two reports: another figure, name or street, a "not", a
call for help, somebody speaking of themselves, or more added than a remark. Names are told apart by every
letter. Measured on real posts by `python -m tests.bench.signal repeats`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from difflib import SequenceMatcher

from console.intake.phrases import fold
from console.intake.reading import Reading
from console.intake.report_words import (
    BEFORE_PLACES,
    BESIDES,
    CALLS,
    CLAIMS,
    DENIALS,
    FORMS,
    MEANINGS,
    NUMBER_FORMS,
    REMARKS,
    SIDES,
    SMALL,
    STREETS,
    SYNONYMS,
    TURNS,
)

SHORTEST = 6
"""Words below which only identical texts are repeats: short reports are alike by nature."""
LONGEST = 160
"""Words above which the same holds: comparing two of such texts in order takes 3 ms at worst."""
_SHORT = 4
"""The same where tags or a source stand around an identical text."""
_SHARED = 0.6
"""Share of the shorter one's words that both must have, in their order."""
_ALIKE = 0.6
"""Share of all words that both must have, in their order, where each has words that the other lacks."""
_REMARK = 1
"""Words that a copy may add besides `REMARKS`; more of them hold a report of their own."""
_MOST_NEW = 4
"""The same with words in another form and words of tags, before they are looked at one by one."""
_QUOTED_REMARK = 8
"""The same where the source itself says what is quoted, so that only what is said of it is added."""
_HEADLINE = 8
"""Words from which a text is told apart by itself, whatever tags stand around it."""
_STEM = 4
"""Letters that two forms of one word begin with at least."""
_RUN = 5
"""Words in a row that a quote has from what it quotes, rather than by itself."""

_IDLE = SMALL | REMARKS

_Change = tuple[list[int], list[int]]
"""Where words of ours stand that the other lacks, and words of theirs in that place."""
Alarms = Callable[[str], bool]
"""Tells whether words by themselves speak of danger or need."""


def same_report(
    ours: Reading, theirs: Reading, alarms: Alarms, *, named: Collection[str], urgent: bool
) -> bool:
    """Tell whether whoever has read `theirs` has nothing left to learn from `ours`.

    `named` are the names of places in ours. Where it is `urgent`, any word may be a name.
    """
    if len(set(ours.keys).difference(theirs.keys, _IDLE)) > _MOST_NEW or _figures_apart(ours, theirs):
        return False
    changes, common = _changes(ours, theirs, urgent)
    added = [at for new, _ in changes for at in new]
    dropped = [at for _, gone in changes for at in gone]
    if len(added) > _REMARK or not _close(ours, theirs, common, len(added), len(dropped)):
        return False
    new, gone = {ours.keys[at] for at in added}, {theirs.keys[at] for at in dropped}
    if gone & (DENIALS if _run_of(ours.keys, theirs.keys) else TURNS) or (new & SIDES and gone & SIDES):
        return False
    if _claims(ours, added, theirs) or _tagged_apart(ours, theirs):
        return False
    if any(one and other for one, other in changes) or any(_placed(ours, at) for at in added):
        return False
    if _elsewhere(ours, theirs, named):
        return False
    return not added or not alarms(" ".join([ours.pieces[at] for at in added]))


def only_remarks(ours: Reading, theirs: Reading, alarms: Alarms) -> bool:
    """Tell whether a text that its source calls a quote or a repost of the other adds nothing to report."""
    if len(ours.keys) > LONGEST:
        return False
    known = _IDLE.union(theirs.keys, theirs.around)
    added = [at for at, key in enumerate(ours.keys) if key not in known]
    if _figures_apart(ours, theirs) or len(added) > _QUOTED_REMARK:
        return False
    if _claims(ours, added, theirs) or not CALLS.isdisjoint(ours.around - theirs.around):
        return False
    if any(ours.keys[at] in BESIDES for at in added):
        return False
    own = _own_words(ours, theirs)
    return not own or not alarms(own)


def _own_words(ours: Reading, theirs: Reading) -> str:
    """The words of a quote that it has not from the other, and of the tags that the other lacks."""
    keys, length = ours.keys, min(_RUN, len(theirs.keys))
    runs = {tuple(theirs.keys[at : at + length]) for at in range(len(theirs.keys) - length + 1)}
    quoted = {
        at
        for first in range(len(keys) - length + 1)
        if tuple(keys[first : first + length]) in runs
        for at in range(first, first + length)
    }
    own = [piece for at, piece in enumerate(ours.pieces) if at not in quoted]
    return " ".join([*own, *sorted(ours.around.difference(theirs.keys, theirs.around))])


def _changes(ours: Reading, theirs: Reading, urgent: bool) -> tuple[list[_Change], int]:
    """Where the two differ in words that tell something, and how many words they share in their order."""
    changes: list[_Change] = []
    common = len(ours.keys)
    for i, i_end, j, j_end in _unequal(theirs.keys, ours.keys):
        common -= j_end - j
        new = _telling(ours, range(j, j_end), theirs)
        gone = _telling(theirs, range(i, i_end), ours)
        at_the_end = j_end == len(ours.keys) or i_end == len(theirs.keys)
        if len(new) == len(gone) or at_the_end:
            same = [pair for pair in zip(new, gone, strict=False) if _one_word(ours, theirs, *pair, urgent)]
            new = [one for one in new if one not in {pair[0] for pair in same}]
            gone = [other for other in gone if other not in {pair[1] for pair in same}]
        if not gone:
            new = [at for at in new if ours.keys[at] not in REMARKS]
        if new or gone:
            changes.append((new, gone))
    return changes, common


def _unequal(one: list[str], other: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of what differs, in the one and in the other."""
    shorter = min(len(one), len(other))
    first = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    left = shorter - first
    last = next((at for at in range(left) if one[-1 - at] != other[-1 - at]), left)
    between, between_other = one[first : len(one) - last], other[first : len(other) - last]
    if not between or not between_other:
        if between or between_other:
            yield first, len(one) - last, first, len(other) - last
        return
    for kind, i, i_end, j, j_end in SequenceMatcher(None, between, between_other, False).get_opcodes():
        if kind != "equal":
            yield first + i, first + i_end, first + j, first + j_end


def _telling(text: Reading, span: range, other: Reading) -> list[int]:
    keys = text.keys
    return [at for at in span if keys[at] not in SMALL and keys[at] not in other.around]


def _close(ours: Reading, theirs: Reading, common: int, added: int, dropped: int) -> bool:
    lengths = len(ours.keys), len(theirs.keys)
    if min(lengths) < SHORTEST:
        return ours.keys == theirs.keys and min(lengths) >= _SHORT
    if common < _SHARED * min(lengths):
        return False
    return not added or not dropped or common >= _ALIKE * (sum(lengths) - common)


def _tagged_apart(ours: Reading, theirs: Reading) -> bool:
    """Tell whether each has tags or sources that the other lacks, and too few words to be one without."""
    if ours.subject and theirs.subject and ours.subject != theirs.subject:
        return True
    new, gone = ours.around - {*theirs.keys, *theirs.around}, theirs.around - {*ours.keys, *ours.around}
    if new & (TURNS | CALLS):
        return True
    if not new or not gone:
        return False
    if new & ours.before and gone & theirs.before:
        return True
    return len(ours.keys) < _HEADLINE or not STREETS.isdisjoint(ours.around | theirs.around)


def _run_of(part: list[str], whole: list[str]) -> bool:
    return f" {' '.join(part)} " in f" {' '.join(whole)} "


def _figures_apart(ours: Reading, theirs: Reading) -> bool:
    """Tell whether ours has a figure that theirs lacks, or has in another order."""
    rest = iter(_figures(theirs.keys))
    return (ours.sos and not theirs.sos) or not all(figure in rest for figure in _figures(ours.keys))


def _figures(keys: list[str]) -> list[str]:
    """Digits, with what may stand around them (`10am`, `5th`, `i10`), and their words."""
    return [
        key
        for key in keys
        if key in NUMBER_FORMS
        or (not key.isalpha() and any(map(str.isdigit, (key, key[:-1], key[:-2], key[1:]))))
    ]


def _claims(ours: Reading, added: list[int], theirs: Reading) -> bool:
    """Tell whether words of ours say a thing of their own: a turn, a call, a meaning or a name."""
    keys = {ours.keys[at] for at in added}
    if keys & CLAIMS or keys & STREETS:
        return True
    if {MEANINGS[key] for key in keys if key in MEANINGS} - set(map(MEANINGS.get, theirs.keys)):
        return True
    return not ours.titled and any(at > 0 and ours.pieces[at][0].isupper() for at in added)


def _placed(text: Reading, at: int) -> bool:
    """Tell whether a word stands where a place does: after `at`, before `street`."""
    before = at > 0 and text.keys[at - 1] in BEFORE_PLACES
    return before or not STREETS.isdisjoint(text.keys[at + 1 : at + 3])


def _elsewhere(ours: Reading, theirs: Reading, named: Collection[str]) -> bool:
    """Tell whether ours names a place that theirs does not, nor its people: `Haiti`, `Haitians`."""
    words = {key for name in named for key in fold(name)}
    new = words.intersection(ours.keys).difference(theirs.keys, theirs.around, STREETS)
    return any(not any(key.startswith(name.rstrip("s")) for key in theirs.keys) for name in new)


def _one_word(ours: Reading, theirs: Reading, at: int, there: int, urgent: bool) -> bool:
    """Tell whether two words are forms of one, or mean the same, or one of them was cut or is a slip.

    Of names none of that is so: `Grand Street` and `Grant Street`, the Martins and the Martinas are two.
    """
    one, other = ours.keys[at], theirs.keys[there]
    if _letters(ours.pieces[at]) == _letters(theirs.pieces[there]):
        return True
    synonyms = one in SYNONYMS and SYNONYMS[one] == SYNONYMS.get(other)
    if {one, other} <= STREETS:
        return synonyms
    after = (*ours.keys[at + 1 : at + 2], *theirs.keys[there + 1 : there + 2])
    if one in MEANINGS and MEANINGS[one] == MEANINGS.get(other):
        return STREETS.isdisjoint(after)
    if urgent or _may_be_name(ours, at) or _may_be_name(theirs, there):
        return False
    if synonyms:
        return True
    if _forms_of_one(one, other) or _swapped(one, other):
        return True
    if len(one) < len(other):
        return at == len(ours.keys) - 1 and other.startswith(one)
    return there == len(theirs.keys) - 1 and one.startswith(other)


def _letters(piece: str) -> str:
    """A word as written without its case and apostrophes: `Irma's` is `Irmas`."""
    return piece.lower().replace("'", "").replace("\u2019", "")


def _may_be_name(text: Reading, at: int) -> bool:
    """Tell whether a word may be a name: by a capital that no title gives it, or by where it stands."""
    if text.pieces[at][0].isupper() and not text.titled:
        return True
    return _placed(text, at) or (at > 0 and text.pieces[at - 1][0].isdigit())


def _forms_of_one(one: str, other: str) -> bool:
    stem = 0
    while one[stem : stem + 1] == other[stem : stem + 1] != "":
        stem += 1
    return stem >= _STEM and any({one[stem:], other[stem:]} <= forms for forms in FORMS)


def _swapped(one: str, other: str) -> bool:
    """Tell whether two neighbouring letters changed places, by a slip of the keys."""
    if len(one) != len(other) or not one.isalpha():
        return False
    apart = [at for at in range(len(one)) if one[at] != other[at]]
    return len(apart) == 2 and apart[1] == apart[0] + 1 and sorted(one) == sorted(other)
