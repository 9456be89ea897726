"""Where the secret of a source or a channel is looked for, and where the session that it opens is kept.

A secret is asked for when it is needed and let go of: no settings, no record and no log holds one. Of these
places the first that has one counts:

1. the systemd credential of its name (`LoadCredential=`, `$CREDENTIALS_DIRECTORY`),
2. the environment, `WATCHFLOOR_TOKEN_` and the name in capitals, other characters as `_`,
3. `credentials/NAME` beside the settings file, mode 0600, of the service's own user or root.

A file that others may read is refused, not passed over: whoever put it there means it to be used.
"""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from console.paths import DataPaths
from console.settings import Settings
from feeds.channel import Channel
from feeds.keys import Keys
from feeds.source import Source, SourceError

log = logging.getLogger(__name__)
VARIABLE = "WATCHFLOOR_TOKEN_"
SYSTEMD = "CREDENTIALS_DIRECTORY"
DIRECTORY = "credentials"
"""Beside the settings file."""
LONGEST = 4096
"""Characters of a secret."""
LONGEST_SESSION = 64 * 1024
LOOSE, LOOSE_FOR_SYSTEMD = 0o077, 0o007
"""Mode bits that a file with a secret must not have. systemd lets the service read its credentials through an
access list, whose mask stat(2) shows as the group's bits; nobody is in that group."""


class CredentialError(Exception):
    """A secret that is there and cannot be used. Two sentences, neither with the secret in it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what = what
        self.mend = mend


def variable_of(name: str) -> str:
    """The environment variable of a source's secret."""
    return VARIABLE + re.sub(r"[^A-Z0-9]", "_", name.upper())


def directory_of(settings: Settings) -> Path | None:
    """Where the files with secrets lie; nowhere without a settings file."""
    return settings.path.parent / DIRECTORY if settings.path else None


def wanted_by(source: Source) -> str:
    """What a source signs in with, in words; empty where it can do without."""
    if source.kind == "webhook":
        return "a key that those who send sign with, 32 random characters or more"
    if source.kind == "bluesky" and source.account:
        return f"an app password of {source.account}"
    if source.kind == "mastodon":
        from feeds.mastodon import timeline_of

        if source.stream or timeline_of(source.address).signed:
            return "a token with the scope `read`"
    return ""


