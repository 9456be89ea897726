"""The options that every list has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def forms(function: F) -> F:
    """Add the two forms for programs; without them a terminal gets a table and a pipe plain lines."""
    as_csv = click.option(
        "--csv", "as_csv", is_flag=True, help="CSV with a header, safe to open in a spreadsheet."
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
    return as_json(as_csv(function))
