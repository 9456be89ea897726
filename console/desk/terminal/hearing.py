"""Takes the terminal's answers out of what its keys send, wherever between their bytes they come."""

from __future__ import annotations

import re

_ANSWER = re.compile(r"\x1b\[\d+;(\d+)R")
_BEGUN = re.compile(r"\x1b\[\d+(;\d*)?$")
_BEGUN_IN_PASTE = re.compile(r"\x1b(\[(\d+(;\d*)?)?)?$")
"""Nobody presses Esc within a paste, so that one is not kept waiting there."""
_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"


class Ear:
    """Hears where the cursor is said to be (CPR, ECMA-48 8.3.14), and passes everything else on.

    Textual's parser hears it as well, but not within a paste: there it takes an answer, and what is pasted
    after it, for keys that were pressed, and obeys them.
    """

    def __init__(self) -> None:
        self._begun = ""
        self._pasting = False

    def take(self, text: str) -> tuple[str, list[int]]:
        """What was typed or pasted, and each column that was told, from 0; what has only begun waits."""
        text = self._begun + text
        self._pasting = self._in_paste(text)
        columns = [int(answer[1]) - 1 for answer in _ANSWER.finditer(text)]
        text = _ANSWER.sub("", text)
        begun = (_BEGUN_IN_PASTE if self._pasting else _BEGUN).search(text)
        self._begun = begun[0] if begun else ""
        return text[: len(text) - len(self._begun)], columns

    def _in_paste(self, text: str) -> bool:
        """Whether a paste is under way at the end of what came."""
        begun, ended = text.rfind(_PASTE), text.rfind(_PASTED)
        return begun > ended or (self._pasting and ended < 0)
