"""Canned replies: files that a desk writes once in quiet, and fills in a hurry.

Each is a TOML file named as the reply is called:

    title = "Power cut: we know"
    lang = "en"                  # BCP 47; empty is any language
    topics = ["power"]           # as in the rules; none is any topic
    channels = []                # names of the settings, or kinds; none is any channel
    tiers = [1, 2]               # none is any tier
    kind = "reply"               # or "emergency", "correction", "all clear"
    text = "The power is off in {place}. Next news by {next update: a clock time}."

An emergency is written as its seven parts instead of a text, so that none can be forgotten (FEMA IS-242, in
the fact sheet): `[parts]` with `says`, `hazard`, `where`, `when`, `size`, `do`, `more`. They are said in that
order, and one of them has the slot `{issued}`. See `console.workflow.slots` for what a slot is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from console.model import Tier
from console.settings import Mistake
from console.settings_fields import Wrong, convert, language, nearest
from console.workflow.slots import Filled, Slot, empty_slots, fill_slots, slots_in, stray_brace

Kind = Literal["reply", "emergency", "correction", "all clear"]
PARTS = {
    "says": "who says this",
    "hazard": "what the danger is",
    "where": "where it is, understandable without local knowledge",
    "when": "when it comes, or until when it lasts",
    "size": "how large it is and how likely",
    "do": "what to do",
    "more": "where to learn more, and when this was issued",
}
"""The parts of an emergency message, in the order in which they are said."""
ISSUED = "issued"
"""The slot of the time at which an emergency message was issued."""
SHIPPED = Path(__file__).with_name("replies")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST_FILES = 1000
_MOST_BYTES = 64_000
_MOST_CHARACTERS = 4000
"""No channel of ours takes a longer text (Open311)."""


@dataclass(frozen=True, slots=True)
class Template:
    """One canned reply. What it names no topic, channel, tier or language for is for any."""

    name: str
    title: str
    text: str
    kind: Kind = "reply"
    lang: str = ""
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    file: Path = Path()

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What is to be filled, in the order of the text."""
        return slots_in(self.text)


@dataclass(frozen=True, slots=True)
class Templates:
    """All canned replies of a desk, by name."""

    all: tuple[Template, ...] = ()

    def get(self, name: str) -> Template | None:
        """The one of that name."""
        return next((template for template in self.all if template.name == name), None)

    def ranked(
        self, *, topic: str = "", lang: str = "", channels: tuple[str, ...] = (), tier: Tier | None = None
    ) -> tuple[Template, ...]:
        """All of them, the likeliest for an incident first; `channels` is the channel's name and its kind.

        One that cannot be used there comes last (another channel, another language), then what is
        about something else. Within the same, what was written for the case goes before what is for any.
        """

        def unlikely(template: Template) -> tuple[bool, int, int, int, int, str]:
            channel, spoken = _far(template.channels, channels), _far_language(template.lang, lang)
            return (
                channel == 2 or spoken == 3,
                _far(template.topics, (topic,) if topic else ()),
                spoken,
                _far(template.tiers, (tier,) if tier else ()),
                channel,
                template.title.casefold(),
            )

        return tuple(sorted(self.all, key=unlikely))


