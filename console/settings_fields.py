"""What may stand behind each key of the settings: one reader a sort of value.

A reader takes the TOML value and the directory that relative paths start from. It returns the value that
`Settings` holds or raises `Wrong` with a sentence; it never looks at the network, and it never opens a file.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec

Reader = Callable[[Any, Path], Any]

SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
"""Seconds in each unit of a duration."""
BYTES = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
}
"""Bytes in each unit of a size: decimal as disks are sold, binary with an i (IEC 80000-13)."""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])\s*")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_WEB_ADDRESS = re.compile(r"(?:https?|wss?)://[\x21-\x7e]{1,2000}", re.IGNORECASE)
_HANDLE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z][A-Za-z0-9-]{0,62}")
_DID = re.compile(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,200}")
MOST_ACCOUNTS = 10_000
"""Accounts that one stream may be asked for (Jetstream, `wantedDids`)."""
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_KINDS_OF_VALUE = {
    "`str`": "text in quotes",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
}


class Wrong(ValueError):
    """A value that makes no sense; the message says why, the hint what would."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def nearest(name: str, names: Iterable[str]) -> str:
    """Suggest what was probably meant: the nearest of the names, else all of them."""
    known = sorted(names)
    close = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else f"known: {', '.join(known)}"


def convert(value: Any, kind: Any) -> Any:
    """Check a TOML value against a type; raises `Wrong` in plain words."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        for term, words in _KINDS_OF_VALUE.items():
            message = message.replace(term, words)
        raise Wrong(message[:1].lower() + message[1:]) from None


def of_type(kind: Any) -> Reader:
    """Read a value that msgspec can check by itself: a bool, a bounded number."""
    return lambda value, _base: convert(value, kind)


def one_of(choices: Any) -> Reader:
    """Read one of the words of a `Literal`."""
    words = get_args(choices)

    def read(value: Any, _base: Path) -> str:
        word = text(value, _base)
        if word not in words:
            raise Wrong(f'"{word}" is not one of the choices', nearest(word, words))
        return word

    return read


def text(value: Any, _base: Path) -> str:
    """Read one line of text without control characters (some of it goes into HTTP headers)."""
    line: str = convert(value, str)
    if not line.isprintable() or len(line) > 200:
        raise Wrong("must be one line of at most 200 printable characters")
    return line.strip()


def contact(value: Any, base: Path) -> str:
    """Read a mail or web address that goes into the User-Agent, where a header has ASCII only (RFC 9110)."""
    line = text(value, base)
    if not line.isascii():
        raise Wrong(
            "has a letter that no request can carry",
            'write a mail or web address in plain ASCII, like "desk@riverton.example"',
        )
    return line


def path(value: Any, base: Path) -> Path:
    """Read a path; a relative one starts at the directory of the settings file."""
    line = text(value, base)
    if not line:
        raise Wrong("names no file")
    try:
        return base / Path(line).expanduser()
    except RuntimeError:
        raise Wrong(f'there is no home directory behind "{line}"') from None


def duration(least: float, most: float, *, zero: bool = False) -> Reader:
    """Read a duration such as `"90s"` or `"1h 30m"` as seconds, within bounds; `zero` also allows 0."""

    def read(value: Any, _base: Path) -> float:
        if zero and value in (0, "0") and value is not False:
            return 0.0
        if not isinstance(value, str) or not value.strip():
            raise Wrong("a duration needs a unit", 'write "90s", "5m", "6h" or "90d"')
        parts = _DURATION.findall(value)
        if _DURATION.sub("", value.strip()):
            raise Wrong(f'"{value}" is not a duration', 'write "90s", "5m", "6h" or "90d"')
        seconds = sum(float(number) * SECONDS[unit] for number, unit in parts)
        if not least <= seconds <= most:
            raise Wrong(f'"{value}" is outside {spell(least)} to {spell(most)}')
        return seconds

    return read


def spell(seconds: float) -> str:
    """Write a duration the way the settings do, in the largest unit that fits it whole."""
    for unit in ("d", "h", "m"):
        if seconds >= SECONDS[unit] and seconds % SECONDS[unit] == 0:
            return f"{seconds / SECONDS[unit]:.0f}{unit}"
    return f"{seconds:.10g}s"


def size(value: Any, _base: Path) -> int:
    """Read a size such as `"500 MB"` as bytes; 0 needs no unit."""
    if value in (0, "0") and value is not False:
        return 0
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or match[2].upper() not in BYTES:
        raise Wrong("a size needs a number and a unit", 'write "500 MB", "2 GB" or "64 MiB"')
    return int(float(match[1]) * BYTES[match[2].upper()])


def time_zone(value: Any, base: Path) -> str:
    """Read an IANA time zone name; empty means the machine's own."""
    from zoneinfo import ZoneInfo, available_timezones

    name = text(value, base)
    try:
        if name:
            ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        close = difflib.get_close_matches(name, available_timezones(), n=1)
        hint = f'did you mean "{close[0]}"?' if close else 'write it like "Europe/London"'
        raise Wrong(f'there is no time zone "{name}"', hint) from None
    return name


def language(value: Any, base: Path) -> str:
    """Read a language tag (BCP 47); empty means unknown."""
    tag = text(value, base)
    if tag and not _LANGUAGE.fullmatch(tag):
        raise Wrong(f'"{tag}" is not a language tag', 'write it like "en" or "pt-BR"')
    return tag


def languages(value: Any, base: Path) -> tuple[str, ...]:
    """Read the languages of the operators, the preferred one first."""
    tags = tuple(language(tag, base) for tag in convert(value, list[str]))
    if not tags or "" in tags:
        raise Wrong("name at least one language", 'write it like ["en", "es"]')
    return tags


