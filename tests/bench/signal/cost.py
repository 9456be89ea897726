"""What the whole judgement costs: against bare VADER, on bad posts, in memory, and at the start.

One judge reads all sources, so a post holds up those behind it. 50 ms for any text is what a batch of 1,000
usual ones takes a third of; 5 ms for a usual length is what the mood alone is allowed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import Rules, load_rules
from console.judgement import Place
from console.settings_intake import IntakeSettings
from feeds.post import Post
from tests.bad_posts import BAD, STREETS
from tests.bench.intake import LIMIT, NAMES, costs, read_index, read_posts

ROOT = Path(__file__).resolve().parents[3]
ANY, USUAL = 50.0, 5.0
"""Milliseconds for any text, and for one of `SHORT` characters."""
SHORT = 500
MEMORY = 60.0
"""MiB of a process with a loaded judge that has judged `JUDGED` posts."""
JUDGED = 1000
START = 150.0
"""Milliseconds from the interpreter's start to the first post judged."""
STARTS = 9
HUGE = 200_000
"""Names of a list that no desk should need."""


def report() -> bool:
    """Print the four costs; False where one is above its bar."""
    return all([_of_vader(), _of_bad_posts(), _of_memory(), _of_start()])


def _of_vader() -> bool:
    bare, guarded, whole, together = costs(read_posts(), read_index())
    print(f"bare VADER {bare:.1f} us a post; guarded mood {guarded:.1f} us, {guarded / bare:.2f} of it")
    print(f"whole judgement {whole:.1f} us one by one, {whole / bare:.2f} of bare VADER")
    print(f"  {together:.1f} us as they come together, {together / bare:.2f} of bare VADER (at most {LIMIT})")
    return together <= LIMIT * bare


def _of_bad_posts() -> bool:
    """The slowest texts, each judged by a judge that has read others, the quickest of three times."""
    rules = load_rules()
    long = sorted(((_milliseconds(text, rules), name) for name, text in BAD.items()), reverse=True)
    cut = {name: text[:SHORT] for name, text in BAD.items()}
    cut |= {f"post {post.id}": post.text for post in read_posts()[::20] if len(post.text) <= SHORT}
    short = sorted(((_milliseconds(text, rules), name) for name, text in cut.items()), reverse=True)
    for budget, times, what in ((ANY, long, "any length"), (USUAL, short, f"{SHORT} characters")):
        slowest = ", ".join(f"{name} {taken:.1f}" for taken, name in times[:3])
        print(f"slowest of {len(times)} bad and usual posts, {what}: {slowest} ms (at most {budget:g})")
    return long[0][0] <= ANY and short[0][0] <= USUAL


def _milliseconds(text: str, rules: Rules) -> float:
    now, best = datetime.now(UTC), float("inf")
    judge = _judge(PlaceIndex(map(Place, STREETS)), rules)
    for name in ("1", "2", "3"):
        post = Post("replay", name, text, now, author=name)
        began = time.process_time()
        judge.take(post, now=now)
        best = min(best, time.process_time() - began)
    return best * 1000


def _judge(places: PlaceIndex, rules: Rules) -> Judge:
    usual = IntakeSettings()
    return Judge(places, rules, window=usual.window, voices=usual.voices)


def _of_memory() -> bool:
    """A fresh process for each place list; a huge one has no bar."""
    lines = "\n".join(json.dumps(post.text) for post in read_posts()[:JUDGED])
    below = True
    for what, many in (("no list", 0), ("the list of a large town", -1), ("a huge list", HUGE)):
        names, peak, seconds = map(float, _fresh(_MEMORY, str(many), str(NAMES), given=lines).split())
        bar = f"at most {MEMORY:g}" if many < HUGE else f"no bar; {seconds:.1f} s to make it ready"
        print(f"memory with {what}, {names:,.0f} names, after {JUDGED} posts: {peak:.1f} MiB ({bar})")
        below = below and (peak <= MEMORY or many == HUGE)
    return below


_MEMORY = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.judgement import Place
from feeds.post import Post
many = int(sys.argv[1])
began = time.process_time()
if many < 0:
    areas = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    index = PlaceIndex(Place(name, (), area) for area, names in areas.items() for name in names)
    del areas
else:
    index = PlaceIndex([Place(f"{at % 977} Lane {at}") for at in range(many)])
taken = time.process_time() - began
judge, now = Judge(index, load_rules(), window=21600, voices=3), datetime.now(UTC)
for at, line in enumerate(sys.stdin):
    judge.take(Post("replay", str(at), json.loads(line), now), now=now)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(len(index), int(peak) / 1024, taken)
"""
"""Its own peak, for what `getrusage` tells begins with that of the process which started it."""


def _of_start() -> bool:
    """Fresh processes, from the start of the interpreter to a judged post."""
    runs = [[float(part) for part in _fresh(_START, str(time.monotonic())).split()] for _ in range(STARTS)]
    wall, *parts = map(median, zip(*runs, strict=True))
    busy, interpreter, imports, tables, first = (1000 * part for part in parts)
    print(f"start to a first judged post: {busy:.0f} ms busy (at most {START:g}), {1000 * wall:.0f} in all")
    print(f"  interpreter {interpreter:.0f} ms, imports {imports:.0f}, tables {tables:.0f}, post {first:.0f}")
    return bool(busy <= START)


_START = """
import sys, time
started = time.process_time()
from datetime import UTC, datetime
from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from feeds.post import Post
imported = time.process_time()
judge = Judge(PlaceIndex(), load_rules(), window=21600, voices=3)
loaded = time.process_time()
now = datetime.now(UTC)
judge.take(Post("replay", "1", "Help us, water is rising in our street in Houston", now), now=now)
judged = time.process_time()
wall = time.monotonic() - float(sys.argv[1])
print(wall, judged, started, imported - started, loaded - imported, judged - loaded)
"""


def _fresh(code: str, *arguments: str, given: str = "") -> str:
    """What a fresh interpreter prints, with its modules compiled as an installed program's are."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, check=True
    ).stdout
