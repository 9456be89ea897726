"""Secrets: where they are looked for, which files are refused, and how a session is kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from console.credentials import CredentialError, Secret, find_secret, keys_for, secret_of, variable_of
from console.paths import DataPaths
from console.settings import Settings
from feeds.source import Source, SourceError

CANARY = "canary-8f2b61"


def settings_in(home: Path, *names: str) -> Settings:
    sources = tuple(Source(name, "mastodon", "https://social.example/public", 60.0) for name in names)
    return replace(Settings(), path=home / "settings.toml", sources=sources)


def put(home: Path, name: str, text: str = f"{CANARY}\n", mode: int = 0o600) -> Path:
    directory = home / "credentials"
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_text(text)
    path.chmod(mode)
    return path


def refused(home: Path, name: str = "tag", env: Mapping[str, str] | None = None) -> CredentialError:
    with pytest.raises(CredentialError) as caught:
        secret_of(name, settings_in(home, name), env or {})
    assert CANARY not in f"{caught.value} {caught.value!r}"
    assert caught.value.mend
    return caught.value


def test_a_source_without_a_secret_has_none(tmp_path: Path) -> None:
    assert secret_of("tag", settings_in(tmp_path), {}) == ""
    assert secret_of("tag", Settings(), {}) == ""


def test_systemd_comes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "tag")
    given = tmp_path / "run"
    given.mkdir()
    put(tmp_path, "tag", "of the file")
    env = {"CREDENTIALS_DIRECTORY": str(given)}
    assert secret_of("tag", settings, env) == "of the file"
    env["WATCHFLOOR_TOKEN_TAG"] = "of the environment"
    assert secret_of("tag", settings, env) == "of the environment"
    (given / "tag").write_text("of systemd\n")
    (given / "tag").chmod(0o440)
    assert secret_of("tag", settings, env) == "of systemd"


@pytest.mark.parametrize(
    ("name", "variable"),
    [("tag", "WATCHFLOOR_TOKEN_TAG"), ("riverton-tag.2", "WATCHFLOOR_TOKEN_RIVERTON_TAG_2")],
)
def test_a_variable_is_named_after_its_source(name: str, variable: str) -> None:
    assert variable_of(name) == variable


def test_one_variable_is_never_given_to_two_servers(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "a.b", "a-b")
    with pytest.raises(CredentialError, match=r"a\.b and a-b"):
        secret_of("a.b", settings, {"WATCHFLOOR_TOKEN_A_B": CANARY})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o644, 0o666])
def test_a_file_that_others_may_use_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, mode: int
) -> None:
    path = put(tmp_path, "tag", mode=mode)
    assert f"chmod 600 {path}" in refused(tmp_path).mend


def test_a_refused_file_is_not_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "tag")
    given = tmp_path / "run"
    given.mkdir()
    (given / "tag").write_text(CANARY)
    (given / "tag").chmod(0o444)
    assert str(given) in refused(tmp_path, env={"CREDENTIALS_DIRECTORY": str(given)}).what


def test_a_link_is_judged_by_what_it_leads_to(tmp_path: Path) -> None:
    elsewhere = tmp_path / "token"
    elsewhere.write_text(CANARY)
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials/tag").symlink_to(elsewhere)
    elsewhere.chmod(0o644)
    assert "others" in refused(tmp_path).what
    elsewhere.chmod(0o600)
    assert secret_of("tag", settings_in(tmp_path), {}) == CANARY
    elsewhere.unlink()
    assert "link to nothing" in refused(tmp_path).what


def test_only_a_regular_file_holds_a_secret(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials/tag").mkdir()
    assert "regular" in refused(tmp_path).what
    (tmp_path / "credentials/tag").rmdir()
    os.mkfifo(tmp_path / "credentials/tag", 0o600)
    assert "regular" in refused(tmp_path).what


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    os.chown(put(tmp_path, "tag"), 12345, -1)
    assert "another user" in refused(tmp_path).what


@pytest.mark.parametrize("text", ["", "\n", f"{CANARY}\nmore", f"{CANARY}\x1b[2J", f"{CANARY}" * 400])
def test_a_secret_is_one_printable_line(tmp_path: Path, text: str) -> None:
    put(tmp_path, "tag", text)
    refused(tmp_path)
    if text:
        refused(tmp_path, env={"WATCHFLOOR_TOKEN_TAG": text})


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "tag").write_bytes(b"\xff\xfe")
    assert "UTF-8" in refused(tmp_path).what


def test_a_secret_is_in_no_repr(tmp_path: Path) -> None:
    put(tmp_path, "tag", f"{CANARY}\r\n")
    found = find_secret("tag", settings_in(tmp_path), {})
    assert found == Secret(CANARY, str(tmp_path / "credentials/tag"))
    assert CANARY not in repr(found)


def test_a_source_hears_of_a_refused_secret_as_of_a_lasting_trouble(tmp_path: Path) -> None:
    put(tmp_path, "tag", mode=0o644)
    keys = keys_for("tag", settings_in(tmp_path), DataPaths(tmp_path), {})
    with pytest.raises(SourceError, match="chmod 600") as caught:
        keys.secret()
    assert caught.value.lasting


def test_a_session_outlives_the_service_and_is_nobody_elses(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    keys = keys_for("replies", settings_in(tmp_path), paths, {})
    assert keys.session() == ""
    keys.keep('{"accessJwt": "one"}')
    keys.keep('{"accessJwt": "two"}')
    assert keys.session() == '{"accessJwt": "two"}'
    assert keys_for("replies", settings_in(tmp_path), paths, {}).session() == '{"accessJwt": "two"}'
    assert stat.S_IMODE(paths.sessions.stat().st_mode) == 0o700
    assert [entry.name for entry in paths.sessions.iterdir()] == ["replies"]
    assert stat.S_IMODE((paths.sessions / "replies").stat().st_mode) == 0o600
    keys.keep("")
    assert list(paths.sessions.iterdir()) == []


def test_a_session_is_not_given_to_another_server_of_the_same_name(tmp_path: Path) -> None:
    paths, settings = DataPaths(tmp_path), settings_in(tmp_path, "replies")
    keys_for("replies", settings, paths, {}).keep(CANARY)
    moved = tuple(replace(source, address="https://other.example/public") for source in settings.sources)
    assert keys_for("replies", replace(settings, sources=moved), paths, {}).session() == ""
    assert keys_for("replies", settings, paths, {}).session() == CANARY


def test_a_session_that_others_could_read_is_begun_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = DataPaths(tmp_path)
    keys_for("replies", settings_in(tmp_path), paths, {}).keep(CANARY)
    (paths.sessions / "replies").chmod(0o644)
    assert keys_for("replies", settings_in(tmp_path), paths, {}).session() == ""
    assert "begun anew" in caplog.text
    assert CANARY not in caplog.text


def test_a_session_that_cannot_be_kept_is_held_until_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = DataPaths(tmp_path)
    paths.sessions.write_text("in the way")
    keys = keys_for("replies", settings_in(tmp_path), paths, {})
    keys.keep(CANARY)
    assert keys.session() == CANARY
    assert "not kept" in caplog.text
    assert CANARY not in caplog.text
