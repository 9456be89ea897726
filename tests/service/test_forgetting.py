"""Forgetting what corrections taught: of one topic, or of all where that is said, never by a blank name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.service.socket import RequestError
from console.store import lessons
from tests.service.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    opened = Workbench(tmp_path / "desk")
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ["", "  ", "\u200b", 7])
def test_a_name_that_says_nothing_forgets_nothing(bench: Workbench, name: object) -> None:
    ana = bench.sit("ana")
    for number, topic in enumerate(("noise", "parks")):
        ana.do("correct", subject=bench.report(str(number)), topic=topic)
    with pytest.raises(RequestError, match="Nothing was forgotten: say of which topic, or of all"):
        ana.do("forget", topic=name)
    assert lessons.forget(bench.store.connection) == 0
    assert len(lessons.all_of(bench.store.connection)) == 2
    assert ana.do("forget", topic=" Parks ")["count"] == 1
    assert ana.do("forget")["count"] == 1