class TemplatesError(Exception):
    """Canned replies that cannot be used; every mistake found is named, a line each."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def fill(template: Template, values: Mapping[str, str]) -> Filled:
    """Put values into the slots of a reply; values are never themselves looked into."""
    return fill_slots(template.text, values)


def load_templates(directory: Path | None = None) -> Templates:
    """Read the replies that come with the program, and over them those of a desk's own directory.

    A file of the same name replaces one of ours. Raises `TemplatesError`.
    """
    mistakes: list[Mistake] = []
    found: dict[str, Template] = {}
    for folder in (SHIPPED, directory):
        if folder is not None:
            found |= {template.name: template for template in _read_folder(folder, mistakes)}
    if mistakes:
        raise TemplatesError(tuple(mistakes))
    return Templates(tuple(sorted(found.values(), key=lambda template: template.name)))


def _far(wanted: tuple[object, ...], here: tuple[object, ...]) -> int:
    """0 for what names this case, 1 for what is for any, 2 for what is for another."""
    if not wanted or not here:
        return 1
    return 0 if set(wanted) & set(here) else 2


def _far_language(wanted: str, here: str) -> int:
    """0 for the same, 1 for another form of the same language, 2 where one is unknown, 3 for another."""
    if not wanted or not here:
        return 2
    same, base = wanted.casefold() == here.casefold(), wanted.split("-")[0].casefold()
    return 0 if same else 1 if base == here.split("-")[0].casefold() else 3


def _read_folder(folder: Path, mistakes: list[Mistake]) -> list[Template]:
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix == ".toml" and file.name[0] != ".")
    except OSError as error:
        hint = "name a directory of TOML files, or leave the key out"
        mistakes.append(Mistake(folder, "", f"cannot be read: {error.strerror}", hint))
        return []
    if len(files) > _MOST_FILES:
        mistakes.append(Mistake(folder, "", f"holds more than {_MOST_FILES} files", "is it the right one?"))
        return []
    readings = [_Reading(file, mistakes).template() for file in files]
    return [template for template in readings if template is not None]


class _Reading:
    """One file while it is read, and where its mistakes go."""

    def __init__(self, file: Path, mistakes: list[Mistake]) -> None:
        self.file = file
        self._mistakes = mistakes
        self._table: dict[str, Any] = {}

    def template(self) -> Template | None:
        """The reply that a file holds; None where there is any mistake in it."""
        before = len(self._mistakes)
        if not _NAME.fullmatch(self.file.stem):
            self._wrong(
                "", "is no name for a reply", 'use small letters, digits and hyphens: "power-cut.toml"'
            )
        self._read()
        if len(self._mistakes) > before:
            return None
        for key in self._table.keys() - _KEYS:
            self._wrong(key, "there is no such key", nearest(key, _KEYS))
        kind = self._value("kind", str, "reply")
        if kind not in get_args(Kind):
            self._wrong("kind", f'"{kind}" is no kind of reply', nearest(str(kind), get_args(Kind)))
        template = Template(
            name=self.file.stem,
            title=self._line("title", self._value("title", str, "")),
            text=self._parts() if kind == "emergency" else self._text(),
            kind=kind,
            lang=self._lang(),
            topics=tuple(self._line("topics", word) for word in self._value("topics", list[str], [])),
            channels=tuple(self._line("channels", word) for word in self._value("channels", list[str], [])),
            tiers=tuple(self._value("tiers", list[Tier], [])),
            file=self.file,
        )
        return template if len(self._mistakes) == before else None

    def _wrong(self, key: str, message: str, hint: str = "") -> None:
        self._mistakes.append(Mistake(self.file, key, message, hint))

    def _read(self) -> None:
        try:
            if not self.file.is_file():
                return self._wrong("", "is not a file")
            with self.file.open("rb") as file:
                body = file.read(_MOST_BYTES + 1)
            if len(body) > _MOST_BYTES:
                return self._wrong("", f"is larger than {_MOST_BYTES // 1000} KB", "is it a reply at all?")
            self._table = tomllib.loads(body.decode("utf-8-sig"))
        except OSError as error:
            self._wrong("", f"cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            self._wrong("", "is not UTF-8 text", "save it as UTF-8")
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            self._wrong("", f"is not TOML: {error}", "texts stand in quotes, long ones in three")
        return None

    def _value(self, key: str, kind: Any, default: Any) -> Any:
        if key not in self._table:
            return default
        try:
            return convert(self._table[key], kind)
        except Wrong as wrong:
            self._wrong(key, str(wrong), wrong.hint)
            return default

    def _line(self, key: str, words: str) -> str:
        if not words.strip() or not words.isprintable() or len(words) > 200:
            self._wrong(key, "must be one line of 1 to 200 printable characters")
        return words.strip()

    def _lang(self) -> str:
        try:
            return language(self._table.get("lang", ""), self.file)
        except Wrong as wrong:
            self._wrong("lang", str(wrong), wrong.hint)
            return ""

    def _text(self) -> str:
        if "parts" in self._table:
            self._wrong("parts", "only an emergency has parts", 'write `text`, or `kind = "emergency"`')
        return self._words("text", self._value("text", str, ""))

    def _words(self, key: str, words: str) -> str:
        """Check a text: something is said, nothing that cannot be printed, and no slot mistyped."""
        words = words.strip()
        if not words:
            self._wrong(key, "says nothing", "write what the public is to read")
        elif len(words) > _MOST_CHARACTERS:
            self._wrong(key, f"is longer than {_MOST_CHARACTERS} characters")
        elif not words.replace("\n", "").isprintable():
            self._wrong(key, "holds characters that cannot be seen", "type the line again")
        elif stray := stray_brace(words):
            self._wrong(key, f'"{stray}" opens or closes no slot', "write it like {place} or {place: a hint}")
        return words

    def _parts(self) -> str:
        """The seven parts of an emergency, one after the other."""
        parts = self._value("parts", dict[str, str], {})
        if "text" in self._table:
            self._wrong("text", "an emergency is written as its parts", "move the text into [parts]")
        for name in parts.keys() - PARTS.keys():
            self._wrong(f"parts.{name}", "there is no such part", nearest(name, PARTS))
        said = []
        for name, meaning in PARTS.items():
            if name in parts:
                said.append(self._words(f"parts.{name}", parts[name]))
            else:
                self._wrong(f"parts.{name}", "is missing", f"an emergency says {meaning}")
        text = " ".join(said)
        if len(said) == len(PARTS) and ISSUED not in empty_slots(text):
            self._wrong("parts.more", "does not say when it was issued", "add the slot {issued}")
        return text


_KEYS = frozenset({"title", "text", "lang", "topics", "channels", "tiers", "kind", "parts"})
