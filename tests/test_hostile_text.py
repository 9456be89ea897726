"""Every hostile text from a stranger's file to the terminal: the real service, the real desk, every verb.

Nothing here is simulated: the texts come in as posts, alerts, feed items, headers and place names, and what
is looked at is the bytes that reach a terminal or a pipe.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, ClassVar
from xml.sax.saxutils import escape as xml

import pytest

from tests.cli.shell import Shell
from tests.hostile import ESC, SMALL, forbidden, raw_controls
from tests.service.at_work import Served, append, until, write_settings
from tests.terminal import Terminal

CALL = "Help, trapped in the basement, we can't get out!"
LIVE = {name: text for name, text in SMALL.items() if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)}
"""Those that hold a byte which a terminal would act on."""
OURS = re.compile(
    rb"\x1b\[[0-9;]*[mHABCDGdJKLMbrn]"  # colours, the cursor, clearing, rows that move, repeats, the question
    rb"|\x1b\[\?(?:1049|25|1004|2004|2026|2048|1000|1003|1015|1006|7)(?:[hl]|\$p)"  # modes of a full screen
    rb"|\x1b\[[<>=][0-9;]*u|\x1b\[\?u"  # the keyboard's protocol
    rb"|\r|(?<!\x08)\x08{1,4}(?!\x08)"  # a few cells back; the payload goes eight
)
"""What Textual sends by itself."""
COMMANDS = re.compile(rb"\x1b\](.*?)(?:\x07|\x1b\\)", re.DOTALL)


class Stranger(StreamRequestHandler):
    """A server whose every header is hostile."""

    REPLIES: ClassVar = {
        "/reason": f"HTTP/1.1 503 {ESC}]0;PWNED\a busy\r\n\r\n",
        "/moved": "HTTP/1.1 302 Found\r\nLocation: http://evil\u202e\x9b2J.example/\r\n\r\n",
        "/type": f"HTTP/1.1 200 OK\r\nContent-Type: {ESC}[2Jtext/evil\r\nETag: {ESC}c\r\n\r\n<no feed",
        "/coding": "HTTP/1.1 200 OK\r\nContent-Encoding: \x9d0;PWNED\x9c\r\n\r\nx",
    }

    def handle(self) -> None:
        path = self.rfile.readline().decode("latin-1").split()[1]
        while self.rfile.readline().strip():
            pass
        self.wfile.write(self.REPLIES[path].encode())


@contextmanager
def strangers_server() -> Iterator[str]:
    with ThreadingTCPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def post(number: int, text: str) -> dict[str, object]:
    """A post that is hostile in every field it has."""
    return {
        "id": f"{number} {text[:40]}",
        "text": f"{number} {text}",
        "author": f"@{text[:40]}",
        "author_name": text[:60],
        "url": f"https://board.example/{text[:40]}",
        "lang": text[:10] or "en",
        "topic_hint": text[:40],
        "places_hint": [text[:40]],
        text[:20] or "more": text[:40],
    }


def feed() -> str:
    """A feed whose items are hostile in the ways that XML and HTML allow."""
    items = (
        f"<item><guid>{number}</guid><title>{escape(coded(text))}</title>"
        f"<author>{escape(coded(text[:40]))}</author><description>{escape(escape(coded(text)))}</description>"
        f"</item>"
        for number, text in enumerate(LIVE.values())
    )
    return f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>"


def coded(text: str) -> str:
    """A text as HTML may smuggle it: every control as a number."""
    return re.sub(
        "[^\x20-\x7e]", lambda found: f"&#{ord(found[0])};", text.encode("utf-8", "replace").decode()
    )


def alert() -> str:
    """An alert whose every field is hostile, in the characters that XML lets through."""
    evil = xml("\x9d0;PWNED\x9c\x9b2J \u202eevac [@click=app.quit]x[/] [/] \u2028=cmd|'/c calc'!A0")
    now = datetime.now(UTC)
    return (
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>"
        f"<identifier>{evil}</identifier><sender>{evil}</sender><sent>{now.isoformat()}</sent>"
        "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
        f"<info><language>en-{evil}</language><category>Met</category><event>Flood {evil}</event>"
        "<urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>"
        f"<expires>{(now + timedelta(hours=1)).isoformat()}</expires><senderName>{evil}</senderName>"
        f"<headline>{evil}</headline><description>{evil}</description><instruction>{evil}</instruction>"
        f"<web>{evil}</web><parameter><valueName>{evil}</valueName><value>{evil}</value></parameter>"
        f"<area><areaDesc>Mill Street {evil}</areaDesc></area></info></alert>"
    )


def places() -> str:
    names = ['"' + text.replace('"', '""') + ' Lane"' for text in LIVE.values()]
    rows = "\n".join(f"{name},{name},{name}" for name in names)
    return f"name,aliases,area\nMill Street,,Riverton\n{rows}\n"


@pytest.fixture(scope="module")
def stricken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A desk at work whose every source is hostile."""
    home = tmp_path_factory.mktemp("stricken")
    shell = Shell(home)
    posts = home / "posts.jsonl"
    append(posts, *(post(number, text) for number, text in enumerate(SMALL.values())))
    append(posts, *(post(100 + n, f"{CALL} {text} Lane") for n, text in enumerate(LIVE.values())))
    with posts.open("ab") as file:
        file.write(f"{ESC}]0;PWNED\a no json\n".encode() + b'{"id": "\x9b2J", "text": 1}\n')
    (home / "news.xml").write_text(feed())
    (home / "alert.xml").write_text(alert(), errors="replace")
    with strangers_server() as address:
        local = {"posts": ("jsonl", posts), "news": ("rss", home / "news.xml")}
        local["weather"] = ("cap", home / "alert.xml")
        web = {path[1:]: ("rss", address + path) for path in Stranger.REPLIES}
        sources = [
            {"name": name, "kind": kind, "address": where, "interval": "1s"}
            for name, (kind, where) in {**local, **web}.items()
        ]
        settings = write_settings(home, sources)
        (home / "places.csv").write_bytes(places().encode("utf-8", "replace") + b"\xff\x9b2J\xc2\x9b Road\n")
        with Served(settings) as served:
            until(lambda: served.total() >= len(SMALL) + 2 * len(LIVE), within=30)
            until(lambda: all(one["last_answer_at"] or one["last_error"] for one in health(served)))
            yield shell


