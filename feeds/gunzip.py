"""One level of gzip, inflated in small pieces under limits: a bomb is noticed before it has grown."""

from __future__ import annotations

import zlib

PIECE = 64 * 1024
"""Bytes inflated at a time; httpx by itself hands out 67 MB as a first piece."""
GZIP = 16 + zlib.MAX_WBITS
"""Tells zlib to expect a gzip wrapper, and nothing else."""
MAGIC = b"\x1f\x8b"


class GunzipError(ValueError):
    """The body is no gzip, breaks off, or grows beyond the limits."""


class Gunzip:
    """Takes the pieces of one gzip body as they arrive.

    `limit` is in bytes of plain content, `ratio` is plain bytes for each compressed one.
    """

    def __init__(self, *, limit: int, ratio: float) -> None:
        self._limit = limit
        self._ratio = ratio
        self._inflate = zlib.decompressobj(GZIP)
        self._plain = bytearray()
        self._taken = 0

    def feed(self, piece: bytes) -> None:
        """Inflate one piece.

        Raises:
            GunzipError: when it is no gzip, or the content grows beyond the limits.
        """
        self._taken += len(piece)
        try:
            while piece:
                if self._inflate.eof:
                    # A second member may follow (RFC 1952, 2.2); anything else is padding.
                    if not piece.startswith(MAGIC):
                        return
                    self._inflate = zlib.decompressobj(GZIP)
                self._plain += self._inflate.decompress(piece, PIECE)
                self._check()
                piece = self._inflate.unconsumed_tail or self._inflate.unused_data
        except zlib.error:
            raise GunzipError("the answer says it is gzip, but it cannot be unpacked") from None

    def _check(self) -> None:
        if len(self._plain) > self._limit:
            raise GunzipError(f"the answer unpacks to more than {self._limit // 1024} KiB")
        if len(self._plain) > PIECE and len(self._plain) > self._ratio * self._taken:
            raise GunzipError(
                f"the answer unpacks to more than {self._ratio:.0f} times its size, like a bomb"
            )

    def content(self) -> bytes:
        """Everything inflated, once the body has ended.

        Raises:
            GunzipError: when the body ended in the middle.
        """
        if not self._inflate.eof and self._taken:
            raise GunzipError("the packed answer broke off")
        return bytes(self._plain)
