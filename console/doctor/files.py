"""The data directory: who may do what in it, what it lies on, and how much room is left."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from console.doctor.finding import Finding, note, ok, problem
from console.paths import DataPaths
from console.words import bytes_of

OTHERS_READ = stat.S_IROTH | stat.S_IXOTH
OTHERS_OR_GROUP_WRITE = stat.S_IWGRP | stat.S_IWOTH


def examine_files(paths: DataPaths, settings_file: Path | None, keep_free: int) -> Iterator[Finding]:
    """Look at owners and modes (directory 2750, database 0640, inbox and log 0600) and at the disk."""
    if settings_file is not None:
        yield _settings_file(settings_file)
    if not os.path.exists(paths.root):
        yield _not_yet(paths.root)
    else:
        yield _directory(paths.root)
        for path, allowed in (
            (paths.database, 0o640),
            (paths.anchors, 0o640),
            (paths.inbox, 0o600),
            (paths.log, 0o600),
            (paths.socket, 0o660),
        ):
            if os.path.exists(path):
                yield _mode(path, allowed)
        if os.path.exists(paths.database) and not os.access(paths.database, os.R_OK):
            yield _unreadable(paths.database)
    yield from _disk(_existing(paths.root), keep_free)


def _settings_file(path: Path) -> Finding:
    mode = path.stat().st_mode
    if mode & stat.S_IWOTH:
        return problem("files", f"anyone may change {path}", f"Run `chmod o-w {path}`.")
    return ok("files", f"settings in {path}")


def _not_yet(root: Path) -> Finding:
    above = _existing(root)
    if above.is_dir() and os.access(above, os.W_OK):
        return note("files", f"{root} does not exist yet", "`watchfloor serve` makes it.")
    why = "may not be written by this user" if above.is_dir() else "is no directory"
    mend = "Name another directory as `data` under [desk], or have this one made for you."
    return problem("files", f"{root} cannot be made: {above} {why}", mend)


def _directory(root: Path) -> Finding:
    status = root.stat()
    whose = f"{root} belongs to {_user(status.st_uid)}, group {_group(status.st_gid)}, mode {_octal(status)}"
    if not stat.S_ISDIR(status.st_mode):
        return problem("files", f"{root} is not a directory", "Name another one as `data` under [desk].")
    if status.st_mode & OTHERS_OR_GROUP_WRITE:
        return problem("files", f"{whose}: others could change the log", f"Run `chmod 2750 {root}`.")
    if status.st_mode & OTHERS_READ:
        return note("files", f"{whose}: every user of this machine may look in", f"Run `chmod 2750 {root}`.")
    if status.st_uid == os.geteuid() and not os.access(root, os.W_OK):
        return problem("files", f"{whose}: not even its owner may write", f"Run `chmod 2750 {root}`.")
    return ok("files", whose)


def _mode(path: Path, allowed: int) -> Finding:
    status = path.stat()
    extra = stat.S_IMODE(status.st_mode) & ~allowed
    if extra:
        return problem(
            "files",
            f"{path.name} has mode {_octal(status)}, more than {allowed:o}",
            f"Run `chmod {allowed:o} {path}`.",
        )
    return ok("files", f"{path.name} has mode {_octal(status)}")


def _unreadable(database: Path) -> Finding:
    group = _group(database.stat().st_gid)
    return problem(
        "files",
        f"this user may not read {database}",
        f"Have an administrator add you to the group {group}, then log in anew.",
    )


def _disk(place: Path, keep_free: int) -> Iterator[Finding]:
    free = shutil.disk_usage(place).free
    room = f"{bytes_of(free)} free, intake stops below {bytes_of(keep_free)}"
    mend = f"Free some space under {place}, or lower `keep_free` under [store]."
    if free < keep_free:
        yield problem("disk", room, mend)
    elif free < 2 * keep_free:
        yield note("disk", room, mend)
    else:
        yield ok("disk", room)


def _existing(path: Path) -> Path:
    """The nearest directory above that is there."""
    return next(place for place in (path, *path.absolute().parents) if os.path.exists(place))


def _octal(status: os.stat_result) -> str:
    return f"{stat.S_IMODE(status.st_mode):04o}"


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
