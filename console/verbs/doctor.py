"""`watchfloor doctor`: how this machine is, and how to mend it."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from console.verbs.call import Call, pass_call
from console.verbs.help import help_of

STYLES = {"ok": "", "note": "yellow", "problem": "bold red"}


@click.command(help=help_of("doctor"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
@pass_call
def doctor(call: Call, as_json: bool) -> int:
    """Examine, and fail where there is a problem."""
    from console.doctor.examination import examine
    from console.doctor.finding import Finding
    from console.output import Column, busy, form_for, write_rows

    with busy("examining"):
        findings = tuple(examine(call.config, os.environ, datetime.now(UTC)))
    columns: tuple[Column[Finding], ...] = (
        Column("", lambda row: row.state, style=lambda row: STYLES[row.state]),
        Column("about", lambda row: row.area),
        Column("found", lambda row: f"{row.text}. {row.mend}" if row.mend else row.text, wraps=True),
    )
    write_rows(findings, columns, form_for(as_json=as_json), empty="")
    return int(any(finding.state == "problem" for finding in findings))
