"""A clock that somebody sets: what the service says of it, and what it leaves alone meanwhile."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.service.serve import Service, clock_trouble
from tests.service.at_work import write_settings

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("off", [timedelta(0), timedelta(seconds=59), timedelta(seconds=-59)])
def test_daily_corrections_are_not_worth_a_word(off: timedelta) -> None:
    assert clock_trouble(NOW, NOW + off) == ""


def test_a_set_clock_is_said_with_its_direction_and_what_is_safe() -> None:
    assert "set back by 2:00:00: " in clock_trouble(NOW, NOW - timedelta(hours=2))
    ahead = clock_trouble(NOW, NOW + timedelta(days=400))
    assert "set forward by 400 days, 0:00:00: " in ahead
    assert "nothing old is forgotten" in ahead


def test_upkeep_waits_for_a_clock_that_was_set_forward_and_not_for_one_set_back(tmp_path: Path) -> None:
    now = NOW
    service = Service(write_settings(tmp_path / "desk"), clock=lambda: now)
    assert not service.ahead
    now = NOW + timedelta(days=30)
    assert service.ahead
    now = NOW - timedelta(days=30)
    assert not service.ahead
    assert service.of_clock