def names(value: Any, base: Path) -> tuple[str, ...]:
    """Read a list of roles, or of a role's members: accounts, and groups behind an `@`."""
    found = tuple(text(name, base) for name in convert(value, list[str]))
    if any(not name.strip("@") or " " in name for name in found):
        raise Wrong("names an account or group that cannot be", 'write it like ["ana", "@duty"]')
    return found


def address(value: Any, base: Path) -> str:
    """Read where a source lies: a web address without a name or password in it, or a local file."""
    line = _address_line(value, base)
    scheme = _SCHEME.match(line)
    if scheme is None:
        return str(path(line, base))
    if scheme[1].lower() not in ("http", "https"):
        raise Wrong(f'cannot fetch "{scheme[1]}:"', "write an http or https address, or the path of a file")
    return _with_host(line, "https://council.example/news.xml")


def web_address(value: Any, base: Path) -> str:
    """Read the address of a web server; a local file will not do."""
    line = _address_line(value, base)
    if not line.lower().startswith(("http://", "https://")):
        raise Wrong("is not a web address", 'write it like "https://social.example/tags/riverton"')
    return _with_host(line, "https://social.example/tags/riverton")


def stream_address(value: Any, base: Path) -> str:
    """Read the address of a WebSocket; what is asked of it is no part of it."""
    line = _address_line(value, base)
    example = "wss://jetstream.example/subscribe"
    if not line.lower().startswith(("ws://", "wss://")):
        raise Wrong("is not the address of a stream", f'write it like "{example}"')
    if set(line) & set("?#"):
        raise Wrong("says what to ask for", "end it before the ?; accounts and keywords say that")
    return _with_host(line, example)


def local_address(value: Any, base: Path) -> str:
    """Read where this machine's own programs reach the desk: on loopback, or at a Unix socket's path."""
    line = _address_line(value, base)
    scheme = _SCHEME.match(line)
    if scheme is None:
        return str(path(line, base))
    example = "http://127.0.0.1:8765/posts"
    if scheme[1].lower() != "http":
        raise Wrong(f'does not listen at "{scheme[1]}:"', f'write "{example}" or the path of a socket')
    line = _with_host(line, example)
    parts = urlsplit(line)
    if not _is_loopback(parts.hostname or ""):
        raise Wrong("would listen to the network", f'write "{example}"; a proxy on this machine can pass on')
    if parts.port is None:
        raise Wrong("names no port", f'write it like "{example}"')
    return line


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address_line(value: Any, base: Path) -> str:
    line = text(value, base) if not isinstance(value, str) or len(value) <= 200 else value
    if not line:
        raise Wrong("is empty", "write a web address or the path of a file")
    return line


def _with_host(line: str, example: str) -> str:
    """An address with a scheme, if it names a host and nobody's login."""
    try:
        parts = urlsplit(line)
        port_given = parts.port
    except ValueError:
        raise Wrong("is not a web address", "check its host and port") from None
    if parts.username is not None or parts.password is not None:
        raise Wrong(
            "carries a user name or password", "take the part before the @ out; it would be shown and logged"
        )
    if not _WEB_ADDRESS.fullmatch(line) or not parts.hostname or port_given == 0:
        raise Wrong("is not a web address", f'write it like "{example}"')
    return line


def words(value: Any, base: Path) -> tuple[str, ...]:
    """Read a list of words, each once."""
    found = tuple(dict.fromkeys(text(word, base) for word in convert(value, list[str])))
    if not found or "" in found:
        raise Wrong("names nothing", 'write it like ["flood", "Mill Street"], or leave it out')
    return found


def handle(value: Any, base: Path) -> str:
    """Read an account of Bluesky: its handle without the `@`, or its DID."""
    name = text(value, base).removeprefix("@")
    if not _HANDLE.fullmatch(name) and not _DID.fullmatch(name):
        raise Wrong(f'"{name}" is not an account', 'write it like "riverton.bsky.social" or "did:plc:..."')
    return name


def dids(value: Any, base: Path) -> tuple[str, ...]:
    """Read a list of DIDs (AT Protocol, DID syntax); a handle may change hands, so it will not do."""
    found = words(value, base)
    for name in found:
        if not _DID.fullmatch(name):
            raise Wrong(f'"{name}" is not a DID', f"`watchfloor sources add @{name.lstrip('@')}` finds it")
    if len(found) > MOST_ACCOUNTS:
        raise Wrong(f"names more than {MOST_ACCOUNTS:,} accounts", "no stream takes more")
    return found


def allowed_hosts(value: Any, _base: Path) -> tuple[str, ...]:
    """Read the hosts that may lie in private address space."""
    hosts = tuple(convert(value, list[str]))
    for host in hosts:
        if not _is_host(host):
            raise Wrong(
                f'"{host}" is neither a host nor an address',
                'write it like "intranet.example", "127.0.0.1:8080" or "10.1.2.0/24"',
            )
    return hosts


def _is_host(entry: str) -> bool:
    bare, colon, port = entry.rpartition(":")
    if colon and port.isascii() and port.isdigit() and (":" not in bare or bare.endswith("]")):
        if not 0 < int(port) < 65536:
            return False
        entry = bare
    try:
        ipaddress.ip_network(entry.removeprefix("[").removesuffix("]"), strict=False)
    except ValueError:
        numeric = entry.replace(".", "").isdigit()
        return not numeric and _HOST.fullmatch(entry) is not None
    return True
