"""Who holds a role, by the accounts and groups of an invented machine, and by those of the real one."""

from __future__ import annotations

import grp
import os
import pwd

import pytest

from console.roles import MACHINE, Accounts, Group, anyone, may_read
from console.settings import Role

UIDS = {"ana": 1001, "bo": 1002, "cy": 1003, "also-ana": 1001}
GROUPS = {"duty": Group(50, ("bo", "left long ago")), "staff": Group(60, ())}
OWN = {1001: 100, 1002: 100, 1003: 60}
INVENTED = Accounts(UIDS.get, OWN.get, GROUPS.get)
ROLES = (
    Role("lead", ("ana", "@duty")),
    Role("press", ("@staff",)),
    Role("nobody", ()),
    Role("misspelt", ("anna", "@dutty")),
)


@pytest.mark.parametrize(
    ("uid", "wanted", "may"),
    [
        (1001, ["lead"], True),
        (1002, ["lead"], True),
        (1003, ["lead"], False),
        (1003, ["lead", "press"], True),
        (1001, ["press"], False),
        (1001, [], False),
        (1001, ["nobody"], False),
        (1001, ["no such role"], False),
        (0, ["lead", "press"], False),
        (4711, ["misspelt"], False),
    ],
)
def test_a_role_is_held_by_its_accounts_and_by_its_groups_members(
    uid: int, wanted: list[str], may: bool
) -> None:
    assert may_read(uid, wanted, ROLES, INVENTED) is may


def test_a_role_that_nobody_on_this_machine_holds_is_told_apart() -> None:
    assert anyone(["lead"], ROLES, INVENTED)
    assert anyone(["misspelt", "press"], ROLES, INVENTED)
    assert not anyone(["misspelt"], ROLES, INVENTED)
    assert not anyone(["nobody"], ROLES, INVENTED)
    assert not anyone([], ROLES, INVENTED)


def test_the_accounts_of_this_machine_are_found() -> None:
    me = pwd.getpwuid(os.getuid())
    mine = grp.getgrgid(me.pw_gid).gr_name
    assert may_read(me.pw_uid, ["own"], [Role("own", (me.pw_name,))])
    assert may_read(me.pw_uid, ["own"], [Role("own", (f"@{mine}",))])
    assert not may_read(me.pw_uid + 1, ["own"], [Role("own", (me.pw_name,))])
    assert not may_read(me.pw_uid, ["own"], [Role("own", ("no such account here", "@no such group"))])
    assert MACHINE.own_group(2**31 - 7) is None
