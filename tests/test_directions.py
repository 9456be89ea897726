"""Which room may import which, and what a quick verb must not load: from the source, and from real runs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("console", "widgets", "feeds")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

ONLY_IN = {
    "textual": ("console.desk", "widgets"),
    "httpx": ("feeds",),
    "httpcore": ("feeds",),
    "feedparser": ("feeds",),
    "defusedxml": ("feeds",),
    "wcwidth": ("feeds.counting",),
    "aiosmtplib": ("feeds.speak_mail",),
    "sqlite3": ("console.store",),
    "pysqlite3": ("console.store",),
    "sqlite_utils": ("console.store",),
    "vaderSentiment": ("console.intake.mood",),
    "click": ("console.cli", "console.verbs", "console.demo.__main__"),
}
"""Libraries that are touched in one room, so that they can be replaced there."""

LEAVES = ("console.judgement", "console.model", "console.work", "console.paths", "console.surge")
"""Values that every room of `console` may use."""
MAY_IMPORT = {
    "widgets": ("widgets",),
    "feeds": ("feeds",),
    "console.judgement": (),
    "console.model": ("console.judgement",),
    "console.work": ("console.work_items", "feeds.channel", "feeds.post"),
    "console.work_items": (),
    "console.paths": (),
    "console.surge": (),
    "console.command": (),
    "console.commands": (
        "console.command",
        "console.commands_answering",
        "console.commands_shell",
        "console.commands_working",
    ),
    "console.commands_answering": ("console.command",),
    "console.commands_shell": ("console.command",),
    "console.commands_working": ("console.command",),
    "console.words": (),
    "console.filters": LEAVES,
    "console.roles": ("console.settings",),
    "console.agent": ("console.settings",),
    "console.sources_entry": (
        "console.settings",
        "console.settings_fields",
        "console.settings_sources",
        "feeds.discover_found",
    ),
    "console.credentials": (
        "console.settings",
        "console.paths",
        "feeds.channel",
        "feeds.keys",
        "feeds.mastodon",
        "feeds.source",
    ),
    "console.settings_fields": (),
    "console.settings_intake": (),
    "console.settings": (
        "console.settings_file",
        "console.settings_intake",
        "console.paths",
        "console.workflow.clocks",
        "feeds.channel",
        "feeds.source",
    ),
    "console.settings_clocks": ("console.settings_fields", "console.model", "console.workflow.clocks"),
    "console.settings_channels": ("console.settings_fields", "feeds.channel", "feeds.post"),
    "console.settings_sources": (
        "console.settings_fields",
        "feeds.source",
        "feeds.mastodon",
        "feeds.bluesky",
    ),
    "console.settings_file": (
        "console.settings",
        "console.settings_channels",
        "console.settings_clocks",
        "console.settings_fields",
        "console.settings_intake",
        "console.settings_sources",
        "console.filters",
        "console.paths",
        "feeds.channel",
        "feeds.source",
    ),
    "console.intake": (*LEAVES, "console.intake", "feeds.post", "feeds.source"),
    "console.workflow": (
        "console.work",
        "console.words",
        "console.workflow",
        "console.intake.mood",
        "console.intake.clean",
        "feeds.channel",
        "feeds.post",
    ),
    "console.workflow.templates": (
        "console.model",
        "console.settings",
        "console.settings_fields",
        "console.workflow.slots",
    ),
    "console.workflow.guard_words": ("console.workflow", "console.intake.mood", "console.intake.language"),
    "console.workflow.routes": ("console.settings",),
    "console.workflow.dispatch": ("console.settings", "console.model", "console.work"),
    "console.workflow.clocks": ("console.model", "console.words"),
    "console.workflow.running": ("console.model", "console.work", "console.workflow.clocks"),
    "console.store.told": (*LEAVES, "console.store", "console.workflow.dispatch", "console.workflow.ledger"),
    "console.store": (
        *LEAVES,
        "console.store",
        "console.settings",
        "console.intake",
        "feeds.channel",
        "feeds.post",
        "feeds.source",
    ),
    "console.service": (
        *LEAVES,
        "console.service",
        "console.store",
        "console.intake",
        "console.settings",
        "console.agent",
        "console.credentials",
        "console.roles",
        "console.logs",
        "console.workflow",
        "feeds",
        "console.words",
    ),
    "console.desk": (
        *LEAVES,
        "console.desk",
        "console.command",
        "console.commands",
        "console.filters",
        "console.settings",
        "console.words",
        "console.logs",
        "console.intake.clean",
        "console.service.client",
        "console.service.launch",
        "console.store.reader",
        "console.store.connect",
        "console.workflow",
        "feeds.channel",
        "feeds.counting",
        "widgets",
    ),
    "console.doctor": (
        *LEAVES,
        "console.doctor",
        "console.settings",
        "console.credentials",
        "console.roles",
        "console.words",
        "console.service.client",
        "console.store",
        "console.workflow",
        "feeds.addresses",
        "feeds.channel",
        "feeds.source",
    ),
    "console.logs": (*LEAVES, "console.intake.clean"),
    "console.output": ("console.intake.clean",),
    "console.replay": ("console.service.client", "feeds.jsonl", "feeds.post"),
}
"""What each room may import of ours; one not named here (cli, verbs, demo, triage) may import all."""


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, inside functions and for types too, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno} imports relatively"
            yield node.lineno, node.module or ""
            # `from console import settings` names a module too.
            if node.module in (*ROOMS, "console.store", "console.intake", "console.service", "console.desk"):
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def inside(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def room_of(module: str) -> tuple[str, ...] | None:
    """What a module may import of ours, by the most exact entry; None where it may import all."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        allowed = MAY_IMPORT.get(".".join(parts[:length]))
        if allowed is not None:
            return allowed
    return None


