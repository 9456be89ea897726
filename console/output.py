"""How rows leave for the shell: a table for a person, tab-separated lines, JSON lines or CSV for a program.

Every text passes `guard` here, whatever the form, and nothing is ever read as markup.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Literal, TextIO, TypeVar

import msgspec

from console.intake.clean import guard

T = TypeVar("T")
Form = Literal["table", "plain", "json", "csv"]

FORMULA_STARTS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
"""What makes a spreadsheet compute a cell instead of showing it (OWASP, CSV injection); full width too."""

GAP = 2
"""Cells between two columns of a table."""
LEAST_LAST = 24
"""Cells that the last column, which is the text, must have before others have room."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column of a table."""

    head: str
    cell: Callable[[T], str]
    right: bool = False
    most: int = 24
    """Cells it may take; the last column takes what is left."""
    spare: int = 0
    """In a narrow terminal the column with the highest goes first; 0 stays however narrow it is."""
    wraps: bool = False
    """Whether it takes further lines rather than being cut."""
    style: Callable[[T], str] = lambda _row: ""
    """A Rich style by the sixteen colours' names; never the only bearer of a meaning."""


def form_for(*, as_json: bool = False, as_csv: bool = False, out: TextIO | None = None) -> Form:
    """Choose the form: as asked, else a table for a terminal and plain lines for a pipe."""
    if as_json:
        return "json"
    if as_csv:
        return "csv"
    return "table" if (out or sys.stdout).isatty() else "plain"


def write_rows(
    rows: Sequence[T], columns: Sequence[Column[T]], form: Form, *, empty: str, out: TextIO | None = None
) -> None:
    """Write rows in one form; JSON and CSV hold every field of the row, tables the columns.

    `empty` is a sentence for a person who would otherwise look at nothing; programs get no rows.
    """
    out = out or sys.stdout
    if form == "json":
        write_json(rows, out)
    elif form == "csv":
        _write_csv([as_record(row) for row in rows], out)
    elif form == "plain":
        for row in rows:
            out.write("\t".join(one_line(column.cell(row)) for column in columns) + "\n")
    elif rows:
        _write_table(rows, columns, out)
    else:
        out.write(guard(empty) + "\n")


def write_json(values: Iterable[Any], out: TextIO | None = None) -> None:
    """Write one JSON object a line, UTF-8 whatever the locale (RFC 8259, 8.1)."""
    out = out or sys.stdout
    binary = getattr(out, "buffer", None)
    for value in values:
        line = msgspec.json.encode(as_record(value)) + b"\n"
        if binary is None:
            out.write(line.decode())
        else:
            binary.write(line)


def write_pairs(pairs: Iterable[tuple[str, str]], out: TextIO | None = None) -> None:
    """Write facts about one thing, a line each: its name, a tab where a program reads, and what it is."""
    out = out or sys.stdout
    for name, text in pairs:
        gap = " " * max(1, 12 - len(name)) if out.isatty() else "\t"
        out.write(f"{name}{gap}{one_line(text)}\n")


@contextmanager
def busy(doing: str) -> Iterator[Callable[[float], None]]:
    """Show, to whoever watches, that something is under way; the block may tell the part done, 0 to 1."""
    if not sys.stderr.isatty():
        yield lambda _part: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(one_line(doing), markup=False), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("", total=None)
        yield lambda part: bar.update(task, total=1.0, completed=part)


def as_record(value: Any) -> Any:
    """Turn a value into what JSON knows: its field names are the keys, times are ISO 8601 in UTC."""
    return _guarded(msgspec.to_builtins(value, enc_hook=str))


def one_line(text: str) -> str:
    """Guard a text and put it on one line, free of tabs."""
    return " ".join(guard(text).split())


def _guarded(value: Any) -> Any:
    if isinstance(value, str):
        return guard(value)
    if isinstance(value, dict):
        return {key: _guarded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_guarded(part) for part in value]
    return value


def _write_csv(records: Sequence[dict[str, Any]], out: TextIO) -> None:
    if not records:
        return
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(records[0])
    writer.writerows([spreadsheet_cell(value) for value in record.values()] for record in records)
    out.write(page.getvalue())


def spreadsheet_cell(value: Any) -> str:
    """Write a value as a CSV cell; a text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return spreadsheet_cell("; ".join(map(_plain, value)))
    text = guard(str(value))
    return f"'{text}" if text.lstrip(" \n")[:1] in tuple(FORMULA_STARTS) else text


def _plain(value: Any) -> str:
    return " ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def fitting(columns: Sequence[Column[T]], widths: Sequence[int], room: int) -> list[int]:
    """Choose the columns that fit side by side, by index; a value that is cut may look valid and be wrong.

    Args:
        columns: All of them; the last one only needs `LEAST_LAST` cells.
        widths: Cells that each would take.
        room: Cells of the terminal.
    """
    kept = list(range(len(columns)))
    needed = [*widths[:-1], min(widths[-1], LEAST_LAST)]
    while sum(needed[at] + GAP for at in kept) - GAP > room:
        worst = max(kept, key=lambda at: columns[at].spare)
        if not columns[worst].spare:
            break
        kept.remove(worst)
    return kept


def _write_table(rows: Sequence[T], columns: Sequence[Column[T]], out: TextIO) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # No highlighting and no emoji codes: what is written is what was said.
    console = Console(file=out, highlight=False, emoji=False, markup=False)
    cells = [[one_line(column.cell(row)) for column in columns] for row in rows]
    widths = [
        max(cell_len(column.head), min(column.most, max(map(cell_len, drawn))))
        for column, drawn in zip(columns, zip(*cells, strict=True), strict=True)
    ]
    kept = fitting(columns, widths, console.width)
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, GAP - 1, 0, 0),
        expand=True,
        header_style="bold",
    )
    for at in kept:
        column, last = columns[at], at == len(columns) - 1
        table.add_column(
            Text(column.head),
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold" if column.wraps else "ellipsis",
            width=None if last else widths[at],
            ratio=1 if last else None,
        )
    for row, drawn in zip(rows, cells, strict=True):
        table.add_row(*(Text(drawn[at], style=columns[at].style(row)) for at in kept))
    console.print(table)
