"""One operator of a crowd, in a process of its own: `python -m tests.service.crowd_operator`.

Claims, writes, has it said, takes back, releases, among subjects that all the others work on as well, and
takes over whatever is held when it likes. Every answer of the service is a line on standard output: what was
asked, what was acknowledged, how long it took in seconds; so is every refusal.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.paths import DataPaths
from console.service.client import NoService, Refused, ServiceClient
from console.store.reader import Reader

PAUSE = (0.1, 0.5)
"""Seconds between two requests: a quick typist, whose desk saves as they type."""
TAKES_OVER = 0.4
"""How often one takes over what another holds."""


class Operator:
    """Somebody at a desk."""

    def __init__(self, paths: DataPaths, number: int, uid: int, subjects: Sequence[str]) -> None:
        self._chance = random.Random(number)
        self._number, self._subjects = number, subjects
        self._words = 0
        self._reader = Reader(paths.database)
        if uid != os.getuid():  # Not before all is loaded: this one may not read everybody's Python.
            os.setgroups([])
            os.setuid(uid)
        self._client = ServiceClient.connect(paths)
        self._client.hello(f"terminal{number:08}")

    def close(self) -> None:
        self._client.close()
        self._reader.close()

    def once(self) -> None:
        """Read the wall as a desk does, choose a subject, work on it."""
        self._reader.mentions(limit=50)
        self._reader.claims()
        subject = self._chance.choice(self._subjects)
        claim = self._ask("claim", subject=subject)
        if claim is None and self._chance.random() < TAKES_OVER:
            claim = self._ask("claim", subject=subject, reason="they do not answer")
        if claim is None:
            return
        epoch = claim["claim"]["epoch"]
        shown = self._ask("draft", subject=subject, epoch=epoch)
        if shown is not None:
            self._write(shown["draft"]["id"], subject, epoch)
        if self._chance.random() < 0.7:
            self._ask("release", subject=subject, epoch=epoch)

    def _write(self, draft: int, subject: str, epoch: int) -> None:
        for _ in range(self._chance.randint(1, 5)):
            self._words += 1
            text = f"A crew is on its way to you now; this is word {self._words} of {self._number}."
            if self._ask("draft_save", subject=subject, draft=draft, epoch=epoch, text=text) is None:
                return
        if self._chance.random() < 0.3:
            return
        sent = self._ask("submit", subject=subject, draft=draft, epoch=epoch)
        if sent is None:  # Somebody has answered it meanwhile.
            self._ask("draft_save", subject=subject, draft=draft, epoch=epoch, further=True)
            sent = self._ask("submit", subject=subject, draft=draft, epoch=epoch)
        if sent is not None and self._chance.random() < 0.4:
            self._ask("take_back", subject=subject, delivery=sent["deliveries"][0])

    def _ask(self, do: str, **fields: Any) -> dict[str, Any] | None:
        """Ask, tell what came of it, rest."""
        line: dict[str, Any] = {"do": do, "who": self._number, **fields}
        began = time.monotonic()
        answer: dict[str, Any] | None = None
        asked = {name: value for name, value in fields.items() if name != "subject" or do in NAMED}
        try:
            answer = self._client.ask(do, **asked)
        except Refused as refused:
            line["refused"] = str(refused)
        line["took"] = time.monotonic() - began
        if answer is not None:
            line |= told(do, answer)
        print(json.dumps(line), flush=True)
        time.sleep(self._chance.uniform(*PAUSE))
        return answer


NAMED = ("claim", "release", "draft")
"""Requests that name their subject; the others name a draft or a delivery, the line its subject as well."""


def told(do: str, answer: dict[str, Any]) -> dict[str, Any]:
    """What an acknowledgement is compared by afterwards."""
    if do in ("claim", "release"):
        return {"epoch": answer["claim"]["epoch"]}
    if do in ("draft", "draft_save"):
        return {"draft": answer["draft"]["id"], "version": answer["draft"]["version"]}
    if do == "submit":
        return {"deliveries": answer["deliveries"]}
    return {}


def main(arguments: Sequence[str]) -> int:
    """Work on for some seconds; 1 when the service or the database failed, and how is on standard error."""
    root, number, uid, seconds, *subjects = arguments
    operator = Operator(DataPaths(Path(root)), int(number), int(uid), subjects)
    end = time.monotonic() + float(seconds)
    try:
        while time.monotonic() < end:
            operator.once()
    except NoService as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        operator.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
