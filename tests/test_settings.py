"""The settings file: what it may say, and that every mistake in it is named at once, with its mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as unhurried
from hypothesis import strategies as st

import console
from console.settings import DAY, HOUR, MINUTE, Mistake, Role, Settings, SettingsError, find, load
from console.settings_fields import Wrong, duration, size, spell
from feeds.source import Source

TEMPLATE = Path(console.__file__).with_name("settings_template.toml")
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "settings.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def mistakes(path: Path, env: dict[str, str] | None = None) -> tuple[Mistake, ...]:
    with pytest.raises(SettingsError) as caught:
        load(path, env or {})
    return caught.value.mistakes


def test_a_file_says_everything_that_a_desk_needs(write: Write, tmp_path: Path) -> None:
    path = write("""
        [desk]
        name = "Riverton"
        data = "data"
        time_zone = "Europe/London"
        languages = ["en", "pt-BR"]
        places = "/srv/places.csv"
        theme = "light"
        bell = false
        [intake]
        window = "90m"
        voices = 2
        [store]
        keep = 0
        keep_free = "64 MiB"
        [network]
        allow = ["127.0.0.1:8080", "10.1.2.0/24", "[::1]:80", "intranet.example"]
        [sources.council]
        kind = "rss"
        address = "https://council.example/news.xml"
        trust = "official"
        [sources.posts]
        kind = "jsonl"
        address = "posts.jsonl"
        interval = "2s"
        lang = "en"
        [sources.tag]
        kind = "mastodon"
        address = "https://social.example/tags/riverton"
        stream = true
        rhythm = "2h"
        [sources.partners]
        kind = "jetstream"
        address = "wss://jetstream.example/subscribe"
        accounts = ["did:plc:ewvi7nxzyoun6zhxrhs64oiz"]
        keywords = ["Riverton", "Mill Street"]
        [sources.requests]
        kind = "open311"
        address = "https://311.example/open311/v2"
        jurisdiction = "riverton.example"
        services = ["POTHOLE"]
        [sources.works]
        kind = "webhook"
        address = "works.sock"
        [views]
        election = "topic:election"
        [roles]
        lead = ["ana", "@duty"]
        [inbox]
        roles = ["lead"]
    """)
    settings = load(path, {})
    assert settings.desk.data == tmp_path / "data"
    assert settings.desk.places == Path("/srv/places.csv")
    assert settings.desk.languages == ("en", "pt-BR")
    assert not settings.desk.bell
    assert settings.intake.window == 90 * MINUTE
    assert (settings.store.keep, settings.store.keep_free, settings.store.backups) == (0, 64 * 2**20, 24)
    assert settings.network.allow[1] == "10.1.2.0/24"
    assert settings.sources == (
        Source("council", "rss", "https://council.example/news.xml", 5 * MINUTE, "official"),
        Source("posts", "jsonl", str(tmp_path / "posts.jsonl"), 2.0, "public", "en"),
        Source(
            *("tag", "mastodon", "https://social.example/tags/riverton", MINUTE), stream=True, rhythm=2 * HOUR
        ),
        Source(
            *("partners", "jetstream", "wss://jetstream.example/subscribe", MINUTE),
            accounts=("did:plc:ewvi7nxzyoun6zhxrhs64oiz",),
            keywords=("Riverton", "Mill Street"),
        ),
        Source(
            *("requests", "open311", "https://311.example/open311/v2", 5 * MINUTE),
            jurisdiction="riverton.example",
            services=("POTHOLE",),
        ),
        Source("works", "webhook", str(tmp_path / "works.sock"), 5 * MINUTE),
    )
    assert settings.views[0].filter == "topic:election"
    assert settings.roles == (Role("lead", ("ana", "@duty")),)
    assert settings.inbox.roles == ("lead",)
    assert settings.path == path


def test_five_mistakes_are_all_named_with_line_and_mend(write: Write) -> None:
    found = mistakes(
        write("""[desk]
