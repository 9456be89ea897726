"""The service's log: one line a record, nothing in it that a terminal obeys, no secret."""

import logging
import stat
from pathlib import Path

import pytest

from console.logs import MOST_CHARS, log_to, redact
from tests.hostile import PAYLOADS

log = logging.getLogger("tests.service")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "service.log"


def written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_text_stays_one_harmless_line(path: Path, payload: str) -> None:
    with log_to(path):
        log.warning("council said %s", f"{payload}\n2026-03-01T00:00:00.000+00:00 error forged line")
    text = written(path)
    assert text.count("\n") == 1
    assert not [character for character in text[:-1] if ord(character) < 32 or 0x7F <= ord(character) < 0xA0]
    assert not any(
        "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069" for character in text
    )


def test_an_exception_is_its_way_without_its_values(path: Path) -> None:
    def fetch(secret: str) -> None:
        raise ValueError(f"no answer from https://council.example/feed?access_token={secret}")

    with log_to(path):
        try:
            fetch("hunter2hunter2")
        except ValueError:
            log.exception("a look failed")
    text = written(path)
    assert text.count("\n") == 1
    assert "ValueError" in text
    assert "fetch" in text
    assert "https://council.example/feed?…" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    "said",
    [
        "https://user:hunter2@example.org/path",
        "https://example.org/path?token=hunter2&x=1",
        "https://example.org/path#hunter2",
        "Authorization: Bearer hunter2hunter2",
        "Authorization: Basic hunter2hunter2=",
        '{"access_token": "hunter2"}',
        "password=hunter2",
        "api_key = hunter2",
        "X-Api-Key: hunter2",
        "Set-Cookie: hunter2",
        "the bearer hunter2hunter2 was refused",
    ],
)
def test_secrets_are_taken_out(said: str) -> None:
    assert "hunter2" not in redact(said)


def test_what_is_no_secret_stays() -> None:
    said = "council: https://example.org/news.xml answered 404 at 18:04; token ring road flooded"
    assert redact(said) == said


def test_the_log_is_its_owners_alone(path: Path) -> None:
    path.touch(mode=0o644)
    with log_to(path):
        log.info("hello")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_in_its_place_is_not_followed(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="service"), log_to(path):
        pass


def test_one_message_cannot_fill_it(path: Path) -> None:
    with log_to(path):
        log.info("a" * 1_000_000)
    assert len(written(path)) < MOST_CHARS + 200


def test_libraries_do_not_write_whole_addresses(path: Path) -> None:
    with log_to(path):
        logging.getLogger("httpx").info("HTTP Request: GET https://example.org/?access_token=hunter2")
    assert written(path) == ""
