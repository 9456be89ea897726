"""`[clocks]`: what a desk may say of its clocks, and what is said of a mistake."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from console.settings import SettingsError, load
from console.workflow.clocks import ALWAYS, Clocks, Shift, Spans


def test_nothing_said_is_what_comes_with_the_program(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Clocks()


def test_spans_hours_and_days_off_are_read(tmp_path: Path) -> None:
    clocks = read(
        tmp_path,
        '[clocks]\nanswer = ["10m", "1h", "0"]\noff = [2026-12-25]\nround_the_clock = [1, 2]\n'
        '[clocks.hours]\nmon-fri = "07:00-19:00"\n',
    )
    assert clocks.tiers[1] == Spans(600, 3600, 12 * 3600)
    assert clocks.tiers[3].answer == 0
    assert clocks.hours.days[0] == (Shift(time(7), time(19)),)
    assert clocks.hours.days[6] == ()
    assert clocks.hours.off == {date(2026, 12, 25)}
    assert clocks.hours_of(2) == ALWAYS


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('answer = ["10m"]', r"clocks\.answer: needs a duration for each of the three tiers"),
        ('answer = ["10m", "1h", "never"]', r"clocks\.answer"),
        ('[clocks.hours]\nfriday-ish = "07:00-19:00"', r"clocks\.hours: friday-ish: is no day"),
        ('off = ["christmas"]', r"clocks\.off"),
        ("anwser = 1", r"clocks\.anwser: there is no such key; .*answer"),
    ],
)
def test_every_mistake_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read(tmp_path, f"[clocks]\n{text}\n")


def read(folder: Path, text: str) -> Clocks:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, {}).clocks