nam = "Riverton"
time_zone = "Europe/Lodnon"
[sources.council]
kind = "rrs"
address = "https://council.example/"
interval = 300
[views]
election = "topc:election"
""")
    )
    assert [(mistake.line, mistake.key) for mistake in found] == [
        (2, "desk.nam"),
        (3, "desk.time_zone"),
        (5, "sources.council.kind"),
        (7, "sources.council.interval"),
        (9, "views.election"),
    ]
    said = [str(mistake) for mistake in found]
    for words, sentence in zip(("name", "Europe/London", "rss", '"5m"', "topic:"), said, strict=True):
        assert words in sentence


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("[dekc]\nx = 1", "dekc", "desk"),
        ("desk = 3", "desk", "section"),
        ("[desk]\nbell = 'yes'", "desk.bell", "true or false"),
        ("[desk]\nbell = 1", "desk.bell", "true or false"),
        ("[desk]\ntheme = 'drak'", "desk.theme", "dark"),
        ('[desk]\nname = "a\\u001b]0;x"', "desk.name", "printable"),
        ('[desk]\ncontact = "a\\r\\nHost: b"', "desk.contact", "printable"),
        ("[desk]\ncontact = 'düsk@riverton.example'", "desk.contact", "plain ASCII"),
        ("[desk]\nlanguages = []", "desk.languages", "at least one"),
        ("[desk]\nlanguages = ['english']", "desk.languages", "language tag"),
        ("[intake]\nvoices = 0", "intake.voices", ">= 1"),
        ("[intake]\nvoices = 2.5", "intake.voices", "whole number"),
        ("[intake]\nwindow = '6 hours'", "intake.window", "6h"),
        ("[intake]\nwindow = '1s'", "intake.window", "1m to 30d"),
        ("[store]\nkeep = true", "store.keep", "unit"),
        ("[store]\nkeep_free = '500'", "store.keep_free", "MB"),
        ("[store]\nkeep_free = 500", "store.keep_free", "MB"),
        ("[network]\nallow = ['http://127.0.0.1']", "network.allow", "neither"),
        ("[network]\nallow = ['127.0.0.1:99999']", "network.allow", "neither"),
        ("[network]\nallow = ['10.1.2.999']", "network.allow", "neither"),
        ("[roles]\nlead = 'ana'", "roles.lead", "a list"),
        ("[roles]\nlead = ['@']", "roles.lead", "@duty"),
        ("[roles]\n'my lead' = []", "roles.my lead", "not a name"),
        ("[roles]\nlead = []\n[inbox]\nroles = ['laed']", "inbox.roles", "lead"),
        ("[inbox]\nroles = ['lead']", "inbox.roles", "[roles]"),
        ("sources = 1", "sources", "section"),
        ("[sources]\na = 1", "sources.a", "section"),
        ("[sources.'my feed']\nkind = 'rss'\naddress = 'x'", "sources.my feed", "not a name"),
        (
            "[sources.A]\nkind='rss'\naddress='x'\n[sources.a]\nkind='rss'\naddress='x'",
            "sources.a",
            "capitals",
        ),
        ("[sources.a]\nkind = 'rss'", "sources.a", "no address"),
        ("[sources.a]\naddress = 'x'", "sources.a", "no kind"),
        ("[sources.a]\nkind = 'rss'\naddress = ''", "sources.a.address", "empty"),
        ("[sources.a]\nkind = 'rss'\naddress = 'ftp://h/x'", "sources.a.address", "ftp"),
        ("[sources.a]\nkind = 'rss'\naddress = 'https://u:hunter2@h/x'", "sources.a.address", "password"),
        ("[sources.a]\nkind = 'rss'\naddress = 'https://u@h/x'", "sources.a.address", "password"),
        ("[sources.a]\nkind = 'rss'\naddress = 'https:///x'", "sources.a.address", "not a web address"),
        ("[sources.a]\nkind = 'rss'\naddress = 'https://h:x/'", "sources.a.address", "not a web address"),
        ("[sources.a]\nkind = 'rss'\naddress = 'https://h/\u202e'", "sources.a.address", "printable"),
        ("[sources.a]\nkind='rss'\naddress='x'\ntrust='offical'", "sources.a.trust", "official"),
        ("[views]\na = 'tier:nwo'", "views.a", "now"),
        ("[views]\na = 3", "views.a", "text in quotes"),
    ],
)
def test_each_mistake_says_what_would_be_right(write: Write, text: str, key: str, words: str) -> None:
    (mistake,) = mistakes(write(text))
    assert mistake.key == key
    assert words in str(mistake)
    assert mistake.line
    assert "hunter2" not in str(mistake)


def source(kind: str, **keys: object) -> str:
    return "\n".join(
        ["[sources.a]", f"kind = '{kind}'", *(f"{key} = {value}" for key, value in keys.items())]
    )


WEB = "'https://social.example/public'"
STREAM = "'wss://jetstream.example/subscribe'"


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (source("rss", address=WEB, stream="true"), "sources.a.stream", "mastodon"),
        (source("mastodon", address=WEB, account="'ana.example'"), "sources.a.account", "bluesky"),
        (source("mastodon", address=WEB, stream="'yes'"), "sources.a.stream", "true or false"),
        (source("mastodon", address=WEB, steam="true"), "sources.a.steam", '"stream"'),
        (source("mastodon", address=WEB, acounts="[]"), "sources.a.acounts", "known: address, interval"),
        (source("mastodon", address="'public'"), "sources.a.address", "https://"),
        (source("mastodon", address="'https://h.example/about'"), "sources.a.address", "/tags/NAME"),
        (source("mastodon", address="'https://h.example/@ana'", stream="true"), "sources.a.address", "false"),
        (source("bluesky", address="'https://bsky.app/notifications'"), "sources.a.address", "account = "),
        (source("bluesky", address="'https://bsky.app/settings'"), "sources.a.address", "/search?q=WORDS"),
        (
            source("bluesky", address="'https://bsky.app/profile/a.b'", account="'a b'"),
            "sources.a.account",
            "bsky",
        ),
        (
            source("bluesky", address="'https://h.example/notifications'", account="3"),
            "sources.a.account",
            "text",
        ),
        (source("jetstream", address=STREAM), "sources.a", "keywords"),
        (source("jetstream", address=WEB, keywords="['a']"), "sources.a.address", "wss://"),
        (source("jetstream", address="'wss://'", keywords="['a']"), "sources.a.address", "wss://"),
        (source("jetstream", address="'wss://h/s?cursor=1'", keywords="['a']"), "sources.a.address", "?"),
        (source("jetstream", address=STREAM, keywords="'flood'"), "sources.a.keywords", "list"),
        (source("jetstream", address=STREAM, keywords="[]"), "sources.a.keywords", "nothing"),
        (source("jetstream", address=STREAM, accounts="['ana.example']"), "sources.a.accounts", "DID"),
        (
            source("jetstream", address=STREAM, keywords="['a']", interval="'5m'"),
            "sources.a.interval",
            "rhythm",
        ),
        (source("open311", address=WEB, jurisdiction="3"), "sources.a.jurisdiction", "text"),
        (source("open311", address=WEB, services="[3]"), "sources.a.services", "text"),
        (source("rss", address=WEB, rhythm="'1s'"), "sources.a.rhythm", "1m to 90d"),
        (source("webhook", address="'https://127.0.0.1:8765/'"), "sources.a.address", "https:"),
        (source("webhook", address="'http://0.0.0.0:8765/'"), "sources.a.address", "network"),
        (source("webhook", address="'http://desk.example:8765/'"), "sources.a.address", "proxy"),
        (source("webhook", address="'http://127.0.0.1/posts'"), "sources.a.address", "port"),
        (source("webhok", address="'x'"), "sources.a.kind", "webhook"),
    ],
)
def test_a_key_means_something_for_its_kind_or_is_a_mistake(
    write: Write, text: str, key: str, words: str
) -> None:
    (mistake,) = mistakes(write(text))
    assert mistake.key == key
    assert words in str(mistake)


def test_all_mistakes_of_a_source_are_named_at_once(write: Write) -> None:
    found = mistakes(
        write(source("jetstream", address=WEB, stream="true", lang="'english'", jurisdiction="''"))
    )
    assert {mistake.key.rpartition(".")[2] for mistake in found} == {
        *("a", "address", "stream", "lang", "jurisdiction")
    }


@pytest.mark.parametrize(
    ("kind", "address", "seconds"),
    [
        ("usgs", "https://earthquakes.example/all_day.geojson", 60),
        ("nws", "https://weather.example/alerts/active?area=OR", 120),
        ("cap", "https://alerts.example/index.atom", 120),
        ("mastodon", "https://social.example/tags/riverton", 60),
        ("mastodon", "https://social.example/notifications", 30),
        ("open311", "https://311.example/v2", 300),
        ("rss", "https://council.example/news.xml", 300),
    ],
)
def test_a_source_is_asked_as_often_as_its_servers_bear_where_nothing_is_said(
    write: Write, kind: str, address: str, seconds: float
) -> None:
    (found,) = load(write(source(kind, address=f"'{address}'")), {}).sources
    assert found.interval == seconds


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8765/posts", "http://[::1]:8765/", "http://localhost:1/"]
)
def test_a_webhook_listens_to_this_machine_alone(write: Write, address: str) -> None:
    (found,) = load(write(source("webhook", address=f"'{address}'")), {}).sources
    assert found.address == address


@pytest.mark.parametrize(
    ("body", "words", "line"),
    [
        (b"[desk]\nname = \n", "not TOML", 2),
        (b"[sources.a]\nkind='rss'\n[sources.a]\n", "[sources.a] is there twice", 3),
        (b"[desk]\nname = '\xe9'\n", "UTF-8", 2),
        (b"a = " + b"[" * 100_000, "", 0),
        (b"#" * 4_000_001, "4 MB", 0),
    ],
)
def test_what_is_no_settings_file_is_refused(tmp_path: Path, body: bytes, words: str, line: int) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(body)
    (mistake,) = mistakes(path)
    assert words in str(mistake)
    assert mistake.line == line or not line


def test_a_named_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path / "none.toml")
    assert "config init" in mistake.hint
    (mistake,) = mistakes(tmp_path)
    assert "cannot be read" in mistake.message


def test_without_a_file_the_defaults_work(tmp_path: Path) -> None:
    settings = load(None, {"HOME": str(tmp_path)})
    assert replace(settings, desk=replace(settings.desk, data=Path())) == Settings()
    assert settings.desk.data == tmp_path / ".local/share/watchfloor"
    assert settings.path is None


def test_the_file_is_found_where_it_was_named_else_in_the_xdg_places(tmp_path: Path) -> None:
    env = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_DIRS": f"relative:{tmp_path}/etc",
        "XDG_CONFIG_HOME": "relative is ignored",
    }
    assert find(env) is None
    for place in (tmp_path / "etc/watchfloor/settings.toml", tmp_path / ".config/watchfloor/settings.toml"):
        place.parent.mkdir(parents=True)
        place.touch()
        assert find(env) == place
    assert find({**env, "WATCHFLOOR_CONFIG": "/named"}) == Path("/named")


def test_the_environment_wins_and_its_mistakes_are_named_too(write: Write, tmp_path: Path) -> None:
    path = write("[desk]\ndata = '/data'\ntheme = 'dark'\n")
    settings = load(
        path, {"WATCHFLOOR_DATA": str(tmp_path), "WATCHFLOOR_THEME": "", "WATCHFLOOR_GLYPHS": "ascii"}
    )
    assert (settings.desk.data, settings.desk.theme, settings.desk.glyphs) == (tmp_path, "dark", "ascii")
    (mistake,) = mistakes(path, {"WATCHFLOOR_THEME": "blue"})
    assert (mistake.key, str(mistake.file)) == ("WATCHFLOOR_THEME", "environment")


def test_the_template_changes_nothing_as_it_is(tmp_path: Path) -> None:
    settings = load(TEMPLATE, {"HOME": str(tmp_path)})
    assert replace(settings, path=None) == load(None, {"HOME": str(tmp_path)})


def test_every_line_of_the_template_holds_when_it_is_uncommented(write: Write) -> None:
    text = re.sub(r"(?m)^# (?=\[|\w+ = )", "", TEMPLATE.read_text(encoding="utf-8"))
    settings = load(write(text), {})
    defaults = Settings()
    assert [source.name for source in settings.sources] == [
        *("council", "posts", "tag", "replies", "partners", "requests", "works")
    ]
    assert len(settings.views) == 2
    assert [channel.kind for channel in settings.channels] == [
        *("mastodon", "bluesky", "mail", "open311", "ntfy", "clipboard")
    ]
    assert not {source.name for source in settings.sources} & {one.name for one in settings.channels}
    assert [(route.channel, route.ladder) for route in settings.routes] == [("departments", ("oncall",))]
    assert {role.name for role in settings.roles} == {"observe", "respond", "approve", "lead"}
    assert replace(settings.answers, guard=None, replies=None) == defaults.answers
    assert (settings.intake, settings.store, settings.network) == (
        defaults.intake,
        defaults.store,
        defaults.network,
    )
    examples = {"data": Path(), "places": None, "rules": None}
    assert replace(settings.desk, **examples) == defaults.desk  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("1h 30m", 5400), ("1.5h", 5400), ("90d", 90 * DAY), ("2w", 14 * DAY)],
)
def test_durations_carry_their_unit(text: str, seconds: float) -> None:
    assert duration(0, 400 * DAY)(text, Path()) == seconds


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m x", "-5m", "5M", "nan", "1e9d", True, None, 5, [], "٥m x"]
)
def test_other_durations_are_refused(text: object) -> None:
    with pytest.raises(Wrong):
        duration(0, HOUR)(text, Path())


@unhurried(deadline=None)  # a busy machine is no fault of ours
@given(st.integers(1, 400 * 86400))
def test_a_duration_is_spelt_as_it_is_read(seconds: int) -> None:
    assert duration(0, 400 * DAY)(spell(float(seconds)), Path()) == pytest.approx(seconds, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "count"), [("500 MB", 5 * 10**8), ("2GB", 2 * 10**9), ("64 mib", 2**26), (0, 0)]
)
def test_sizes_carry_their_unit(text: object, count: int) -> None:
    assert size(text, Path()) == count
