"""One more source at the end of the settings file: its text can hold anything, its file stays what it was."""

from __future__ import annotations

import os
import stat
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.settings import load
from console.sources_entry import EntryError, Wish, append_entry, entry, free_name, with_entry
from feeds.discover_found import Found
from feeds.source import Source

TODAY = date(2026, 3, 1)
NEWS = Found("rss", "https://council.example/news.xml", "a feed of council.example", "council-news")


def text_of(found: Found, name: str = "", **wish: object) -> str:
    return entry(found, name or found.name, Wish(**wish), wanted="", today=TODAY)  # type: ignore[arg-type]


@given(st.text(), st.text(), st.text(min_size=1))
def test_whatever_a_server_calls_itself_stays_in_its_place(title: str, note: str, address: str) -> None:
    found = Found("rss", address, title, "news", notes=(note,))
    read = tomllib.loads(text_of(found))["sources"]
    assert read["news"]["address"] == "".join(filter(str.isprintable, address))
    assert list(read) == ["news"]
    assert set(read["news"]) == {"kind", "address", "trust"}


@pytest.mark.parametrize("name", ["news", "press.office", "größe"])
def test_a_name_with_dots_or_letters_of_its_own_is_quoted(name: str) -> None:
    assert list(tomllib.loads(text_of(NEWS, name))["sources"]) == [name]


def test_every_wish_becomes_a_key(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.touch()
    stream = Found("jetstream", "wss://jetstream.example/subscribe", "a Jetstream", "stream")
    append_entry(file, text_of(stream, keywords=("Mill Street",), accounts=("did:plc:ewvi7nxz",)))
    city = Found("open311", "https://311.example/v2", "requests", "city", jurisdiction="riverton.example")
    append_entry(file, text_of(city))
    assert load(file, {}).sources == (
        Source(
            *("stream", "jetstream", "wss://jetstream.example/subscribe", 60.0),
            accounts=("did:plc:ewvi7nxz",),
            keywords=("Mill Street",),
        ),
        Source("city", "open311", "https://311.example/v2", 300.0, jurisdiction="riverton.example"),
    )


def test_a_free_name_is_found_whatever_its_capitals() -> None:
    assert free_name("news", []) == "news"
    assert free_name("news", ["News", "news-2"]) == "news-3"
    assert len(free_name("n" * 40, ["n" * 40])) == 40


def test_the_file_keeps_its_mode_its_place_and_all_that_was_in_it(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_bytes(b"# kept\r\n[desk]\r\nname = 'Riverton'")
    real.chmod(0o640)
    link = tmp_path / "settings.toml"
    link.symlink_to(real)
    append_entry(link, text_of(NEWS))
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_bytes().startswith(b"# kept\r\n[desk]\r\nname = 'Riverton'\n\n# ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["real.toml", "settings.toml"]
    assert load(link, {}).sources[0].name == "council-news"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_file_keeps_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.touch()
    os.chown(file, 12345, 12346)
    append_entry(file, text_of(NEWS))
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 12346)


@pytest.mark.parametrize(
    "before", ["sources = {}\n", "[desk]\nnam = 1\n", "[sources.council-news]\nkind = 'rss'\n"]
)
def test_settings_that_would_make_no_sense_are_left_as_they_are(tmp_path: Path, before: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(before)
    with pytest.raises(EntryError):
        append_entry(file, text_of(NEWS))
    with pytest.raises(EntryError):
        with_entry(file, text_of(NEWS))
    assert file.read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match="no such file"):
        append_entry(tmp_path / "none.toml", text_of(NEWS))
