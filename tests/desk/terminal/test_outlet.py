"""The way out never waits for a terminal that does not read."""

from __future__ import annotations

import contextlib
import os
import pty
import time
import tty
from collections.abc import Iterator

import pytest

from console.desk.terminal.outlet import Outlet

MUCH = b"x" * 1_000_000


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """Both ends of a pty: the reader's, and the program's."""
    reader, program = pty.openpty()
    tty.setraw(program)
    yield reader, program
    for end in (reader, program):
        with contextlib.suppress(OSError):
            os.close(end)


def test_what_is_written_arrives(ends: tuple[int, int]) -> None:
    reader, program = ends
    outlet = Outlet(program)
    outlet.write(b"one ")
    outlet.write(b"two")
    assert os.read(reader, 100) == b"one two"
    assert not outlet.full
    assert outlet.last_minute() == 7
    outlet.close()


def test_a_terminal_that_reads_nothing_holds_up_nothing(ends: tuple[int, int]) -> None:
    _, program = ends
    outlet = Outlet(program)
    begun = time.monotonic()
    outlet.write(MUCH)
    outlet.write(MUCH)
    assert outlet.full
    assert time.monotonic() - begun < 3
    begun = time.monotonic()
    outlet.finish(0.3)
    assert 0.2 < time.monotonic() - begun < 4
    assert not outlet.full
    outlet.close()


def test_what_had_to_wait_follows_in_order(ends: tuple[int, int]) -> None:
    reader, program = ends
    outlet = Outlet(program)
    outlet.write(MUCH + b"end")
    arrived = b""
    while not arrived.endswith(b"end"):
        arrived += os.read(reader, 65536)
        outlet.drain()
    assert arrived == MUCH + b"end"
    assert not outlet.full
    outlet.close()


def test_a_terminal_that_is_gone_takes_everything(ends: tuple[int, int]) -> None:
    reader, program = ends
    outlet = Outlet(program)
    os.close(reader)
    outlet.write(b"anybody there?")
    assert outlet.gone
    assert not outlet.full
    outlet.finish(5.0)
    outlet.close()


def test_where_it_cannot_be_opened_again_it_is_given_back_as_it_was() -> None:
    reader, program = os.pipe()  # has no name to be opened by
    outlet = Outlet(program)
    outlet.write(MUCH)
    assert outlet.full
    assert not os.get_blocking(program)
    outlet.close()
    assert os.get_blocking(program)
    os.close(reader)
    os.close(program)
