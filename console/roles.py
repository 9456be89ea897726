"""Who holds a role: names from the settings, accounts from the machine, and never a word of the peer's own.

A member is an account (`ana`) or all members of a group (`@duty`), as the machine knows them (passwd(5),
group(5)); what the machine does not know, nobody is.
"""

from __future__ import annotations

import grp
import pwd
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from console.settings import Role


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the machine."""

    gid: int
    members: tuple[str, ...]
    """Accounts that are in it beside those whose own group it is."""


def _uid(name: str) -> int | None:
    try:
        return pwd.getpwnam(name).pw_uid
    except (KeyError, ValueError):
        return None


def _own_group(uid: int) -> int | None:
    try:
        return pwd.getpwuid(uid).pw_gid
    except (KeyError, OverflowError):
        return None


def _group(name: str) -> Group | None:
    try:
        found = grp.getgrnam(name)
    except (KeyError, ValueError):
        return None
    return Group(found.gr_gid, tuple(found.gr_mem))


def _own_groups() -> dict[int, int]:
    return {account.pw_uid: account.pw_gid for account in pwd.getpwall()}


@dataclass(frozen=True, slots=True)
class Accounts:
    """The machine's accounts, as questions."""

    uid: Callable[[str], int | None] = _uid
    own_group: Callable[[int], int | None] = _own_group
    group: Callable[[str], Group | None] = _group
    own_groups: Callable[[], Mapping[int, int]] = _own_groups
    """The own group of every account that the machine lists; a directory service need not list all."""


MACHINE = Accounts()


def may_read(uid: int, wanted: Collection[str], roles: Iterable[Role], accounts: Accounts = MACHINE) -> bool:
    """Whether an account holds one of the wanted roles; by default nobody does, not even root."""
    return any(_is(uid, member, accounts) for member in _members(wanted, roles))


def anyone(wanted: Collection[str], roles: Iterable[Role], accounts: Accounts = MACHINE) -> bool:
    """Whether the machine knows a single account or group that holds one of the wanted roles."""
    return any(
        (accounts.group(member[1:]) if member.startswith("@") else accounts.uid(member)) is not None
        for member in _members(wanted, roles)
    )


def holders(members: Iterable[str], accounts: Accounts = MACHINE) -> frozenset[int]:
    """The uids that these members of roles stand for, as far as the machine lists its accounts."""
    found: set[int | None] = set()
    for member in members:
        if not member.startswith("@"):
            found.add(accounts.uid(member))
        elif (group := accounts.group(member[1:])) is not None:
            found |= {accounts.uid(name) for name in group.members}
            found |= {uid for uid, gid in accounts.own_groups().items() if gid == group.gid}
    return frozenset(uid for uid in found if uid is not None)


def _members(wanted: Collection[str], roles: Iterable[Role]) -> Iterator[str]:
    return (member for role in roles if role.name in wanted for member in role.members)


def _is(uid: int, member: str, accounts: Accounts) -> bool:
    if not member.startswith("@"):
        return accounts.uid(member) == uid
    group = accounts.group(member[1:])
    if group is None:
        return False
    return accounts.own_group(uid) == group.gid or any(accounts.uid(name) == uid for name in group.members)
