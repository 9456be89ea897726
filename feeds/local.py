"""Sources on this machine: a document that is read again when it changes, and a file of posts that grows."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import msgspec

from feeds.source import Bookmark, SourceError

LARGEST_DOCUMENT = 10 * 1024 * 1024
"""Bytes of a document that are read, as for one from the network."""
PIECE = 1024 * 1024
"""Bytes of a growing file that are taken in at a time; also the longest line that can be told as one."""
HEAD = 256
"""Bytes at a file's start by which it is known again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a growing file gave: whole lines, where to go on, and whether there is more already."""

    body: bytes
    bookmark: Bookmark
    more: bool = False


def read_document(path: Path, bookmark: Bookmark) -> tuple[bytes, Bookmark] | None:
    """Read a whole file, or answer None when it is the one that was read last.

    Raises:
        SourceError: when it cannot be read, is no ordinary file, or is too large.
    """
    with _opened(path) as file:
        found = os.fstat(file.fileno())
        mark = f"{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"
        if mark == bookmark.etag:
            return None
        if found.st_size > LARGEST_DOCUMENT:
            raise SourceError(f"{path.name} is larger than {LARGEST_DOCUMENT // 2**20} MiB and was not read.")
        return file.read(LARGEST_DOCUMENT), replace(bookmark, etag=mark)


def read_growth(path: Path, bookmark: Bookmark) -> Piece | None:
    """Read the lines that a file has gained since `bookmark`; None when there is none.

    A file that was replaced or cut short is read from its start; what the replaced one still held is
    read first, if it lies beside it under another name. A last line without its end waits, unless it
    is a whole post already.

    Raises:
        SourceError: when it cannot be read or is no ordinary file.
    """
    with _opened(path) as file:
        if bookmark.identity and not _is_same(file, bookmark):
            rest = _rest_of_replaced(path, bookmark)
            if rest is not None:
                return rest
            bookmark = replace(bookmark, position=0, identity="")
        return _piece(file, bookmark, last=False)


def _piece(file: BinaryIO, bookmark: Bookmark, *, last: bool) -> Piece | None:
    file.seek(bookmark.position)
    body = file.read(PIECE)
    full = len(body) == PIECE
    end = body.rfind(b"\n") + 1
    if full and not end:
        end = len(body)  # One line longer than any post: let the parser refuse it, and go on behind it.
    elif not full and (last or _is_whole(body[end:])):
        end = len(body)
    if not end:
        return None
    position = bookmark.position + end
    more = position < os.fstat(file.fileno()).st_size and full
    return Piece(body[:end], replace(bookmark, position=position, identity=_identity(file, position)), more)


def _is_whole(line: bytes) -> bool:
    """Whether a line without its end is a complete object, to which nothing can be added."""
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _rest_of_replaced(path: Path, bookmark: Bookmark) -> Piece | None:
    """What is left of a file that was renamed to make room, as log rotation does."""
    for sibling in sorted(path.parent.glob(f"{_escaped(path.name)}*")):
        if sibling == path or sibling.is_symlink() or not sibling.is_file():
            continue
        try:
            with _opened(sibling) as file:
                if _is_same(file, bookmark) and (rest := _piece(file, bookmark, last=True)):
                    return replace(rest, more=True)
        except SourceError:
            continue
    return None


def _escaped(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _identity(file: BinaryIO, position: int) -> str:
    """Device, inode and the first bytes: an inode alone is soon given to another file."""
    length = min(HEAD, position)
    return f"{_node(file)}:{length}:{_digest(file, length)}"


def _is_same(file: BinaryIO, bookmark: Bookmark) -> bool:
    node, _, rest = bookmark.identity.rpartition(":")[0].rpartition(":")
    if node != _node(file) or not rest.isdecimal():
        return False
    if os.fstat(file.fileno()).st_size < bookmark.position:
        return False
    return bookmark.identity.endswith(f":{_digest(file, int(rest))}")


def _node(file: BinaryIO) -> str:
    found = os.fstat(file.fileno())
    return f"{found.st_dev}:{found.st_ino}"


def _digest(file: BinaryIO, length: int) -> str:
    file.seek(0)
    return blake2b(file.read(length), digest_size=8).hexdigest()


def _opened(path: Path) -> BinaryIO:
    try:
        # Without blocking, so that a pipe under this name cannot hold the service up.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        text = f"{path} cannot be read: {error.strerror or 'unknown reason'}. Check the path in the settings."
        raise SourceError(text) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SourceError(f"{path} is no ordinary file; name a file in the settings.", lasting=True)
    return os.fdopen(handle, "rb")
