"""What the tests of the terminal share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.terminal.beside import fast_frames
from tests.desk.terminal.steps import WIDE
from tests.desk.town import Town, said
from tests.hostile import SMALL

__all__ = ["fast_frames"]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """An evening, with posts that want to break the screen and posts that are hard to measure."""
    town = Town(tmp_path).settle()
    odd = [*WIDE, *(text for text in SMALL.values() if len(text) < 300)]
    town.take(*(said(31 + n % 9, text.replace("\0", "") or "-", 2) for n, text in enumerate(odd)))
    return town
