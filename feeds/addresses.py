"""Which addresses the service may talk to: pure rules, checked on every hop and again at connect.

A feed's address comes from the settings, but its redirects and an index's links come from strangers,
and a name may resolve to anything. So the rule that counts is asked of the resolved address, just
before connecting to exactly that address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

IPAddress = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

WEB_PORTS = frozenset({80, 443})
MAIL_PORTS = frozenset({25, 465, 587})
"""Of mail relays. Only the settings name those: no redirect leads to one."""
MAX_LENGTH = 2048
"""Characters of an address; longer ones are nobody's feed."""

# The IANA special-purpose registry (RFC 6890 and successors). `ipaddress.is_global` is no help here:
# on Python 3.11 it calls 192.0.0.192 and 224.0.0.1 global.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a cloud's metadata service on an address that looks public
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    # Protocol assignments with Teredo, documentation, 6to4 (which carries an IPv4 address), AS112.
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
_PRIVATE = tuple(
    ip_network(text)
    for text in (
        *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("::1", "fc00::/7"),
    )
)
"""What a name in `allow` opens: the private networks and loopback, never link-local or multicast."""


class AddressError(ValueError):
    """An address that may not be asked; the message is a sentence without the address's secrets."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of the settings' `network.allow`: a host or a network, and one port or all."""

    host: str = ""
    network: Network | None = None
    port: int | None = None

    def covers(self, host: str, address: IPAddress, port: int) -> bool:
        """Whether this entry opens `port` of `address`, reached under the name `host`."""
        if self.port not in (None, port):
            return False
        if self.network is not None:
            return address.version == self.network.version and address in self.network
        return self.host == host.lower().rstrip(".") and (is_public(address) or _within(address, _PRIVATE))


def read_allow(entries: Iterable[str]) -> tuple[Allowed, ...]:
    """Read `host`, `host:port`, `address`, `[v6]:port` or `network/bits`.

    Raises:
        AddressError: for an entry that is none of these.
    """
    return tuple(_read_entry(entry.strip()) for entry in entries)


def _read_entry(entry: str) -> Allowed:
    try:
        return Allowed(network=ip_network(entry))
    except ValueError:
        pass
    try:
        parts = urlsplit(f"//{entry}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.path or parts.query or "@" in entry:
        raise AddressError(f"'{entry}' is not a host, host:port or network; write for example 10.1.0.0/16")
    try:
        return Allowed(network=ip_network(host), port=port)
    except ValueError:
        return Allowed(host=host.rstrip("."), port=port)


def is_public(address: IPAddress) -> bool:
    """Whether an address is an ordinary one of the public internet."""
    if isinstance(address, IPv4Address):
        return not _within(address, _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not _within(address, _NOT_PUBLIC_6)


def _within(address: IPAddress, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def vet(
    host: str, resolved: str, port: int, allow: Iterable[Allowed], usual: frozenset[int] = WEB_PORTS
) -> IPAddress:
    """Answer the address to connect to, once `host` has been resolved; `usual` ports need no entry.

    Raises:
        AddressError: when neither the public rules nor an entry of `allow` open it.
    """
    try:
        address = ip_address(resolved)
    except ValueError:
        raise AddressError(f"{host} resolved to something that is no address") from None
    if any(entry.covers(host, address, port) for entry in allow):
        return address
    if not is_public(address):
        raise AddressError(
            f"{host} is at a private or reserved address; if that is meant, name it in network.allow"
        )
    if port not in usual:
        kind = "web" if usual == WEB_PORTS else "mail"
        raise AddressError(
            f"port {port} of {host} is not a {kind} port; if it is meant, put {host}:{port} in network.allow"
        )
    return address


def check_address(address: str) -> SplitResult:
    """Split an http(s) address that may be asked for, before any name is resolved.

    Raises:
        AddressError: for another scheme, a login inside the address, or characters no address has.
    """
    if len(address) > MAX_LENGTH:
        raise AddressError(f"an address of more than {MAX_LENGTH} characters is not followed")
    if "\\" in address or any(character <= " " or character == "\x7f" for character in address):
        raise AddressError("the address contains spaces, control characters or backslashes")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise AddressError("the address cannot be read; write it as https://host/path") from None
    if parts.scheme not in ("http", "https"):
        raise AddressError(f"only http and https are asked, not '{parts.scheme[:20]}'")
    if not parts.hostname or port == 0:
        raise AddressError("the address names no host; write it as https://host/path")
    if "@" in parts.netloc:
        raise AddressError(f"the address of {parts.hostname} carries a login; take it out of the address")
    return parts


def next_hop(address: str, location: str) -> str:
    """The address that a redirect leads to.

    Raises:
        AddressError: when it may not be asked, or falls from https back to http.
    """
    try:
        target = urljoin(address, location.strip())
    except ValueError:
        raise AddressError("the redirect's address cannot be read") from None
    parts = check_address(target)
    if urlsplit(address).scheme == "https" and parts.scheme != "https":
        raise AddressError(f"the redirect to {parts.hostname} falls from https back to http")
    return parts._replace(fragment="").geturl()


def origin_of(address: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what a secret given for an address may be sent to (RFC 6454)."""
    parts = urlsplit(address)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or usual


def host_of(address: str) -> str:
    """Host and port of an address, for sentences and for the back-off: nothing else of it is shown."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower() or "the source"
    except ValueError:
        return "the source"