def wanted_by_channel(channel: Channel) -> tuple[str, bool]:
    """What a channel signs in with, in words, and whether it cannot do without; empty where it has no use."""
    if channel.kind == "mastodon":
        return f"a token of {channel.account} with the scopes `read` and `write:statuses`", True
    if channel.kind == "bluesky":
        return f"an app password of {channel.account}", True
    if channel.kind == "webhook":
        return "a key that its messages are signed with, 32 random characters or more", True
    if channel.kind == "pagerduty":
        return "the integration key of the service there", True
    if channel.kind == "open311":
        return "an API key, which most cities ask for", False
    if channel.kind == "mail":
        return f"the password of {channel.account} at the relay, where that asks for one", False
    if channel.kind == "ntfy":
        return "an access token, where the topic asks for one", False
    return "", False


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret and where it was found. Its value stays out of every repr."""

    value: str
    place: str

    def __repr__(self) -> str:
        return f"Secret(place={self.place!r})"


def find_secret(name: str, settings: Settings, env: Mapping[str, str] = os.environ) -> Secret | None:
    """Look for a source's secret in its places; None where there is none.

    Raises:
        CredentialError: for the first one that is there and cannot be used.
    """
    if env.get(SYSTEMD):
        path = Path(env[SYSTEMD]) / name
        if (body := _read(path, LONGEST, loose=LOOSE_FOR_SYSTEMD)) is not None:
            return Secret(_one_line(body, f"The systemd credential {name}"), f"the systemd credential {name}")
    variable = variable_of(name)
    if env.get(variable):
        _must_be_for_one(variable, settings)
        return Secret(_one_line(env[variable].encode("utf-8", "surrogateescape"), variable), variable)
    directory = directory_of(settings)
    if directory is not None and (body := _read(directory / name, LONGEST)) is not None:
        return Secret(_one_line(body, str(directory / name)), str(directory / name))
    return None


def secret_of(name: str, settings: Settings, env: Mapping[str, str] = os.environ) -> str:
    """A source's secret; empty where there is none.

    Raises:
        CredentialError: when there is one that cannot be used.
    """
    found = find_secret(name, settings, env)
    return found.value if found else ""


def keys_for(name: str, settings: Settings, paths: DataPaths, env: Mapping[str, str] = os.environ) -> Keys:
    """What a source signs in with, for `feeds`."""
    source = next((source for source in settings.sources if source.name == name), None)
    opened = f"{source.kind} {source.address} {source.account}" if source else ""
    kept = _Session(paths.sessions / name, opened)

    def secret() -> str:
        try:
            return secret_of(name, settings, env)
        except CredentialError as error:
            raise SourceError(str(error), lasting=True) from None

    return Keys(secret=secret, session=kept.read, keep=kept.keep)


def keys_for_channel(
    channel: Channel, settings: Settings, paths: DataPaths, env: Mapping[str, str] = os.environ
) -> Keys:
    """What a channel signs in with: the secret of its own name, looked for where those of sources are."""
    kept = _Session(
        paths.sessions / f"channel-{channel.name}", f"{channel.kind} {channel.address} {channel.account}"
    )

    def secret() -> str:
        try:
            return secret_of(channel.name, settings, env)
        except CredentialError as error:
            raise SourceError(str(error), lasting=True) from None

    return Keys(secret=secret, session=kept.read, keep=kept.keep)


def check_file(path: Path, status: os.stat_result, *, loose: int, owners: Collection[int]) -> None:
    """See that a file with a secret is its owner's alone; `status` is of what any link leads to.

    Raises:
        CredentialError: with the command that mends it.
    """
    if not stat.S_ISREG(status.st_mode):
        raise CredentialError(
            f"{path} is not a regular file.", "Put the secret into a file of its own there."
        )
    if status.st_uid not in owners:
        raise CredentialError(
            f"{path} belongs to another user, who could change it.",
            f"Have the service's user own it: `chown USER {path}`.",
        )
    if status.st_mode & loose:
        raise CredentialError(
            f"{path} may be read by others (mode {stat.S_IMODE(status.st_mode):04o}).",
            f"Run `chmod 600 {path}`, and get a new secret if the machine is shared.",
        )


def _read(path: Path, most: int, *, loose: int = LOOSE) -> bytes | None:
    """The bytes of a file with a secret, one more than `most` of a longer one; None where there is none.

    What is checked is what was opened, so nobody can put another file there in between.
    """
    try:
        # A pipe put there would otherwise hold whoever opens it.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.lexists(path):
            raise CredentialError(f"{path} is a link to nothing.", "Mend it or take it away.") from None
        return None
    except OSError as error:
        raise CredentialError(
            f"{path} cannot be read: {(error.strerror or 'unknown').lower()}.",
            "Let the service's user own it, mode 0600.",
        ) from None
    try:
        check_file(path, os.fstat(fd), loose=loose, owners={0, os.geteuid()})
        return os.read(fd, most + 1)
    finally:
        os.close(fd)


def _one_line(body: bytes, place: str) -> str:
    mend = "Put the secret there, on one line and alone."
    try:
        line = body.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise CredentialError(f"{place} is not UTF-8 text.", mend) from None
    if not line:
        raise CredentialError(f"{place} is empty.", mend)
    if not line.isprintable() or len(line) > LONGEST:
        raise CredentialError(f"{place} is not one printable line of at most {LONGEST} characters.", mend)
    return line


def _must_be_for_one(variable: str, settings: Settings) -> None:
    """One variable must not hand a secret to two servers."""
    of_sources = [source.name for source in settings.sources]
    users = dict.fromkeys([*of_sources, *(channel.name for channel in settings.channels)])
    names = [name for name in users if variable_of(name) == variable]
    if len(names) > 1:
        raise CredentialError(
            f"{variable} could be meant for {' and '.join(names)}.",
            "Give each a file of its own, or one of them another name.",
        )


class _Session:
    """The file of a session: 0600 in a directory of 0700, replaced as a whole.

    Its first line says where and for whom it was opened: when the settings name another server or account
    under the same name, that one must not get it.
    """

    def __init__(self, path: Path, opened: str) -> None:
        self._path, self._opened = path, opened
        self._now: str | None = None

    def read(self) -> str:
        """What was kept last; empty where nothing was, or where the file is not as we leave it."""
        if self._now is None:
            try:
                body = _read(self._path, LONGEST_SESSION) or b""
                opened, _, session = body.decode().partition("\n")
                self._now = session if opened == self._opened and len(body) <= LONGEST_SESSION else ""
            except (CredentialError, UnicodeDecodeError) as error:
                log.warning("a session is not used, and begun anew: %s", _without_value(error))
                self._now = ""
        return self._now

    def keep(self, session: str) -> None:
        """Keep it, or with the empty one forget it. A disk that refuses costs one login more."""
        self._now = session
        try:
            if session:
                _write_privately(self._path, f"{self._opened}\n{session}".encode())
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the session in %s was not kept: %s", self._path, error.strerror)


def _without_value(error: Exception) -> str:
    return str(error) if isinstance(error, CredentialError) else "it is not text"


def _write_privately(path: Path, body: bytes) -> None:
    """Put a file in its place whole, readable by nobody else at any moment."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.parent.chmod(0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, 0o600)
            file.write(body)
            file.flush()
            os.fsync(fd)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