def health(served: Served) -> list[dict[str, object]]:
    return list(served.ask("status")["sources"])


def command(shell: Shell, *verb: str) -> list[str]:
    return [*shell.command, "--config", str(shell.home / "settings.toml"), *verb]


def left_of(received: bytes) -> bytes:
    """What is not of our own making."""
    return OURS.sub(b"", COMMANDS.sub(b"", received))


def test_the_desk_sends_nothing_of_theirs(stricken: Shell) -> None:
    desk = Terminal(command(stricken), columns=140, rows=50, env={**stricken.environment, "TMUX": ""})
    with desk as terminal:
        terminal.wait_for("LIVE")
        terminal.settle(quiet=0.5)

        def press(keys: str, times: int = 1, quiet: float = 0.07) -> None:
            for _ in range(times):
                terminal.type(keys)
                terminal.settle(quiet=quiet, at_most=1)

        press("j", len(LIVE) + 5)  # every incident, its detail, the mood of its place
        press("\t")
        press("G")
        press("k", len(SMALL) + len(LIVE))  # every mention and its detail
        press("\r")
        press("\x1b[6~", 3)
        press("Y", quiet=0.3)
        press("\x1b", quiet=0.3)
        press("y", quiet=0.3)
        for name in ("place:", "source:", "nonsense:", "tier:"):
            press("/", quiet=0.3)
            terminal.type(name + "\x1b[200~\x9b2J\u202e[@click=app.quit]x[/] [/]\x1b[201~\r")
            terminal.settle(quiet=0.3, at_most=2)
            press("\x1b", 3, quiet=0.3)
        press(":", quiet=0.3)
        terminal.type("\x1b[200~\x9b2J[/]\x1b[201~")
        press("\x1b", quiet=0.3)
        terminal.type(":sources\r")
        terminal.wait_for("SOURCES")
        press("\x1b", quiet=0.3)
        calls = (post(900 + number, f"{CALL} {text}") for number, text in enumerate(LIVE.values()))
        append(stricken.home / "posts.jsonl", *calls)
        terminal.settle(quiet=1.5, at_most=6)
        press(".", quiet=0.5)
        assert terminal.wait(0) is None, "nobody's text ends the desk"
        shown = terminal.text()
        sent = bytes(terminal.received)
        terminal.type("\x11")
        assert terminal.wait() == 0
    assert "LIVE" in shown, shown
    for dead in ("\u241b]0;PWNED", "[@click=app.quit]x[/]", "closing [/] and [/foo]", ":police_car:"):
        assert dead.encode() in sent, "it was looked at"
    commands = set(COMMANDS.findall(sent))
    pointer = b"22;default"  # Textual's own: the mouse keeps its shape
    assert {found[:5] for found in commands - {pointer}} == {b"52;c;"}, commands
    for found in commands - {pointer}:
        copied = base64.b64decode(found.removeprefix(b"52;c;"))
        assert raw_controls(copied) == []
    assert [one for one in raw_controls(left_of(sent)) if one != "07"] == []
    for name, text in LIVE.items():
        assert text.encode("utf-8", "replace") not in sent, name


