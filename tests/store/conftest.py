"""A desk of its own for every test, on a real file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.store.reader import Reader
from console.store.writer import Store
from tests.store.making import Desk, desk


@pytest.fixture
def a_desk(tmp_path: Path) -> Desk:
    return desk(tmp_path)


@pytest.fixture
def open_desk() -> Iterator[Desk]:
    """A desk in a directory that other users may enter, which they may not with pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield desk(Path(folder))


@pytest.fixture
def store(a_desk: Desk) -> Iterator[Store]:
    with closing(a_desk.open()) as opened:
        yield opened


@pytest.fixture
def reader(store: Store) -> Iterator[Reader]:
    with Reader(store.paths.database) as opened:
        yield opened
