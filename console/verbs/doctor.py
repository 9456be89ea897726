"""`watchfloor doctor`: how this machine is, and how to mend it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of

if TYPE_CHECKING:
    from console.doctor.finding import Finding

STYLES = {"ok": "", "note": "yellow", "problem": "bold red"}


@click.command(help=help_of("doctor"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
@pass_call
def doctor(call: Call, as_json: bool) -> int:
    """Examine, and fail where there is a problem."""
    from console.doctor.examination import examine
    from console.output import Column, busy, form_for, write_rows

    with busy("examining"):
        findings = tuple(examine(call.config, os.environ, datetime.now(UTC)))
    columns: tuple[Column[Finding], ...] = (
        Column("", lambda row: row.state, style=lambda row: STYLES[row.state]),
        Column("about", lambda row: row.area),
        Column("found", _said, wraps=True),
    )
    write_rows(findings, columns, form_for(as_json=as_json), empty="")
    return int(any(finding.state == "problem" for finding in findings))


def _said(finding: Finding) -> str:
    return f"{finding.text.rstrip('.')}. {finding.mend}" if finding.mend else finding.text
