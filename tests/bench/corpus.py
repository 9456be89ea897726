"""Every saved feed and alert through the real, isolated parser: `python -m tests.bench.corpus`.

Each file is taken in or refused with a reason; none may crash, none may hold a parser beyond 3 s, and
another source must be served all the while. Exits with 1 when one of these does not hold.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from feeds import job
from feeds.parser import Parser
from feeds.source import Kind, Parsed, SourceError

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
AT_ONCE = job.SLOTS - 1
"""One slot is left to the source that must be served meanwhile."""
OTHER = b'{"id": "1", "text": "Is the ferry running?", "created_at": "2026-03-01T18:04:00Z"}\n'
EXPECT = re.compile(
    r"Expect:\s+(?:not bozo and )?entries\[0\]\['(?P<field>title|id|link)(?:_detail'\]\['value)?'\]"
    r" == u?(?P<quote>['\"])(?P<value>.*)(?P=quote)\s*$",
    re.MULTILINE,
)


def kind_of(path: Path) -> Kind:
    """The kind of source that a file's folder and extension suggest."""
    folder = path.parent.name
    if folder == "nws":
        return "nws" if path.suffix == ".json" else "cap"
    if folder == "usgs":
        return "usgs"
    if folder == "gdacs":
        return "gdacs"
    return "cap" if folder == "cap" else "rss"


def files(data: Path = DATA) -> list[Path]:
    """Every saved feed and alert, in a fixed order."""
    return sorted(path for room in ("feeds", "alerts") for path in (data / room).rglob("*") if path.is_file())


@dataclass(slots=True)
class Tally:
    """What came of the files so far."""

    taken: int = 0
    posts: int = 0
    links: int = 0
    empty: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    refused_items: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)
    times: list[tuple[float, str]] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)

    def parsed(self, path: Path, parsed: Parsed) -> None:
        """Count a file that was read."""
        self.posts += len(parsed.posts)
        self.links += len(parsed.links)
        self.taken += bool(parsed.posts or parsed.links)
        self.empty += not (parsed.posts or parsed.links or parsed.refusals)
        for refusal in parsed.refusals:
            self.refused_items[_shape(refusal.reason)] += 1
        if not parsed.posts and not parsed.links and parsed.refusals:
            self.refused["every item refused"] += 1
        self._compare(path, parsed)

    def _compare(self, path: Path, parsed: Parsed) -> None:
        """Hold a title or an id against the `Expect:` line that the corpus gives."""
        if "wellformed" not in path.parts:
            return
        for what, value in expectations(path):
            if what == "link" and not parsed.posts:
                continue
            self.expected[what] += 1
            self.agreed[what] += agrees(what, value, parsed)


def expectations(path: Path) -> Iterator[tuple[str, str]]:
    """The plain titles, ids and links that a file of the feedparser corpus says it must give."""
    for match in EXPECT.finditer(path.read_text("utf-8", "replace")):
        value = match["value"]
        # Markup and escapes in a title are the parser's to flatten, so they cannot be compared.
        if value and not re.search(r"[<&\\]|\s{2}|^\s|\s$", value):
            yield match["field"], value


def agrees(what: str, value: str, parsed: Parsed) -> bool:
    """Whether an expected title, id or link is among those of the posts, or of what was refused by its id."""
    if what == "id":
        return value in {post.id for post in parsed.posts} | {refusal.item for refusal in parsed.refusals}
    if what == "link":
        return value in {post.url for post in parsed.posts}
    return value in {post.text.split("\n")[0] for post in parsed.posts}


def _shape(reason: str) -> str:
    """A reason without what differs between two files that share it."""
    return re.sub(r"'[^']*'|<[^>]*>", "…", re.sub(r"\d+", "N", reason))


async def run(paths: list[Path], tally: Tally) -> list[float]:
    """Parse every file; the seconds that each parse of another source took meanwhile."""
    waiting = list(reversed(paths))
    waits: list[float] = []
    async with Parser() as parser:

        async def work() -> None:
            while waiting:
                await _take(waiting.pop(), parser, tally)

        async def other() -> None:
            while True:
                start = time.perf_counter()
                parsed = await parser.parse("jsonl", "other", "en", OTHER, "", "")
                assert len(parsed.posts) == 1
                waits.append(time.perf_counter() - start)
                await asyncio.sleep(0.05)

        meanwhile = asyncio.create_task(other())
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        meanwhile.cancel()
        await asyncio.gather(meanwhile, return_exceptions=True)
    return waits


async def _take(path: Path, parser: Parser, tally: Tally) -> None:
    name = str(path.relative_to(DATA))
    start = time.perf_counter()
    try:
        parsed = await parser.parse(
            kind_of(path), "corpus", "", path.read_bytes(), "", "https://corpus.example/"
        )
    except SourceError as error:
        if error.lasting and "made its parser fail" not in str(error):
            tally.refused[_shape(str(error))] += 1
        else:
            tally.crashed.append(f"{name}: {error}")
    else:
        tally.parsed(path, parsed)
    tally.times.append((time.perf_counter() - start, name))


def main() -> int:
    """Run the corpus and print what came of it."""
    if not DATA.is_dir():
        print("The saved feeds are not here (../shared/data), so there is nothing to measure.")
        return 0
    paths, tally = files(), Tally()
    start = time.perf_counter()
    waits = sorted(asyncio.run(run(paths, tally)))
    slowest, name = max(tally.times)
    print(f"{len(paths)} files in {time.perf_counter() - start:.1f} s")
    print(f"taken in: {tally.taken} files with {tally.posts} posts and {tally.links} links")
    print(f"empty feeds: {tally.empty} files")
    print(f"refused: {sum(tally.refused.values())} files")
    for reason, times in tally.refused.most_common():
        print(f"  {times:5} {reason}")
    print(f"refused: {sum(tally.refused_items.values())} items")
    for reason, times in tally.refused_items.most_common():
        print(f"  {times:5} {reason}")
    print(f"crashed: {len(tally.crashed)}", *tally.crashed, sep="\n  ")
    print(f"slowest: {slowest:.2f} s, {name}")
    print(
        f"another source meanwhile: {len(waits)} parses, the slowest {waits[-1]:.2f} s"
        if waits
        else "none served"
    )
    for what, times in tally.expected.items():
        print(f"{what}s as the feedparser corpus expects: {tally.agreed[what]} of {times}")
    within = slowest <= job.WALL_SECONDS + 0.5 and bool(waits) and waits[-1] <= job.WALL_SECONDS
    return 0 if within and not tally.crashed else 1


if __name__ == "__main__":
    sys.exit(main())
