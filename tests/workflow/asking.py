"""How the tests ask the guard: which rules hold for a text, and on which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.workflow.guard import Guard, Speech, load_guard

GUARD = load_guard()


def found(text: str, guard: Guard = GUARD, **speech: Any) -> dict[str, list[str]]:
    """The words that each rule found, in the order of the text."""
    rules: dict[str, list[str]] = {}
    for finding in guard.check(Speech(text, **speech)):
        rules.setdefault(finding.rule, []).append(text[finding.start : finding.end])
    return rules


def own(folder: Path, table: str) -> Guard:
    """The guard of a desk that has a file of its own."""
    path = folder / "guard.toml"
    path.write_text(table, encoding="utf-8")
    return load_guard(path)
