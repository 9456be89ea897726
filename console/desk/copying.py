"""What `y` copies, and honest words about what became of it. Pure.

A program cannot put text on the clipboard of a terminal at the far end of an SSH connection; it can only
ask (OSC 52), and no terminal says whether it did. So the answer says what was sent, and a plain page is the
second way.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.model import Incident, Mention

MOST = 70_000
"""Characters that are sent at most; xterm takes 100,000 bytes of base64, some terminals less."""


def of_mention(mention: Mention) -> str:
    """The link of a mention, or its text where it has none."""
    return mention.url or mention.text


def of_incident(incident: Incident) -> str:
    """An incident in one line, for a chat or a log."""
    place = incident.place or "no known place"
    return f"{incident.key}: {place}, {incident.topic}, tier {incident.tier}, {incident.voices} voices"


def sent(text: str, env: Mapping[str, str]) -> str:
    """What was done with a copied text, and what may stand in its way in this terminal."""
    size = f"{len(text)} characters"
    if env.get("TMUX"):
        return f"Asked tmux to copy {size}; it does if set-clipboard is on"
    if env.get("STY"):
        return f"Asked to copy {size}, but screen passes no such thing on"
    if env.get("TERM") == "linux":
        return f"Asked to copy {size}, but the Linux console has no clipboard"
    return f"Asked the terminal to copy {size}; it gives no answer"
