"""Everything that can happen to a desk, by chance: keys, windows, posts, rungs, colours."""

from __future__ import annotations

import random
from collections.abc import Callable

from textual.keys import _character_to_key

from console.desk.terminal.ladder import RUNGS, Rung
from console.desk.themes import THEMES
from console.model import Tier
from tests.desk.terminal.beside import REST, STEP, Beside
from tests.desk.town import Town, said
from tests.hostile import SMALL

LEAST, MOST = (40, 12), (160, 50)
"""Columns and rows of a window."""
OFTEN = ("j", "k", "tab", "down", "up")
SELDOM = (
    *"gGnNmYyI?:/.1239cretx",
    *("enter", "escape", "shift+tab", "pagedown", "pageup", "home", "end", "space", "backspace", "ctrl+l"),
)
TYPED = ("water", "tier:now", "basement 水", "zzz", "é👍🏽", "sources", "surges", "help", "theme dark")
TIERS: tuple[Tier, ...] = (1, 2, 3, 3, 3)
WIDE = (
    "水がメイン通りの地下室に入ってきた。助けてください。" * 3,
    "한강 수위가 올라갑니다 지금 대피하세요",
    "🌊🌊 flood 🚒🚒🚒 at 🏫 now ➡️ go ❤️ 👩‍🚒 1️⃣ 🇩🇪",
    "a水b水c水d水e" * 9,
    "cafe\u0301 nai\u0308ve Ho\u0302tel",
)

SESSION: tuple[tuple[str, ...], ...] = (
    *((key,) for key in "jjkjG"),
    *((key,) for key in ("g", "tab", "j", "j", "down", "pagedown", "pageup", "G", "k", "k", "k", "g")),
    *(("enter",), ("j",), ("escape",), ("tab",), ("j",), ("escape",), ("shift+tab",)),
    *(("slash",), tuple("basement"), ("enter",), ("j",), ("escape",), ("2",), ("3",), ("1",)),
    *(("question_mark",), ("j",), ("G",), ("escape",), ("colon",), tuple("sour"), ("enter",), ("escape",)),
    *(("colon",), tuple("surges"), ("enter",), ("j",), ("escape",), ("Y",), ("escape",), ("y",)),
    *(("I",), ("escape",), ("colon",), tuple("places"), ("enter",), ("escape",), ("r",), ("escape",)),
    *(("c",), ("n",), ("e",), ("escape",), ("m",), ("j",), ("m",), ("escape",), ("ctrl+l",), ("ctrl+c",)),
)
"""Through every panel, page and dialog that opens without a service."""


class Steps:
    """One thing after another, the same ones for the same seed."""

    def __init__(self, both: Beside, town: Town, chance: random.Random) -> None:
        self._both, self._town, self._chance = both, town, chance
        self._posts = 100
        self._rest = 0.0
        self._size: tuple[int, int] | None = None
        self._rung: Rung | None = None
        self.done: list[str] = []
        """What was done, for whoever has to find out how it came to a wrong screen."""
        self._doings: dict[Callable[[], str], int] = {
            self._press: 60,
            self._type: 8,
            self._resize: 4,
            self._arrive: 14,
            self._wait: 4,
            self._change_rung: 2,
            self._change_colours: 2,
            self._garble: 2,
        }

    async def step(self) -> str:
        """Do one thing, and tell where the screens then differ."""
        (doing,) = self._chance.choices(list(self._doings), list(self._doings.values()))
        self._rest = self._chance.choice((0.0, STEP, STEP, 3 * STEP))
        self.done.append(doing())
        if "enter" in self.done[-1]:
            await self._both.obeyed()
        if self._size:
            await self._both.resize(*self._size)
            self._size = None
        if self._rung:
            await self._both.hold(self._rung)
            self._rung = None
        await self._both.settle(self._rest)
        return self._both.difference()

    def _press(self) -> str:
        keys = [self._chance.choice(self._chance.choice((OFTEN, SELDOM))) for _ in range(self._count())]
        if "enter" in keys:
            del keys[keys.index("enter") + 1 :]  # what Enter opens is not there for the next key at once
        for key in keys:
            character = " " if key == "space" else key if len(key) == 1 else None
            self._both.press(_character_to_key(key) if len(key) == 1 else key, character)
        return f"press {' '.join(keys)}"

    def _type(self) -> str:
        text = self._chance.choice(TYPED)
        self._both.type(text)
        return f"type {text}"

    def _resize(self) -> str:
        self._size = self._chance.randint(LEAST[0], MOST[0]), self._chance.randint(LEAST[1], MOST[1])
        return f"resize to {self._size}"

    def _arrive(self) -> str:
        texts = [self._chance.choice((*WIDE, *SMALL.values(), "calm word")) for _ in range(self._count())]
        for text in texts:
            self._posts += 1
            tier = self._chance.choice(TIERS)
            self._town.take(said(self._posts % 40, f"{self._posts} {text}".replace("\0", ""), tier))
        self._both.look()
        return f"arrive {texts}"

    def _wait(self) -> str:
        self._rest = REST
        self._town.clock.go(minutes=self._chance.choice((1, 7, 90)))
        self._both.look()
        return "let time pass"

    def _change_rung(self) -> str:
        self._rung = self._chance.choice(RUNGS)
        return f"hold {self._rung}"

    def _change_colours(self) -> str:
        theme = self._chance.choice(THEMES).name
        self._both.desk.theme = theme
        return f"wear {theme}"

    def _garble(self) -> str:
        self._both.desk.ours.feed(f"\x1b[H\x1b[2J\x1b[31mwall: going down\r\n{'x' * 30}\x1b[5;9r\x1b[7m")
        self._both.driver.sender.repaint()
        return "garble and repaint"

    def _count(self) -> int:
        return self._chance.choice((1, 1, 1, 2, 5))