def test_the_house_is_read_whole() -> None:
    modules = {module_of(path) for path in FILES}
    assert {"console.cli", "console.model", "widgets.row_list", "feeds.http"} <= modules
    assert {room for room in MAY_IMPORT if room not in modules} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_lies_below_them(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in FILES
        if inside(module_of(path), (room,)) and (allowed := room_of(module_of(path))) is not None
        for line, name in imports(path)
        if inside(name, ROOMS)
        and name not in ROOMS
        and not inside(name, allowed)
        # `from console.intake import places` yields the package as well; the module is what counts.
        and not any(rest.startswith(f"{name}.") for rest in allowed)
    ]
    assert wrong == []


def test_libraries_stay_in_their_room() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in FILES
        for line, name in imports(path)
        if (rooms := ONLY_IN.get(name.partition(".")[0])) and not inside(module_of(path), rooms)
    ]
    assert wrong == []


HEAVY = {"textual", "httpx", "feedparser", "sqlite_utils", "sqlite3", "pysqlite3", "asyncio", "rich"}
POST = b'{"id": "1", "text": "Mill Street is flooded", "created_at": "2026-03-01T18:04:00Z"}\n'


def loaded_by(*arguments: str, stdin: bytes = b"") -> set[str]:
    """The packages that a real run of one command line has loaded when it ends."""
    program = (
        "import sys\nfrom console.cli import main\ncode = main(sys.argv[1:])\n"
        "print('\\n'.join({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], input=stdin, capture_output=True, cwd=ROOT, timeout=30
    )
    assert done.returncode == 0, done.stderr.decode()
    return set(done.stderr.decode().split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["serve", "--help"], ["config", "path"]])
def test_a_question_to_the_program_loads_nothing_heavy(arguments: list[str]) -> None:
    loaded = loaded_by(*arguments)
    assert "click" in loaded
    assert loaded & (HEAVY | {"vaderSentiment", "msgspec"}) == set()


def test_triage_loads_neither_screen_nor_network_nor_database() -> None:
    loaded = loaded_by("triage", stdin=POST)
    assert "msgspec" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("console.desk.app", {"httpx", "feedparser", "sqlite_utils", "vaderSentiment"}),
        ("console.service.client", {"textual", "httpx", "asyncio", "sqlite3", "msgspec"}),
        ("console.store.reader", {"textual", "httpx", "sqlite_utils"}),
        ("console.intake.pipeline", {"textual", "httpx", "sqlite3", "pysqlite3"}),
        ("console.workflow.guard", {"textual", "httpx", "sqlite3", "pysqlite3", "vaderSentiment"}),
    ],
)
def test_a_room_loads_without_what_it_has_no_use_for(module: str, without: set[str]) -> None:
    program = f"import sys, {module}\nprint('\\n'.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=ROOT, timeout=30, check=True
    )
    assert set(done.stdout.decode().split()) & without == set()


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("console.desk.app", "gazetteer recogniser weights rules pipeline mood"),
        ("console.cli", "gazetteer recogniser weights rules pipeline mood"),
    ],
)
def test_only_a_judge_loads_its_tables(module: str, without: str) -> None:
    program = f"import sys, {module}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=ROOT, timeout=30, check=True
    )
    loaded = set(done.stdout.decode().split())
    assert module in loaded
    assert loaded & {f"console.intake.{name}" for name in without.split()} == set()


def test_a_judge_loads_no_more_nouns_and_settings_than_its_own() -> None:
    program = "import sys, console.intake.pipeline, console.triage, console.verbs.triage\n"
    program += "print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=ROOT, timeout=30, check=True
    )
    assert (
        set(done.stdout.decode().split()) & {"console.model", "console.settings", "console.output"} == set()
    )
