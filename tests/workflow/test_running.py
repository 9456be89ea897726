"""What a row counts down: the clocks of its tier, and what was promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.work import Item, Pledge, Wait, Waiting, WorkNow
from console.workflow.clocks import ROW_CELLS, Clocks
from console.workflow.running import running

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def work(**values: object) -> WorkNow:
    subject = "incident:a"
    return WorkNow(
        items={subject: Item(subject, **values)},  # type: ignore[arg-type]
        open={subject: Waiting(subject, 1, NOW - timedelta(minutes=10))},
    )


def rows(waits: tuple[Wait, ...], tier: int = 1) -> list[str]:
    return [one.row for one in running(waits, tier, Clocks(), UTC, NOW)]


def test_the_most_pressing_clock_comes_first() -> None:
    assert rows(work().clocks_of("incident:a")) == ["answer 5m", "close Mon"]


def test_after_the_first_answer_the_next_word_is_due() -> None:
    said = NOW - timedelta(minutes=5)
    assert rows(work(answered_at=said, said_at=said).clocks_of("incident:a")) == ["update 55m", "close Mon"]


def test_a_promise_counts_by_the_clock_on_the_wall_and_can_be_late() -> None:
    pledges = tuple(
        Pledge(number, NOW + timedelta(minutes=ahead), "by then", "ana", NOW)
        for number, ahead in enumerate((-12, 30, 120))
    )
    waits = work(pledges=pledges, answered_at=NOW).clocks_of("incident:a")
    assert rows(waits)[:3] == ["LATE 12m", "due 30m", "due 20:00"]
    assert all(len(row) <= ROW_CELLS for row in rows(waits))


def test_a_mention_waits_for_its_answer_and_a_kept_promise_for_nobody() -> None:
    assert [one.name for one in WorkNow().clocks_of("mention:1", NOW)] == ["answer"]
    kept = Pledge(1, NOW, "by then", "ana", NOW, kept_at=NOW, kept_by="kim")
    assert [one.name for one in work(pledges=(kept,)).clocks_of("incident:a")] == ["answer", "close"]


def test_a_tier_without_a_clock_shows_none() -> None:
    assert rows((Wait("close", NOW),), 3) == []
