"""Reaching a Unix socket by a path of any length.

A socket's address holds 107 bytes (unix(7)), and a data directory may be longer. Through a descriptor of the
directory the address is short wherever the directory lies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """An address for `path` that a socket can bind or connect to inside the block."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
