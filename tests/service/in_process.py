"""A real service inside the test's own loop, for what no source on the outside can be made to say."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from console.logs import log_to
from console.paths import DataPaths
from console.service.client import ServiceClient
from console.service.serve import Service, make_data_directory
from console.settings import Settings, load

ME = pwd.getpwuid(os.getuid()).pw_name
SOMEBODY_ELSE = next(account.pw_name for account in pwd.getpwall() if account.pw_uid != os.getuid())


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Service]:
    """Run a service for as long as the block lasts, with its log in its file."""
    paths = DataPaths(settings.desk.data)
    make_data_directory(paths)
    with log_to(paths.log):
        service = Service(settings)
        running = asyncio.create_task(service.run())
        ready = asyncio.create_task(service.ready.wait())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        try:
            if not running.done():
                yield service
        finally:
            service.stopping.set()
            await running


async def ask(service: Service, do: str, **fields: Any) -> dict[str, Any]:
    """One request over the socket, as a desk or a verb sends it; raises what the client raises."""

    def asked() -> dict[str, Any]:
        with ServiceClient.connect(service.paths) as client:
            return client.ask(do, **fields)

    return await asyncio.to_thread(asked)


def read_by(settings: Settings, *members: str) -> Settings:
    """The same desk, where these accounts and groups may read the restricted inbox."""
    assert settings.path is not None
    named = ", ".join(f'"{member}"' for member in members)
    return _with(settings.path, f'[roles]\nlead = [{named}]\n[inbox]\nroles = ["lead"]\n')


def _with(path: Path, more: str) -> Settings:
    path.write_text(path.read_text() + more)
    return load(path, {})