def strings(value: Any) -> Iterator[str]:
    """Every text in a value read from JSON, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


@pytest.mark.parametrize(
    "verb", ["mentions --limit 500", "incidents", "sources", "log show", "places list", "doctor", "status"]
)
def test_no_verb_sends_anything_of_theirs(stricken: Shell, verb: str) -> None:
    words = verb.split()
    with Terminal(
        command(stricken, *words), columns=160, env=stricken.environment, emulate=False
    ) as terminal:
        assert terminal.wait(30) in (0, 1)
    table = bytes(terminal.received)
    assert len(table) > 100
    assert raw_controls(re.sub(rb"\x1b\[[0-9;]*m|\x1b\[\?25[hl]|\x1b\[[0-9]?[AK]|\r", b"", table)) == []
    assert COMMANDS.findall(table) == []
    named = ["--config", str(stricken.home / "settings.toml"), *words]
    plain = stricken.run(*named)
    assert raw_controls(plain.out) == []
    assert raw_controls(plain.err.encode()) == []
    found = stricken.run(*named, "--json")
    assert raw_controls(found.out) == []
    lines = [json.loads(line) for line in found.out.decode().splitlines()]
    assert lines
    assert forbidden("".join(strings(lines))) == []
    if words[0] not in ("doctor", "status"):
        ran = stricken.run(*named, "--csv")
        assert raw_controls(ran.out) == []
        rows = list(csv.reader(io.StringIO(ran.text)))
        assert len(rows) == len(lines) + 1
        assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "@", "\t"))]


def test_settings_and_place_lists_are_refused_without_echoing_them(stricken: Shell, tmp_path: Path) -> None:
    evil = tmp_path / f"{ESC}]0;PWNED\a.toml"
    evil.write_bytes(
        b'[desk]\nname = "a\\u001b]0;PWNED\\u0007"\nth\\u009beme = 1\n'
        b'[sources."\\u001b[2J"]\nkind = "\\u202erss"\n[views]\n"\\u009b2J" = "tier:\\u001b[2J"\n'
    )
    for words in (["config", "validate"], ["config", "path"], ["status"], ["doctor"], ["places", "list"]):
        ran = stricken.run("--config", evil, *words)
        assert ran.code in (0, 1, 2)
        assert raw_controls(ran.out + ran.err.encode()) == []
    told: tuple[list[str | Path], ...] = (
        ["places", "import", evil],
        ["backup", evil / "x"],
        ["replay", evil],
        ["config", "init", evil],
    )
    for named in told:
        ran = stricken.run(*named)
        assert raw_controls(ran.out + ran.err.encode()) == []


def test_the_services_log_is_plain_lines(stricken: Shell) -> None:
    written = (stricken.home / "data/service.log").read_bytes()
    assert raw_controls(written) == []
    assert all(line[:4].isdigit() for line in written.decode().splitlines())
