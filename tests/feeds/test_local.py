"""Files on this machine: documents that change and files of posts that grow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from feeds import local
from feeds.local import Piece, read_document, read_growth
from feeds.source import Bookmark, SourceError


def line(number: int, size: int = 0) -> bytes:
    return b'{"id": "%d", "text": "%s"}\n' % (number, b"x" * size)


class Follower:
    def __init__(self, path: Path) -> None:
        self.path, self.bookmark = path, Bookmark()

    def read(self) -> bytes | None:
        piece = read_growth(self.path, self.bookmark)
        if piece is None:
            return None
        self.bookmark = piece.bookmark
        return piece.body

    def read_all(self) -> list[bytes]:
        lines: list[bytes] = []
        while (body := self.read()) is not None:
            lines += body.splitlines(keepends=True)
        return lines


@pytest.fixture
def follower(tmp_path: Path) -> Follower:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(line(1) + line(2))
    return Follower(path)


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_a_growing_file_gives_each_line_once(follower: Follower) -> None:
    assert follower.read() == line(1) + line(2)
    assert follower.read() is None
    append(follower.path, line(3))
    assert follower.read() == line(3)


def test_half_a_line_waits_for_its_other_half(follower: Follower) -> None:
    follower.read()
    whole = line(3)
    append(follower.path, whole[:10])
    assert follower.read() is None
    append(follower.path, whole[10:])
    assert follower.read() == whole


def test_a_whole_last_post_does_not_wait_for_a_line_end(follower: Follower) -> None:
    follower.read()
    append(follower.path, line(3).strip())
    assert follower.read() == line(3).strip()
    append(follower.path, b"\n" + line(4))
    assert follower.read_all() == [b"\n", line(4)]


def test_a_truncated_file_is_read_from_its_start(follower: Follower) -> None:
    follower.read()
    follower.path.write_bytes(line(9))
    assert follower.read() == line(9)


def test_a_file_rewritten_longer_in_place_is_noticed_by_its_first_bytes(follower: Follower) -> None:
    follower.read()
    follower.path.write_bytes(line(7) + line(8) + line(9))
    assert follower.read() == line(7) + line(8) + line(9)


def test_rotation_loses_nothing(follower: Follower) -> None:
    follower.read()
    append(follower.path, line(3) + line(4).strip())
    follower.path.rename(follower.path.with_name("posts.jsonl.1"))
    follower.path.write_bytes(line(5))
    assert [body.strip() for body in follower.read_all()] == [line(n).strip() for n in (3, 4, 5)]


def test_rotation_without_a_sibling_starts_the_new_file(follower: Follower, tmp_path: Path) -> None:
    follower.read()
    (tmp_path / "new").write_bytes(line(5))
    (tmp_path / "new").replace(follower.path)
    assert follower.read_all() == [line(5)]


def test_a_large_file_is_taken_in_pieces(follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "PIECE", 1000)
    lines = [line(n, 100) for n in range(50)]
    follower.path.write_bytes(b"".join(lines))
    first = read_growth(follower.path, Bookmark())
    assert isinstance(first, Piece)
    assert first.more
    assert len(first.body) <= 1000
    assert follower.read_all() == lines
    assert read_growth(follower.path, follower.bookmark) is None


def test_a_line_longer_than_a_piece_is_passed_on_and_left_behind(
    follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "PIECE", 200)
    follower.path.write_bytes(line(1, 500) + line(2))
    assert follower.read_all()[-1] == line(2)


def test_a_document_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "news.xml"
    path.write_bytes(b"<rss/>")
    read = read_document(path, Bookmark())
    assert read is not None
    body, bookmark = read
    assert body == b"<rss/>"
    assert read_document(path, bookmark) is None
    os.utime(path, ns=(0, 0))
    assert read_document(path, bookmark) is not None


def test_a_document_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "LARGEST_DOCUMENT", 1024)
    path = tmp_path / "news.xml"
    path.write_bytes(b"x" * 2000)
    with pytest.raises(SourceError, match="larger than"):
        read_document(path, Bookmark())


def test_what_is_no_ordinary_file_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, words in (
        (tmp_path / "gone", "No such file"),
        (tmp_path, "no ordinary file"),
        (pipe, "no ordinary file"),
        (Path("/dev/zero"), "no ordinary file"),
    ):
        with pytest.raises(SourceError, match=words):
            read_growth(path, Bookmark())
