"""What the settings say about speaking: `[answers]`, channels and routes, and every mistake in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.settings import Route, Settings, SettingsError, load
from feeds.channel import Channel


def read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {})


WHOLE = """
[answers]
hold = "20s"
second_tiers = [1]
second_guard = "warn"
guard = "guard.toml"
[channels.town]
kind = "mastodon"
address = "https://social.example"
account = "@riverton@social.example"
[channels.roads]
kind = "mail"
address = "smtp://mail.riverton.example"
account = "desk@riverton.example"
to = "roads@riverton.example"
[channels.duty]
kind = "ntfy"
address = "https://ntfy.example/duty"
[routes.roads]
channel = "roads"
topics = ["roads"]
places = ["Main Street"]
phone = "01632 960123"
ladder = ["duty"]
ack = "10m"
"""


def test_channels_routes_and_what_must_be_so_before_anything_is_said(tmp_path: Path) -> None:
    settings = read(tmp_path, WHOLE)
    town, roads, duty = settings.channels
    assert (settings.answers.hold, settings.answers.second_tiers) == (20.0, (1,))
    assert settings.answers.guard == tmp_path / "guard.toml"
    assert (town.counting, town.limit) == ("mastodon", 500)
    assert roads.address == "smtp://mail.riverton.example:587"
    assert (duty.counting, duty.limit) == ("bytes", 4096)
    assert settings.routes == (
        Route(
            "roads",
            "roads",
            topics=("roads",),
            places=("Main Street",),
            phone="01632 960123",
            ladder=("duty",),
            ack=600.0,
        ),
    )


def test_an_exercise_has_a_database_of_its_own_and_nobody_who_hears(tmp_path: Path) -> None:
    data = f'[desk]\ndata = "{tmp_path / "data"}"\n'
    live = read(tmp_path, f"{data}{WHOLE}")
    practice = read(tmp_path, f"{data}exercise = true\n{WHOLE}")
    assert practice.desk.data != live.desk.data
    assert {channel.kind for channel in practice.channels} == {"dry-run"}
    assert [channel.name for channel in practice.channels] == ["town", "roads", "duty"]
    assert practice.channels[0].limit == 500


def test_without_settings_nothing_can_be_said_to_anybody(tmp_path: Path) -> None:
    assert read(tmp_path, "").channels == ()


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ('[channels.town]\nkind = "telegraph"', "channels.town.kind", "not one of the choices"),
        ('[channels.town]\nkind = "mastodon"', "channels.town.address", "needs it"),
        ('[channels.town]\nkind = "mastodon"\nto = "x"', "channels.town.to", "there is no such key"),
        (
            '[channels.town]\nkind = "mastodon"\naddress = "https://a:b@social.example"\naccount = "x"',
            "channels.town.address",
            "carries a user name or password",
        ),
        (
            '[channels.m]\nkind = "mail"\naddress = "mail.example"\naccount = "desk@x.example"',
            "channels.m.address",
            "is not a mail relay",
        ),
        (
            '[channels.m]\nkind = "mail"\naddress = "smtp://x.example"\naccount = "desk@x.example\\nBcc: a"',
            "channels.m.account",
            "one line",
        ),
        ('[routes.roads]\nchannel = "roads"', "routes.roads.channel", "is no channel of this desk"),
        ("[routes.roads]\n", "routes.roads", "has no channel"),
        ("[answers]\nsecond_tiers = [4]", "answers.second_tiers", "<= 3"),
        ('[answers]\nhold = "1h"', "answers.hold", "outside"),
    ],
)
def test_each_mistake_is_named_where_it_is(tmp_path: Path, text: str, key: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text)
    found = {mistake.key: str(mistake) for mistake in caught.value.mistakes}
    assert words in found[key]


def test_a_channel_named_twice_but_for_its_capitals_is_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="but for its capitals"):
        read(tmp_path, '[channels.town]\nkind = "dry-run"\n[channels.Town]\nkind = "dry-run"')


def test_a_channel_keeps_what_it_is_told(tmp_path: Path) -> None:
    (channel,) = read(tmp_path, '[channels.x]\nkind = "clipboard"\naccount = "@riverton"').channels
    assert channel == Channel("x", "clipboard", account="@riverton", counting="x", limit=280)
