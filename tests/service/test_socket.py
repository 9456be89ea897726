"""The socket: bounded, and deaf to what a message claims about its sender."""

import asyncio
import json
import os
import pwd
import socket
import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from console.paths import DataPaths
from console.service import socket as service_socket
from console.service.address import short_address
from console.service.client import NoService, Refused, ServiceClient
from console.service.presence import Presence
from console.service.socket import MOST_BYTES, Connection, RequestError, SocketServer

ME = pwd.getpwuid(os.getuid()).pw_name


async def echo(connection: Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Stands where the service's requests stand: says back who asked, and what."""
    match request:
        case {"do": "refuse"}:
            raise RequestError("not today")
        case {"do": "fail"}:
            raise ZeroDivisionError("secret")
        case {"do": "wait"}:
            await asyncio.sleep(30)
        case {"do": "hello"}:
            connection.desk = True
    return {"who": connection.peer.name, "uid": connection.peer.uid, "size": len(str(request))}


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


@pytest.fixture
async def server(paths: DataPaths) -> AsyncIterator[SocketServer]:
    running = SocketServer(paths.socket, echo, Presence())
    await running.start()
    yield running
    await running.stop()


async def tell(paths: DataPaths, line: bytes) -> bytes:
    """Send raw bytes, and read all that comes back until the service hangs up or is silent."""
    with short_address(paths.socket) as address:
        reader, writer = await asyncio.open_unix_connection(address)
    writer.write(line)
    try:
        await writer.drain()
        async with asyncio.timeout(0.3):
            return await reader.readline()
    except (TimeoutError, ConnectionError):
        return b""
    finally:
        writer.close()


async def test_who_asks_is_known_from_the_socket_whatever_the_message_says(
    server: SocketServer, paths: DataPaths
) -> None:
    reply = json.loads(await tell(paths, b'{"do": "x", "uid": 0, "who": "root", "as": "mayor"}\n'))
    assert reply["ok"] is True
    assert (reply["uid"], reply["who"]) == (os.getuid(), ME)


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"hello\n",
        b"[]\n",
        b'{"do": \n',
        b"\xff\xfe\x00\n",
        b'"do"\n',
        b"[" * 5000 + b"\n",
        b"{}" * 9 + b"\n",
    ],
)
async def test_garbage_gets_a_sentence_and_the_service_goes_on(
    server: SocketServer, paths: DataPaths, line: bytes
) -> None:
    reply = json.loads(await tell(paths, line))
    assert reply["ok"] is False
    assert "one JSON object" in reply["error"]
    assert json.loads(await tell(paths, b'{"do": "x"}\n'))["ok"] is True


async def test_a_request_without_end_is_not_kept(server: SocketServer, paths: DataPaths) -> None:
    reply = json.loads(await tell(paths, b"a" * (MOST_BYTES + 2)))
    assert reply["ok"] is False
    assert "1024 KiB" in reply["error"]


async def test_a_refusal_is_a_sentence_and_a_fault_tells_nothing_of_itself(
    server: SocketServer, paths: DataPaths
) -> None:
    assert json.loads(await tell(paths, b'{"do": "refuse"}\n'))["error"] == "not today"
    reply = json.loads(await tell(paths, b'{"do": "fail"}\n'))
    assert "fault of its own" in reply["error"]
    assert "secret" not in reply["error"]


async def test_too_many_connections_are_told_so(
    server: SocketServer, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_socket, "MOST_CONNECTIONS", 2)
    clients = [await asyncio.to_thread(ServiceClient.connect, paths) for _ in range(2)]
    for client in clients:
        await asyncio.to_thread(client.ask, "hello")
    assert "connections open already" in json.loads(await tell(paths, b'{"do": "x"}\n'))["error"]
    for client in clients:
        client.close()
    await asyncio.sleep(0.05)
    assert json.loads(await tell(paths, b'{"do": "x"}\n'))["ok"] is True


async def test_a_connection_that_asks_nothing_is_closed_unless_it_is_a_desks(
    server: SocketServer, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_socket, "QUIET_FOR", 0.05)
    idler, desk = [await asyncio.to_thread(ServiceClient.connect, paths) for _ in range(2)]
    await asyncio.to_thread(desk.ask, "hello")
    await asyncio.sleep(0.2)
    with pytest.raises(NoService):
        await asyncio.to_thread(idler.ask, "x")
    assert (await asyncio.to_thread(desk.ask, "x"))["who"] == ME
    desk.close()


async def test_only_owner_and_group_may_connect(server: SocketServer, paths: DataPaths) -> None:
    assert stat.S_IMODE(paths.socket.stat().st_mode) == 0o660


async def test_the_socket_goes_with_the_service(server: SocketServer, paths: DataPaths) -> None:
    client = await asyncio.to_thread(ServiceClient.connect, paths)
    await asyncio.to_thread(client.ask, "x")
    await server.stop()
    assert not paths.socket.exists()
    with pytest.raises(NoService, match="gone away"):
        await asyncio.to_thread(client.ask, "x")
    with pytest.raises(NoService, match="no service is running"):
        ServiceClient.connect(paths)


async def test_a_dead_services_socket_is_replaced(paths: DataPaths) -> None:
    with socket.socket(socket.AF_UNIX) as dead, short_address(paths.socket) as address:
        dead.bind(address)
    with pytest.raises(NoService):
        ServiceClient.connect(paths)
    running = SocketServer(paths.socket, echo, Presence())
    await running.start()
    client = await asyncio.to_thread(ServiceClient.connect, paths)
    assert (await asyncio.to_thread(client.ask, "x"))["uid"] == os.getuid()
    client.close()
    await running.stop()


async def test_a_data_directory_may_lie_deep(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 120) / ("b" * 120)
    deep.mkdir(parents=True)
    running = SocketServer(DataPaths(deep).socket, echo, Presence())
    await running.start()
    client = await asyncio.to_thread(ServiceClient.connect, DataPaths(deep))
    with pytest.raises(Refused, match="not today"):
        await asyncio.to_thread(client.ask, "refuse")
    client.close()
    await running.stop()


async def test_stopping_does_not_wait_for_who_waits(server: SocketServer, paths: DataPaths) -> None:
    client = await asyncio.to_thread(ServiceClient.connect, paths)
    asked = asyncio.create_task(asyncio.to_thread(client.ask, "wait"))
    await asyncio.sleep(0.05)
    async with asyncio.timeout(2):
        await server.stop()
        with pytest.raises(NoService):
            await asked
