"""What posts are judged by: the place list and the rules, read from the files that the settings name."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from console.intake.pipeline import Judge
from console.intake.place_list import PlaceListError, read_places
from console.intake.places import PlaceIndex
from console.intake.rules import Rules, RulesError, load_rules
from console.intake.surges import MEMORY, Surges
from console.settings import DAY, Settings
from console.store.connect import StoreError
from console.store.writer import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tables:
    """Places and rules, ready for use, and what was wrong with their files."""

    places: PlaceIndex
    rules: Rules
    problems: tuple[str, ...] = ()
    """A sentence each; what was wrong was left out, the rest holds."""


def read_tables(settings: Settings) -> Tables:
    """Read both files; one that cannot be used is done without, and a sentence says so."""
    problems: list[str] = []
    places = PlaceIndex(())
    if (file := settings.desk.places) is not None:
        try:
            found = read_places(file)
            places = PlaceIndex(found.places)
            problems += [f"{file}: {problem}" for problem in found.problems]
        except PlaceListError as error:
            problems.append(f"{error} No place is known until that is mended.")
    try:
        rules = load_rules(settings.desk.rules)
    except RulesError as error:
        mistakes = " ".join(error.mistakes)
        problems.append(f"{mistakes} The program's own rules are used until that is mended.")
        rules = load_rules(None)
    return Tables(places, rules, tuple(problems))


class MakesJudge(Protocol):
    """Makes a judge who remembers what is stored."""

    def __call__(self, heard: Surges | None = None) -> Judge:
        """Make one; `heard` is what another remembers of surges, where there is such a one."""


def judge_maker(
    settings: Settings,
    tables: Tables,
    store: Store,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> MakesJudge:
    """A function that makes a judge who remembers what is stored; it belongs into the writer thread."""
    memory = timedelta(seconds=max(settings.intake.window, DAY))

    def new_judge(heard: Surges | None = None) -> Judge:
        judge = Judge(
            tables.places,
            tables.rules,
            window=settings.intake.window,
            voices=settings.intake.voices,
            languages=settings.desk.languages,
        )
        _settle(store, tables.places)
        judge.remember(*store.remembered(clock() - memory))
        judge.topics.teach(*store.lessons())
        if heard is None:
            store.recall(judge.surges, clock() - MEMORY)
        else:
            judge.surges = heard
        return judge

    return new_judge


def _settle(store: Store, places: PlaceIndex) -> None:
    """Propose no more what this list has. What fails is in the log: nothing is judged by it."""

    def listed(name: str) -> bool:
        whole = (one for one in places.find(name) if (one.start, one.end) == (0, len(name)))
        return places.known(name) is not None or any(whole)

    try:
        store.settle_names(listed)
    except StoreError:
        log.exception("names that are listed by now may still be proposed")
