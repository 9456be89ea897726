"""The rows of the table: which step of the desk stands beside which of another program, and its bar."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from console.desk.terminal.ladder import Rung
from tests.bench.wire.meter import Cost
from tests.bench.wire.ours import Opening

Run = Opening | str
"""Something measured: the desk, or a peer by its name."""
Costs = Mapping[Run, Sequence[Cost]]
"""What was measured in one size of terminal. What could not be is not there."""
LEAST = 50.0
"""Bytes from which on a step is held against the floor."""
FLOOR_BAR = 1.15
LEAN, STILL, YOUNG, MINUTE = Opening(), Opening("still"), Opening("young"), Opening("minute")


@dataclass(frozen=True, slots=True)
class Pick:
    """Steps of a run whose figures count together."""

    run: Run
    labels: tuple[str, ...]

    def of(self, costs: Costs, figure: Callable[[Cost], float]) -> float | None:
        """The sum of the medians; None where one of them was not measured."""
        run = costs.get(self.run, ())
        found = [[figure(one) for one in run if one.step.label == label] for label in self.labels]
        return sum(map(statistics.median, found)) if all(found) else None


def pick(run: Run, *labels: str) -> Pick:
    """These steps of that run."""
    return Pick(run, labels)


def sent(cost: Cost) -> float:
    """Bytes to the terminal."""
    return cost.size


def worked(cost: Cost) -> float:
    """Milliseconds of the processor."""
    return cost.processor


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    """What it is asked for by; rows that belong together share one."""
    step: str
    ours: Pick
    theirs: Pick
    bar: float | None = None
    """Times of theirs that ours may be; None for what is only told."""
    figure: Callable[[Cost], float] = sent


def _beside_peers() -> Iterator[Row]:
    newsboat, mutt = pick("newsboat", "cursor down"), pick("mutt", "cursor down")
    line, minute = pick("lnav", "one appended line"), pick("htop", "minute")
    down = pick(LEAN, "cursor down")
    yield Row("cursor", "cursor down / newsboat", down, newsboat, 0.25)
    yield Row("cursor", "cursor down, incidents", pick(LEAN, "cursor down, incidents"), newsboat, 0.25)
    yield Row("cursor", "cursor down / mutt", down, mutt)
    yield Row("mention", "a mention flows in / lnav", pick(YOUNG, "mention flows in"), line, 0.5)
    yield Row("mention", "a mention comes and waits / lnav", pick(LEAN, "mention waits"), line, 0.5)
    yield Row("dialog", "reply opens / toot", pick(LEAN, "reply opens"), pick("toot", "reply opens"), 0.8)
    yield Row("letter", "typed letter / toot", pick(LEAN, "typed letter"), pick("toot", "typed letter"), 0.2)
    first = pick(LEAN, "start")
    yield Row("paint", "first paint / newsboat start, open", first, pick("newsboat", "start", "open"), 2.2)
    yield Row("paint", "first paint / mutt", first, pick("mutt", "start"))
    yield Row("minute", "60 s, a mention a second / htop idle", pick(MINUTE, "minute"), minute, 0.3)
    yield Row("minute", "20 s, 20 a second / htop's 60 s", pick(MINUTE, "third of a busy minute"), minute)


def _beside_stock() -> Iterator[Row]:
    for theme in ("terminal", "dark"):
        young, full = (Opening(kind, "full", theme) for kind in ("young", "compared"))
        for run, label, bar in (
            (young, "mention flows in", 1 / 8),
            (full, "mention waits", 1 / 8),
            (full, "start", 1 / 10),
            (full, "reply opens", 1 / 15),
            (full, "let in", None),
            (full, "cursor down", None),
            (full, "typed letter", None),
        ):
            theirs = pick(replace(run, stock=True), label)
            yield Row("stock", f"full, {theme}: {label} / stock", pick(run, label), theirs, bar)
    rungs: tuple[Rung, ...] = ("lean", "full")
    for rung in rungs:
        run = Opening("hands", rung)
        for label in ("a key", "a letter"):
            theirs = pick(replace(run, stock=True), label)
            yield Row("processor", f"ms {label}, {rung} / stock", pick(run, label), theirs, 1.3, worked)


ROWS = (*_beside_peers(), *_beside_stock())
FLOOR_RUNS = (LEAN, YOUNG, STILL)
"""Whose steps are held against the floor."""
NAMES = (*dict.fromkeys(row.name for row in ROWS), "floor")


def runs_for(names: Sequence[str]) -> list[Run]:
    """What must be run for rows of these names, the longest first."""
    runs = {pick.run: None for row in ROWS if row.name in names for pick in (row.ours, row.theirs)}
    needed = runs | dict.fromkeys(FLOOR_RUNS if "floor" in names else ())
    return sorted(needed, key=lambda run: run not in (MINUTE, "htop", LEAN, STILL))


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, and what it says about the bar."""

    text: str
    over: bool = False
    unknown: bool = False
    """Whether ours was not measured."""


def beside(row: Row, costs: Costs) -> Line:
    """A row with its figures."""
    ours, theirs = (pick.of(costs, row.figure) for pick in (row.ours, row.theirs))
    bar = f"{row.bar:.3f}" if row.bar is not None else "-"
    if ours is None or not theirs:
        missing = (row.ours if ours is None else row.theirs).run
        text = f"{row.step:<42}{_figure(ours)}{_figure(theirs)}{'-':>8}{bar:>7}  not measured: {missing}"
        return Line(text, unknown=ours is None)
    ratio = ours / theirs
    over = row.bar is not None and ratio > row.bar
    verdict = "" if row.bar is None else "OVER" if over else "met"
    return Line(f"{row.step:<42}{_figure(ours)}{_figure(theirs)}{ratio:>8.3f}{bar:>7}  {verdict}", over)


def _figure(figure: float | None) -> str:
    return f"{figure:>10.1f}" if figure is not None else f"{'-':>10}"


def above_floor(costs: Costs) -> Iterator[Line]:
    """Every step of the lean rung beside what an ideal painter needs for the same change."""
    for run in FLOOR_RUNS:
        if run not in costs:
            yield Line(f"not measured: {run}", unknown=True)
            continue
        for label in dict.fromkeys(cost.step.label for cost in costs[run]):
            steps = [cost for cost in costs[run] if cost.step.label == label]
            size, floor, scroll = (
                statistics.median(figures)
                for figures in zip(
                    *((one.size, one.floor or 0, one.floor_scroll or 0) for one in steps), strict=True
                )
            )
            if not floor:
                continue
            ratio = size / min(floor, scroll)
            over = size >= LEAST and ratio > FLOOR_BAR
            verdict = "OVER" if over else "met" if size >= LEAST else f"under {LEAST:.0f} bytes"
            yield Line(f"{label:<42}{size:>10.1f}{floor:>10.1f}{scroll:>10.1f}{ratio:>8.3f}  {verdict}", over)
