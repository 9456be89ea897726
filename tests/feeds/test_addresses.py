"""Which addresses may be asked. Nothing here connects anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

import httpcore
import pytest

from feeds.addresses import MAIL_PORTS, AddressError, host_of, is_public, next_hop, read_allow, vet
from feeds.transport import VettedBackend

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
]
NOT_PUBLIC = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"),
    *("172.31.255.255", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "240.0.0.1"),
    "255.255.255.255",
    # What `is_global` of Python 3.11 lets through.
    *("192.0.0.192", "168.63.129.16", "224.0.0.1", "64:ff9b::a9fe:a9fe", "::127.0.0.1", "2002:a9fe:a9fe::"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1"),
    *("2001::1", "2001:db8::1", "2620:4f:8000::1", "3fff::1", "4000::1", "100::1", "fec0::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))
    assert str(vet("feed.example", address, 443, ())) == address


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_reserved_addresses_are_refused_on_web_ports_too(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(AddressError, match=r"network\.allow"):
        vet("feed.example", address, 80, ())


@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 65535])
def test_other_ports_than_those_of_the_web_are_refused(port: int) -> None:
    with pytest.raises(AddressError, match="not a web port"):
        vet("feed.example", "1.1.1.1", port, ())


@pytest.mark.parametrize(
    ("entry", "host", "address", "port", "opened"),
    [
        ("127.0.0.1:8080", "127.0.0.1", "127.0.0.1", 8080, True),
        ("127.0.0.1:8080", "127.0.0.1", "127.0.0.1", 8081, False),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", 9999, True),
        ("127.0.0.1:8080", "localhost", "127.0.0.1", 8080, True),
        ("10.0.0.0/8", "intranet", "10.9.8.7", 8443, True),
        ("10.0.0.0/8", "intranet", "11.9.8.7", 8443, False),
        ("[::1]:80", "localhost", "::1", 80, True),
        ("::1", "localhost", "::1", 8000, True),
        ("fd00::/8", "intranet", "fd00::5", 80, True),
        ("Intranet.Council", "intranet.council", "10.1.1.1", 8080, True),
        ("intranet.council", "INTRANET.council.", "192.168.0.9", 80, True),
        ("intranet.council:8080", "intranet.council", "10.1.1.1", 80, False),
        ("intranet.council", "evil.example", "10.1.1.1", 80, False),
        ("intranet.council", "intranet.council", "1.1.1.1", 8080, True),
        # A name opens private networks, but never what no web server lives on.
        ("intranet.council", "intranet.council", "169.254.169.254", 80, False),
        ("intranet.council", "intranet.council", "224.0.0.1", 80, False),
        ("0.0.0.0/0", "x", "::1", 80, False),
    ],
)
def test_the_settings_open_what_they_name(
    entry: str, host: str, address: str, port: int, opened: bool
) -> None:
    allow = read_allow([entry])
    if opened:
        assert str(vet(host, address, port, allow)) == address
    else:
        with pytest.raises(AddressError):
            vet(host, address, port, allow)


@pytest.mark.parametrize(
    "entry", ["", "http://x/", "a/b", "user@host", "host:port", "10.0.0.1/8/9", "10.0.0.1/8"]
)
def test_an_entry_that_is_no_host_is_refused_with_an_example(entry: str) -> None:
    with pytest.raises(AddressError, match="write for example"):
        read_allow([entry])


@pytest.mark.parametrize(
    ("address", "location", "target"),
    [
        ("http://a.example/x/y", "z", "http://a.example/x/z"),
        ("http://a.example/x", "//b.example/z#part", "http://b.example/z"),
        ("http://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("https://a.example/x", "/y?q=1", "https://a.example/y?q=1"),
    ],
)
def test_redirects_are_followed_to_where_they_point(address: str, location: str, target: str) -> None:
    assert next_hop(address, location) == target


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://a.example/", "back to http"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://a.example/", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("https://u:p@a.example/", "carries a login"),
        ("https://a.example/\r\nHost: b", "control characters"),
        ("https://[bad/", "cannot be read"),
    ],
)
def test_redirects_that_lead_astray_are_refused(location: str, words: str) -> None:
    with pytest.raises(AddressError, match=words):
        next_hop("https://a.example/", location)


def test_a_host_is_shown_without_what_surrounds_it() -> None:
    assert host_of("https://user:secret@Feed.Example:8443/path?token=secret") == "feed.example:8443"


class Connector(httpcore.AsyncNetworkBackend):
    """Remembers where it was told to connect, and connects nowhere."""

    def __init__(self, dead: Iterable[str] = ()) -> None:
        self.asked: list[str] = []
        self._dead = set(dead)

    async def connect_tcp(
        self, host: str, port: int, *_: object, **__: object
    ) -> httpcore.AsyncNetworkStream:
        self.asked.append(host)
        if host in self._dead:
            raise httpcore.ConnectError("nobody there")
        return httpcore.AsyncMockStream([])


async def test_exactly_the_vetted_address_is_connected_to() -> None:
    connector, asked = Connector(), []

    async def changing(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("1.1.1.1",) if len(asked) == 1 else ("127.0.0.1",)

    await VettedBackend((), changing, connector).connect_tcp("rebinding.example", 443)
    assert (connector.asked, asked) == (["1.1.1.1"], ["rebinding.example"])


async def test_of_several_addresses_only_admitted_ones_are_tried() -> None:
    connector = Connector(dead=["1.1.1.1"])

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return "127.0.0.1", "1.1.1.1", "169.254.169.254", "8.8.8.8"

    await VettedBackend((), resolve, connector).connect_tcp("mixed.example", 80)
    assert connector.asked == ["1.1.1.1", "8.8.8.8"]


@pytest.mark.parametrize(
    "answers", [(), ("127.0.0.1",), ("10.0.0.1", "::1"), ("not an address",), ("fe80::1%lo",)]
)
async def test_without_an_admitted_address_nothing_is_connected(answers: tuple[str, ...]) -> None:
    connector = Connector()

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return answers

    with pytest.raises(AddressError):
        await VettedBackend((), resolve, connector).connect_tcp("bad.example", 80)
    assert connector.asked == []


@pytest.mark.parametrize("port", [25, 465, 587])
def test_the_ports_of_mail_are_for_mail_and_the_private_networks_stay_closed_to_it(port: int) -> None:
    assert str(vet("relay.example", "93.184.216.34", port, (), MAIL_PORTS)) == "93.184.216.34"
    with pytest.raises(AddressError, match=r"network\.allow"):
        vet("relay.example", "10.0.0.1", port, (), MAIL_PORTS)
    with pytest.raises(AddressError, match="not a mail port"):
        vet("relay.example", "93.184.216.34", 6379, (), MAIL_PORTS)
