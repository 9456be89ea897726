"""What every screen can do that asks: for a line in place of its keys, or for the key that comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.events import Key
from textual.screen import ScreenResultType

from console.desk.closing import Closes
from console.desk.here import Here
from console.desk.lifeline import Lifeline
from console.desk.page import sentence
from widgets.key_line import KeyLine

if TYPE_CHECKING:
    from widgets.filter_line import FilterLine

CONFIRM = "s"
"""The key that confirms: no verb that acts by itself on any page, and never Enter."""


class Asks(Closes[ScreenResultType], inherit_bindings=False):
    """A screen with a line of keys at the bottom, in whose place something can be asked.

    Args:
        here: The desk.
        lifeline: The way to the service.
    """

    def __init__(self, here: Here, lifeline: Lifeline) -> None:
        super().__init__()
        self._here, self._lifeline = here, lifeline
        self._keys = KeyLine((), glyphs=here.glyphs)
        self._line: FilterLine | None = None
        self._told: Callable[[str | None], object] | None = None
        """Is given what was typed, or None when Esc was pressed."""
        self._keyed: Mapping[str, Callable[[], object]] | None = None
        """What the next key does, by its name."""

    def _say(self, text: str, *, hint: str = "", error: bool = False) -> None:
        """Say something on the notice line."""
        raise NotImplementedError

    def _hush(self) -> None:
        """Take back what was said last."""
        raise NotImplementedError

    def _give_keys(self) -> None:
        """Say which part of the screen has the keys when no line has."""

    def _fail(self, error: Exception) -> None:
        """Say what the service answered instead of doing it."""
        self._say(sentence(str(error)), error=True)

    async def _request(self, do: str, **fields: Any) -> dict[str, Any]:
        """One request to the service, in a thread; raises what the client raises."""
        return await asyncio.to_thread(self._lifeline.work, do, **fields)

    async def _ask_service(self, do: str, **fields: Any) -> dict[str, Any] | None:
        """The same; where it is refused that is said, and None comes back."""
        from console.service.client import NoService, Refused

        try:
            return await self._request(do, **fields)
        except (NoService, Refused) as error:
            self._fail(error)
            return None

    # Asking for words

    def _ask_line(self, label: str, hint: str, then: Callable[[str | None], object], value: str = "") -> None:
        """Let the operator type a line, and give it to `then`; None when Esc was pressed.

        The line is there when this returns, so that keys that were pressed ahead go into it.
        """
        from widgets.filter_line import FilterLine  # an input is not needed for the first picture

        self._leave_line(None)
        self._told = then
        self._line = FilterLine(label, hint, value, glyphs=self._here.glyphs)
        self._keys.display = False
        self.mount(self._line, after=self._keys)
        self.call_after_refresh(self._line.focus_input)

    async def _ask(self, label: str, hint: str = "", value: str = "") -> str | None:
        """The same for workers, which wait for it."""
        told: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

        def answer(text: str | None) -> None:
            if not told.done():
                told.set_result(text)

        self._ask_line(label, hint, answer, value)
        return await told

    def on_filter_line_submitted(self, event: FilterLine.Submitted) -> None:
        """Take what was typed."""
        event.stop()
        self._leave_line(event.text.strip())

    def _leave_line(self, text: str | None) -> bool:
        """Put the line away; False when there is none."""
        line, told = self._line, self._told
        if line is None or told is None:
            return False
        self._line = self._told = None
        line.remove()
        self._keys.display = True
        self._give_keys()
        told(text)
        return True

    # Asking for a key

    def _confirm(self, question: str, do: Callable[[], object]) -> None:
        """Do something once the one key that confirms was pressed next; any other key leaves it."""
        self._ask_key(f"{question}  {CONFIRM} does it, any other key does not.", {CONFIRM: do})

    def _ask_key(self, question: str, keys: Mapping[str, Callable[[], object]]) -> None:
        """Let the next key decide."""
        self._say(question)
        self._keyed = keys

    @property
    def _is_asking(self) -> bool:
        """Whether an answer is waited for, so that the question must stay in sight."""
        return self._line is not None or self._keyed is not None

    def on_key(self, event: Key) -> None:
        """Take the key after a question."""
        keyed, self._keyed = self._keyed, None
        if keyed is None:
            return
        event.stop()
        event.prevent_default()
        if event.key in keyed:
            self._hush()
            keyed[event.key]()
        else:
            self._say("Nothing was done.")
