"""The terminal and the locale: can the desk be drawn here, with which marks, and what does copying do."""

from __future__ import annotations

import locale
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console.doctor.finding import Finding, note, ok, problem

SMALLEST = (60, 20)
"""Columns and rows below which the wall is cut."""
WIDE = 120
"""Columns from which incidents and mentions stand side by side."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What is known of the terminal before anything is drawn."""

    env: Mapping[str, str]
    encoding: str
    size: tuple[int, int] | None
    """Columns and rows; None where the output is no terminal."""
    ancestors: tuple[str, ...] = ()
    """Names of the processes that we run under, nearest first."""


def examine_terminal(terminal: Terminal) -> Iterator[Finding]:
    """Look at type, size, colours, marks, and whatever sits between us and the operator."""
    yield _type(terminal)
    yield _size(terminal)
    yield _colours(terminal.env)
    yield _encoding(terminal)
    yield _clipboard(terminal)
    yield _locale(terminal.env)


def _type(terminal: Terminal) -> Finding:
    term = terminal.env.get("TERM", "")
    if term in ("", "dumb"):
        name = f"TERM is {term}" if term else "TERM is not set"
        return problem(
            "terminal",
            f"{name}: the desk cannot be drawn, the list verbs work",
            "Set TERM to what your terminal is, for example xterm-256color.",
        )
    return ok("terminal", f"TERM is {term}")


def _size(terminal: Terminal) -> Finding:
    if terminal.size is None:
        return note(
            "terminal", "the output is not a terminal", "Open the desk from a terminal; lists can be piped."
        )
    columns, rows = terminal.size
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return note(
            "terminal",
            f"{columns}x{rows} is less than {SMALLEST[0]}x{SMALLEST[1]}: some of the wall is cut",
            "Make the window larger or the letters smaller.",
        )
    layout = (
        "all panels" if columns >= WIDE else "panels one above the other" if columns >= 80 else "one panel"
    )
    return ok("terminal", f"{columns}x{rows}: {layout}")


def _colours(env: Mapping[str, str]) -> Finding:
    if env.get("NO_COLOR"):
        return ok("terminal", "no colours, as NO_COLOR asks; severity is in word, mark and order")
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return ok("terminal", "16 million colours")
    return ok("terminal", "256 colours" if "256" in env.get("TERM", "") else "16 colours")


def _encoding(terminal: Terminal) -> Finding:
    if terminal.encoding.lower().replace("-", "") == "utf8":
        return ok("locale", "UTF-8: every mark can be drawn")
    return note(
        "locale",
        f"output is {terminal.encoding or 'of an unknown encoding'}: marks are drawn in ASCII",
        "Set LANG to a UTF-8 locale such as C.UTF-8, and unset PYTHONIOENCODING.",
    )


def _clipboard(terminal: Terminal) -> Finding:
    env = terminal.env
    if env.get("STY"):
        return note(
            "clipboard",
            "inside screen: it keeps copies from the terminal",
            "Use tmux for copying with y, or select the text that y shows.",
        )
    if env.get("TMUX"):
        return note(
            "clipboard",
            "inside tmux: it passes a copy on only when told to",
            "Run `tmux set -s set-clipboard on`, or put that into ~/.tmux.conf.",
        )
    if "mosh-server" in terminal.ancestors:
        return note(
            "clipboard",
            "over mosh: a copy reaches the clipboard from mosh 1.4 on",
            "Update mosh on both sides, or select the text that y shows.",
        )
    if env.get("TERM_PROGRAM") == "Apple_Terminal":
        return note(
            "clipboard",
            "Terminal.app takes no copies from programs",
            "Select the text that y shows, or use iTerm2.",
        )
    return ok("clipboard", "y asks the terminal to copy (OSC 52); no terminal says whether it did")


def _locale(env: Mapping[str, str]) -> Finding:
    named = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or "C"
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, named)
    except locale.Error:
        return note("locale", f"{named} is not installed here", "Generate it, or set LANG to C.UTF-8.")
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return ok("locale", f"{named} is installed")


def ancestors_of(pid: int, proc: Path = Path("/proc")) -> tuple[str, ...]:
    """Name the processes above one, nearest first (proc(5), stat); as far as this user may see."""
    names: list[str] = []
    while pid > 1 and len(names) < 20:
        try:
            # The name is in parentheses and may itself hold some; what follows the last one is numbers.
            name, _, rest = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")
        except OSError:
            break
        names.append(name.partition("(")[2])
        pid = int(rest.split()[1])
    return tuple(names[1:])
