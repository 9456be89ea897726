from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell, fill
from tests.hostile import SMALL


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def hostile_desk(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A desk whose database holds every hostile text, in every field, as if nothing had cleaned it."""
    shell = Shell(tmp_path_factory.mktemp("hostile"))
    fill(shell.paths, [*SMALL.values()])
    return shell
