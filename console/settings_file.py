"""Reading a settings file: sections to values, and the list of everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from console import settings_channels as of_channel
from console import settings_clocks as of_clock
from console import settings_fields as fields
from console import settings_sources as of_source
from console.filters import FilterError, parse_filter
from console.paths import default_data
from console.settings import (
    DAY,
    HOUR,
    MINUTE,
    PLACES_BESIDE,
    AnswerSettings,
    DeskSettings,
    InboxSettings,
    Mistake,
    NetworkSettings,
    Role,
    Route,
    Settings,
    SettingsError,
    StoreSettings,
    View,
    Wish,
)
from console.settings_intake import IntakeSettings
from feeds.channel import Channel
from feeds.source import Source

LONGEST = 365 * 100 * DAY
_MOST_BYTES = 4_000_000
"""A settings file beyond this is a mistake in itself."""
_NAME = re.compile(r"\w[\w.-]{0,39}")

DESK: dict[str, fields.Reader] = {
    "name": fields.text,
    "data": fields.path,
    "contact": fields.contact,
    "time_zone": fields.time_zone,
    "languages": fields.languages,
    "places": fields.path,
    "rules": fields.path,
    "theme": fields.one_of(Literal["terminal", "dark", "light"]),
    "glyphs": fields.one_of(Literal["auto", "unicode", "ascii"]),
    "bell": fields.of_type(bool),
    "link": fields.one_of(Wish),
    "exercise": fields.of_type(bool),
}
INTAKE: dict[str, fields.Reader] = {
    "window": fields.duration(MINUTE, 30 * DAY),
    "voices": fields.of_type(Annotated[int, Meta(ge=1, le=1000)]),
}
STORE: dict[str, fields.Reader] = {
    "keep": fields.duration(HOUR, LONGEST, zero=True),
    "keep_free": fields.size,
    "backups": fields.of_type(Annotated[int, Meta(ge=0, le=10_000)]),
}
INBOX: dict[str, fields.Reader] = {"roles": fields.names}
NETWORK: dict[str, fields.Reader] = {"allow": fields.allowed_hosts}
SECTIONS = (
    *("desk", "intake", "store", "network", "sources", "views", "roles", "inbox"),
    *("answers", "channels", "routes", "clocks"),
)
EXERCISE = "exercise"
"""The directory of an exercise, in that of the desk."""
ENVIRONMENT = {
    "WATCHFLOOR_DATA": "data",
    "WATCHFLOOR_THEME": "theme",
    "WATCHFLOOR_GLYPHS": "glyphs",
    "WATCHFLOOR_LINK": "link",
}
"""Variables that win over the file, and the key of `[desk]` that each stands for."""


def read_settings(path: Path | None, env: Mapping[str, str]) -> Settings:
    """Read a file (None for the defaults) under an environment; raises `SettingsError`."""
    page = _Page(path.absolute() if path else Path("defaults"))
    tables = page.tables() if path else {}
    settings = page.settings(tables)
    desk = replace(settings.desk, **_from_environment(page, env))
    if desk.places is None and path and (beside := page.file.with_name(PLACES_BESIDE)).exists():
        desk = replace(desk, places=beside)
    if desk.data == Path():
        desk = replace(desk, data=default_data(env))
    if desk.exercise:
        # Practice must be unable to reach the public, or the real desk's data, by any later mistake.
        # A service that a desk starts is told the desk's own directory: that of the exercise already.
        beside = desk.data if desk.data.name == EXERCISE else desk.data / EXERCISE
        desk = replace(desk, data=beside)
        settings = replace(settings, channels=tuple(map(of_channel.rehearsed, settings.channels)))
    if page.mistakes:
        raise SettingsError(tuple(sorted(page.mistakes, key=lambda mistake: mistake.line)))
    return replace(settings, desk=desk, path=page.file if path else None)


class _Page:
    """One settings file while it is read: what was found wrong, and where."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        self._lines: list[str] = []

    def mistake(self, key: str, message: str, hint: str = "", *, line: int = 0) -> None:
        line = line or _line_of(key, self._lines)
        self.mistakes.append(Mistake(self.file, key, message, hint, line))

    def tables(self) -> dict[str, Any]:
        """The file as TOML; a mistake in its grammar hides the rest, and the message says so."""
        try:
            with self.file.open("rb") as file:
                body = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            self.mistake("", "there is no such file", "`watchfloor config init` writes one to start from")
            return {}
        except OSError as error:
            self.mistake("", f"cannot be read: {error.strerror}")
            return {}
        if len(body) > _MOST_BYTES:
            self.mistake("", "is larger than 4 MB", "is it a settings file at all?")
            return {}
        try:
            text = body.decode("utf-8-sig")
            self._lines = text.splitlines()
            return tomllib.loads(text)
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            self.mistake("", "is not UTF-8 text", "save it as UTF-8", line=line)
        except tomllib.TOMLDecodeError as error:
            self._grammar(str(error))
        except RecursionError:
            self.mistake("", "is nested too deeply to be a settings file")
        return {}

    def _grammar(self, message: str) -> None:
        what, _, where = message.partition(" (at ")
        found = re.search(r"line (\d+)", where)
        # tomllib says "Cannot declare ('sources', 'council') twice" for a name used for two sources.
        twice = re.fullmatch(r"Cannot declare \((.*)\) twice", what)
        if twice:
            name = ".".join(re.findall(r"[\w.-]+", twice[1]))
            what = f"[{name}] is there twice"
        line = int(found[1]) if found else len(self._lines)
        self.mistake("", f"is not TOML: {what}", "what follows is read once this is mended", line=line)

    def settings(self, tables: dict[str, Any]) -> Settings:
        """Every section checked; what is wrong is noted and left at its default."""
        for name in tables.keys() - set(SECTIONS):
            self.mistake(name, "there is no such section", fields.nearest(name, SECTIONS))
        return Settings(
            desk=DeskSettings(**self._section(tables, "desk", DESK)),
            intake=IntakeSettings(**self._section(tables, "intake", INTAKE)),
            store=StoreSettings(**self._section(tables, "store", STORE)),
            network=NetworkSettings(**self._section(tables, "network", NETWORK)),
            sources=self._sources(self._table(tables, "sources")),
            views=self._views(self._table(tables, "views")),
            roles=(roles := self._roles(self._table(tables, "roles"))),
            inbox=self._inbox(tables, roles),
            answers=AnswerSettings(**self._section(tables, "answers", of_channel.ANSWERS)),
            channels=(channels := self._channels(self._table(tables, "channels"))),
            clocks=of_clock.clocks_of(self._section(tables, "clocks", of_clock.CLOCKS)),
            routes=self._routes(self._table(tables, "routes"), {channel.name for channel in channels}),
        )

    def _table(self, tables: dict[str, Any], name: str, key: str = "") -> dict[str, Any]:
        table = tables.get(name, {})
        if isinstance(table, dict):
            return table
        self.mistake(key or name, "must be a section", f"write [{key or name}] on a line of its own")
        return {}

    def _section(
        self,
        tables: dict[str, Any],
        name: str,
        readers: Mapping[str, fields.Reader],
        prefix: str = "",
        offered: Iterable[str] = (),
    ) -> dict[str, Any]:
        """The values of one section that make sense; `offered` are the keys worth a hint, all if none."""
        values = {}
        section = prefix + name
        for key, value in self._table(tables, name, section).items():
            reader = readers.get(key)
            if reader is None:
                self.mistake(
                    f"{section}.{key}", "there is no such key", fields.nearest(key, offered or readers)
                )
                continue
            try:
                values[key] = reader(value, self.file.parent)
            except fields.Wrong as wrong:
                self.mistake(f"{section}.{key}", str(wrong), wrong.hint)
        return values

    def _sources(self, table: dict[str, Any]) -> tuple[Source, ...]:
        sources = []
        seen: dict[str, str] = {}
        for name in table:
            key = f"sources.{name}"
            if not _NAME.fullmatch(name):
                self.mistake(
                    key, "is not a name for a source", "use letters, digits, dots and hyphens, at most 40"
                )
            earlier = seen.setdefault(name.casefold(), name)
            if earlier != name:
                self.mistake(key, f'has the name of "{earlier}" but for its capitals', "give it another")
            if (source := self._source(table, name)) is not None:
                sources.append(source)
        return tuple(sources)

    def _source(self, table: dict[str, Any], name: str) -> Source | None:
        """One source; None where it lacks what every source needs."""
        section = f"sources.{name}"
        given = table[name] if isinstance(table[name], dict) else None
        kind = of_source.kind_of(given or {})
        readers, offered = of_source.readers_of(kind), of_source.keys_of(kind)
        values = self._section(table, name, readers, prefix="sources.", offered=offered)
        if given is None:
            return None
        for needed in ("kind", "address"):
            if needed not in given:
                self.mistake(section, f"has no {needed}", f"add {needed} = ...")
        if kind is None:
            return None
        for key, what, hint in of_source.mistakes_of(kind, values, given):
            self.mistake(f"{section}.{key}" if key else section, what, hint)
        return of_source.source_of(name, kind, values) if "address" in values else None

    def _channels(self, table: dict[str, Any]) -> tuple[Channel, ...]:
        channels = []
        for name in self._names(table, "channels"):
            given = table[name] if isinstance(table[name], dict) else {}
            kind = of_channel.kind_of(given)
            values = self._section(table, name, of_channel.readers_of(kind), prefix="channels.")
            if kind is None:
                self.mistake(f"channels.{name}", "has no kind", fields.nearest("", of_channel.KINDS))
                continue
            for key, what, hint in of_channel.mistakes_of(kind, given):
                self.mistake(f"channels.{name}.{key}", what, hint)
            channels.append(of_channel.channel_of(name, kind, values))
        return tuple(channels)

    def _routes(self, table: dict[str, Any], channels: set[str]) -> tuple[Route, ...]:
        routes = []
        for name in self._names(table, "routes"):
            values = self._section(table, name, of_channel.ROUTE, prefix="routes.")
            for key, channel in of_channel.channels_of(values):
                if channel not in channels:
                    hint = fields.nearest(channel, channels) if channels else "[channels.NAME] names them"
                    self.mistake(f"routes.{name}.{key}", f'"{channel}" is no channel of this desk', hint)
            if "channel" in values:
                routes.append(Route(name, **values))
            elif isinstance(table[name], dict):
                self.mistake(f"routes.{name}", "has no channel", "add channel = ...")
        return tuple(routes)

    def _names(self, table: dict[str, Any], section: str) -> Iterable[str]:
        """The names of a section's parts; those that cannot be names are noted."""
        seen: dict[str, str] = {}
        for name in table:
            if not _NAME.fullmatch(name):
                hint = "use letters, digits, dots and hyphens, at most 40"
                self.mistake(f"{section}.{name}", "is not a name", hint)
            if (earlier := seen.setdefault(name.casefold(), name)) != name:
                what = f'has the name of "{earlier}" but for its capitals'
                self.mistake(f"{section}.{name}", what, "give it another")
        return table

    def _roles(self, table: dict[str, Any]) -> tuple[Role, ...]:
        roles = []
        for name, members in table.items():
            key = f"roles.{name}"
            if not _NAME.fullmatch(name):
                self.mistake(
                    key, "is not a name for a role", "use letters, digits, dots and hyphens, at most 40"
                )
            try:
                roles.append(Role(name, fields.names(members, self.file.parent)))
            except fields.Wrong as wrong:
                self.mistake(key, str(wrong), wrong.hint)
        return tuple(roles)

    def _inbox(self, tables: dict[str, Any], roles: tuple[Role, ...]) -> InboxSettings:
        inbox = InboxSettings(**self._section(tables, "inbox", INBOX))
        known = {role.name for role in roles}
        for name in inbox.roles:
            if name not in known:
                hint = fields.nearest(name, known) if known else "[roles] names them and their members"
                self.mistake("inbox.roles", f'"{name}" is no role of this desk', hint)
        return inbox

    def _views(self, table: dict[str, Any]) -> tuple[View, ...]:
        views = []
        for name, text in table.items():
            key = f"views.{name}"
            if not name.strip() or not name.isprintable() or len(name) > 20:
                self.mistake(key, "is not a name for a view", "use at most 20 printable characters")
            try:
                filter_text = fields.text(text, self.file.parent)
                parse_filter(filter_text, datetime.now(UTC))
            except fields.Wrong as wrong:
                self.mistake(key, str(wrong), wrong.hint)
            except FilterError as error:
                self.mistake(key, str(error))
            else:
                views.append(View(name, filter_text))
        return tuple(views)


def _from_environment(page: _Page, env: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for variable, key in ENVIRONMENT.items():
        if not env.get(variable):
            continue
        try:
            values[key] = DESK[key](env[variable], Path.cwd())
        except fields.Wrong as wrong:
            page.mistakes.append(Mistake(Path("environment"), variable, str(wrong), wrong.hint))
    return values


def _line_of(key: str, lines: list[str]) -> int:
    """Find the line that a dotted key stands on, as settings files are usually written; 0 if not found."""
    section, _, name = key.rpartition(".")
    heading, here = "", 0
    for number, line in enumerate(lines, start=1):
        found = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
        if found:
            heading = found[1].replace('"', "").replace("'", "")
            here = number if heading == key else here
        elif heading == section and re.match(rf"""\s*["']?{re.escape(name)}["']?\s*[=.]""", line):
            return number
    return here
