"""What the guard costs while somebody types, and on text made to be slow: `python -m tests.bench.guard`.

Milliseconds of CPU time for one check, the median of many. The bars: 2 ms for 500 characters of an answer,
100 ms for 50,000 characters of each hostile kind.
"""

from __future__ import annotations

import sys
import time
from statistics import median

from console.workflow.guard import Guard, Speech, load_guard

ANSWER = (
    "Thank you for telling us. Our crew is on Mill Street now and has closed the road between the bridge and "
    "the station. Please do not walk through the water, it is deeper than it looks. Buses 3 and 12 go by the "
    "ring road until about 18:30. If anybody is in danger call 999. For sandbags ring 0300 123 4567 or come "
    "to the depot. We write again here at 17:00, or earlier if the level changes. #FloodWarning "
    "https://town.example/flood Na\u00efve caf\u00e9 owners: the pumps are on their way to you now."
)[:500]
_SPACED = "1|12|123|4111|0|a|AA11|A A|AAAA|12 Aa|12 Mill|a [at]|Calle A|via a|reg|SECRET|TLP|call|i d i"
_UNSPACED = (
    "1|+1|(|(1|1-|1.|01.01.|1/1/1|BSN 1|X1|12345678|GB82|1 a|a|a.|a-|a@|@|a.a@|AA11|AA-1|#a|#flood|Aa|reg A|"
    'a1|I|lI|TLP:|>|!|"|http://|https://a|www.|a.b.|s.h.|\0|\n| |\u201c|\u200b|\u0430a|\u0430|\u0301|\ufdfa|'
    "\ud800|#A\n|\U0001d400|\U0001f600"
)
HOSTILE = ("|", *_UNSPACED.split("|"), *(f"{kind} " for kind in _SPACED.split("|")))
"""What 50,000 characters are made of, over and over."""


def cost(guard: Guard, text: str, rounds: int) -> float:
    """Milliseconds of one check, another letter typed before each so that nothing is remembered."""
    spent = []
    for typed in range(rounds):
        speech = Speech(f"{chr(97 + typed % 26)} {text}", quotes=text)
        began = time.process_time()
        guard.check(speech)
        spent.append(time.process_time() - began)
    return median(spent) * 1e3


def main() -> int:
    """Print the costs; 1 where one is over its bar."""
    began = time.process_time()
    guard = load_guard()
    loading = time.process_time() - began
    began = time.process_time()
    guard.check(Speech(ANSWER, quotes=ANSWER))
    first = time.process_time() - began
    print(f"rules read in {loading * 1e3:.0f} ms, first check (with VADER's lexicon) {first * 1e3:.0f} ms")
    usual = cost(guard, ANSWER, 200)
    print(f"{len(ANSWER)} characters of an answer: {usual:.2f} ms (at most 2)")
    worst, kind = max((cost(guard, (seed * 50_000)[:50_000], 3), seed) for seed in HOSTILE)
    print(
        f"50,000 hostile characters, {len(HOSTILE)} kinds: at worst {worst:.0f} ms, of {kind!r} (at most 100)"
    )
    return 0 if usual <= 2 and worst <= 100 else 1


if __name__ == "__main__":
    sys.exit(main())
