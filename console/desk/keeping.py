"""What was typed and the service does not have yet, in a file of the operator's own (0600, in 0700).

A killed terminal and a service that is away lose nothing together: the file is written before the service is
asked, and goes when it has confirmed the same words.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec

MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A text, and which draft it belongs to."""

    subject: str
    channel: str
    text: str
    version: int
    """Of the draft as the writer knew it; whoever typed later made it higher."""
    at: datetime


class Keeper:
    """The files of one desk's drafts.

    Args:
        directory: Where they lie; made when the first one is written.
        desk: The desk's data directory, so that two desks do not meet.
    """

    def __init__(self, directory: Path, desk: Path) -> None:
        self._directory = directory / "typed"
        self._desk = desk

    def write(self, kept: Kept) -> str:
        """Keep a text; says why not, as a sentence, or nothing when all is well."""
        file = self._file(kept.subject, kept.channel)
        beside = file.with_suffix(".new")
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(msgspec.json.encode(kept))
            beside.replace(file)
        except OSError as error:
            return f"{self._directory} cannot be written ({error.strerror}): stay here until it is saved."
        return ""

    def read(self, subject: str, channel: str) -> Kept | None:
        """What is kept for a draft; None where nothing is, or nothing that makes sense."""
        try:
            descriptor = os.open(self._file(subject, channel), os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as stream:
                return msgspec.json.decode(stream.read(MOST_BYTES), type=Kept)
        except (OSError, msgspec.MsgspecError):
            return None

    def forget(self, subject: str, channel: str) -> None:
        """The service has it."""
        with suppress(OSError):
            self._file(subject, channel).unlink(missing_ok=True)

    def _file(self, subject: str, channel: str) -> Path:
        name = blake2b("\0".join((str(self._desk), subject, channel)).encode(), digest_size=16).hexdigest()
        return self._directory / f"{name}.json"
