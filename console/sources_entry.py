"""One more `[sources.NAME]` at the end of a settings file: the text of it, and putting it there safely."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from console.settings import Settings, SettingsError, load
from console.settings_fields import spell
from console.settings_sources import SHAPES, interval_of
from feeds.discover_found import Found

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
TRUSTED = {
    "public": 'one voice among others; "official" may warn by itself',
    "official": 'it may warn by itself; "public" is one voice among others',
}


class EntryError(Exception):
    """The settings were left as they are; the message says why, a line a mistake."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person adds to what was found."""

    account: str = ""
    accounts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def free_name(wanted: str, names: Iterable[str]) -> str:
    """The wanted name, or the first of `NAME-2`, `NAME-3`, ... that no source has."""
    taken = {name.casefold() for name in names}
    number, name = 1, wanted
    while name.casefold() in taken:
        number += 1
        name = f"{wanted[: 39 - len(str(number))]}-{number}"
    return name


def entry(found: Found, name: str, wish: Wish, *, wanted: str, today: date) -> str:
    """The section as it will stand in the file; `wanted` is what it signs in with, empty for nothing."""
    told = [f"{found.title}: added by `watchfloor sources add`, {today}.", *found.notes]
    if wanted:
        told.append(f"Needs {wanted} in credentials/{name} beside this file, mode 0600.")
    lines = [f"# {_comment(sentence)}" for sentence in told]
    lines += [
        f"[sources.{name if _BARE_KEY.fullmatch(name) else _text(name)}]",
        f"kind = {_text(found.kind)}",
        f"address = {_text(found.address)}",
        _explained(f"trust = {_text(found.trust)}", TRUSTED[found.trust]),
        *(f"{key} = {value}" for key, value in _keys(found, wish).items() if value),
    ]
    keys = SHAPES[found.kind].keys
    if "interval" in keys:
        usual = f'# interval = "{spell(interval_of(found.kind, found.address))}"'
        lines.append(_explained(usual, "how often it is asked; this is the usual"))
    if "stream" in keys:
        lines.append(_explained("# stream = false", "true listens as well, and needs a token"))
    if "services" in keys:
        lines.append(_explained('# services = ["CODE"]', "only requests with one of these codes"))
    return "\n".join(lines) + "\n"


def _keys(found: Found, wish: Wish) -> Mapping[str, str]:
    return {
        "jurisdiction": _text(found.jurisdiction) if found.jurisdiction else "",
        "account": _text(wish.account) if wish.account else "",
        "accounts": _texts(wish.accounts),
        "keywords": _texts(wish.keywords),
    }


def _explained(line: str, why: str) -> str:
    return f"{line:<30} # {why}"


def _text(value: str) -> str:
    """A TOML basic string; JSON escapes the same characters, once everything printable is left as it is."""
    return json.dumps("".join(filter(str.isprintable, value)), ensure_ascii=False)


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]" if values else ""


def _comment(text: str) -> str:
    """One line, whatever a server called itself."""
    line = "".join(filter(str.isprintable, " ".join(text.split())))[:300]
    return line[:1].upper() + line[1:]


def with_entry(file: Path, text: str) -> Settings:
    """The settings as they would be with the entry; nothing is changed.

    Raises:
        EntryError: when they would make no sense.
    """
    beside = _written_beside(file, text)
    try:
        return _checked(beside)
    finally:
        beside.unlink()


def append_entry(file: Path, text: str) -> None:
    """Add the entry to the file in one step that keeps its mode and owner.

    Raises:
        EntryError: when the settings would make no sense, or cannot be replaced.
    """
    beside = _written_beside(file, text)
    try:
        _checked(beside)
        os.replace(beside, file.resolve())
    except OSError as error:
        raise EntryError(f"{file} cannot be replaced: {(error.strerror or '').lower()}.") from None
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _checked(beside: Path) -> Settings:
    try:
        return load(beside, {})
    except SettingsError as error:
        said = [f"{one.key}: {one.message}" + (f"; {one.hint}" if one.hint else "") for one in error.mistakes]
        raise EntryError("\n".join(said)) from None


def _written_beside(file: Path, text: str) -> Path:
    """A copy of the file with the entry at its end, in the same directory, for no more eyes than the file."""
    file = file.resolve()
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with file.open("rb") as old:
            body, status = old.read(), os.fstat(old.fileno())
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EntryError(f"{file} cannot be added to: {(error.strerror or '').lower()}.") from None
    try:
        with os.fdopen(fd, "wb") as new:
            if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(fd, status.st_uid, status.st_gid)
            os.fchmod(fd, status.st_mode & 0o7777)
            new.write(body.rstrip(b"\r\n") + b"\n\n" + text.encode() if body.strip() else text.encode())
            new.flush()
            os.fsync(fd)
    except OSError as error:
        beside.unlink()
        what = (error.strerror or "").lower()
        raise EntryError(f"{file} was not added to, its owner and mode must stay: {what}.") from None
    return beside
