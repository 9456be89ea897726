"""The settings of intake by themselves: `watchfloor triage` needs no others, and starts for a single post."""

from __future__ import annotations

from dataclasses import dataclass

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """`[intake]`: when mentions become incidents."""

    window: float = 6 * HOUR
    """Seconds without a new mention after which an incident closes."""
    voices: int = 3
    """Independent authors that open an incident by themselves."""
