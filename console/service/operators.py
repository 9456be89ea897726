"""Who asks, and what role they have: by uid, groups and settings, never by what a message says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from console.roles import MACHINE, Accounts, may_read
from console.service.socket import Connection
from console.settings import Settings
from console.work import RANKS, Operator, Role

if TYPE_CHECKING:
    from console.service.serve import Service


def role_of(uid: int, settings: Settings, accounts: Accounts = MACHINE) -> Role:
    """The highest role that an account has.

    Where the settings name nobody for any of the four roles, whoever may connect may answer, and the
    service's own user, and root, lead: a desk on a laptop needs no table. As soon as one is named, whoever
    is not observes.
    """
    named = [role for role in settings.roles if role.name in RANKS]
    if not named:
        return "lead" if uid in (0, os.getuid()) else "respond"
    held = [name for name in RANKS if may_read(uid, {name}, named, accounts)]
    return held[-1] if held else "observe"


def operator_of(service: Service, connection: Connection) -> Operator:
    """Who is at the other end of a connection."""
    peer = connection.peer
    role = role_of(peer.uid, service.settings, service.accounts)
    return Operator(peer.uid, peer.name, role, connection.session)
