"""Rules and learned words together: the reasons whose points are a post's urgency, and what it is about.

The words order what the rules treat alike, within bounds that keep the rules the desk's own. What the rules
found is never taken away: points that are above zero by the rules do not fall. What they count down (advice,
prayers, offers, donations, the past) stays in tier 3. To tier 1 words lead only what the rules put in tier 2:
for a call for help or a danger as grave, or for any danger where words speak of somebody in it now and the
post is about no other matter. What lowers counts in full down to `-GENTLE` points and then less and less,
so that among many posts which ask for nothing a place's and a town's own still show.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from console.intake.phrases import Words
from console.intake.rules import Rules
from console.intake.urgency import Names, weigh
from console.intake.weights import CALL, QUOTED, REQUEST, TENTH, Lean, Weights
from console.judgement import HUMANITARIAN_WORDS, Reason, total

MOST_QUOTED = 80
"""Characters of words that a reason quotes."""
FEWEST = QUOTED
"""Different words of need that it takes to lead to tier 2 what the rules found no danger in."""
CALLED = 2.0
"""Points that words of a call for help are held back by: many of them are said of anything."""
GENTLE = 3.0
"""Points below zero down to which everything counts in full; the lowest urgency is twice that."""
_SLOW = 8.0
"""Points below that, after which two thirds of the way to the lowest are gone."""
_STEEP = 5.0
"""The same below a ceiling, whose last point is shared by all that words would lift above it."""
LESS = "what lowers counts less, the more there is of it"
ASKING_WORDS = {REQUEST: HUMANITARIAN_WORDS[REQUEST], CALL: "a call for help"}
HELD_BACK = "single words alone lift it no further"
"""The reason that keeps a mention from a tier where the rules found too little for it."""
OF_WORDS = ("words of ", LESS, HELD_BACK)
"""How the reasons begin that learned words give."""


def assess(
    words: Words, rules: Rules, weights: Weights, places: Names = ()
) -> tuple[tuple[Reason, ...], str]:
    """Give the reasons, whose points add up, and the humanitarian class; empty where words do not tell.

    The words of a place's name say nothing.
    """
    keys = words.keys
    if places:
        keys = keys.copy()
        for first, after, _ in reversed(places):
            del keys[first:after]
    reasons = weigh(words, rules, places)
    by_rules = total(reasons)
    lean = weights.lean(keys, by_rules)
    if not lean.rival:
        return reasons, ""
    points = by_rules + lean.raises + lean.lowers
    points = _bounded(by_rules, points, lean, reasons, rules)
    return (*reasons, *_of_words(lean, points - by_rules)), lean.humanitarian


def without_words(reasons: Sequence[Reason]) -> float:
    """What the reasons add up to without those of learned words."""
    return total([reason for reason in reasons if not reason.text.startswith(OF_WORDS)])


def _bounded(by_rules: float, points: float, lean: Lean, reasons: Sequence[Reason], rules: Rules) -> float:
    """Keep rules and words together within what words may do; see above."""
    if points < -GENTLE:
        points = -GENTLE - GENTLE * (1 - exp((points + GENTLE) / _SLOW))
    if by_rules > 0:
        points = max(points, by_rules)
    if points <= rules.soon - 1 or by_rules >= rules.act_now:
        return points
    if by_rules >= rules.soon:
        held = points - CALLED if lean.asks == CALL else points
        if rules.speak_of_grave_danger(reasons):
            return max(by_rules, held)
        called = lean.asks == CALL and held >= rules.act_now
        if called and rules.speak_of_danger(reasons) and not rules.speak_of_another_matter(reasons):
            return held
    lifts = len(lean.raising) >= FEWEST or rules.speak_of_danger(reasons)
    ceiling = rules.act_now if by_rules >= (0 if lifts else rules.soon) else rules.soon
    if points <= ceiling - 1:
        return points
    return max(by_rules, ceiling - TENTH - (1 - TENTH) * exp((ceiling - 1 - points) / _STEEP))


def _of_words(lean: Lean, wanted: float) -> list[Reason]:
    """What learned words say: what raises, what lowers as far as `wanted`, and a rest where one is left."""
    raises, rest = lean.raises, 0.0
    lowers = round(wanted - raises, 1)
    if lowers < lean.lowers or lowers > 0:
        lowers = lean.lowers if lowers < 0 else 0.0
        rest = round(wanted - raises - lowers, 1)
    reasons = []
    if raises:
        reasons.append(Reason(_says(ASKING_WORDS[lean.asks], lean.raising), raises))
    if lowers:
        reasons.append(Reason(_says(HUMANITARIAN_WORDS[lean.rival], lean.lowering), lowers))
    if rest:
        reasons.append(Reason(LESS if rest > 0 else HELD_BACK, rest))
    return reasons


def _says(what: str, words: Sequence[str]) -> str:
    quoted = '", "'.join(words)
    if len(quoted) > MOST_QUOTED:
        quoted = quoted[: MOST_QUOTED - 1] + "…"
    return f'words of {what} "{quoted}"'
