"""Rows on their way to the shell: four forms, one guard, no markup, no formulas."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from console.output import (
    Column,
    Form,
    as_record,
    fitting,
    form_for,
    spreadsheet_cell,
    write_pairs,
    write_rows,
)
from console.words import age, bytes_of, clock
from tests.hostile import SMALL, forbidden

NOW = datetime(2026, 3, 1, 18, 42, tzinfo=UTC)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    count: int | None
    at: datetime
    reasons: tuple[str, ...] = ()


COLUMNS: tuple[Column[Row], ...] = (
    Column("name", lambda row: row.name, style=lambda _row: "red"),
    Column("count", lambda row: str(row.count), right=True),
    Column("why", lambda row: "; ".join(row.reasons)),
)


def written(form: Form, *rows: Row, out: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    write_rows(rows, COLUMNS, form, empty="Nothing here.", out=out)
    return out.getvalue()


@pytest.mark.parametrize("form", ["plain", "json", "csv", "table"])
@pytest.mark.parametrize("payload", SMALL.values(), ids=SMALL)
def test_hostile_text_leaves_without_anything_that_acts(form: Form, payload: str) -> None:
    text = written(form, Row(payload, 1, NOW, (payload, "x")))
    assert forbidden(text.replace("\t", "")) == []
    text.encode()
    if form == "plain":
        assert text.count("\n") == 1
        assert text.count("\t") == 2
    if form == "json":
        assert json.loads(text)["count"] == 1
    if form == "csv":
        (record,) = csv.DictReader(io.StringIO(text))
        assert record["count"] == "1"
        assert not record["name"].lstrip().startswith(("=", "+", "-", "@"))


def test_markup_is_shown_as_it_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm-256color")
    for payload in (
        "[bold red]x[/]",
        "[/]",
        "[link=https://e.example]x[/link]",
        ":warning: 10:30 https://e.example",
    ):
        text = written("table", Row("a", 1, NOW, (payload,)), out=Terminal())
        assert payload in text
        assert "\x1b]8" not in text


def test_the_form_follows_what_was_asked_else_who_listens() -> None:
    assert form_for(out=Terminal()) == "table"
    assert form_for(out=io.StringIO()) == "plain"
    assert form_for(as_json=True, out=Terminal()) == "json"
    assert form_for(as_csv=True, out=Terminal()) == "csv"


def test_nothing_is_said_in_words_to_a_person_and_in_rows_to_a_program() -> None:
    assert written("table") == "Nothing here.\n"
    assert written("plain") == written("json") == written("csv") == ""


def test_a_table_keeps_to_the_width_and_cuts_only_the_last_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    text = written("table", Row("Mill Street", 31, NOW, ("water " * 40,)), out=Terminal())
    assert "\x1b[3" not in text, "a colour in spite of NO_COLOR"
    lines = re.sub(r"\x1b\[\d+m", "", text).splitlines()
    assert max(map(len, lines)) <= 60
    assert "Mill Street" in lines[-1]
    assert lines[-1].rstrip().endswith("…")


def test_a_narrow_terminal_loses_whole_columns_the_least_needed_first() -> None:
    columns: tuple[Column[Row], ...] = (
        Column("when", str),
        Column("mood", str, spare=2),
        Column("place", str, spare=1),
        Column("text", str),
    )
    widths = [5, 5, 20, 300]
    assert fitting(columns, widths, 60) == [0, 1, 2, 3]
    assert fitting(columns, widths, 59) == [0, 2, 3]
    assert fitting(columns, widths, 52) == [0, 3]
    assert fitting(columns, widths, 10) == [0, 3]


def test_json_has_the_fields_as_keys_and_times_in_utc() -> None:
    assert as_record(Row("a", None, NOW, ("x",))) == {
        "name": "a",
        "count": None,
        "at": "2026-03-01T18:42:00Z",
        "reasons": ["x"],
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\n=1", "\uff1d1", "\t=1"])
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert spreadsheet_cell(text).startswith("'")


def test_numbers_and_truths_stay_what_they_are_in_csv() -> None:
    assert [spreadsheet_cell(value) for value in (-0.31, 4, True, None, [{"text": "help", "points": 4}])] == [
        "-0.31",
        "4",
        "true",
        "",
        "help 4",
    ]
    assert spreadsheet_cell(["=1", "x"]) == "'=1; x"


def test_facts_are_aligned_for_a_person_and_tabbed_for_a_program() -> None:
    person, program = Terminal(), io.StringIO()
    for out in (person, program):
        write_pairs([("on shift", "lee\x1b[2J\nkim")], out)
    assert person.getvalue() == "on shift    lee[2J kim\n"
    assert program.getvalue() == "on shift\tlee[2J kim\n"


def test_ages_take_four_cells_at_most() -> None:
    said = [
        age(seconds) for seconds in (-5, 0, 40, 59.9, 60, 3599, 3600, 172_799, 172_800, 86400 * 998.0, 1e12)
    ]
    assert said == ["now", "now", "40s", "59s", "1m", "59m", "1h", "47h", "2d", "998d", "old"]


def test_a_time_is_said_as_shortly_as_it_is_clear() -> None:
    assert clock(datetime(2026, 3, 1, 9, 5, tzinfo=UTC), NOW, UTC) == "09:05"
    assert clock(datetime(2026, 2, 3, 9, 5, tzinfo=UTC), NOW, UTC) == "3 Feb 09:05"
    assert clock(datetime(2025, 2, 3, 9, 5, tzinfo=UTC), NOW, UTC) == "2025-02-03"


def test_sizes_are_decimal() -> None:
    assert [bytes_of(count) for count in (0, 999, 1500, 5e8, 2e9, 3e12)] == [
        "0 B",
        "999 B",
        "1.5 KB",
        "500 MB",
        "2.0 GB",
        "3.0 TB",
    ]
