"""The programs beside which the desk stands: each with what comes closest to the desk's evening to show.

newsboat, lnav, mutt and htop come from the distribution, toot from PyPI. Where one is missing, its rows say
so.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from tests.bench.wire.arrivals import said
from tests.bench.wire.meter import Program, Step
from tests.feeds.mastodon_mock import DESK, MastodonMock

MENTIONS = 100
"""That each shows, where it shows mentions."""
LINE = "{at:%Y-%m-%d %H:%M:%S} {text}"


class Missing(Exception):
    """A program that is not here; the message says where to get it."""


def _installed(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed: apt install {name}")
    return found


def _mentions() -> Iterator[tuple[datetime, str, str]]:
    """(when, who, what), oldest first."""
    now = datetime.now(UTC)
    for number in range(MENTIONS):
        mention = said(number)
        yield now - timedelta(minutes=MENTIONS - number), mention["author"], mention["text"]


@contextmanager
def newsboat(home: Path) -> Iterator[Program]:
    """A feed of mentions: the list of feeds, the feed, its lines."""
    items = "".join(
        f"<item><title>{escape(text)}</title><author>{who}@town.example ({who})</author><guid>{who}</guid>"
        f"<pubDate>{format_datetime(at)}</pubDate><description>{escape(text)}</description></item>"
        for at, who, text in _mentions()
    )
    head = "<title>Riverton</title><link>http://town.example/</link>"
    feed = f'<rss version="2.0"><channel>{head}{items}</channel></rss>'
    (home / "feed.xml").write_text(feed)
    (home / "urls").write_text(f"file://{home}/feed.xml\n")
    (home / "config").write_text("auto-reload no\n")
    files = ("-C", str(home / "config"), "-u", str(home / "urls"), "-c", str(home / "cache.db"))
    command = (_installed("newsboat"), *files)
    env = {"HOME": str(home)}
    subprocess.run(
        [*command, "-x", "reload"], env={**os.environ, **env}, check=True, capture_output=True, timeout=60
    )
    steps = (
        Step("start", "startup", quiet=1.0, shows="Riverton"),
        Step("open", "key:<Enter>", shows="seen by"),
        *[Step("cursor down", "key:<Down>")] * 5,
    )
    yield Program(command, steps, env)


@contextmanager
def lnav(home: Path) -> Iterator[Program]:
    """A log of mentions, which one more is put to the end of."""
    log, more = home / "town.log", home / "more"
    log.write_text("".join(f"{LINE.format(at=at, text=text)}\n" for at, _, text in _mentions()))
    lines = [LINE.format(at=datetime.now(UTC), text=said(MENTIONS + number)["text"]) for number in range(5)]
    more.write_text("".join(f"{line}\n" for line in lines))
    steps = [Step("start", "startup", quiet=1.5, shows="seen by")]
    for number in range(1, len(lines) + 1):
        put = f"sed -n {number}p {shlex.quote(str(more))} >> {shlex.quote(str(log))}"
        steps.append(Step("one appended line", f"sh:{put}", quiet=1.5, shows=f"report {9099 + number}"))
    yield Program((_installed("lnav"), str(log)), tuple(steps), {"HOME": str(home)})


@contextmanager
def mutt(home: Path) -> Iterator[Program]:
    """A mailbox of mentions."""
    box = home / "box"
    (home / "Mail").mkdir()
    box.write_text(
        "".join(
            f"From {who}@town.example {at:%a %b %d %H:%M:%S %Y}\nFrom: {who}@town.example\n"
            f"Subject: {text}\nDate: {format_datetime(at)}\nMessage-ID: <{who}@town.example>\n\n{text}\n\n"
            for at, who, text in _mentions()
        )
    )
    steps = (Step("start", "startup", quiet=1.0, shows="seen by"), *[Step("cursor down", "key:j")] * 5)
    yield Program(
        (_installed("mutt"), "-n", "-F", "/dev/null", "-R", "-f", str(box)), steps, {"HOME": str(home)}
    )


@contextmanager
def htop(home: Path) -> Iterator[Program]:
    """The processes of this machine, for a minute."""
    steps = (Step("start", "startup", quiet=1.0, longest=4, shows="Load average"), Step("minute", "wait:60"))
    yield Program((_installed("htop"),), steps, {"HOME": str(home)})


@contextmanager
def toot(home: Path) -> Iterator[Program]:
    """A timeline of mentions on a server of ours, and a reply to one of them."""
    if not Path(sys.executable).with_name("mastodon_mock").exists():
        raise Missing("mastodon-mock, toot's server, is not installed; the test extra brings it")
    command = _toot_itself()
    with MastodonMock(home) as server:
        _follow(server)
        for _, _, text in _mentions():
            server.say(text)
        user = {"instance": "town", "username": "riverton", "access_token": DESK}
        site = {"instance": "town", "base_url": server.origin, "client_id": "-", "client_secret": "-"}
        known = {
            "apps": {"town": site},
            "users": {"riverton@town": user},
            "active_user": "riverton@town",
            "dismiss_tui_deprecation_notice": True,
        }
        (home / "toot").mkdir()
        (home / "toot" / "config.json").write_text(json.dumps(known))
        steps = (
            Step("start", "startup", quiet=2.0, longest=20, shows="seen by"),
            *[Step("cursor down", "key:j", quiet=0.8)] * 3,
            Step("reply opens", "key:r", quiet=1.0),
            Step("typed letter", "type:A crew is on its way.", quiet=0.25),
        )
        yield Program((command, "tui"), steps, {"HOME": str(home), "XDG_CONFIG_HOME": str(home)})


def _follow(server: MastodonMock) -> None:
    """Let the desk's account see what ana says."""
    ana = server.client.get("/api/v1/accounts/verify_credentials").json()["id"]
    signed = {"Authorization": f"Bearer {DESK}"}
    server.client.post(f"/api/v1/accounts/{ana}/follow", headers=signed).raise_for_status()


def _toot_itself() -> str:
    found = shutil.which("toot")
    if found is None:
        raise Missing(
            "toot is not on the PATH: python3 -m venv /tmp/toot && /tmp/toot/bin/pip install toot, "
            "then PATH=$PATH:/tmp/toot/bin"
        )
    return found


PEERS = {"newsboat": newsboat, "lnav": lnav, "mutt": mutt, "htop": htop, "toot": toot}
