"""A transaction under way, for those who work in one without speaking SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.store import log
from console.store.connect import Connection


@dataclass(frozen=True, slots=True)
class Change:
    """What `Store.change` hands to the work it does. The connection is for the functions of this room."""

    connection: Connection
    now: datetime

    def log(self, actor: str, kind: str, subject: str = "", data: Mapping[str, Any] | None = None) -> None:
        """Tell the log what is done here, in the same transaction."""
        log.append(self.connection, self.now, actor, kind, subject, data or {})
